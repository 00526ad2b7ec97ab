"""Bayesian sampling by Optuna: a model of the metric says where the next trial is worth most."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from trimtab.errors import InputError, MissingExtraError
from trimtab.model.state import SweepState, Trial
from trimtab.samplers.random import RandomSampler, unit_number
from trimtab.samplers.results import Told, check_fit, ended, unrepeated, value_of
from trimtab.space import (
    Axis,
    Branch,
    Choice,
    Dimension,
    Distribution,
    Params,
    Space,
    axis_of,
    build,
    coordinates,
    dimensions,
    number_of,
    value_on,
)

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

STARTUP = 10
"""Points are random until this many trials are worth something, as Optuna does it."""

EXPLORE = 3
"""Every third trial goes into the branch that was tried least. A model alone commits to the first
branch that does well, and rarely sees what the others become once their own parameters are good."""

LIBRARIES = {"tpe": ("optuna",), "gp": ("optuna", "torch")}


@dataclass(frozen=True, slots=True)
class BayesianSampler:
    """Optuna's TPE or Gaussian process, made anew for each proposal from the seed and the facts.

    Trials that ended count with the best value they logged; failed ones and those without a value
    do not. Trials that have not ended count as poor (tpe) or as pending (gp), so that proposals in
    parallel keep apart. Parameters that count together are drawn together: those of the space
    itself, then those of each chosen branch, on the trials of that branch. A point that was
    proposed before gives way to a random one. Needs the extra ``search``; ``gp`` needs ``gp``.
    """

    engine: str
    seed: int
    logbase: float = math.e
    _told: Told[FrozenTrial | None] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_told", Told(self._frozen))

    def check(self, space: Space) -> None:
        """Raises InputError where the space does not suit, MissingExtraError without a library."""
        check_fit(self.engine, space)
        for library in LIBRARIES[self.engine]:
            if importlib.util.find_spec(library) is None:
                raise missing(library, self.engine)

    def propose(self, index: int, state: SweepState) -> Params | None:
        """See ``ports.Sampler``. Never None. Raises MissingExtraError."""
        params = self._modelled(index, state)
        if params is None:
            params = RandomSampler(self.seed, self.logbase).propose(index, state) or {}
        return unrepeated(params, index, state, self.seed, self.logbase)

    def _modelled(self, index: int, state: SweepState) -> Params | None:
        """What the model proposes; None before it has enough to go by."""
        plan = state.the_plan()
        if plan.objective is None or not dimensions(plan.space):
            return None
        if len(list(islice(ended(state), STARTUP))) < STARTUP:
            return None
        try:
            from trimtab.samplers.study import ask, make_engine
        except ImportError as error:
            library = (error.name or "optuna").partition(".")[0]
            raise missing(library, self.engine) from error
        others, maximize = self._others(index, state), plan.objective.maximize
        engine = make_engine(self.engine, int(unit_number(self.seed, index, self.engine) * 2**32))
        asked: dict[tuple[str, int] | None, dict[str, int | float]] = {}

        def pick(each: Dimension) -> int | float:
            if index % EXPLORE == EXPLORE - 1 and _has_branches(each.distribution):
                return _least_tried(each, others)
            if each.parent not in asked:
                axes = self._axes(plan.space, each.parent)
                asked[each.parent] = ask(engine, others, index, axes, maximize=maximize)
            number = asked[each.parent][each.path]
            return value_on(each.distribution, number, self.logbase)

        return build(plan.space, pick)

    def _axes(self, space: Space, parent: tuple[str, int] | None) -> dict[str, Axis]:
        """The axes that count together: those of the space itself, or of one branch of a choice."""
        return {
            each.path: axis_of(each.distribution, self.logbase)
            for each in dimensions(space)
            if each.parent == parent
        }

    def _others(self, index: int, state: SweepState) -> list[FrozenTrial]:
        """All trials but this one that run or are worth something, in the order of their index."""
        space = state.the_plan().space
        found: list[FrozenTrial] = []
        for trial in state.trials.values():
            value = value_of(state, trial)
            if trial.index == index or (trial.status.ended and value is None):
                continue
            told = self._told.of(space, trial, value)
            if told is not None:
                found.append(told)
        return found

    def _frozen(self, space: Space, trial: Trial, value: float | None) -> FrozenTrial | None:
        """A trial as Optuna reads it; None for a point that is outside the space."""
        from trimtab.samplers.study import frozen_trial

        try:
            decisions = coordinates(space, trial.params, self.logbase)
        except InputError:
            return None
        counting = [each for each in dimensions(space) if each.path in decisions]
        numbers = {
            each.path: number_of(each.distribution, decisions[each.path], self.logbase)
            for each in counting
        }
        axes = {each.path: axis_of(each.distribution, self.logbase) for each in counting}
        return frozen_trial(trial.index, numbers, axes, value)


def _has_branches(distribution: Distribution) -> bool:
    return isinstance(distribution, Choice) and any(
        isinstance(value, Branch) for value in distribution.values
    )


def _least_tried(choice: Dimension, others: Sequence[FrozenTrial]) -> int:
    """The value of a choice that the fewest trials have, the first of equals; its index."""
    size = len(choice.distribution.values) if isinstance(choice.distribution, Choice) else 1
    tried = [trial.params.get(choice.path) for trial in others]
    return min(range(size), key=tried.count)


def missing(library: str, engine: str) -> MissingExtraError:
    extra = "gp" if library == "torch" else "search"
    return MissingExtraError(library, extra, f"Bayesian sampling by {engine}")
