"""Lint of ``search_space``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from trimtab import space
from trimtab.errors import Problem
from trimtab.spec.distributions import (
    Choice,
    Distribution,
    Entry,
    Normal,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)
from trimtab.spec.job import SweepJob
from trimtab.spec.lint.codes import found
from trimtab.spec.sampling import RandomSampling
from trimtab.spec.source import KeyPath

_EXACT = 1e-9


def check(job: SweepJob) -> Iterator[Problem]:
    if not job.search_space:
        message = "there is nothing to search; name at least one parameter with its values"
        yield found(job, "missing-search-space", ("search_space",), message)
    for path, distribution in _distributions(job.search_space.items(), ("search_space",)):
        yield from _check_one(job, path, distribution)
    yield from _collisions(job)


def _distributions(
    entries: Iterable[tuple[str, Entry]], path: KeyPath
) -> Iterator[tuple[KeyPath, Distribution]]:
    for name, entry in entries:
        if isinstance(entry, str | int | float):
            continue
        yield (*path, name), entry
        for index, option in enumerate(entry.values if isinstance(entry, Choice) else ()):
            if isinstance(option, Mapping):
                yield from _distributions(option.items(), (*path, name, "values", index))


def _check_one(job: SweepJob, path: KeyPath, distribution: Distribution) -> Iterator[Problem]:
    match distribution:
        case Choice():
            yield from _choice(job, path, distribution)
        case RandInt():
            if distribution.upper <= 0:
                message = f"upper is {distribution.upper}, so [0, upper) is empty; it must be 1+"
                yield found(job, "randint-upper", (*path, "upper"), message)
        case Uniform() | QUniform():
            yield from _bounds(job, path, distribution)
        case Normal() | QNormal():
            yield from _sigma(job, path, distribution)
    if isinstance(distribution, QUniform | QNormal) and distribution.q <= 0:
        message = f"q is {distribution.q}; the step between values must be above 0"
        yield found(job, "q-not-positive", (*path, "q"), message)


def _choice(job: SweepJob, path: KeyPath, choice: Choice) -> Iterator[Problem]:
    if not choice.values:
        message = "a choice needs at least one value under 'values'"
        yield found(job, "empty-choice", path, message)
    seen: list[object] = []
    for index, option in enumerate(choice.values):
        here: KeyPath = (*path, "values", index)
        if any(type(option) is type(other) and option == other for other in seen):
            message = f"{option!r} stands here again, which makes it twice as likely"
            yield found(job, "duplicate-choice", here, message)
        seen.append(option)
        if isinstance(option, Mapping):
            yield from _branch(job, here, option)


def _branch(job: SweepJob, path: KeyPath, branch: Mapping[str, Entry]) -> Iterator[Problem]:
    kind = branch.get("type")
    if isinstance(kind, str) and kind.lower() in space.TYPES:
        message = (
            f"this value is the mapping itself, 'type: {kind}' included, and draws nothing; "
            f"to draw, name a parameter: {{name: {{type: {kind}, ...}}}}"
        )
        yield found(job, "distribution-as-constants", path, message)
    for name, entry in branch.items():
        if isinstance(entry, str) and _is_number(entry):
            message = f"{entry!r} stays a text here; Azure reads it as the number {float(entry)}"
            yield found(job, "nested-numeric-text", (*path, name), message)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _bounds(job: SweepJob, path: KeyPath, model: Uniform | QUniform) -> Iterator[Problem]:
    low, high = model.min_value, model.max_value
    if low > high:
        message = f"min_value {low} is larger than max_value {high}; swap them"
        yield found(job, "min-above-max", (*path, "min_value"), message)
        return
    if low == high:
        message = f"min_value and max_value are both {low}, so there is nothing to search"
        yield found(job, "constant-parameter", path, message)
    base = (
        job.sampling_algorithm.base
        if isinstance(job.sampling_algorithm, RandomSampling)
        else math.e
    )
    if model.type in ("loguniform", "qloguniform"):
        yield from _exponents(job, path, model, base)
    if isinstance(model, QUniform) and model.q > 0:
        yield from _multiples(job, path, model, base)


def _exponents(
    job: SweepJob, path: KeyPath, model: Uniform | QUniform, base: float
) -> Iterator[Problem]:
    low, high = model.min_value, model.max_value
    shown = "e" if base == math.e else f"{base:g}"
    if max(low * math.log(base), high * math.log(base)) > 700:
        message = f"the bounds are exponents: {shown}^{high} is too large for a number"
        yield found(job, "exponent-overflow", (*path, "max_value"), message)
    elif 0 < low < high <= 1 and high / low >= 5:
        message = (
            f"the bounds are exponents: this searches {base**low:.6g} to {base**high:.6g}; for "
            f"{low} to {high} write min_value: {math.log(low, base):.4g}, "
            f"max_value: {math.log(high, base):.4g}"
        )
        yield found(job, "exponents-look-like-range", path, message)


def _multiples(job: SweepJob, path: KeyPath, model: QUniform, base: float) -> Iterator[Problem]:
    low, high = float(model.min_value), float(model.max_value)
    if model.type == "qloguniform":
        if max(low * math.log(base), high * math.log(base)) > 700:
            return
        low, high = sorted((base**low, base**high))
    if max(abs(low), abs(high)) / model.q > 1e15:
        return  # q is finer than floats are, so every value is near enough to a multiple
    first, last = math.ceil(low / model.q - _EXACT), math.floor(high / model.q + _EXACT)
    if first > last:
        message = f"no multiple of q = {model.q} lies between {low:g} and {high:g}"
        yield found(job, "no-multiple-of-q", (*path, "q"), message)
    elif model.type == "quniform" and not (_whole(low / model.q) and _whole(high / model.q)):
        message = (
            f"the bounds are no multiples of q = {model.q}: values run from {first * model.q:g} to "
            f"{last * model.q:g} here, while Azure may step outside the bounds"
        )
        yield found(job, "q-bounds", path, message)


def _whole(number: float) -> bool:
    return abs(number - round(number)) < _EXACT


def _sigma(job: SweepJob, path: KeyPath, model: Normal | QNormal) -> Iterator[Problem]:
    if model.sigma < 0:
        message = f"sigma is {model.sigma}; a standard deviation is 0 or more"
        yield found(job, "negative-sigma", (*path, "sigma"), message)
    elif model.sigma == 0:
        message = "sigma is 0, so every trial gets the same value"
        yield found(job, "constant-parameter", path, message)
    if model.type in ("lognormal", "qlognormal") and model.mu + 9 * abs(model.sigma) > 700:
        message = f"mu and sigma are of the logarithm: e^{model.mu} and above is too large"
        yield found(job, "exponent-overflow", (*path, "mu"), message)


def _collisions(job: SweepJob) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for path, flat in dict.fromkeys(_flat_names(job)):
        holder = owners.setdefault(flat, path)
        if holder != path:
            message = f"{path} and {holder} both become AZUREML_SWEEP_{flat}; rename one"
            yield found(job, "flat-name-collision", ("search_space", path.split(".")[0]), message)


def _flat_names(job: SweepJob) -> Iterator[tuple[str, str]]:
    yield from ((name, name) for name in job.search_space)
    for dotted, keys in _nested(job.search_space.items(), ()):
        if len(keys) > 1:
            yield dotted, "_".join(keys)


def _nested(
    entries: Iterable[tuple[str, Entry]], above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, entry in entries:
        keys = (*above, name)
        yield ".".join(keys), keys
        for option in entry.values if isinstance(entry, Choice) else ():
            if isinstance(option, Mapping):
                yield from _nested(option.items(), keys)
