"""A sweep that dies and is resumed proposes what it would have proposed without."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.play import Theatre
from trimtab.compute.simulated import Play, Script
from trimtab.model.facts import Fact, Proposed
from trimtab.model.launch import Launch
from trimtab.model.plan import Limits, Objective, Plan
from trimtab.model.state import SweepState
from trimtab.ports import Sampler
from trimtab.samplers import (
    BayesianSampler,
    CmaesSampler,
    GridSampler,
    RandomSampler,
    SobolSampler,
)
from trimtab.space import Branch, Choice, LogUniform, Normal, Params, RandInt, Space, Uniform
from trimtab.testing.audit import audit
from trimtab.testing.faults import Fuse

NUMBERS = Space.of({"x": Uniform(0, 1), "lr": LogUniform(-6, -1), "n": RandInt(30)})
CHOICES = Space.of({"a": Choice((1, 2, 3, 4)), "b": Choice(("x", "y", "z", 0.5))})
NESTED = Space.of(
    {
        "w": Normal(0, 1),
        "kind": Choice(("plain", Branch((("name", "deep"), ("layers", RandInt(9)))))),
    }
)
TRIALS = 14
"""Four more than the model-based samplers draw at random."""

SAMPLERS: list[tuple[Callable[[], Sampler], Space]] = [
    (lambda: RandomSampler(3), NESTED),
    (GridSampler, CHOICES),
    (lambda: SobolSampler(3), NESTED),
    (lambda: BayesianSampler("tpe", 3), NUMBERS),
    (lambda: BayesianSampler("tpe", 3), NESTED),
    (lambda: BayesianSampler("tpe", 3), CHOICES),
    (lambda: CmaesSampler(3), NUMBERS),
]
NAMES = ["random", "grid", "sobol", "tpe", "tpe nested", "tpe choices", "cmaes"]


def plan(space: Space, concurrent: int) -> Plan:
    return Plan(Objective("score", True), Limits(TRIALS, concurrent), space, max_failures=TRIALS)


def worth(params: Params) -> float:
    return int(hashlib.sha256(json.dumps(params).encode()).hexdigest()[:8], 16) / 2**32


def by_params() -> Play:
    """What a trial does depends on its parameters alone: its scores, its length, a failure."""

    def play(launch: Launch) -> Script:
        score = worth(launch.params)
        seconds = 1.0 + int(score * 1000) % 5
        reports = tuple((seconds * n / 4, "score", score + n / 100, n) for n in range(1, 4))
        return Script(seconds, reports, exit_code=1 if score < 0.1 else 0)

    return play


def proposals(facts: Sequence[Fact]) -> list[Params]:
    return [fact.body.params for fact in facts if isinstance(fact.body, Proposed)]


fuses = st.lists(st.builds(Fuse, at=st.integers(1, 60), after=st.booleans()), max_size=5)


@pytest.mark.real  # scipy and Optuna take a second to import
@pytest.mark.parametrize(("make", "space"), SAMPLERS, ids=NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fuses=fuses, survives=st.booleans())
def test_one_trial_at_a_time_the_points_are_the_same(
    make: Callable[[], Sampler], space: Space, fuses: list[Fuse], survives: bool
) -> None:
    whole = Theatre(plan(space, 1), by_params(), nodes=1, sampler=make())
    whole.run()
    broken = Theatre(plan(space, 1), by_params(), nodes=1, sampler=make(), survives=survives)
    broken.run_through(fuses)
    assert proposals(broken.facts) == proposals(whole.facts)
    assert len(proposals(whole.facts)) == TRIALS


@pytest.mark.real
@pytest.mark.parametrize(("make", "space"), SAMPLERS, ids=NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fuses=fuses, survives=st.booleans(), concurrent=st.integers(2, 5))
def test_every_point_follows_from_the_facts_before_it(
    make: Callable[[], Sampler],
    space: Space,
    fuses: list[Fuse],
    survives: bool,
    concurrent: int,
) -> None:
    theatre = Theatre(
        plan(space, concurrent), by_params(), nodes=concurrent, sampler=make(), survives=survives
    )
    theatre.run_through(fuses)
    assert audit(theatre.facts) == []
    state = SweepState()
    for fact in theatre.facts:
        if isinstance(fact.body, Proposed):
            assert make().propose(fact.body.trial, state) == fact.body.params
        state.apply(fact)
    assert len(state.trials) == TRIALS
