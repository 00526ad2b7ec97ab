"""Which sampler a sweep gets: by the file's algorithm, or by Trimtab's own property."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from trimtab.model.plan import Limits
from trimtab.samplers.bayesian import STARTUP
from trimtab.space import Choice, Space, dimensions, grid_size


@dataclass(frozen=True, slots=True)
class Chosen:
    """``settings`` for ``plan.sampler``, and why; ``why`` is empty where the file says it all."""

    settings: Mapping[str, object]
    why: str = ""


def choose_sampler(
    algorithm: Mapping[str, object], wanted: str | None, space: Space, limits: Limits
) -> Chosen:
    """The sampler of a sweep.

    ``algorithm`` is the file's ``sampling_algorithm``; ``wanted`` its ``trimtab.sampler``: None,
    ``auto``, ``tpe``, ``gp``, ``cmaes`` or ``qmc``. A seed and a logbase in the file stay.
    """
    kept = {key: algorithm[key] for key in ("seed", "logbase") if key in algorithm}
    if wanted is None and algorithm.get("type") == "bayesian":
        why = (
            "sampling_algorithm: bayesian is done by TPE (Optuna); Azure does not say how it does "
            "it. properties: trimtab.sampler chooses another way."
        )
        return Chosen({**algorithm, "engine": "tpe"}, why)
    if wanted is None:
        return Chosen(algorithm)
    if wanted != "auto":
        return Chosen({**_settings(wanted), **kept})
    name, reason = _automatic(space, limits)
    return Chosen({**_settings(name), **kept}, f"trimtab.sampler: auto chose {name}: {reason}.")


def _settings(name: str) -> Mapping[str, object]:
    match name:
        case "qmc":
            return {"type": "random", "rule": "sobol"}
        case "random" | "grid":
            return {"type": name}
        case _:
            return {"type": "bayesian", "engine": name}


def _automatic(space: Space, limits: Limits) -> tuple[str, str]:
    """A name for ``_settings``, and the reason. Looks at what is installed."""
    trials, each = limits.max_total_trials, dimensions(space)
    if each and all(isinstance(one.distribution, Choice) for one in each):
        size = grid_size(space)
        if size <= trials:
            return "grid", f"all {size} combinations fit into {trials} trials"
    even = "qmc" if importlib.util.find_spec("scipy") else "random"
    if trials <= STARTUP:
        return even, f"{trials} trials are too few to learn from"
    if importlib.util.find_spec("optuna") is None:
        return even, "tpe would learn from results, and needs pip install 'trimtab[search]'"
    return "tpe", f"with {trials} trials it learns from results, and it takes any search space"
