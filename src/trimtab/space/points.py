"""Points of a space: how unit numbers become parameters, and parameters become decisions again.

A sampler hands over one number in [0, 1) per dimension and gets parameters back, so random, Sobol
and model-based samplers share one definition of every distribution.

Results that went through ``exp``, a power or the normal quantile are rounded to 12 significant
digits: C libraries differ in the last bits, and the same sweep has to propose the same trials on
every machine. Multiples of ``q`` are exact decimals (3 * 0.1 is 0.3), and whole numbers (``int``)
when ``q`` is an ``int``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from statistics import NormalDist

from trimtab.errors import InputError
from trimtab.space.distributions import (
    Branch,
    Choice,
    Distribution,
    Entries,
    LogNormal,
    LogUniform,
    Normal,
    Params,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Scalar,
    Space,
    Uniform,
    Value,
    type_name,
)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing to decide: a number, or which value of a choice (its index).

    ``path`` is ``lr``, or ``optimizer[1].lr`` for a parameter of the branch that is value 1 of the
    choice ``optimizer``; ``parent`` is then ``("optimizer", 1)``: the dimension counts only where
    that choice fell on that value.
    """

    path: str
    distribution: Distribution
    parent: tuple[str, int] | None = None


def dimensions(space: Space) -> tuple[Dimension, ...]:
    """Every dimension of ``space``, branches included, in file order; constants make none."""
    return tuple(_dimensions(space.entries, "", None))


def _dimensions(
    entries: Entries, prefix: str, parent: tuple[str, int] | None
) -> Iterator[Dimension]:
    for name, entry in entries:
        if isinstance(entry, int | float | str):
            continue
        path = prefix + name
        yield Dimension(path, entry, parent)
        for index, value in enumerate(entry.values if isinstance(entry, Choice) else ()):
            if isinstance(value, Branch):
                yield from _dimensions(value.entries, f"{path}[{index}].", (path, index))


def build(space: Space, pick: Callable[[Dimension], int | float]) -> dict[str, Value]:
    """Parameters from one decision per dimension: the number, or the index into a choice.

    ``pick`` is asked only for the dimensions that count.
    """
    return _build(space.entries, "", None, pick)


def _build(
    entries: Entries,
    prefix: str,
    parent: tuple[str, int] | None,
    pick: Callable[[Dimension], int | float],
) -> dict[str, Value]:
    params: dict[str, Value] = {}
    for name, entry in entries:
        if isinstance(entry, int | float | str):
            params[name] = entry
            continue
        path = prefix + name
        decision = pick(Dimension(path, entry, parent))
        if not isinstance(entry, Choice):
            params[name] = decision
            continue
        index = int(decision)
        value = entry.values[index]
        if isinstance(value, Branch):
            params[name] = _build(value.entries, f"{path}[{index}].", (path, index), pick)
        else:
            params[name] = value
    return params


def point(space: Space, unit: Callable[[str], float], logbase: float = math.e) -> dict[str, Value]:
    """Parameters at a point of the unit cube: ``unit(path)`` is the number of that dimension."""
    return build(space, lambda each: value_at(each.distribution, unit(each.path), logbase))


def value_at(distribution: Distribution, u: float, logbase: float = math.e) -> int | float:
    """The value of ``distribution`` at quantile ``u`` in [0, 1); of a choice, the index.

    ``logbase`` is the base of the two log-uniform distributions (``logbase ** U``); the log-normal
    ones are natural by definition.
    """
    match distribution:
        case Choice(values):
            return min(int(u * len(values)), len(values) - 1)
        case RandInt(upper):
            return min(int(u * upper), upper - 1)
        case Uniform(low, high):
            return _between(low, high, u)
        case QUniform(low, high, q):
            return _multiple(_between(low, high, u), q, low, high)
        case LogUniform(low, high):
            return _rounded(_power(logbase, _between(low, high, u)))
        case QLogUniform(low, high, q):
            near = _power(logbase, _between(low, high, u))
            return _multiple(near, q, *_span(logbase, low, high))
        case Normal(mu, sigma):
            return _rounded(_normal(mu, sigma, u))
        case QNormal(mu, sigma, q):
            return _multiple(_normal(mu, sigma, u), q)
        case LogNormal(mu, sigma):
            return _rounded(_power(math.e, _normal(mu, sigma, u)))
        case QLogNormal(mu, sigma, q):
            return _multiple(_power(math.e, _normal(mu, sigma, u)), q)


def _between(low: int | float, high: int | float, u: float) -> float:
    # The convex form cannot overflow; the bounds may still be missed by a bit.
    return float(min(max(low * (1.0 - u) + high * u, low), high))


