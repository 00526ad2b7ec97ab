from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from trimtab.errors import StoreError, TrackingError
from trimtab.model.facts import Fact
from trimtab.ports import Store, Tracking
from trimtab.store.memory import MemoryLog, MemoryStore
from trimtab.testing.tracking import MemorySystem, MemoryTracking, Script
from trimtab.tracking.mirror import Cursor, Mirror, Remaining

PATIENCE = 5.0


class Watched:
    """A tracking system that lets a test wait for its writes and decides which of them fail."""

    def __init__(self, log: MemoryLog) -> None:
        self.system = MemorySystem()
        self.log = log
        self.opened = 0
        self.failures = 0
        self.written = threading.Semaphore(0)
        self.failed = threading.Semaphore(0)
        self.error: Callable[[], Exception] = lambda: TrackingError("away")
        self.after: Callable[[], None] = lambda: None

    def open(self, store: Store) -> Tracking:
        self.opened += 1
        watched, inner = self, MemoryTracking(self.system, self.log.facts)

        class Watching:
            def write(self, facts: Sequence[Fact]) -> None:
                if watched.failures > 0:
                    watched.failures -= 1
                    watched.failed.release()
                    raise watched.error()
                inner.write(facts)
                watched.after()
                watched.written.release()

            def close(self) -> None:
                inner.close()

        return Watching()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def watched(log: MemoryLog) -> Watched:
    return Watched(log)


@pytest.fixture
def mirror(log: MemoryLog, watched: Watched, tmp_path: Path) -> Mirror:
    return _mirror(log, watched, tmp_path)


def _mirror(log: MemoryLog, watched: Watched, folder: Path) -> Mirror:
    return Mirror(
        lambda: MemoryStore(log, writable=False),
        watched.open,
        folder / "mirror.json",
        first_pause=0.001,
        gather=0.0,
    )


def test_facts_are_mirrored_as_they_come(log: MemoryLog, watched: Watched, mirror: Mirror) -> None:
    script = Script().begin(0, 1)
    log.facts += script.facts
    mirror.start()
    assert watched.written.acquire(timeout=PATIENCE)
    assert watched.system.runs[0].status == "running"
    log.facts += Script().trial(0, 0.5).facts[len(log.facts) :]
    mirror.wake()
    assert watched.written.acquire(timeout=PATIENCE)
    assert mirror.stop(PATIENCE) == Remaining(0)
    assert watched.system.runs[0].metrics["loss"] == [(0, 0.5)]
    assert watched.opened == 1


def test_nothing_is_opened_before_a_trial_runs(
    log: MemoryLog, watched: Watched, mirror: Mirror
) -> None:
    log.facts += Script().facts
    mirror.start()
    assert mirror.stop(PATIENCE) == Remaining(2, "no trial has run yet")
    assert watched.opened == 0


def test_away_and_back_the_mirror_catches_up(
    log: MemoryLog, watched: Watched, mirror: Mirror
) -> None:
    watched.failures = 3
    log.facts += Script().trial(0, 0.5, 0.25).facts
    mirror.start()
    assert watched.written.acquire(timeout=PATIENCE)
    assert mirror.stop(PATIENCE) == Remaining(0)
    assert watched.system.runs[0].metrics["loss"] == [(0, 0.5), (1, 0.25)]
    assert watched.opened == 4


@pytest.mark.parametrize("error", [TrackingError("away"), StoreError("disk"), KeyError("bug")])
def test_stopping_while_away_says_what_remains(
    log: MemoryLog, watched: Watched, mirror: Mirror, error: Exception
) -> None:
    watched.failures, watched.error = 10**9, lambda: error
    log.facts += Script().trial(0, 0.5).facts
    mirror.start()
    assert watched.failed.acquire(timeout=PATIENCE)
    assert mirror.stop(0.01) == Remaining(len(log.facts), str(error))


def test_a_tracking_system_that_hangs_does_not_hold_the_end_up(
    log: MemoryLog, watched: Watched, mirror: Mirror
) -> None:
    released = threading.Event()

    def hang() -> None:
        released.wait(PATIENCE)

    watched.after = hang
    log.facts += Script().trial(0, 0.5).facts
    mirror.start()
    left = mirror.stop(0.01)
    released.set()
    assert left.facts >= 1
    assert "MLflow had not answered" in left.reason


def test_whoever_is_in_a_hurry_need_not_wait(
    log: MemoryLog, watched: Watched, mirror: Mirror
) -> None:
    released, asked = threading.Event(), []

    def hang() -> None:
        released.wait(PATIENCE)

    def give_up() -> bool:
        asked.append(True)
        return len(asked) > 2

    watched.after = hang
    log.facts += Script().trial(0, 0.5).facts
    mirror.start()
    left = mirror.stop(10 * PATIENCE, give_up)
    released.set()
    assert left.facts >= 1
    assert len(asked) == 3


def test_one_process_mirrors_a_sweep_at_a_time(
    log: MemoryLog, watched: Watched, mirror: Mirror, tmp_path: Path
) -> None:
    log.facts += Script().trial(0, 0.5).facts
    with (tmp_path / "mirror.json.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        mirror.start()
        left = mirror.stop(0.05)
        assert left == Remaining(1, "another process brings MLflow up to date")
        assert watched.system.runs == {}


def test_a_later_process_goes_on_after_the_cursor(
    log: MemoryLog, watched: Watched, tmp_path: Path
) -> None:
    script = Script().trial(0, 0.5)
    log.facts += script.facts
    first = _mirror(log, watched, tmp_path)
    first.start()
    assert first.stop(PATIENCE) == Remaining(0)
    assert Cursor(tmp_path / "mirror.json").seq == len(script.facts)
    log.facts += script.trial(1, 0.75).facts[len(log.facts) :]
    later = _mirror(log, watched, tmp_path)
    later.start()
    assert later.stop(PATIENCE) == Remaining(0)
    assert watched.system.runs[0].metrics["loss"] == [(0, 0.5)]
    assert watched.system.runs[1].metrics["loss"] == [(0, 0.75)]


def test_a_cursor_that_could_not_be_saved_costs_a_repetition_only(
    log: MemoryLog, watched: Watched, tmp_path: Path
) -> None:
    log.facts += Script().trial(0, 0.5).facts
    (tmp_path / "mirror.json").mkdir()
    mirror = _mirror(log, watched, tmp_path)
    mirror.start()
    for _ in range(3):
        assert watched.written.acquire(timeout=PATIENCE)
    left = mirror.stop(0.01)
    assert left.facts == len(log.facts)
    assert watched.system.runs[0].metrics["loss"] == [(0, 0.5)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seq": -1}', '{"seq": true}', '{"seq": "7"}'])
def test_a_damaged_cursor_begins_at_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "cursor").write_text(text)
    assert Cursor(tmp_path / "cursor").seq == 0


def test_facts_that_cannot_be_opened_remain(tmp_path: Path, watched: Watched) -> None:
    def broken() -> Store:
        raise StoreError("no such log")

    mirror = Mirror(broken, watched.open, tmp_path / "cursor")
    mirror.start()
    assert mirror.stop(PATIENCE) == Remaining(1, "no such log")


def test_a_mirror_that_was_never_started_can_be_stopped(mirror: Mirror) -> None:
    assert mirror.stop(0.0) == Remaining(0)
