"""Stoppers: they decide that a running trial should end early. Pure functions of the facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeGuard

from trimtab.errors import InputError
from trimtab.model.plan import Plan
from trimtab.ports import Stopper
from trimtab.stoppers.bandit import BanditStopper
from trimtab.stoppers.common import Schedule
from trimtab.stoppers.median import MedianStopper
from trimtab.stoppers.truncation import TruncationStopper

__all__ = ["BanditStopper", "MedianStopper", "Schedule", "TruncationStopper", "make_stopper"]

TYPES = ("bandit", "median_stopping", "truncation_selection")


def make_stopper(plan: Plan) -> Stopper | None:
    """The stopper that ``plan.stopper`` (the file's ``early_termination``) asks for, if any.

    None as well when the plan has no objective. An ``evaluation_interval`` of 0 is 1, a slack of 0
    is no slack. Raises InputError for anything that no policy can be made from.
    """
    settings = plan.stopper
    if not settings or plan.objective is None:
        return None
    schedule = Schedule(
        interval=_count(settings, "evaluation_interval") or 1,
        delay=_count(settings, "delay_evaluation"),
    )
    match settings.get("type"):
        case "bandit":
            return _bandit(settings, schedule)
        case "median_stopping":
            return MedianStopper(schedule)
        case "truncation_selection":
            return TruncationStopper(_percentage(settings), schedule)
        case other:
            raise InputError(
                f"early_termination.type: found {other!r}; available are {', '.join(TYPES)}"
            )


def _bandit(settings: Mapping[str, object], schedule: Schedule) -> BanditStopper:
    factor, amount = _slack(settings, "slack_factor"), _slack(settings, "slack_amount")
    if (factor is None) == (amount is None):
        found = "neither" if factor is None else "both"
        raise InputError(
            "early_termination: a bandit policy needs either slack_factor or slack_amount, "
            f"greater than 0; found {found} of them"
        )
    return BanditStopper(factor, amount, schedule)


def _slack(settings: Mapping[str, object], key: str) -> float | None:
    value = settings.get(key)
    if value is None or value == 0:
        return None
    if not _is_number(value) or not math.isfinite(value) or value < 0:
        raise InputError(f"early_termination.{key}: found {value!r}, a positive number is needed")
    return float(value)


def _percentage(settings: Mapping[str, object]) -> int:
    value = settings.get("truncation_percentage")
    if not _is_number(value) or not 0 <= value <= 100:
        raise InputError(
            f"early_termination.truncation_percentage: found {value!r}, "
            "a whole number from 1 to 99 is needed"
        )
    return int(value)


def _count(settings: Mapping[str, object], key: str) -> int:
    value = settings.get(key)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InputError(
            f"early_termination.{key}: found {value!r}, a whole number of 0 or more is needed"
        )
    return value


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
