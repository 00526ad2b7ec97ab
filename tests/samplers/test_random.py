"""Random sampling: the right distributions, and draws that do not depend on one another."""

from __future__ import annotations

import itertools
import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.samplers import RandomSampler
from trimtab.samplers.random import unit_number
from trimtab.space import Choice, LogUniform, Params, QLogUniform, RandInt, Space, Uniform, Value
from trimtab.testing.samplers import EVERY_DISTRIBUTION, sweep_state

DRAWS = 2000
DECILES = [n / 10 for n in range(1, 10)]

QUANTILES: dict[str, Callable[[float], float]] = {
    "uniform": lambda u: 0.1 + 0.8 * u,
    "loguniform": lambda u: math.exp(-6 + 5 * u),
    "normal": NormalDist(10, 3).inv_cdf,
    "lognormal": lambda u: math.exp(NormalDist().inv_cdf(u)),
}
"""Of the continuous distributions in ``EVERY_DISTRIBUTION``, by their definitions."""

MEANS = {
    "randint": (49.5, 28.9),
    "uniform": (0.5, 0.231),
    "quniform": (25.43, 14.3),
    "loguniform": ((math.exp(-1) - math.exp(-6)) / 5, 0.09),
    "qloguniform": ((math.exp(5) - 1) / 5, 36.0),
    "normal": (10, 3),
    "qnormal": (10, 3.06),
    "lognormal": (math.exp(0.5), 2.16),
    "qlognormal": (math.exp(2.5), 16.0),
}
"""Mean and standard deviation. quniform: multiples of 7 in 1..50, where 7 takes all below 10.5."""


def draws(space: Space, count: int, seed: int = 0, logbase: float = math.e) -> list[Params]:
    state, sampler = sweep_state(space), RandomSampler(seed, logbase)
    proposed = [sampler.propose(index, state) for index in range(count)]
    assert None not in proposed
    return [params for params in proposed if params is not None]


def column(points: list[Params], name: str) -> list[float]:
    return [value for params in points if isinstance(value := params[name], int | float)]


@pytest.fixture(scope="module")
def points() -> list[Params]:
    return draws(EVERY_DISTRIBUTION, DRAWS)


@pytest.mark.parametrize("name", QUANTILES)
def test_the_deciles_are_where_they_belong(points: list[Params], name: str) -> None:
    values = column(points, name)
    assert len(values) == DRAWS
    below = [sum(value <= QUANTILES[name](u) for value in values) / DRAWS for u in DECILES]
    assert below == pytest.approx(DECILES, abs=0.035)


@pytest.mark.parametrize("name", MEANS)
def test_the_mean_is_within_three_standard_errors(points: list[Params], name: str) -> None:
    mean, deviation = MEANS[name]
    values = column(points, name)
    assert len(values) == DRAWS
    assert abs(statistics.fmean(values) - mean) < 3 * deviation / math.sqrt(DRAWS)


def kind(value: Value) -> Value:
    return value["kind"] if isinstance(value, Mapping) else value


@pytest.mark.parametrize(
    ("name", "options"), [("choice", ["gbdt", "dart", 3, 0.5]), ("nested", ["none", "a", "b"])]
)
def test_the_values_of_a_choice_are_equally_likely(
    points: list[Params], name: str, options: list[Value]
) -> None:
    counts = Counter(kind(params[name]) for params in points)
    share = 1 / len(options)
    error = math.sqrt(share * (1 - share) / DRAWS)
    assert {option: counts[option] / DRAWS for option in options} == pytest.approx(
        dict.fromkeys(options, share), abs=3 * error
    )
    assert counts.total() == DRAWS


@pytest.mark.parametrize("shift", [0, 1], ids=["same trial", "next trial"])
def test_draws_are_uncorrelated(shift: int) -> None:
    points = draws(Space.of({"a": Uniform(0, 1), "b": Uniform(0, 1)}), DRAWS)
    a, b = column(points, "a"), column(points, "b")
    pairs = [(a, b[shift:]), (a, a[shift:])] if shift else [(a, b)]
    for one, other in pairs:
        assert abs(statistics.correlation(one[: len(other)], other)) < 3 / math.sqrt(DRAWS)


def test_another_parameter_changes_no_other() -> None:
    narrow = Space.of({"lr": LogUniform(-6, -1), "depth": RandInt(9)})
    wide = Space.of({"new": Uniform(0, 1), **narrow})
    for before, after in zip(draws(narrow, 20), draws(wide, 20), strict=True):
        assert {name: after[name] for name in before} == before


def test_a_log_base_is_the_base_of_log_uniform_values() -> None:
    space = Space.of({"lr": LogUniform(-3, 0), "n": QLogUniform(0, 2, 1)})
    points = draws(space, DRAWS, logbase=10)
    lr, n = column(points, "lr"), column(points, "n")
    assert 0.001 <= min(lr) < 0.0011
    assert 0.9 < max(lr) <= 1
    assert statistics.median(map(math.log10, lr)) == pytest.approx(-1.5, abs=0.1)
    assert (min(n), max(n)) == (1, 100)


def test_a_small_space_repeats_its_points() -> None:
    points = draws(Space.of({"a": Choice((1, 2)), "b": Choice((1, 2))}), 40)
    assert len({(params["a"], params["b"]) for params in points}) == 4


def test_a_space_without_parameters_has_one_point() -> None:
    assert draws(Space(), 2) == [{}, {}]


@given(st.integers(), st.integers(0), st.text() | st.just("\ud800"))
def test_a_unit_number_is_below_one(seed: int, index: int, path: str) -> None:
    assert 0 <= unit_number(seed, index, path) < 1


def test_unit_numbers_do_not_meet() -> None:
    seeds = itertools.product((-1, 0, 1, 11), (0, 1, 11), ("", "1", "1/1", "a"))
    assert len({unit_number(*arguments) for arguments in seeds}) == 48
