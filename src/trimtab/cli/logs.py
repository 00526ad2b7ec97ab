"""``trimtab logs``: what a trial printed, also while it prints."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from trimtab.cli.homes import sweep_of_trial
from trimtab.cli.output import log_of, say
from trimtab.errors import UnknownSweepError
from trimtab.finishing import chosen_from
from trimtab.home import SweepFolder
from trimtab.model.state import SweepState
from trimtab.reading import state_of
from trimtab.stopping import conductor_of
from trimtab.store.sqlite import SqliteStore

LOOK_SECONDS = 0.2
"""Between two looks at a log that is followed."""


def logs(sweep: str, trial: int | None, follow: bool, home: Path | None) -> None:
    """Copies a trial's log to stdout; followed until its trial has ended or nobody runs it.

    Of a trial that gets another attempt, the new attempt's log follows the old one's.
    """
    folder = sweep_of_trial(sweep, trial, home)
    store = SqliteStore.reader(folder.facts)
    try:
        state = state_of(store)
        number = _chosen(folder, state, trial)
        log, place = _log(folder, state, number), 0
        while True:
            running = follow and not _over(folder, state, number)
            place = _copy(log, place)
            if not running:
                break
            time.sleep(LOOK_SECONDS)
            for fact in store.read(state.seq):
                state.apply(fact)
            newest = _log(folder, state, number)
            if newest != log:
                _copy(log, place)
                log, place = newest, 0
    finally:
        store.close()
    if place == 0 and sys.stdout.isatty():
        say([f"(nothing was printed: {log})"])


def _chosen(folder: SweepFolder, state: SweepState, trial: int | None) -> int:
    number = _last_started(state) if trial is None else trial
    if number is None:
        raise UnknownSweepError(f"No trial of the sweep {folder.sweep} has started yet.")
    return chosen_from(state, folder, number).trial.index


def _last_started(state: SweepState) -> int | None:
    started = [trial for trial in state.trials.values() if trial.attempt]
    latest = max(started, key=lambda trial: (trial.status.open, trial.index), default=None)
    return None if latest is None else latest.index


def _over(folder: SweepFolder, state: SweepState, trial: int) -> bool:
    return state.trials[trial].status.ended or conductor_of(folder) is None


def _log(folder: SweepFolder, state: SweepState, trial: int) -> Path:
    return log_of(folder)(trial, max(1, state.trials[trial].attempt))


def _copy(log: Path, place: int) -> int:
    """Copies what lies after ``place``, as it is; where the next look begins."""
    if not log.exists():
        return place
    with log.open("rb") as source:
        if place > log.stat().st_size:
            place = 0
        source.seek(place)
        shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return source.tell()
