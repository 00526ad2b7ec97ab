"""``trimtab stop``: the one thing that a face may send to a running sweep."""

from __future__ import annotations

import time
from pathlib import Path

from trimtab.cli.homes import existing_home
from trimtab.cli.output import say
from trimtab.errors import InputError
from trimtab.home import Home, SweepFolder
from trimtab.model.facts import SweepOutcome
from trimtab.reading import read_state
from trimtab.stopping import conductor_of, write_stop_file

LOOK_SECONDS = 0.1
"""Between two looks at a sweep that is to stop."""


def stop(sweep: str, now: bool, wait: bool, home: Path | None) -> None:
    """Asks the conductor to stop, and waits until it has."""
    place = existing_home(home)
    folder = place.sweep(sweep)
    holder = conductor_of(folder)
    if holder is None:
        raise InputError(_nobody(place, folder))
    write_stop_file(folder.stop_file, now)
    if not wait:
        say([f"Asked {holder} to stop {folder.sweep}."])
        return
    while conductor_of(folder) == holder:
        if not folder.stop_file.exists():
            # A conductor that has only begun takes away what was meant for the one before it.
            write_stop_file(folder.stop_file, now)
        time.sleep(LOOK_SECONDS)
    folder.stop_file.unlink(missing_ok=True)
    say([_ended(folder)])


def _nobody(home: Home, folder: SweepFolder) -> str:
    said = f"Nobody runs the sweep {folder.sweep}; there is nothing to stop."
    running = [one.sweep for one in home.sweeps() if conductor_of(one) is not None]
    return f"{said} Running: {', '.join(running)}" if running else said


def _ended(folder: SweepFolder) -> str:
    ended = read_state(folder).ended
    if ended in (SweepOutcome.COMPLETED, SweepOutcome.FAILED):
        return f"{folder.sweep} had {ended} before it could be stopped."
    return f"Stopped {folder.sweep}; go on with: trimtab resume {folder.sweep}"
