"""``sampling_algorithm``, ``objective`` and ``limits``."""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Tag

from trimtab.spec.fields import Given, Integer, Strict, Text, snake, variant, word, wrong

ALGORITHMS = ("random", "grid", "bayesian")


def _logbase(value: object) -> object:
    if isinstance(value, str):
        if value.strip().lower() == "e":
            return "e"
        try:
            value = float(value)
        except ValueError:
            raise wrong("a positive number or e") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("a positive number or e")
    if not math.isfinite(value) or value <= 0 or value == 1:
        raise wrong("a positive number other than 1, or e")
    return value


class RandomSampling(Strict):
    type: Annotated[Literal["random"], word("random", camel=True)] = "random"
    rule: Annotated[Literal["random", "sobol"], word("random", "sobol", camel=True)] = "random"
    seed: Given[Integer] = None
    logbase: Annotated[int | float | Literal["e"] | None, BeforeValidator(_logbase)] = None

    @property
    def base(self) -> float:
        """The base of the log-uniform distributions."""
        return math.e if self.logbase in (None, "e") else float(self.logbase or math.e)


class GridSampling(Strict):
    type: Annotated[Literal["grid"], word("grid", camel=True)] = "grid"


class BayesianSampling(Strict):
    type: Annotated[Literal["bayesian"], word("bayesian", camel=True)] = "bayesian"


def _spelled_out(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Sampling: TypeAlias = Annotated[
    Annotated[RandomSampling, Tag("<random>")]
    | Annotated[GridSampling, Tag("<grid>")]
    | Annotated[BayesianSampling, Tag("<bayesian>")],
    variant(ALGORITHMS, snake),
    BeforeValidator(_spelled_out),
]


class Objective(Strict):
    primary_metric: Text
    goal: Annotated[Literal["minimize", "maximize"], word("minimize", "maximize", camel=True)]

    @property
    def maximize(self) -> bool:
        return self.goal == "maximize"


class SweepLimits(Strict):
    """Times are in seconds."""

    max_total_trials: Integer
    max_concurrent_trials: Given[Integer] = None
    timeout: Given[Integer] = None
    trial_timeout: Given[Integer] = None


class CommandLimits(Strict):
    """Times are in seconds."""

    timeout: Given[Integer] = None
