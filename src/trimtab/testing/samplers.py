"""The contract of ``ports.Sampler``: pure, resumable, and always inside the space."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from typing import ClassVar, Protocol

import pytest

from trimtab.model.facts import (
    Body,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    StopDecided,
    Submitted,
    SweepCreated,
)
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import SweepState
from trimtab.ports import Sampler
from trimtab.space import (
    Branch,
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    Params,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Space,
    Uniform,
    contains,
)

EVERY_DISTRIBUTION = Space.of(
    {
        "choice": Choice(("gbdt", "dart", 3, 0.5)),
        "randint": RandInt(100),
        "uniform": Uniform(0.1, 0.9),
        "quniform": QUniform(1, 50, 7),
        "loguniform": LogUniform(-6, -1),
        "qloguniform": QLogUniform(0, 5, 0.5),
        "normal": Normal(10, 3),
        "qnormal": QNormal(10, 3, 2),
        "lognormal": LogNormal(0, 1),
        "qlognormal": QLogNormal(2, 1, 1),
        "nested": Choice(
            (
                "none",
                Branch((("kind", "a"), ("rate", Uniform(0, 1)))),
                Branch((("kind", "b"), ("inner", Choice((1, Branch((("n", RandInt(9)),))))))),
            )
        ),
    }
)
"""All ten distributions, and choices inside choices."""

TRIALS = 12

LEARNT = 30
"""Trials of the sweep with results; model-based samplers go by their model by then."""


def sweep_state(space: Space, proposed: Sequence[Params] = ()) -> SweepState:
    """The state of a sweep over ``space`` whose first trials are ``proposed``."""
    plan = Plan(Objective("loss", False), Limits(1000, 4), space)
    state = SweepState()
    state.apply(Fact(1, 0.0, SweepCreated("sweep", plan_to_json(plan), {})))
    for trial, params in enumerate(proposed):
        state.apply(Fact(trial + 2, 0.0, Proposed(trial, params)))
    return state


def told_state(space: Space, points: Sequence[Params], running: int = 0) -> SweepState:
    """A sweep whose trials had ``points``: some completed, stopped, failed or silent; the last
    ``running`` of them have not ended. What each is worth depends on its point alone.
    """
    state = sweep_state(space)
    for trial, params in enumerate(points):
        worth = int(hashlib.sha256(json.dumps(params).encode()).hexdigest()[:8], 16) / 2**32
        bodies: list[Body] = [Proposed(trial, params), Submitted(trial, 1), Started(trial, 1, "n")]
        if trial % 7 != 6:
            bodies += [Reported(trial, 1, "loss", worth), Reported(trial, 1, "loss", worth + 1)]
        if trial % 5 == 4:
            bodies.append(StopDecided(trial, 1, 2, "Poor."))
        if trial < len(points) - running:
            outcome = Outcome.FAILED if trial % 11 == 10 else Outcome.COMPLETED
            bodies.append(Ended(trial, 1, Outcome.CANCELED if trial % 5 == 4 else outcome))
        for body in bodies:
            state.apply(Fact(state.seq + 1, 0.0, body))
    return state


class MakeSampler(Protocol):
    """A sampler of its own for each call; ``seed`` means nothing where ``seeded`` is False."""

    def __call__(self, seed: int) -> Sampler: ...


class SamplerContract:
    """Subclass it and override ``make``, and ``space`` where the sampler is particular.

    Set ``seeded`` to False for a sampler whose points do not depend on a seed.
    """

    seeded: ClassVar[bool] = True

    @pytest.fixture
    def make(self) -> MakeSampler:
        raise NotImplementedError

    @pytest.fixture
    def space(self) -> Space:
        return EVERY_DISTRIBUTION

    def test_a_fresh_sampler_proposes_the_same(self, make: MakeSampler, space: Space) -> None:
        state = sweep_state(space)
        first = [make(7).propose(index, state) for index in range(TRIALS)]
        assert first == [make(7).propose(index, state) for index in range(TRIALS)]
        assert first[0] is not None

    def test_the_order_of_calls_does_not_matter(self, make: MakeSampler, space: Space) -> None:
        state, forward, backward = sweep_state(space), make(7), make(7)
        ahead = [forward.propose(index, state) for index in range(TRIALS)]
        back = [backward.propose(index, state) for index in reversed(range(TRIALS))]
        assert ahead == back[::-1]
        assert forward.propose(3, state) == ahead[3]

    def test_a_resumed_sweep_goes_on_with_the_same_points(
        self, make: MakeSampler, space: Space
    ) -> None:
        steady, proposed = make(7), list[Params]()
        for index in range(TRIALS):
            params = steady.propose(index, sweep_state(space, proposed))
            assert make(7).propose(index, sweep_state(space, proposed)) == params
            if params is None:
                break
            proposed.append(params)

    def test_the_state_is_left_as_it_is(self, make: MakeSampler, space: Space) -> None:
        state = sweep_state(space)
        before = copy.deepcopy(state)
        make(7).propose(0, state)
        assert state == before

    def test_another_seed_gives_other_points(self, make: MakeSampler, space: Space) -> None:
        state = sweep_state(space)
        points = [
            [sampler.propose(index, state) for index in range(TRIALS)]
            for sampler in map(make, (0, 1, 2, -1))
        ]
        alike = [one == other for at, one in enumerate(points) for other in points[:at]]
        assert alike == [not self.seeded] * 6

    def test_every_point_lies_in_the_space(self, make: MakeSampler, space: Space) -> None:
        state, sampler = sweep_state(space), make(7)
        points = [sampler.propose(index, state) for index in range(300)]
        assert all(contains(space, params) for params in points if params is not None)

    def test_results_teach_every_process_the_same(self, make: MakeSampler, space: Space) -> None:
        steady, proposed = make(7), list[Params]()
        for index in range(LEARNT):
            state = told_state(space, proposed, running=min(index, 2))
            before = copy.deepcopy(state)
            params = steady.propose(index, state)
            assert state == before
            if index % 4 == 0 or index > LEARNT - 4:
                assert make(7).propose(index, state) == params
            if params is None:
                break
            assert contains(space, params)
            assert repr(json.loads(json.dumps(params))) == repr(params)
            proposed.append(params)

    def test_points_survive_json(self, make: MakeSampler, space: Space) -> None:
        state, sampler = sweep_state(space), make(7)
        for index in range(TRIALS):
            params = sampler.propose(index, state)
            assert repr(json.loads(json.dumps(params))) == repr(params)

    def test_an_exhausted_space_stays_exhausted(self, make: MakeSampler, space: Space) -> None:
        state, sampler = sweep_state(space), make(7)
        ended = [sampler.propose(index, state) is None for index in range(300)]
        assert ended == sorted(ended)
