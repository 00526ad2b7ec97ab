"""Time as a value: seconds since the epoch, injected wherever it is needed."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch. Successive calls never go backwards."""

    def now(self) -> float: ...


class SystemClock:
    """Wall time at construction plus monotonic time since: a clock set back does not show."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return self._offset + time.monotonic()


class VirtualClock:
    """Time that moves only when told to; what simulations and tests run on."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance_to(self, at: float) -> None:
        """Moves to ``at``; a moment that has passed already leaves the clock as it is."""
        self._now = max(self._now, at)
