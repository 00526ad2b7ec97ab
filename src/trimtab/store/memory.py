"""Facts in memory: the reference of the Store port."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trimtab.errors import StoreError, SweepBusyError
from trimtab.model.facts import Fact


class MemoryLog:
    """What outlives a store: the facts themselves, and who may write."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.taken = False


class MemoryStore:
    """A writer or a reader of one ``MemoryLog``."""

    def __init__(self, log: MemoryLog | None = None, writable: bool = True) -> None:
        self._log = MemoryLog() if log is None else log
        self._writable = writable
        if writable:
            if self._log.taken:
                raise SweepBusyError("Another store writes this log already.")
            self._log.taken = True

    def append(self, facts: Sequence[Fact]) -> None:
        if not self._writable:
            raise StoreError("This store is closed, or opened for reading.")
        check_sequence(facts, len(self._log.facts))
        self._log.facts.extend(facts)

    def read(self, after: int = 0) -> Iterator[Fact]:
        return iter(self._log.facts[after:])

    def close(self) -> None:
        if self._writable:
            self._log.taken = False
        self._writable = False


def check_sequence(facts: Sequence[Fact], last: int) -> None:
    """Raises StoreError unless the facts continue a log whose last is ``last``."""
    for expected, fact in enumerate(facts, last + 1):
        if fact.seq != expected:
            raise StoreError(f"Fact {fact.seq} does not follow fact {expected - 1}.")
