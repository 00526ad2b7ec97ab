from __future__ import annotations

import math
from pathlib import Path

import pytest

from trimtab.clock import VirtualClock
from trimtab.compute.simulated import Script, SimulatedCluster, SimulatedCompute
from trimtab.errors import ComputeError
from trimtab.model.facts import Ended, Outcome, Reported
from trimtab.model.launch import Launch, Work, attempt_key
from trimtab.ports import Compute
from trimtab.testing.compute import (
    NOTHING,
    Behaviour,
    ComputeContract,
    Lab,
    ends,
    follow,
    starts,
    the_end,
)


class SimulatedLab:
    """``survives``: the nodes outlive a conductor; otherwise their attempts vanish with it."""

    def __init__(self, survives: bool, start_seconds: float = 0.0) -> None:
        self.survives = survives
        self.clock = VirtualClock()
        self.behaviours: dict[str, Behaviour] = {}
        self.cluster = SimulatedCluster(self.clock, 2, self._play, start_seconds)
        self.compute: Compute = SimulatedCompute(self.cluster)

    def _play(self, launch: Launch) -> Script:
        behaviour = self.behaviours[launch.key]
        reports = tuple((0.01 * n, *report) for n, report in enumerate(behaviour.reports, 1))
        seconds = math.inf if behaviour.holds else 0.01 * (len(reports) + 1)
        return Script(seconds, reports, behaviour.exit_code, stubborn=behaviour.stubborn)

    def launch(
        self,
        trial: int,
        behaviour: Behaviour = NOTHING,
        attempt: int = 1,
        timeout: float | None = None,
    ) -> Launch:
        key = attempt_key("sweep", trial, attempt)
        self.behaviours[key] = behaviour
        return Launch(key, "sweep", trial, attempt, {}, Work("true"), Path(), timeout)

    def restart(self) -> Compute:
        if not self.survives:
            for key in self.cluster.alive():
                self.cluster.vanish(key)
        self.compute = SimulatedCompute(self.cluster)
        return self.compute


class TestSimulatedCompute(ComputeContract):
    @pytest.fixture(params=[(True, 0.0), (False, 0.0), (True, 0.07)])
    def lab(self, request: pytest.FixtureRequest) -> Lab:
        return SimulatedLab(*request.param)


def test_a_stubborn_attempt_ends_when_its_grace_is_over() -> None:
    lab = SimulatedLab(survives=True)
    launch = lab.launch(0, Behaviour(holds=True, stubborn=True))
    lab.compute.submit(launch)
    news = follow(lab.compute, starts(1))
    lab.compute.cancel(launch.key)
    begin = lab.clock.now()
    follow(lab.compute, ends(1), news)
    assert the_end(news, 0).outcome is Outcome.CANCELED
    assert lab.clock.now() == pytest.approx(begin + 5.0)


def test_a_surviving_attempt_tells_everything_again() -> None:
    lab = SimulatedLab(survives=True)
    launch = lab.launch(0, Behaviour((("loss", 0.5, 1),), holds=True))
    lab.compute.submit(launch)
    news = follow(lab.compute, lambda told: any(isinstance(one, Reported) for one in told))
    compute = lab.restart()
    compute.attach([launch])
    assert list(compute.poll(0.0)) == news


def test_an_attempt_that_nobody_names_is_ended_and_frees_its_node() -> None:
    lab = SimulatedLab(survives=True)
    for trial in range(2):
        lab.compute.submit(lab.launch(trial, Behaviour(holds=True)))
    follow(lab.compute, starts(2))
    compute = lab.restart()
    compute.attach([])
    compute.submit(lab.launch(2))
    news = follow(compute, ends(1))
    assert news[-1] == Ended(2, 1, Outcome.COMPLETED, exit_code=0)


def test_standing_still_for_ever_is_an_error() -> None:
    with pytest.raises(ComputeError, match="stands still"):
        SimulatedLab(survives=True).compute.poll(math.inf)
