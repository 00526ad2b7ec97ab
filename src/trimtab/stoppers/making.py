"""From the settings in a plan to a stopper, each value checked once more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeGuard

from trimtab.errors import InputError
from trimtab.model.plan import Plan
from trimtab.ports import Explains
from trimtab.stoppers.asha import AshaStopper
from trimtab.stoppers.bandit import BanditStopper
from trimtab.stoppers.common import Schedule
from trimtab.stoppers.hyperband import HyperbandStopper
from trimtab.stoppers.median import MedianStopper
from trimtab.stoppers.patience import PatienceStopper
from trimtab.stoppers.threshold import ThresholdStopper
from trimtab.stoppers.truncation import TruncationStopper

AZURE = ("bandit", "median_stopping", "truncation_selection")
OWN = ("asha", "hyperband", "patience", "threshold", "none")
MAX_BRACKETS = 10

Settings = Mapping[str, object]


def make_stopper(plan: Plan) -> Explains | None:
    """The stopper that ``plan.stopper`` asks for: ``early_termination``, or ``trimtab.stopper``.

    None as well for the type ``none`` and when the plan has no objective. An
    ``evaluation_interval`` of 0 is 1, a slack of 0 is no slack. Raises InputError for anything
    that no policy can be made from.
    """
    given = plan.stopper
    if not given or plan.objective is None:
        return None
    match given.get("type"):
        case "none":
            return None
        case "bandit":
            return _bandit(given)
        case "median_stopping":
            return MedianStopper(_schedule(given))
        case "truncation_selection":
            return TruncationStopper(_percentage(given), _schedule(given))
        case "asha":
            return AshaStopper(*_rungs(given))
        case "hyperband":
            brackets = _count(given, "brackets", 3, least=1, most=MAX_BRACKETS)
            return HyperbandStopper(*_rungs(given), brackets)
        case "patience":
            return _patience(given)
        case "threshold":
            return _threshold(given)
        case other:
            raise InputError(
                f"early_termination.type: found {other!r}; available are {', '.join(AZURE)}; "
                f"and as trimtab.stopper in properties: {', '.join(OWN)}"
            )


def _bandit(given: Settings) -> BanditStopper:
    factor, amount = _slack(given, "slack_factor"), _slack(given, "slack_amount")
    if (factor is None) == (amount is None):
        found = "neither" if factor is None else "both"
        raise InputError(
            "early_termination: a bandit policy needs either slack_factor or slack_amount, "
            f"greater than 0; found {found} of them"
        )
    return BanditStopper(factor, amount, _schedule(given))


def _slack(given: Settings, key: str) -> float | None:
    value = given.get(key)
    if value is None or value == 0:
        return None
    if not _is_number(value) or not math.isfinite(value) or value < 0:
        raise InputError(f"{_at(given, key)}: found {value!r}, a positive number is needed")
    return float(value)


def _percentage(given: Settings) -> int:
    value = given.get("truncation_percentage")
    if not _is_number(value) or not 0 <= value <= 100:
        raise InputError(
            f"{_at(given, 'truncation_percentage')}: found {value!r}, "
            "a whole number from 1 to 99 is needed"
        )
    return int(value)


def _rungs(given: Settings) -> tuple[int, int, int | None]:
    first = _count(given, "min_reports", 1, least=1)
    factor = _count(given, "reduction_factor", 3, least=2)
    if given.get("max_reports") is None:
        return first, factor, None
    most = _count(given, "max_reports", 0, least=1)
    if most <= first:
        raise InputError(
            f"{_at(given, 'max_reports')}: found {most}; it has to be more than min_reports "
            f"({first}), or no trial is ever judged"
        )
    return first, factor, most


def _patience(given: Settings) -> PatienceStopper:
    reports = _count(given, "reports", 0, least=1)
    delta = _number(given, "min_delta") or 0.0
    if delta < 0:
        raise InputError(f"{_at(given, 'min_delta')}: found {delta}, 0 or more is needed")
    return PatienceStopper(reports, delta, _schedule(given))


def _threshold(given: Settings) -> ThresholdStopper:
    lower, upper = _number(given, "lower"), _number(given, "upper")
    if lower is None and upper is None:
        raise InputError(f"{_at(given, 'lower')}: a threshold needs lower, upper or both")
    if lower is not None and upper is not None and lower > upper:
        raise InputError(f"{_at(given, 'lower')}: found {lower}, which is above upper ({upper})")
    return ThresholdStopper(lower, upper, _schedule(given))


def _schedule(given: Settings) -> Schedule:
    return Schedule(
        interval=_count(given, "evaluation_interval", 1) or 1,
        delay=_count(given, "delay_evaluation", 0),
    )


def _count(
    given: Settings, key: str, default: int, *, least: int = 0, most: int | None = None
) -> int:
    value = given.get(key)
    value = default if value is None else value
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= (most or value):
        return value
    allowed = f"of {least} or more" if most is None else f"from {least} to {most}"
    found = repr(given.get(key))
    raise InputError(f"{_at(given, key)}: found {found}, a whole number {allowed} is needed")


def _number(given: Settings, key: str) -> float | None:
    value = given.get(key)
    if value is None:
        return None
    if not _is_number(value) or not math.isfinite(value):
        raise InputError(f"{_at(given, key)}: found {value!r}, a finite number is needed")
    return float(value)


def _at(given: Settings, key: str) -> str:
    """Where a setting stands in the sweep file."""
    holder = "trimtab.stopper" if given.get("type") in OWN else "early_termination"
    return f"{holder}.{key}"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
