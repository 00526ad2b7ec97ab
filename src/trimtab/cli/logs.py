"""``trimtab logs``: what a trial printed, also while it prints."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from trimtab.cli.output import say
from trimtab.errors import UnknownSweepError
from trimtab.home import SweepFolder, open_home
from trimtab.model.state import SweepState
from trimtab.reading import read_state
from trimtab.stopping import conductor_of

LOOK_SECONDS = 0.2
"""Between two looks at a log that is followed."""


def logs(sweep: str, trial: int | None, follow: bool, home: Path | None) -> None:
    """Copies a trial's log to stdout; followed until its trial has ended or nobody runs it."""
    folder = open_home(home).sweep(sweep)
    state = read_state(folder)
    number = _last_started(state) if trial is None else trial
    if number is None or number not in state.trials:
        raise UnknownSweepError(
            f"The sweep {folder.sweep} has no trial {'yet' if trial is None else trial}."
        )
    place = 0
    while True:
        running = follow and not _over(folder, number)
        place = _copy(_log(folder, number), place)
        if not running:
            return
        time.sleep(LOOK_SECONDS)


def _last_started(state: SweepState) -> int | None:
    started = [trial for trial in state.trials.values() if trial.attempt]
    latest = max(started, key=lambda trial: (trial.status.open, trial.index), default=None)
    return None if latest is None else latest.index


def _over(folder: SweepFolder, trial: int) -> bool:
    return read_state(folder).trials[trial].status.ended or conductor_of(folder) is None


def _log(folder: SweepFolder, trial: int) -> Path:
    attempt = max(1, read_state(folder).trials[trial].attempt)
    return folder.attempt(trial, attempt) / "user_logs" / "std_log.txt"


def _copy(log: Path, place: int) -> int:
    """Copies what lies after ``place``, as it is; where the next look begins."""
    if not log.exists():
        if place == 0 and sys.stdout.isatty():
            say([f"(nothing was printed yet: {log})"])
        return place
    with log.open("rb") as source:
        if place > log.stat().st_size:
            place = 0
        source.seek(place)
        shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return source.tell()
