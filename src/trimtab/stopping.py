"""How a sweep is told to stop: a signal to its process, or a file in its folder.

Faces read facts and may send one thing: stop. The file is written by ``trimtab stop`` and taken
away by the conductor that heeds it, or by the next one.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from trimtab.errors import HomeError
from trimtab.home import SweepFolder
from trimtab.model.facts import StopRequested
from trimtab.store.sqlite import holder_of

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSwitch:
    """Says whether a stop is wanted; a second request wants it at once.

    ``signal`` is the number of the last signal that asked, if one did.
    """

    def __init__(self, file: Path) -> None:
        self.signal: int | None = None
        self._file = file
        self._requests = 0
        self._reason = ""

    @property
    def requests(self) -> int:
        """How often a signal or a caller asked."""
        return self._requests

    def forget_file(self) -> None:
        """Takes away a stop file that was meant for an earlier conductor."""
        self._file.unlink(missing_ok=True)

    def request(self, reason: str) -> None:
        self._requests += 1
        self._reason = reason

    def __call__(self) -> StopRequested | None:
        if self._requests:
            return StopRequested(self._reason, at_once=self._requests > 1)
        if not self._file.exists():
            return None
        try:
            at_once = json.loads(self._file.read_text()).get("at_once") is True
        except (OSError, ValueError, AttributeError):
            at_once = False
        return StopRequested("It was stopped with: trimtab stop.", at_once)


def write_stop_file(file: Path, at_once: bool) -> None:
    """Asks whoever conducts the sweep to stop it. Raises HomeError."""
    try:
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(json.dumps({"at_once": at_once}))
        fresh.replace(file)
    except OSError as error:
        raise HomeError(f"{file} cannot be written: {error.strerror}.") from error


def conductor_of(folder: SweepFolder) -> str | None:
    """Who conducts a sweep now, for example ``process 12 on host``; None when nobody does."""
    return holder_of(folder.facts)


@contextmanager
def heeding_signals(switch: StopSwitch) -> Iterator[None]:
    """While it lasts, Ctrl-C and TERM request a stop; a second one wants it at once.

    Only the main thread may receive signals; elsewhere this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heed(number: int, _frame: FrameType | None) -> None:
        switch.signal = number
        switch.request(f"It was stopped by {signal.Signals(number).name}.")

    before = {number: signal.signal(number, heed) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
