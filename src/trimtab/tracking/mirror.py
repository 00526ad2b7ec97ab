"""The mirror: a reader of the facts, on its own thread, that keeps a tracking system up to date.

The tracking system may be slow or away: the sweep goes on, and the mirror catches up. How far it
came is kept in a small file, so that a later process goes on from there.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from trimtab.errors import StoreError, TrimtabError
from trimtab.model.facts import Ended, Fact, Started, SweepEnded
from trimtab.ports import Store, Tracking
from trimtab.redaction import redacted
from trimtab.tracking.journal import read_object, write_atomically

_log = logging.getLogger(__name__)

BATCH = 5_000
GATHER = 0.5
"""Seconds between news and looking at them, so that many facts become one request."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between attempts while the tracking system is away: doubled from one to the other."""
_BEGINNINGS = (Started, Ended, SweepEnded)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a stopped mirror leaves: facts not mirrored, and the reason (empty when none)."""

    facts: int
    reason: str = ""


class Cursor:
    """The number of the last fact mirrored, in a file that is replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        data = read_object(path) or {}
        seq = data.get("seq")
        self.seq = seq if isinstance(seq, int) and not isinstance(seq, bool) and seq > 0 else 0

    def move(self, seq: int) -> None:
        """Raises OSError; the facts after the old place are then mirrored again one day."""
        write_atomically(self._path, {"seq": seq})
        self.seq = seq


class Mirror:
    """Brings facts to a tracking system until it is stopped.

    ``open_store`` and ``open_tracking`` are called on the mirror's thread, which uses what they
    return alone; the tracking system not before a trial runs, so that loading it delays none.
    ``open_tracking`` gets the store, to read what came before.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        open_tracking: Callable[[Store], Tracking],
        cursor: Path,
        first_pause: float = FIRST_PAUSE,
        gather: float = GATHER,
    ) -> None:
        self._open_store = open_store
        self._open_tracking = open_tracking
        self._cursor_path = cursor
        self._first_pause = first_pause
        self._gather = gather
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._until = float("inf")
        self._remaining = Remaining(0)
        self._thread = threading.Thread(target=self._run, name="trimtab-mirror", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.wake()

    def wake(self) -> None:
        """New facts were appended. Costs nothing; any thread may call it."""
        self._news.set()

    def stop(self, timeout: float, give_up: Callable[[], bool] = lambda: False) -> Remaining:
        """Mirrors what is there for at most ``timeout`` seconds and says what remains.

        A tracking system that hangs does not hold the caller up for longer, nor after
        ``give_up``, asked several times a second, has said yes.
        """
        self._until = time.monotonic() + timeout
        self._stopping.set()
        self._news.set()
        while self._thread.is_alive() and time.monotonic() < self._until and not give_up():
            self._thread.join(min(0.1, timeout))
        if self._thread.is_alive():
            return Remaining(
                max(1, self._remaining.facts),
                self._remaining.reason or "MLflow had not answered when the wait for it was over",
            )
        return self._remaining

    def _run(self) -> None:
        try:
            lock = os.open(f"{self._cursor_path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            self._remaining = Remaining(1, str(error))
            return
        try:
            if self._alone(lock):
                self._read_on()
        finally:
            os.close(lock)

    def _alone(self, lock: int) -> bool:
        """Waits until no other process mirrors this sweep; False when told to stop before."""
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._remaining = Remaining(1, "another process brings MLflow up to date")
            else:
                self._remaining = Remaining(0)
                return True
            if self._stopping.is_set() and self._late():
                return False
            time.sleep(0.1)

    def _read_on(self) -> None:
        try:
            store = self._open_store()
        except (TrimtabError, OSError) as error:
            self._remaining = Remaining(1, str(error))
            _log.warning("The mirror cannot read the facts.", extra={"reason": str(error)})
            return
        try:
            self._follow(store)
        finally:
            store.close()

    def _follow(self, store: Store) -> None:
        cursor = Cursor(self._cursor_path)
        tracking = _Lazy(lambda: self._open_tracking(store))
        pause, begun = self._first_pause, cursor.seq > 0
        while True:
            self._news.clear()
            last_round = self._stopping.is_set()
            try:
                begun = begun or _begins(store.read(cursor.seq))
                if begun:
                    self._catch_up(store, tracking, cursor)
                elif last_round:
                    self._remaining = _rest(store, cursor, "no trial has run yet")
                pause = self._first_pause
            except Exception as error:  # noqa: BLE001 - whatever fails here, the sweep goes on
                self._failed(store, cursor, error)
                tracking.drop()
                if not self._retry_in(pause):
                    break
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            if last_round:
                break
            self._news.wait()
            self._stopping.wait(self._gather)
        tracking.drop()

    def _catch_up(self, store: Store, tracking: _Lazy, cursor: Cursor) -> None:
        while not self._late():
            facts = list(islice(store.read(cursor.seq), BATCH))
            if not facts:
                if self._remaining.reason:
                    _log.info("The mirror is up to date again.", extra={"fact": cursor.seq})
                self._remaining = Remaining(0)
                return
            tracking.write(facts)
            cursor.move(facts[-1].seq)
        self._remaining = _rest(store, cursor, "the time to stop was over")

    def _failed(self, store: Store, cursor: Cursor, error: Exception) -> None:
        if not self._remaining.reason:
            _log.warning(
                "The mirror cannot go on for now; the sweep does.",
                extra={"reason": redacted(str(error))},
                exc_info=None if isinstance(error, TrimtabError | OSError) else error,
            )
        self._remaining = _rest(store, cursor, redacted(str(error)))

    def _retry_in(self, pause: float) -> bool:
        """Waits before the next attempt; False when the mirror is to stop before it."""
        if self._stopping.wait(pause):
            left = self._until - time.monotonic()
            if left <= pause:
                return False
            time.sleep(min(pause, left))
        return True

    def _late(self) -> bool:
        return time.monotonic() > self._until


class _Lazy:
    """A tracking system that is opened with its first facts, and anew after it failed."""

    def __init__(self, make: Callable[[], Tracking]) -> None:
        self._make = make
        self._tracking: Tracking | None = None

    def write(self, facts: list[Fact]) -> None:
        if self._tracking is None:
            self._tracking = self._make()
        self._tracking.write(facts)

    def drop(self) -> None:
        if self._tracking is not None:
            self._tracking.close()
            self._tracking = None


def _begins(facts: Iterable[Fact]) -> bool:
    return any(isinstance(fact.body, _BEGINNINGS) for fact in facts)


def _rest(store: Store, cursor: Cursor, reason: str) -> Remaining:
    try:
        return Remaining(sum(1 for _ in store.read(cursor.seq)), reason)
    except StoreError:
        return Remaining(1, reason)
