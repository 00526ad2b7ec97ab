"""Axes: a dimension as a model of the metric sees it, and where a value lies on it.

A model-based sampler is told what each dimension is: one of so many categories, a whole number, a
real one, and whether only ratios count (``log``). Real and log-uniform values stand on their axis
as they are, quantised ones as the number of times ``q``. The normal family stands by its quantile,
so that the distribution in the file stays what is likely beforehand; so do bounds too far apart to
calculate with.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

from trimtab.space.distributions import (
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
    Uniform,
)
from trimtab.space.numbers import counts, multiple, rounded, span
from trimtab.space.points import value_at

MAX_COUNT = 2**31
"""Whole-number axes go this far from 0; beyond, a quantised value is as good as a real one."""

MAX_WIDTH = 1e100
"""Real axes are as wide as this at most, so that squares of distances stay finite."""


@dataclass(frozen=True, slots=True)
class Categories:
    """One of ``size`` categories, numbered from 0, in no order."""

    size: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in [low, high]; ``low`` is at least 1 where ``log`` is set."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A number in [low, high]; ``low`` is above 0 where ``log`` is set."""

    low: float
    high: float
    log: bool = False


Axis = Categories | Whole | Real
QUANTILE = Real(0.0, 1.0)


def axis_of(distribution: Distribution, logbase: float = math.e) -> Axis:
    """What a model is told of a dimension."""
    match distribution:
        case Choice(values):
            return Categories(len(values))
        case RandInt(upper):
            return Whole(0, upper - 1)
        case Uniform(low, high) if not _is_wide(low, high):
            return Real(float(low), float(high))
        case QUniform(low, high, q) if not _is_wide(low, high):
            return _counted(float(low), float(high), q, log=False)
        case LogUniform(low, high):
            return _ratios(*span(logbase, low, high))
        case QLogUniform(low, high, q):
            return _counted(*span(logbase, low, high), q, log=True)
        case _:
            return QUANTILE


def _is_wide(low: float, high: float) -> bool:
    return high - low > MAX_WIDTH


def _counted(low: float, high: float, q: int | float, *, log: bool) -> Whole | Real:
    lowest, highest = counts(low, high, q)
    if lowest > highest:
        return Whole(lowest, lowest)
    if max(abs(lowest), abs(highest)) > MAX_COUNT or (log and lowest < 1):
        return _ratios(low, high) if log else Real(low, high)
    return Whole(lowest, highest, log)


def _ratios(low: float, high: float) -> Real:
    # A power may underflow, and 0 has no ratio to anything.
    return Real(max(low, sys.float_info.min), max(high, sys.float_info.min), log=True)


def value_on(
    distribution: Distribution, number: int | float, logbase: float = math.e
) -> int | float:
    """The value of ``distribution`` at a number of its axis; of a choice, the index."""
    axis = axis_of(distribution, logbase)
    match distribution:
        case Choice() | RandInt():
            return int(number)
        case Uniform(low, high) if not _is_wide(low, high):
            return float(min(max(rounded(number), low), high))
        case LogUniform(low, high):
            least, most = span(logbase, low, high)
            return min(max(rounded(number), least), most)
        case QUniform(low, high, q) if not _is_wide(low, high):
            return multiple(number * q if isinstance(axis, Whole) else number, q, low, high)
        case QLogUniform(low, high, q):
            near = number * q if isinstance(axis, Whole) else number
            return multiple(near, q, *span(logbase, low, high))
        case _:
            return value_at(distribution, number, logbase)


def number_of(
    distribution: Distribution, value: int | float, logbase: float = math.e
) -> int | float:
    """Where a value lies on the axis of ``distribution``; ``value_on`` gives it back."""
    axis = axis_of(distribution, logbase)
    match axis, distribution:
        case Whole(low, high), QUniform(_, _, q) | QLogUniform(_, _, q):
            return min(max(round(value / q), low), high)
        case Categories() | Whole(), _:
            return int(value)
        case _, Normal(mu, sigma) | QNormal(mu, sigma, _):
            return _quantile(value, mu, sigma)
        case _, LogNormal(mu, sigma) | QLogNormal(mu, sigma, _):
            return _quantile(math.log(value), mu, sigma) if value > 0 else 0.0
        case Real(), Uniform(low, high) | QUniform(low, high, _) if _is_wide(low, high):
            return min(max((value / 2 - low / 2) / (high / 2 - low / 2), 0.0), 1.0)
        case Real(low, high), _:
            return min(max(float(value), low), high)


def _quantile(value: float, mu: float, sigma: float) -> float:
    # In this form the lower tail keeps its digits.
    return math.erfc((mu - value) / (sigma * math.sqrt(2.0))) / 2 if sigma > 0 else 0.5


def unit_of(distribution: Distribution, value: int | float, logbase: float = math.e) -> float:
    """Where a value lies on its axis when that goes from 0 to 1; a category in its middle."""
    number = number_of(distribution, value, logbase)
    match axis_of(distribution, logbase):
        case Categories(size):
            return (number + 0.5) / size
        case Whole(low, high, log):
            ends, at = (low - 0.5, high + 0.5), float(number)
        case Real(low, high, log):
            ends, at = (low, high), float(number)
    if log:
        ends, at = (math.log(ends[0]), math.log(ends[1])), math.log(at)
    low, high = ends
    return (at - low) / (high - low) if high > low else 0.5


def value_in(distribution: Distribution, unit: float, logbase: float = math.e) -> int | float:
    """The value at ``unit`` of an axis that goes from 0 to 1; the inverse of ``unit_of``."""
    match axis_of(distribution, logbase):
        case Categories(size):
            return min(int(unit * size), size - 1)
        case Whole(low, high, log):
            number = round(_along(low - 0.5, high + 0.5, unit, log))
            return value_on(distribution, min(max(number, low), high), logbase)
        case Real(low, high, log):
            return value_on(distribution, _along(low, high, unit, log), logbase)


def _along(low: float, high: float, unit: float, log: bool) -> float:
    if log:
        return math.exp(math.log(low) * (1.0 - unit) + math.log(high) * unit)
    return low * (1.0 - unit) + high * unit
