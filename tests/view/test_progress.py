"""Progress: the leader is always the best trial, and the rest of the time is forecast."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.engine.play import Counting, Theatre, eventful, plan, steady
from trimtab.compute.simulated import Script
from trimtab.model.facts import Body as FactBody
from trimtab.model.facts import (
    ConductorStarted,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    StopRequested,
    Submitted,
    SweepCreated,
)
from trimtab.model.launch import Launch
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.space import Choice, Space
from trimtab.testing.faults import Fuse
from trimtab.view.progress import Progress


def shown(facts: Iterable[Fact]) -> Progress:
    progress = Progress()
    for fact in facts:
        progress.apply(fact)
    return progress


def told(given: Plan, *bodies: tuple[float, FactBody]) -> Progress:
    """Progress after these bodies, each with its seconds since the sweep's begin."""
    created: tuple[float, FactBody] = (0.0, SweepCreated("sweep", plan_to_json(given), {}))
    return shown(
        Fact(seq, 1000.0 + at, body) for seq, (at, body) in enumerate([created, *bodies], 1)
    )


def begun(trial: int, at: float) -> list[tuple[float, FactBody]]:
    return [
        (at, Proposed(trial, {"x": trial})),
        (at, Submitted(trial, 1)),
        (at, Started(trial, 1, "node")),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_leader_is_the_best_after_every_fact(seed: int) -> None:
    theatre = Theatre(plan(total=12, concurrent=3), eventful(seed))
    theatre.run_through([Fuse(at=20), Fuse(at=9)])
    progress = Progress()
    for fact in theatre.facts:
        progress.apply(fact)
        assert progress.leader is progress.state.best()


def test_before_a_trial_has_ended_nothing_is_forecast() -> None:
    progress = told(plan(), *begun(0, 0.0))
    assert progress.eta(1005.0) is None
    assert [trial.index for trial in progress.running] == [0]


def test_the_rest_is_shared_by_the_slots_that_were_seen() -> None:
    both = [*begun(0, 0.0), *begun(1, 0.0)]
    ended: list[tuple[float, FactBody]] = [
        (10.0, Ended(0, 1, Outcome.COMPLETED)),
        (10.0, Ended(1, 1, Outcome.COMPLETED)),
    ]
    progress = told(plan(total=6, concurrent=4), *both, *ended)
    assert progress.slots == 2
    assert progress.eta(1010.0) == pytest.approx(20.0)  # four of 10 s each, two at once


def test_a_trial_under_way_counts_with_what_it_has_left() -> None:
    first = [*begun(0, 0.0), (10.0, Ended(0, 1, Outcome.COMPLETED))]
    progress = told(plan(total=2), *first, *begun(1, 10.0))
    assert progress.eta(1014.0) == pytest.approx(6.0)
    assert progress.eta(1050.0) == 0.0


def test_the_timeout_bounds_the_forecast() -> None:
    first = [*begun(0, 0.0), (10.0, Ended(0, 1, Outcome.COMPLETED))]
    progress = told(plan(total=100, timeout=60.0), *first)
    assert progress.eta(1010.0) == pytest.approx(50.0)
    assert progress.eta(2000.0) == 0.0


def test_failed_trials_say_nothing_about_the_time_of_others() -> None:
    progress = told(plan(), *begun(0, 0.0), (1.0, Ended(0, 1, Outcome.FAILED)))
    assert progress.eta(1001.0) is None


def test_a_sweep_that_is_stopping_has_no_forecast() -> None:
    first = [*begun(0, 0.0), (10.0, Ended(0, 1, Outcome.COMPLETED))]
    assert told(plan(), *first, (11.0, StopRequested("enough"))).eta(1011.0) is None


def test_another_conductor_counts_its_own_slots() -> None:
    progress = told(plan(), *begun(0, 0.0), *begun(1, 0.0), (5.0, ConductorStarted(1, "here")))
    assert progress.slots == 0


def test_the_total_is_the_limit_or_what_the_space_holds() -> None:
    assert told(plan(total=7)).total == 7
    space = Space.of({"a": Choice((1, 2, 3))})
    grid = Plan(Objective("score", True), Limits(50, 2), space, sampler={"type": "grid"})
    assert told(grid).total == 3
    theatre = Theatre(plan(total=50), steady(), sampler=Counting(5))
    theatre.run()
    assert shown(theatre.facts).total == 5


def test_a_value_that_is_none_does_not_lead() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0, ((0.5, "score", float("nan"), None),))

    theatre = Theatre(plan(total=2), play)
    theatre.run()
    progress = shown(theatre.facts)
    assert progress.leader is None
    assert progress.last(progress.state.trials[0]) is None


def test_another_metric_does_not_change_the_leader() -> None:
    progress = told(plan(), *begun(0, 0.0), (1.0, Reported(0, 1, "loss", 99.0)))
    assert progress.leader is None
