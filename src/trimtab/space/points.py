"""Points of a space: how unit numbers become parameters, and parameters become decisions again.

A sampler hands over one number in [0, 1) per dimension and gets parameters back, so random, Sobol
and model-based samplers share one definition of every distribution.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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
from trimtab.space.numbers import between, multiple, normal, power, rounded, span


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
            return between(low, high, u)
        case QUniform(low, high, q):
            return multiple(between(low, high, u), q, low, high)
        case LogUniform(low, high):
            return rounded(power(logbase, between(low, high, u)))
        case QLogUniform(low, high, q):
            near = power(logbase, between(low, high, u))
            return multiple(near, q, *span(logbase, low, high))
        case Normal(mu, sigma):
            return rounded(normal(mu, sigma, u))
        case QNormal(mu, sigma, q):
            return multiple(normal(mu, sigma, u), q)
        case LogNormal(mu, sigma):
            return rounded(power(math.e, normal(mu, sigma, u)))
        case QLogNormal(mu, sigma, q):
            return multiple(power(math.e, normal(mu, sigma, u)), q)


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
            return _close(multiple(value, q, low, high), value)
        case LogUniform(low, high):
            return _inside(value, *span(logbase, low, high))
        case QLogUniform(low, high, q):
            return _close(multiple(value, q, *span(logbase, low, high)), value)
        case Normal():
            return True
        case QNormal(_, _, q):
            return _close(multiple(value, q), value)
        case LogNormal():
            return value > 0
        case QLogNormal(_, _, q):
            return value >= 0 and _close(multiple(value, q), value)
        case Choice():
            return False


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _inside(value: float, low: float, high: float) -> bool:
    return low <= value <= high or _close(value, low) or _close(value, high)
