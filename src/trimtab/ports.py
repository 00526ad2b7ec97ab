"""The seams of Trimtab: what each side may assume of the other. Read this file first.

A new compute, store, sampler, stopper, runtime or tracking system is one class that keeps the
promises here, one line in ``wiring``, and a small subclass of the contract suite of the same name
in ``trimtab.testing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trimtab.model.facts import Fact, News
from trimtab.model.launch import Launch
from trimtab.model.state import SweepState
from trimtab.space import Params


class Sampler(Protocol):
    """Proposes parameters. Pure: the same index and state give the same point, in any process."""

    def propose(self, index: int, state: SweepState) -> Params | None:
        """Parameters of trial ``index`` (from 0), or None when the space has no further point."""
        ...


class Stopper(Protocol):
    """Decides that a running trial should end early. Pure, and asked once per report."""

    def judge(self, trial: int, state: SweepState) -> str | None:
        """Asked right after ``trial`` reported: the sentence that explains a stop, or None.

        ``state.curves`` already holds the report. The sentence names the value, the report, and
        what it was compared with.
        """
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a stopper found when a trial reported.

    ``value`` is what was judged and ``bound`` what it was compared with, in the unit of the metric;
    ``compared`` says in words what the bound is. Without a bound nothing was judged, and
    ``compared`` says why. ``margin`` is how far the trial was from a stop, 0 or more; None when it
    was stopped or not judged. ``sentence`` tells all of this.
    """

    report: int
    value: float
    bound: float | None
    compared: str
    stop: bool
    margin: float | None
    sentence: str


class Explains(Protocol):
    """A stopper that can also say why it lets a trial go on."""

    def judge(self, trial: int, state: SweepState) -> str | None:
        """As ``Stopper.judge``: the verdict's sentence when it is a stop."""
        ...

    def verdict(self, trial: int, state: SweepState) -> Verdict | None:
        """On the last report of ``trial``; None when it has none. Pure, as ``judge``."""
        ...


class Store(Protocol):
    """The facts of one sweep. One writer at a time; any number of readers beside it."""

    def append(self, facts: Sequence[Fact]) -> None:
        """All of them or none, durable on return. Their ``seq`` continues the log without gaps.

        Raises StoreError when they cannot be written; nothing is written then.
        """
        ...

    def read(self, after: int = 0) -> Iterator[Fact]:
        """Facts with ``seq > after`` that are there at the call, in order."""
        ...

    def close(self) -> None:
        """Releases the file and the right to write. A second call does nothing."""
        ...


class Compute(Protocol):
    """Where trials run: a pool of nodes.

    News are facts about attempts. They may come late or twice, but for one attempt never before
    its submit, and nothing after its ``Ended``. A vanished node is ``LOST`` or ``PREEMPTED``.
    Not thread-safe: one thread calls.
    """

    @property
    def capacity(self) -> int:
        """How many attempts can run at once at most; further ones wait in the compute."""
        ...

    def submit(self, launch: Launch) -> None:
        """Runs an attempt as soon as there is room. A key known already is left alone.

        A launch that cannot be prepared is no error here: it ends FAILED, with the reason.
        """
        ...

    def attach(self, launches: Iterable[Launch]) -> None:
        """After a restart: attempts that an earlier process submitted. Never starts anything.

        Each is either still followed, or news of its end come at the next poll (LOST when
        nothing is known of it). Whatever runs of attempts not named here is ended.
        """
        ...

    def poll(self, timeout: float) -> Sequence[News]:
        """What is new, in the order it happened. Waits up to ``timeout`` seconds for the first."""
        ...

    def cancel(self, key: str, at_once: bool = False) -> None:
        """Ends an attempt: asked first and then forced, or forced at once. Idempotent.

        Its end comes as news: CANCELED, or what it ended with if it was faster. An unknown or
        ended key is left alone.
        """
        ...

    def close(self) -> None:
        """Ends what still runs and releases all resources. A second call does nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """A command for a runtime: a shell line, where it runs, with what, and where its text goes.

    ``environment`` is complete (nothing is inherited); ``log`` takes stdout and stderr, appended.
    """

    key: str
    command: str
    folder: Path
    environment: Mapping[str, str]
    log: Path


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: ``code`` 0..255, or the ``signal`` that ended it."""

    code: int | None
    signal: int | None


class Process(Protocol):
    """A started program with everything it started."""

    @property
    def pid(self) -> int: ...

    def fileno(self) -> int:
        """A descriptor that is readable once the program has ended; for ``selectors``."""
        ...

    def exit(self) -> Exit | None:
        """How it ended, or None while it runs. Never waits."""
        ...

    def end(self, force: bool) -> None:
        """Asks the whole group to end (TERM), or forces it (KILL). Idempotent."""
        ...

    def close(self) -> None:
        """Forces whatever is left of the group, frees the descriptor."""
        ...


class Runtime(Protocol):
    """How a trial's command is started on a node."""

    def start(self, program: Program) -> Process:
        """Raises TrialError when the program cannot be started."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A registered model: its name, its version in the registry, and where to read it."""

    name: str
    version: str
    uri: str


class Tracking(Protocol):
    """Where people look at runs (MLflow): a reader of facts. Used by one thread."""

    def write(self, facts: Sequence[Fact]) -> None:
        """Mirrors facts. Idempotent: the same facts may come again after a failure.

        Raises TrackingError when the system is away or refuses; the caller comes again later.
        """
        ...

    def close(self) -> None: ...


class Registry(Protocol):
    """Where models live (MLflow's model registry)."""

    def register(
        self, name: str, folder: Path, tags: Mapping[str, str], run: str | None
    ) -> ModelVersion:
        """A new version of ``name`` from a model folder, with ``tags``; ``run`` is its MLflow run.

        Raises TrackingError; InputError when the folder holds no model.
        """
        ...
