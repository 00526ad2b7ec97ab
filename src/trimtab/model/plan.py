"""What a sweep is to do, as far as decisions need to know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trimtab.space import Space, from_json, to_json


@dataclass(frozen=True, slots=True)
class Objective:
    """The primary metric and its direction."""

    metric: str
    maximize: bool

    def better(self, value: float, than: float | None) -> bool:
        """Whether ``value`` is strictly better; anything is better than nothing, NaN never is."""
        if math.isnan(value):
            return False
        if than is None:
            return True
        return value > than if self.maximize else value < than


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a sweep ends. Times in seconds; ``None`` is no limit."""

    max_total_trials: int
    max_concurrent_trials: int
    timeout: float | None = None
    trial_timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that samplers, stoppers and the scheduler may know about a sweep.

    ``sampler`` and ``stopper`` are the sweep file's own mappings (``{"type": "bandit", ...}``),
    normalised; an empty ``stopper`` means none. ``objective`` is absent for a command job.
    ``max_failures``: the sweep fails once more trials than this have failed; ``None`` is the
    default rule (the first three trials all failed, or all trials did).
    """

    objective: Objective | None
    limits: Limits
    space: Space
    seed: int = 0
    sampler: Mapping[str, object] = field(default_factory=lambda: {"type": "random"})
    stopper: Mapping[str, object] = field(default_factory=dict)
    max_failures: int | None = None


def plan_to_json(plan: Plan) -> dict[str, object]:
    """A JSON-able mapping from which ``plan_from_json`` builds an equal plan."""
    objective = plan.objective and {
        "metric": plan.objective.metric,
        "maximize": plan.objective.maximize,
    }
    limits = plan.limits
    return {
        "objective": objective,
        "limits": {
            "max_total_trials": limits.max_total_trials,
            "max_concurrent_trials": limits.max_concurrent_trials,
            "timeout": limits.timeout,
            "trial_timeout": limits.trial_timeout,
        },
        "space": to_json(plan.space),
        "seed": plan.seed,
        "sampler": dict(plan.sampler),
        "stopper": dict(plan.stopper),
        "max_failures": plan.max_failures,
    }


def plan_from_json(data: Mapping[str, Any]) -> Plan:
    """The plan that ``plan_to_json`` wrote."""
    objective = data.get("objective")
    return Plan(
        objective=Objective(**objective) if objective else None,
        limits=Limits(**data["limits"]),
        space=from_json(data["space"]),
        seed=data["seed"],
        sampler=data["sampler"],
        stopper=data["stopper"],
        max_failures=data.get("max_failures"),
    )