def _normal(mu: float, sigma: float, u: float) -> float:
    # The quantiles of 0 and 1 are infinite.
    return _finite(mu + sigma * NormalDist().inv_cdf(min(max(u, 2.0**-53), 1.0 - 2.0**-53)))


def _power(base: float, exponent: float) -> float:
    try:
        return math.exp(exponent) if base == math.e else math.pow(base, exponent)
    except OverflowError:
        return sys.float_info.max


def _span(base: float, low: float, high: float) -> tuple[float, float]:
    # A base below 1 turns the exponents round.
    ends = _rounded(_power(base, low)), _rounded(_power(base, high))
    return min(ends), max(ends)


def _finite(number: float) -> float:
    return min(max(number, -sys.float_info.max), sys.float_info.max)


def _rounded(number: float) -> float:
    return float(f"{number:.12g}")


def _multiple(
    number: float, q: int | float, low: float = -math.inf, high: float = math.inf
) -> int | float:
    """The multiple of ``q`` nearest to ``number`` inside the bounds; outside if none is inside."""
    step = Decimal(str(q))
    count = (Decimal(_rounded(number)) / step).to_integral_value(ROUND_HALF_EVEN)
    lowest = (Decimal(str(low)) / step).to_integral_value(ROUND_CEILING)
    highest = (Decimal(str(high)) / step).to_integral_value(ROUND_FLOOR)
    if lowest <= highest:
        count = min(max(count, lowest), highest)
    return int(count) * q if isinstance(q, int) else _finite(float(count * step))


def coordinates(space: Space, params: Params, logbase: float = math.e) -> dict[str, int | float]:
    """The decisions behind ``params``: dimension path -> number, or index into a choice.

    The inverse of ``build``. Raises ``InputError`` where ``params`` is no point of ``space``.
    """
    found: dict[str, int | float] = {}
    _locate(space.entries, params, "", logbase, found)
    return found


def contains(space: Space, params: Params, logbase: float = math.e) -> bool:
    """Whether ``params`` is a point of ``space``, up to the rounding of floats."""
    try:
        coordinates(space, params, logbase)
    except InputError:
        return False
    return True


def _locate(
    entries: Entries,
    params: Params,
    prefix: str,
    logbase: float,
    found: dict[str, int | float],
) -> None:
    names = {name for name, _ in entries}
    if names != params.keys():
        odd = sorted(names ^ params.keys())[0]
        what = "is missing" if odd in names else "is no parameter of the space"
        raise InputError(f"{prefix}{odd}: {what}")
    for name, entry in entries:
        path, value = prefix + name, params[name]
        if isinstance(entry, int | float | str):
            if not _same(entry, value):
                raise InputError(f"{path}: found {value!r}, the space has the constant {entry!r}")
        elif isinstance(entry, Choice):
            _locate_option(entry, value, path, logbase, found)
        else:
            if isinstance(value, str | Mapping) or not _reachable(entry, value, logbase):
                raise InputError(f"{path}: {value!r} is no value of {type_name(entry)}")
            found[path] = value


def _locate_option(
    choice: Choice, value: Value, path: str, logbase: float, found: dict[str, int | float]
) -> None:
    for index, option in enumerate(choice.values):
        if isinstance(option, Branch):
            inner: dict[str, int | float] = {}
            if not isinstance(value, Mapping):
                continue
            try:
                _locate(option.entries, value, f"{path}[{index}].", logbase, inner)
            except InputError:
                continue
            found.update({path: index, **inner})
            return
        if _same(option, value):
            found[path] = index
            return
    raise InputError(f"{path}: {value!r} is none of the values of the choice")


def _same(constant: Scalar, value: Value) -> bool:
    return isinstance(constant, str) == isinstance(value, str) and constant == value


def _reachable(distribution: Distribution, value: int | float, logbase: float) -> bool:
    if isinstance(value, bool) or not abs(value) <= sys.float_info.max:
        return False
    match distribution:
        case RandInt(upper):
            return value == int(value) and 0 <= value < upper
        case Uniform(low, high):
            return _inside(value, low, high)
        case QUniform(low, high, q):
            return _close(_multiple(value, q, low, high), value)
        case LogUniform(low, high):
            return _inside(value, *_span(logbase, low, high))
        case QLogUniform(low, high, q):
            return _close(_multiple(value, q, *_span(logbase, low, high)), value)
        case Normal():
            return True
        case QNormal(_, _, q):
            return _close(_multiple(value, q), value)
        case LogNormal():
            return value > 0
        case QLogNormal(_, _, q):
            return value >= 0 and _close(_multiple(value, q), value)
        case Choice():
            return False


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _inside(value: float, low: float, high: float) -> bool:
    return low <= value <= high or _close(value, low) or _close(value, high)
