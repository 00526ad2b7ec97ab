"""Distributions and early termination policies, as the mappings that a sweep file holds.

They are checked together with the sweep they are put into.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Word: TypeAlias = dict[str, object]
"""A mapping with ``type``, for example ``{"type": "randint", "upper": 3}``."""


def choice(*values: object) -> Word:
    """One of ``values``, each as likely: texts, numbers, or mappings with parameters of their own.

    A mapping's values are texts, numbers or further distributions.
    """
    return {"type": "choice", "values": list(values)}


def randint(upper: int) -> Word:
    """A whole number in [0, upper)."""
    return {"type": "randint", "upper": upper}


def uniform(min_value: float, max_value: float) -> Word:
    """A number between the two, each as likely."""
    return _between("uniform", min_value, max_value)


def quniform(min_value: float, max_value: float, q: float) -> Word:
    """As ``uniform``, rounded to a multiple of ``q``."""
    return _between("quniform", min_value, max_value, q)


def loguniform(min_value: float, max_value: float) -> Word:
    """exp(uniform(min_value, max_value)): the bounds are exponents of e, as in Azure ML."""
    return _between("loguniform", min_value, max_value)


def qloguniform(min_value: float, max_value: float, q: float) -> Word:
    """As ``loguniform``, rounded to a multiple of ``q``; the bounds are exponents of e."""
    return _between("qloguniform", min_value, max_value, q)


def normal(mu: float, sigma: float) -> Word:
    """Normally distributed with mean ``mu`` and standard deviation ``sigma``."""
    return _bell("normal", mu, sigma)


def qnormal(mu: float, sigma: float, q: float) -> Word:
    """As ``normal``, rounded to a multiple of ``q``."""
    return _bell("qnormal", mu, sigma, q)


def lognormal(mu: float, sigma: float) -> Word:
    """exp(normal(mu, sigma)): the logarithm is normally distributed."""
    return _bell("lognormal", mu, sigma)


def qlognormal(mu: float, sigma: float, q: float) -> Word:
    """As ``lognormal``, rounded to a multiple of ``q``."""
    return _bell("qlognormal", mu, sigma, q)


def bandit(
    *,
    slack_factor: float | None = None,
    slack_amount: float | None = None,
    evaluation_interval: int | None = None,
    delay_evaluation: int | None = None,
) -> Word:
    """Stops a trial that is worse than the best one by more than a factor or an amount."""
    given = {"slack_factor": slack_factor, "slack_amount": slack_amount}
    return _policy("bandit", given, evaluation_interval, delay_evaluation)


def median_stopping(
    *, evaluation_interval: int | None = None, delay_evaluation: int | None = None
) -> Word:
    """Stops a trial whose best value is worse than the median of the running averages."""
    return _policy("median_stopping", {}, evaluation_interval, delay_evaluation)


def truncation_selection(
    truncation_percentage: int,
    *,
    evaluation_interval: int | None = None,
    delay_evaluation: int | None = None,
) -> Word:
    """Stops the worst ``truncation_percentage`` percent of the trials at each evaluation."""
    given = {"truncation_percentage": truncation_percentage}
    return _policy("truncation_selection", given, evaluation_interval, delay_evaluation)


def _between(kind: str, min_value: float, max_value: float, q: float | None = None) -> Word:
    return _word(kind, {"min_value": min_value, "max_value": max_value, "q": q})


def _bell(kind: str, mu: float, sigma: float, q: float | None = None) -> Word:
    return _word(kind, {"mu": mu, "sigma": sigma, "q": q})


def _policy(
    kind: str, given: Mapping[str, object], interval: int | None, delay: int | None
) -> Word:
    return _word(kind, {**given, "evaluation_interval": interval, "delay_evaluation": delay})


def _word(kind: str, given: Mapping[str, object]) -> Word:
    return {"type": kind, **{name: one for name, one in given.items() if one is not None}}
