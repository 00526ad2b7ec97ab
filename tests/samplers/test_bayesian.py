"""What model-based samplers make of results."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable

import pytest

from trimtab.errors import InputError, MissingExtraError
from trimtab.model.facts import (
    Body,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    Submitted,
    SweepCreated,
)
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import SweepState
from trimtab.ports import Sampler
from trimtab.samplers import BayesianSampler, CmaesSampler, RandomSampler
from trimtab.samplers.bayesian import STARTUP
from trimtab.space import (
    Branch,
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    Params,
    QLogNormal,
    QLogUniform,
    QUniform,
    RandInt,
    Space,
    Uniform,
    contains,
    coordinates,
)
from trimtab.testing.samplers import sweep_state, told_state

PLANE = Space.of({"x": Uniform(-5, 5), "y": Uniform(-5, 5)})
BRANCHES = Space.of(
    {
        "w": Uniform(0, 1),
        "model": Choice(
            (
                Branch((("kind", "svm"), ("c", LogUniform(-7, 7)), ("gamma", LogUniform(-7, 7)))),
                Branch((("kind", "forest"), ("depth", RandInt(30)), ("share", Uniform(0, 1)))),
                "linear",
            )
        ),
    }
)


def bowl(params: Params) -> float:
    x, y = (float(str(params[name])) for name in "xy")
    return (x - 1) ** 2 + (y + 2) ** 2


def branches(params: Params) -> float:
    at = coordinates(BRANCHES, params)
    base = 0.3 * (at["w"] - 0.6) ** 2
    match at["model"]:
        case 0:
            c, gamma = math.log(at["model[0].c"]), math.log(at["model[0].gamma"])
            return base + 0.02 * (c - 3) ** 2 + 0.02 * (gamma + 3) ** 2
        case 1:
            depth, share = at["model[1].depth"], at["model[1].share"]
            return base + 0.25 + ((depth - 20) / 30) ** 2 + (share - 0.5) ** 2
        case _:
            return base + 0.5


def tell(state: SweepState, *bodies: Body) -> None:
    for body in bodies:
        state.apply(Fact(state.seq + 1, 0.0, body))


def begin(state: SweepState, params: Params) -> int:
    trial = len(state.trials)
    tell(state, Proposed(trial, params), Submitted(trial, 1), Started(trial, 1, "n"))
    return trial


def finish(state: SweepState, trial: int, value: float, outcome: Outcome) -> None:
    tell(state, Reported(trial, 1, "loss", value), Ended(trial, 1, outcome))


def best_of(
    sampler: Sampler, space: Space, loss: Callable[[Params], float], trials: int, parallel: int = 1
) -> float:
    """The lowest loss that a sweep finds; ``parallel`` trials run at once."""
    state, running, best = sweep_state(space), list[int](), math.inf
    while len(state.trials) < trials or running:
        while len(state.trials) < trials and len(running) < parallel:
            params = sampler.propose(len(state.trials), state)
            assert params is not None
            running.append(begin(state, params))
        trial = running.pop(0)
        value = loss(state.trials[trial].params)
        finish(state, trial, value, Outcome.COMPLETED)
        best = min(best, value)
    return best


def tpe(seed: int) -> Sampler:
    return BayesianSampler("tpe", seed)


@pytest.mark.real
@pytest.mark.parametrize(
    ("make", "space", "loss", "trials", "parallel"),
    [
        (tpe, PLANE, bowl, 40, 1),
        (tpe, PLANE, bowl, 60, 8),  # the first 18 of which are random
        (tpe, BRANCHES, branches, 40, 1),
        (CmaesSampler, PLANE, bowl, 40, 1),
        (CmaesSampler, PLANE, bowl, 40, 8),
    ],
    ids=["tpe bowl", "tpe bowl 8", "tpe branches", "cmaes bowl", "cmaes bowl 8"],
)
def test_they_find_less_than_half_the_loss_of_as_many_random_trials(
    make: Callable[[int], Sampler],
    space: Space,
    loss: Callable[[Params], float],
    trials: int,
    parallel: int,
) -> None:
    seeds = range(5)
    ours = [best_of(make(seed), space, loss, trials, parallel) for seed in seeds]
    random = [best_of(RandomSampler(seed), space, loss, trials) for seed in seeds]
    assert statistics.mean(ours) < statistics.mean(random) / 2


@pytest.mark.real
@pytest.mark.parametrize("make", [tpe, CmaesSampler], ids=["tpe", "cmaes"])
def test_larger_is_better_when_maximizing(make: Callable[[int], Sampler]) -> None:
    """A loss to be made small, told as its negative to be made large, gives the same points."""
    points = draws(PLANE, 30)
    down, up = sweep_state(PLANE), maximizing(PLANE)
    for params in points:
        finish(down, begin(down, params), bowl(params), Outcome.COMPLETED)
        finish(up, begin(up, params), -bowl(params), Outcome.COMPLETED)
    small, large = (make(1).propose(30, state) for state in (down, up))
    assert small == large
    down.plan = up.plan
    assert make(1).propose(30, down) != small


def maximizing(space: Space) -> SweepState:
    state = SweepState()
    plan = Plan(Objective("loss", True), Limits(1000, 4), space)
    tell(state, SweepCreated("sweep", plan_to_json(plan), {}))
    return state


def draws(space: Space, count: int) -> list[Params]:
    state, random = sweep_state(space), RandomSampler(5)
    found = [random.propose(index, state) for index in range(count)]
    return [params for params in found if params is not None]


@pytest.mark.real
@pytest.mark.parametrize("make", [tpe, CmaesSampler], ids=["tpe", "cmaes"])
def test_proposals_in_parallel_differ(make: Callable[[int], Sampler]) -> None:
    state, sampler = told_state(PLANE, draws(PLANE, 30)), make(1)
    for _ in range(8):
        params = sampler.propose(len(state.trials), state)
        assert params is not None
        assert params not in [trial.params for trial in state.trials.values()]
        begin(state, params)


@pytest.mark.real
def test_running_trials_change_what_is_proposed() -> None:
    points = draws(PLANE, 30)
    alone, beside = told_state(PLANE, points[:20]), told_state(PLANE, points, running=10)
    assert tpe(1).propose(30, alone) != tpe(1).propose(30, beside)


@pytest.mark.real
def test_failed_trials_teach_nothing() -> None:
    points = draws(PLANE, 24)
    learnt, more = told_state(PLANE, points), told_state(PLANE, points)
    failed = begin(more, {"x": 0.5, "y": 0.5})
    finish(more, failed, -1000.0, Outcome.FAILED)
    for make in (tpe, CmaesSampler):
        assert make(1).propose(40, learnt) == make(1).propose(40, more)
    good = begin(learnt, {"x": 0.5, "y": 0.5})
    finish(learnt, good, -1000.0, Outcome.COMPLETED)
    assert tpe(1).propose(40, learnt) != tpe(1).propose(40, more)


@pytest.mark.real
def test_a_space_of_few_points_is_tried_in_full() -> None:
    space = Space.of({"a": Choice(("x", "y", "z")), "q": QUniform(0, 9, 3)})
    state, seen = sweep_state(space), list[Params]()
    for index in range(12):
        params = tpe(3).propose(index, state)
        assert params is not None
        seen.append(params)
        finish(state, begin(state, params), float(index % 3), Outcome.COMPLETED)
    assert len({str(params) for params in seen}) >= 11


@pytest.mark.real
def test_trials_outside_the_space_are_left_out() -> None:
    points = draws(PLANE, 20)
    state, odd = told_state(PLANE, points), told_state(PLANE, points)
    finish(odd, begin(odd, {"x": 99.0, "y": 0.0}), -5.0, Outcome.COMPLETED)
    for make in (tpe, CmaesSampler):
        assert make(1).propose(40, state) == make(1).propose(40, odd)


ODD = Space.of(
    {
        "far": Uniform(-1e99, 1e99),
        "farther": Uniform(-1e308, 1e308),
        "point": Uniform(2, 2),
        "ratios": LogUniform(-700, 700),
        "underflow": LogUniform(-2000, -1000),
        "steps": QLogUniform(-700, 20, 1),
        "fine": QUniform(1e15, 1e15 + 10, 1e-3),
        "outside": QUniform(0.2, 0.8, 1),
        "one": RandInt(1),
        "certain": Normal(3, 0),
        "wide": LogNormal(0, 300),
        "half": QLogNormal(0, 50, 0.5),
    }
)


@pytest.mark.real
@pytest.mark.parametrize("make", [tpe, CmaesSampler], ids=["tpe", "cmaes"])
def test_odd_spaces_are_searched_without_a_warning(make: Callable[[int], Sampler]) -> None:
    state = told_state(ODD, draws(ODD, 40), running=3)
    for index in range(40, 50):
        params = make(1).propose(index, state)
        assert params is not None
        assert contains(ODD, params)


@pytest.mark.real
def test_the_base_of_logarithms_counts() -> None:
    space = Space.of({"lr": LogUniform(-3, 2), "n": QLogUniform(0, 3, 2), "x": Uniform(0, 1)})
    random = [RandomSampler(5, 10.0).propose(index, sweep_state(space)) for index in range(30)]
    state = told_state(space, [params for params in random if params is not None])
    for sampler in (BayesianSampler("tpe", 1, 10.0), CmaesSampler(1, 10.0)):
        proposed = [sampler.propose(index, state) for index in range(30, 45)]
        assert all(contains(space, params, 10.0) for params in proposed if params is not None)
        assert not all(contains(space, params) for params in proposed if params is not None)


@pytest.mark.real
def test_every_third_trial_goes_into_the_branch_tried_least() -> None:
    linear: list[Params] = [{"w": n / 50, "model": "linear"} for n in range(20)]
    state: SweepState = told_state(BRANCHES, linear)
    params = [tpe(1).propose(index, state) for index in (20, 23, 26)]
    kinds = [coordinates(BRANCHES, one)["model"] for one in params if one is not None]
    assert kinds == [0, 0, 0]


def test_the_first_points_are_random_and_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    state = told_state(PLANE, draws(PLANE, STARTUP - 1))
    assert tpe(1).propose(20, state) == RandomSampler(1).propose(20, state)


@pytest.mark.parametrize(
    ("make", "library"), [(tpe, "optuna"), (CmaesSampler, "cmaes")], ids=["tpe", "cmaes"]
)
def test_an_absent_library_is_named(
    make: Callable[[int], Sampler], library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = [name for name in sys.modules if name.partition(".")[0] == library]
    for name in (library, *loaded):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "trimtab.samplers.study", raising=False)
    with pytest.raises(MissingExtraError, match=rf"'{library}'.*trimtab\[search\]"):
        make(1).propose(40, told_state(PLANE, draws(PLANE, 30)))


def test_cmaes_refuses_choices() -> None:
    space: Space = Space.of({"a": Choice((1, 2)), "x": Uniform(0, 1)})
    with pytest.raises(InputError, match=r"search_space.a: cmaes takes numbers"):
        CmaesSampler(1).propose(0, sweep_state(space))
