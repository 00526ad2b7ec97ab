"""Axes: what a model-based sampler is told of a dimension, and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.space import (
    Axis,
    Branch,
    Categories,
    Choice,
    Distribution,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Real,
    Uniform,
    Whole,
    axis_of,
    number_of,
    unit_of,
    value_at,
    value_in,
    value_on,
)

EACH: list[tuple[Distribution, Axis]] = [
    (Choice(("a", 2, Branch(()))), Categories(3)),
    (RandInt(5), Whole(0, 4)),
    (Uniform(-1, 2), Real(-1.0, 2.0)),
    (QUniform(0.1, 0.9, 0.1), Whole(1, 9)),
    (QUniform(1, 10, 4), Whole(1, 2)),
    (QUniform(0, 1, 1e-12), Real(0.0, 1.0)),
    (LogUniform(0, 2), Real(1.0, 7.38905609893, log=True)),
    (QLogUniform(0, 5, 0.5), Whole(2, 296, log=True)),
    (QLogUniform(-3, 1, 1), Whole(1, 2, log=True)),
    (Normal(10, 3), Real(0.0, 1.0)),
    (QNormal(10, 3, 2), Real(0.0, 1.0)),
    (LogNormal(0, 1), Real(0.0, 1.0)),
    (QLogNormal(2, 1, 1), Real(0.0, 1.0)),
    (Uniform(-1e308, 1e308), Real(0.0, 1.0)),
]


@pytest.mark.parametrize(("distribution", "axis"), EACH)
def test_each_distribution_is_handed_over_as_what_it_is(
    distribution: Distribution, axis: Axis
) -> None:
    assert axis_of(distribution) == axis


def test_the_base_of_logarithms_counts() -> None:
    assert axis_of(LogUniform(-2, 0), 10) == Real(0.01, 1.0, log=True)
    assert axis_of(LogUniform(-2, 0), 0.1) == Real(1.0, 100.0, log=True)


def test_an_axis_of_ratios_never_begins_at_0() -> None:
    axis = axis_of(LogUniform(-2000, -1000))
    assert isinstance(axis, Real)
    assert 0 < axis.low <= axis.high
    assert value_in(LogUniform(-2000, -1000), 0.5) == 0.0


def test_without_a_multiple_inside_the_axis_is_one_point() -> None:
    axis = axis_of(QUniform(0.2, 0.8, 1))
    assert isinstance(axis, Whole)
    assert axis.low == axis.high


# Nearer to 0 and 1 a quantile cannot be told from its neighbours.
units = st.floats(1e-9, 1 - 1e-9)
kinds = st.sampled_from([one for one, _ in EACH])


@given(kinds, units)
def test_a_value_goes_to_its_axis_and_comes_back(distribution: Distribution, u: float) -> None:
    value = value_at(distribution, u)
    number = number_of(distribution, value)
    back = value_on(distribution, number)
    assert type(back) is type(value)
    assert math.isclose(back, value, rel_tol=1e-6, abs_tol=1e-9) or number == 0.0


@given(kinds, units)
def test_units_go_from_0_to_1_and_come_back(distribution: Distribution, u: float) -> None:
    value = value_in(distribution, u)
    unit = unit_of(distribution, value)
    assert 0 <= unit <= 1
    back = value_in(distribution, unit)
    assert math.isclose(back, value, rel_tol=1e-6, abs_tol=1e-9) or unit == 0.0


@given(units)
def test_values_rise_along_the_unit(u: float) -> None:
    for distribution, _ in EACH:
        assert value_in(distribution, u / 2) <= value_in(distribution, u)


def test_whole_numbers_get_equal_shares_of_the_unit() -> None:
    drawn = [value_in(RandInt(4), (n + 0.5) / 100) for n in range(100)]
    assert [drawn.count(n) for n in range(4)] == [25, 25, 25, 25]
