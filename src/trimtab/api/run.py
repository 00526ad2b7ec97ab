"""A sweep that was submitted: what its facts say, and the few things it can be told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.api.background import Background
from trimtab.api.building import Overrides, plain_overrides
from trimtab.api.trials import Status, Trial, counted, frame_of, trial_of
from trimtab.errors import SweepBusyError, SweepFailedError, SweepInterruptedError
from trimtab.home import LATEST, Home, SweepFolder, open_home
from trimtab.model.facts import SweepOutcome
from trimtab.model.state import SweepState
from trimtab.stopping import conductor_of, write_stop_file
from trimtab.store.sqlite import SqliteStore

if TYPE_CHECKING:
    import pandas as pd

    from trimtab.ports import ModelVersion

LOOK_SECONDS = 0.05
"""Between two looks whether a process that was just started has begun."""
FAR_LOOK_SECONDS = 1.0
"""Between two looks at a sweep that another process was told to conduct."""
_STATUS = {
    SweepOutcome.COMPLETED: Status.COMPLETED,
    SweepOutcome.FAILED: Status.FAILED,
    SweepOutcome.CANCELED: Status.STOPPED,
}


class Run:
    """One sweep of a home, running or ended; from ``Sweep.submit``, ``trimtab.open`` or ``runs``.

    It reads the sweep's facts whenever it is asked; the sweep goes on without it. Thread-safe.
    """

    def __init__(self, home: Home, folder: SweepFolder) -> None:
        self._home = home
        self._folder = folder
        self._process: Background | None = None
        self._known = SweepState()
        self._reading = threading.RLock()

    @property
    def name(self) -> str:
        """The sweep's id."""
        return self._folder.sweep

    @property
    def folder(self) -> Path:
        """The sweep's folder in the home."""
        return self._folder.path

    @property
    def parent(self) -> str:
        """The id of the sweep that this one refits, else an empty text."""
        with self._facts() as state:
            return state.parent

    @property
    def status(self) -> Status:
        """How the sweep stands. ``interrupted``: it has not ended, and no process conducts it."""
        ended = self._ended()
        if ended is None and self._conducted():
            return Status.RUNNING
        # It may have ended between the two looks.
        ended = ended or self._ended()
        return Status.INTERRUPTED if ended is None else _STATUS[ended]

    @property
    def reason(self) -> str:
        """Why the sweep ended or was asked to; empty for a plain end."""
        with self._facts() as state:
            return state.end_reason or state.stop_reason

    @property
    def notes(self) -> tuple[str, ...]:
        """What Trimtab noted about the sweep, each note a sentence."""
        with self._facts() as state:
            return tuple(note.text for note in state.notes)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All trials so far, by number."""
        with self._facts() as state:
            return tuple(trial_of(state, self._folder, one) for one in state.trials.values())

    @property
    def best(self) -> Trial:
        """The best trial so far. Raises UnknownSweepError when none logged the primary metric."""
        from trimtab.finishing import chosen_from

        with self._facts() as state:
            return trial_of(state, self._folder, chosen_from(state, self._folder).trial)

    def to_pandas(self) -> pd.DataFrame:
        """All trials so far, one row each. Raises MissingExtraError without pandas."""
        return frame_of(self.trials)

    def wait(self, timeout: float | None = None) -> Status:
        """Waits until the sweep has ended, ``timeout`` seconds at most, and returns its status.

        ``running`` means that the time was too short. Ctrl-C ends the waiting, not the sweep.
        Raises SweepFailedError when the sweep has failed, SweepInterruptedError when nobody
        conducts it.
        """
        if not self._until_free(timeout):
            return Status.RUNNING
        status = self.status
        if status is Status.FAILED:
            raise SweepFailedError(f"The sweep {self.name} has failed. {self.reason}")
        if status is Status.INTERRUPTED:
            raise self._interrupted()
        return status

    def stop(self, *, now: bool = False, wait: bool = True) -> Status:
        """Stops the sweep in order; ``resume`` goes on. Does nothing when nobody conducts it.

        ``now`` leaves running trials no time to end by themselves; ``wait`` off returns at once.
        """
        if self._conducted():
            write_stop_file(self._folder.stop_file, now)
            if wait:
                self._until_free(None)
        return self.status

    def resume(self, *, tracked: bool = True) -> Run:
        """Goes on in a process of its own with a sweep that was stopped or interrupted.

        Returns this run once that process has begun. Raises InputError when the sweep has ended for
        good, SweepBusyError when a process conducts it, SweepInterruptedError when the process
        could not begin.
        """
        from trimtab.running import check_resumable

        check_resumable(self._folder)
        holder = conductor_of(self._folder)
        if holder is not None:
            raise SweepBusyError(f"The sweep {self.name} is being run by {holder}.", holder)
        before = self._session()
        self._process = Background(self._home, self._folder, tracked)
        while self._process.alive and self._session() == before:
            self._process.wait(LOOK_SECONDS)
        if self._session() == before:
            raise self._interrupted()
        return self

    def refit(
        self,
        overrides: Overrides = (),
        *,
        trial: int | None = None,
        name: str | None = None,
        tracked: bool = True,
    ) -> Run:
        """Runs the best parameters (or those of ``trial``) once more, with the sweep changed.

        ``overrides`` are as for ``load``: ``{"inputs.epochs": 60}``. Returns the new run, begun.
        Raises SweepFileError, InputError, UnknownSweepError, SweepInterruptedError.
        """
        from trimtab.finishing import create_refit

        folder = create_refit(
            self._home,
            self._folder,
            trial=trial,
            overrides=plain_overrides(overrides),
            name=name,
        )
        return Run(self._home, folder).resume(tracked=tracked)

    def register(
        self, name: str | None = None, *, trial: int | None = None, path: str | None = None
    ) -> ModelVersion:
        """Puts the best trial's model (or that of ``trial``) into MLflow's model registry.

        ``name`` defaults to the experiment's; ``path`` names the model below the trial's outputs.
        The version has ``name``, ``version`` and ``uri``. Raises InputError, UnknownSweepError,
        SweepBusyError while the sweep runs, TrackingError.
        """
        from trimtab.registration import register

        return register(self._home, self._folder, name=name, trial=trial, path=path)

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.status}, {counted(self.trials)}>"

    def _repr_html_(self) -> str:
        from trimtab.api.notebook import html_of

        return html_of(self)

    @contextmanager
    def _facts(self) -> Iterator[SweepState]:
        """What the facts say now, changed by nobody meanwhile; known facts are not read again."""
        with self._reading:
            store = SqliteStore.reader(self._folder.facts)
            try:
                for fact in store.read(self._known.seq):
                    self._known.apply(fact)
            finally:
                store.close()
            yield self._known

    def _ended(self) -> SweepOutcome | None:
        with self._facts() as state:
            return state.ended

    def _session(self) -> int:
        with self._facts() as state:
            return state.session

    def _conducted(self) -> bool:
        if self._process is not None and self._process.alive:
            return True
        if conductor_of(self._folder) is None:
            return False
        self._process = None
        return True

    def _until_free(self, timeout: float | None) -> bool:
        """Whether nobody conducts the sweep any more, within ``timeout`` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while self._conducted():
            left = None if until is None else max(0.0, until - time.monotonic())
            if left == 0.0:
                return False
            if self._process is not None and self._process.alive:
                self._process.wait(left)
            else:
                time.sleep(FAR_LOOK_SECONDS if left is None else min(FAR_LOOK_SECONDS, left))
        return True

    def _interrupted(self) -> SweepInterruptedError:
        process = self._process
        how = f"{process.last_words()}\n" if process else "its process is gone. "
        return SweepInterruptedError(
            f"The sweep {self.name} was interrupted: {how}"
            f"Nothing that was written down is lost; go on with run.resume() "
            f"or: trimtab resume {self.name}"
        )


def open(sweep: str = LATEST, home: str | Path | None = None) -> Run:
    """The sweep of that id, or of that unique beginning; by default the one last created.

    Raises UnknownSweepError, HomeError.
    """
    place = home_at(home)
    return Run(place, place.sweep(sweep))


def runs(home: str | Path | None = None) -> list[Run]:
    """All sweeps of a home, the oldest first. Raises HomeError."""
    place = home_at(home)
    return [Run(place, folder) for folder in place.sweeps()]


def home_at(home: str | Path | None) -> Home:
    """The home in that folder, ``~`` allowed; by default the one that commands use."""
    return open_home(None if home is None else Path(home).expanduser())
