"""Faults as fixtures: a conductor that dies at a chosen call, news that come twice.

``Fuse`` counts the calls of the store and the compute it is wired into, and raises ``Crash`` before
or after the chosen one. ``Crash`` is no ``Exception``: nothing on the way may swallow it, as
nothing can swallow ``kill -9``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from trimtab.model.facts import Fact, News
from trimtab.model.launch import Launch
from trimtab.ports import Compute, Store


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Fuse:
    """Blows at call number ``at`` (from 1; 0: never), before or after the call took effect."""

    at: int = 0
    after: bool = False
    calls: int = field(default=0, init=False)

    def before(self) -> None:
        self.calls += 1
        if self.calls == self.at and not self.after:
            raise Crash

    def done(self) -> None:
        if self.calls == self.at and self.after:
            raise Crash


class FusedStore:
    """A store whose writer may die around an append."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    def append(self, facts: Sequence[Fact]) -> None:
        self._fuse.before()
        self._store.append(facts)
        self._fuse.done()

    def read(self, after: int = 0) -> Iterator[Fact]:
        return self._store.read(after)

    def close(self) -> None:
        self._store.close()


class FusedCompute:
    """A compute whose caller may die around any call; ``repeats`` tells all news twice."""

    def __init__(self, compute: Compute, fuse: Fuse, repeats: bool = False) -> None:
        self._compute = compute
        self._fuse = fuse
        self._repeats = repeats

    @property
    def capacity(self) -> int:
        return self._compute.capacity

    def submit(self, launch: Launch) -> None:
        self._fuse.before()
        self._compute.submit(launch)
        self._fuse.done()

    def attach(self, launches: Iterable[Launch]) -> None:
        self._fuse.before()
        self._compute.attach(launches)
        self._fuse.done()

    def poll(self, timeout: float) -> Sequence[News]:
        self._fuse.before()
        news = self._compute.poll(timeout)
        self._fuse.done()
        return [one for one in news for _ in range(2 if self._repeats else 1)]

    def cancel(self, key: str, at_once: bool = False) -> None:
        self._fuse.before()
        self._compute.cancel(key, at_once)
        self._fuse.done()

    def close(self) -> None:
        self._compute.close()
