"""Facts and states as strict JSON: what ``--json`` prints."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from trimtab.model.facts import Fact, body_fields, kind_of
from trimtab.model.state import SweepState, Trial


def encode(value: object) -> str:
    """One line of strict JSON. Numbers that are none become ``"NaN"``, ``"Infinity"`` and
    ``"-Infinity"``.
    """
    try:
        return json.dumps(value, ensure_ascii=True, allow_nan=False)
    except ValueError:
        return json.dumps(_strict(value), ensure_ascii=True, allow_nan=False)


def fact(one: Fact) -> dict[str, Any]:
    """A fact with its place: ``seq``, ``at``, ``kind`` and the fields of its body."""
    return {"seq": one.seq, "at": one.at, "kind": kind_of(one.body), **body_fields(one.body)}


def trial(state: SweepState, one: Trial) -> dict[str, Any]:
    """A trial as an object; ``value`` is its best value of the primary metric."""
    return {
        "trial": one.index,
        "status": str(one.status),
        "value": state.curves[one.index].best,
        "params": dict(one.params),
        "metrics": dict(one.metrics),
        "attempt": one.attempt,
        "node": one.node,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "seconds": one.seconds,
        "reason": one.reason,
    }


def sweep(state: SweepState) -> dict[str, Any]:
    """A sweep without its trials: how it stands, its counts and its best trial."""
    objective = state.plan.objective if state.plan else None
    best = state.best()
    return {
        "sweep": state.sweep,
        "outcome": str(state.ended) if state.ended else None,
        "reason": state.end_reason or state.stop_reason,
        "metric": objective.metric if objective else None,
        "goal": (("maximize" if objective.maximize else "minimize") if objective else None),
        "trials": len(state.trials),
        "counts": {str(status): amount for status, amount in state.counts.items() if amount},
        "created_at": state.created_at,
        "last_at": state.last_at,
        "elapsed": state.elapsed(state.last_at),
        "parent": state.parent,
        "best": trial(state, best) if best else None,
    }


def _strict(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _strict(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_strict(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
