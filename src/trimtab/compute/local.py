"""The local compute: this machine, cut into slots that run one trial each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from trimtab.compute.cores import available_cores
from trimtab.compute.download import Downloads
from trimtab.compute.environment import CACHE, SWEEP
from trimtab.compute.layout import Layout
from trimtab.compute.node import Node
from trimtab.compute.preparation import Surroundings
from trimtab.model.facts import Ended, News, Outcome
from trimtab.model.launch import Launch
from trimtab.ports import Runtime

_LOST = (
    "The process that ran the sweep ended before this trial did; "
    "what was left of the trial has been ended."
)


class LocalRuntime(Runtime, Protocol):
    """A runtime that can also end what an earlier process left running on this machine."""

    def reclaim(self, marks: Mapping[str, str]) -> int:
        """Ends all whose environment has all of ``marks``; how many processes there were."""
        ...


def slots_for(concurrency: int | None) -> int:
    """How many trials run at once: as many as the sweep file wants, but no more than cores."""
    cores = available_cores()
    return max(1, cores if concurrency is None else min(concurrency, cores))


class LocalCompute:
    """Runs ``slots`` trials at once on this machine: ``ports.Compute``. Owns ``runtime``.

    ``cache`` is a folder for what trials share (downloaded inputs), the same one for all sweeps
    of a home. ``grace`` is in seconds, ``log_limit`` in bytes (see ``Node``).
    """

    def __init__(
        self,
        runtime: LocalRuntime,
        slots: int,
        cache: Path,
        grace: float = 5.0,
        log_limit: int = 256 << 20,
    ) -> None:
        self._slots = slots
        self._runtime = runtime
        self._cache = cache.absolute()
        threads = max(1, available_cores() // slots)
        surroundings = Surroundings(self._cache, Downloads(self._cache / "downloads"), threads)
        self._node = Node(runtime, surroundings, grace, log_limit)
        self._free = [f"local-{number}" for number in range(self._slots, 0, -1)]
        self._taken: dict[str, str] = {}
        self._known: set[str] = set()
        self._queue: deque[Launch] = deque()
        self._news: list[News] = []

    @property
    def capacity(self) -> int:
        return self._slots

    def submit(self, launch: Launch) -> None:
        if launch.key in self._known:
            return
        self._known.add(launch.key)
        self._queue.append(launch)
        self._dispatch()

    def attach(self, launches: Iterable[Launch]) -> None:
        """No attempt survives its conductor here: all that are named are ``LOST``.

        The runtime's own guard has ended them with the conductor. What it may have missed is
        looked for by the sweep's name, for every sweep of which a launch is named.
        """
        named = [launch for launch in launches if launch.key not in self._known]
        for sweep in {launch.sweep for launch in named}:
            self._runtime.reclaim({SWEEP: sweep, CACHE: str(self._cache)})
        for launch in named:
            self._known.add(launch.key)
            Layout(launch.folder.absolute()).settle()
            end = Ended(launch.trial, launch.attempt, Outcome.LOST, reason=_LOST)
            self._news.append(end)

    def poll(self, timeout: float) -> Sequence[News]:
        news = [*self._news, *self._node.poll(0.0 if self._news else timeout)]
        self._news.clear()
        self._release()
        self._dispatch()
        return news

    def wake(self) -> None:
        """Makes a waiting ``poll`` return at once; for signal handlers and other threads."""
        self._node.wake()

    def cancel(self, key: str, at_once: bool = False) -> None:
        for launch in self._queue:
            if launch.key == key:
                self._queue.remove(launch)
                self._news.append(Ended(launch.trial, launch.attempt, Outcome.CANCELED))
                return
        self._node.cancel(key, at_once)

    def close(self) -> None:
        self._queue.clear()
        self._node.close()
        self._runtime.close()

    def _release(self) -> None:
        for key in self._taken.keys() - self._node.busy:
            self._free.append(self._taken.pop(key))

    def _dispatch(self) -> None:
        while self._queue and self._free:
            launch = self._queue.popleft()
            slot = self._taken[launch.key] = self._free.pop()
            self._node.run(launch, slot)
