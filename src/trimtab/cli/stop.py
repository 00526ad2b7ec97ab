"""``trimtab stop``: the one thing that a face may send to a running sweep."""

from __future__ import annotations

import time
from pathlib import Path

from trimtab.cli.output import say
from trimtab.errors import InputError
from trimtab.home import open_home
from trimtab.stopping import conductor_of, write_stop_file

LOOK_SECONDS = 0.1
"""Between two looks at a sweep that is to stop."""


def stop(sweep: str, now: bool, wait: bool, home: Path | None) -> None:
    """Asks the conductor to stop, and waits until it has."""
    folder = open_home(home).sweep(sweep)
    holder = conductor_of(folder)
    if holder is None:
        raise InputError(f"Nobody runs the sweep {folder.sweep}; there is nothing to stop.")
    write_stop_file(folder.stop_file, now)
    if not wait:
        say([f"Asked {holder} to stop {folder.sweep}."])
        return
    while conductor_of(folder) is not None:
        time.sleep(LOOK_SECONDS)
    say([f"Stopped {folder.sweep}; go on with: trimtab resume {folder.sweep}"])
