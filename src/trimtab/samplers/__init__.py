"""Samplers propose parameters: pure functions of the seed, the trial's index and the facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeGuard

from trimtab.errors import InputError
from trimtab.model.plan import Plan
from trimtab.ports import Sampler
from trimtab.samplers.bayesian import BayesianSampler
from trimtab.samplers.choose import Chosen, choose_sampler
from trimtab.samplers.cmaes import CmaesSampler
from trimtab.samplers.fixed import FixedSampler
from trimtab.samplers.grid import GridSampler
from trimtab.samplers.random import RandomSampler
from trimtab.samplers.sobol import SobolSampler
from trimtab.space import Params, grid_size

__all__ = [
    "BayesianSampler",
    "Chosen",
    "CmaesSampler",
    "FixedSampler",
    "GridSampler",
    "RandomSampler",
    "SobolSampler",
    "choose_sampler",
    "make_sampler",
]

AVAILABLE = "available are random (rule: random or sobol), grid and bayesian"


def make_sampler(plan: Plan) -> Sampler:
    """The sampler that ``plan.sampler`` (the file's ``sampling_algorithm``) asks for.

    A seed in the file wins over ``plan.seed``. Raises InputError for what is not available or does
    not fit the space, MissingExtraError where a library is absent: before the first trial.
    """
    settings = plan.sampler
    match settings.get("type", "random"):
        case "random":
            return _random(plan)
        case "grid":
            grid_size(plan.space)
            return GridSampler()
        case "fixed":
            return FixedSampler(_points(settings))
        case "bayesian":
            return _bayesian(plan)
        case other:
            raise InputError(f"sampling_algorithm.type: found {other!r}; {AVAILABLE}")


def _random(plan: Plan) -> RandomSampler | SobolSampler:
    seed, logbase = _seed(plan), _logbase(plan.sampler.get("logbase"))
    match plan.sampler.get("rule"):
        case None | "random":
            return RandomSampler(seed, logbase)
        case "sobol":
            sampler = SobolSampler(seed, logbase)
            sampler.check(plan.space)
            return sampler
        case other:
            raise InputError(
                f"sampling_algorithm.rule: found {other!r}; allowed are random and sobol"
            )


def _bayesian(plan: Plan) -> BayesianSampler | CmaesSampler:
    seed, logbase = _seed(plan), _logbase(plan.sampler.get("logbase"))
    sampler: BayesianSampler | CmaesSampler
    match plan.sampler.get("engine", "tpe"):
        case "tpe" | "gp" as engine:
            sampler = BayesianSampler(engine, seed, logbase)
        case "cmaes":
            sampler = CmaesSampler(seed, logbase)
        case other:
            raise InputError(
                f"sampling_algorithm.engine: found {other!r}; allowed are tpe, gp and cmaes"
            )
    sampler.check(plan.space)
    return sampler


def _seed(plan: Plan) -> int:
    seed = plan.sampler.get("seed")
    if seed is None:
        return plan.seed
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise InputError(f"sampling_algorithm.seed: found {seed!r}, a whole number is needed")
    return seed


def _logbase(value: object) -> float:
    if value is None or value == "e":
        return math.e
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _no_logbase(value)
    if not 0 < value < math.inf or value == 1:
        raise _no_logbase(value)
    return float(value)


def _no_logbase(value: object) -> InputError:
    return InputError(
        f"sampling_algorithm.logbase: found {value!r}; allowed are e and "
        "positive numbers other than 1"
    )


def _points(settings: Mapping[str, object]) -> tuple[Params, ...]:
    points = settings.get("points")
    if not isinstance(points, list | tuple) or not all(map(_is_params, points)):
        raise InputError(
            "sampling_algorithm.points: a list of parameter mappings is needed, whose values are "
            f"numbers, text or mappings of these; found {points!r}"
        )
    return tuple(points)


def _is_params(value: object) -> TypeGuard[Params]:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and (_is_scalar(inner) or _is_params(inner))
        for name, inner in value.items()
    )


def _is_scalar(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)
