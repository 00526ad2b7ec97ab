"""What follows a search: the best trial, its parameters once more, its model in the registry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.errors import InputError, UnknownSweepError
from trimtab.home import Home, SweepFolder
from trimtab.model.plan import Plan
from trimtab.model.state import SweepState, Trial
from trimtab.reading import read_creation, read_state

if TYPE_CHECKING:
    from trimtab.spec.overrides import Overrides

_UNUSED = (
    "search_space",
    "sampling_algorithm",
    "early_termination",
    "properties.trimtab.stopper",
    "limits.max_total_trials",
    "limits.max_concurrent_trials",
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A trial of a sweep that was asked for, or is the best: its state, value and files."""

    trial: Trial
    value: float | None
    folder: Path


def choose(folder: SweepFolder, trial: int | None = None) -> Chosen:
    """The trial of that number, or the best one. Raises UnknownSweepError when there is none."""
    return chosen_from(read_state(folder), folder, trial)


def chosen_from(state: SweepState, folder: SweepFolder, trial: int | None = None) -> Chosen:
    """As ``choose``, from a state at hand."""
    found = _best(state) if trial is None else state.trials.get(trial)
    if found is None and trial is not None:
        raise UnknownSweepError(
            f"The sweep {folder.sweep} has no trial {trial}; it has {len(state.trials)}, from 0."
        )
    if found is None:
        raise UnknownSweepError(
            f"The sweep {folder.sweep} has no best trial: none logged a finite value of the "
            f"primary metric; see: trimtab show {folder.sweep}"
        )
    value = state.best_value(found.index)
    return Chosen(found, value, folder.attempt(found.index, found.attempt))


def create_refit(
    home: Home,
    folder: SweepFolder,
    *,
    trial: int | None = None,
    overrides: Overrides = (),
    name: str | None = None,
) -> SweepFolder:
    """A sweep of one trial: the parameters of a trial once more, with the file changed.

    ``overrides`` are as for ``load_sweep``, most often of inputs. The code is the snapshot that
    the trial ran. Raises SweepFileError, InputError, UnknownSweepError.
    """
    from trimtab.creation import create_sweep, plan_of
    from trimtab.spec import parse_text

    created = read_creation(folder)
    if created.document.get("type") != "sweep":
        raise InputError(f"{folder.sweep} is no sweep but a command; there is nothing to refit.")
    _check_overrides(overrides)
    chosen = choose(folder, trial)
    origin = Path(created.origin)
    job = parse_text(json.dumps(created.document), str(origin), overrides)
    once = plan_of(job)
    plan = Plan(
        objective=once.objective,
        limits=type(once.limits)(1, 1, once.limits.timeout, once.limits.trial_timeout),
        space=once.space,
        seed=once.seed,
        sampler={"type": "fixed", "points": [dict(chosen.trial.params)]},
    )
    code = folder.code if folder.code.exists() else None
    return create_sweep(
        job,
        home,
        origin=origin,
        name=name or _refit_name(home, folder.sweep),
        plan=plan,
        code=code,
        parent=folder.sweep,
    )


def _check_overrides(overrides: Overrides) -> None:
    """Raises InputError for a key that a refit has no use for."""
    for override in overrides:
        key = override.partition("=")[0].strip()
        if key.startswith(_UNUSED):
            raise InputError(
                f"{override!r}: a refit runs one trial with the parameters it had, so this changes "
                "nothing; change inputs, environment variables or timeouts, or write a new "
                "sweep file."
            )


def _best(state: SweepState) -> Trial | None:
    """The best trial; the only one of a command, which has no metric to compare."""
    if state.the_plan().objective is None:
        return state.trials.get(0)
    return state.best()


def _refit_name(home: Home, sweep: str) -> str:
    taken = {folder.sweep for folder in home.sweeps()}
    number = 1
    while f"{sweep}-refit-{number}" in taken:
        number += 1
    return f"{sweep}-refit-{number}"
