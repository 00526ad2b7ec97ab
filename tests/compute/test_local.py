from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compute.local_lab import LocalLab
from trimtab.model.facts import Ended, Outcome, Started
from trimtab.testing.compute import ComputeContract, Lab, ends, follow
from trimtab.testing.runtime import alive

pytestmark = pytest.mark.real


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LocalLab]:
    lab = LocalLab(tmp_path / "sweep")
    yield lab
    lab.close()


class TestLocalCompute(ComputeContract):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Iterator[Lab]:
        lab = LocalLab(tmp_path / "sweep")
        yield lab
        lab.close()


def test_wake_ends_a_poll(lab: LocalLab) -> None:
    timer = threading.Timer(0.05, lab.compute.wake)
    timer.start()
    begin = time.monotonic()
    assert list(lab.compute.poll(30.0)) == []
    assert time.monotonic() - begin < 10.0
    timer.join()


def test_a_cancel_while_preparing_ends_at_once(lab: LocalLab, tmp_path: Path) -> None:
    launch = lab.of("true")
    lab.compute.submit(launch)
    lab.compute.cancel(launch.key)
    assert list(lab.compute.poll(0.0)) == [Ended(0, 1, Outcome.CANCELED)]
    _, end = lab.run("true", trial=1)
    assert end.outcome is Outcome.COMPLETED


def test_slots_are_given_back_and_named(lab: LocalLab) -> None:
    for trial in range(2 * lab.compute.capacity + 1):
        lab.compute.submit(lab.of("true", trial=trial))
    news = follow(lab.compute, ends(2 * lab.compute.capacity + 1))
    nodes = {one.node for one in news if isinstance(one, Started)}
    assert nodes <= {f"local-{number}" for number in range(1, lab.compute.capacity + 1)}


def test_restart_ends_what_the_last_conductor_left(lab: LocalLab) -> None:
    lab.compute.submit(lab.of("trap '' TERM; echo $$; sleep 60; true"))
    follow(
        lab.compute,
        lambda _: (lab.folder / "trials/0.1/user_logs/std_log.txt").exists() and "\n" in lab.log(),
    )
    pid = int(lab.log())
    assert alive(pid)
    lab.restart().attach([lab.of("true", trial=1)])
    assert not alive(pid)
