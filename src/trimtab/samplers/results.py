"""What model-based samplers learn from: the trials of a sweep, each with what it is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from trimtab.errors import InputError
from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.samplers.random import unit_number
from trimtab.space import Params, Space, misfits, point

T = TypeVar("T")

REDRAWS = 16
"""How often a point that was proposed before is drawn anew."""


@dataclass(slots=True)
class Told(Generic[T]):
    """What a model is told of each trial, kept as long as its parameters and value stay the same.

    Keeping it saves time and changes nothing: ``make`` depends on its arguments alone.
    """

    make: Callable[[Space, Trial, float | None], T]
    space: Space = field(default_factory=Space)
    known: dict[int, tuple[Params, float | None, T]] = field(default_factory=dict)

    def of(self, space: Space, trial: Trial, value: float | None) -> T:
        if self.space is not space and self.space != space:
            self.known.clear()
        self.space = space
        known = self.known.get(trial.index)
        if known is not None and known[1] == value and known[0] == trial.params:
            return known[2]
        made = self.make(space, trial, value)
        self.known[trial.index] = (trial.params, value, made)
        return made


def value_of(state: SweepState, trial: Trial) -> float | None:
    """The best value that an ended trial logged; None for failed ones, and without any."""
    if not trial.status.ended or trial.status is TrialStatus.FAILED:
        return None
    return state.best_value(trial.index)


def ended(state: SweepState) -> Iterator[tuple[Trial, float]]:
    """Trials that are worth something, in the order of their ends."""
    for index in state.finished:
        trial = state.trials[index]
        value = value_of(state, trial)
        if value is not None:
            yield trial, value


def check_fit(engine: str, space: Space) -> None:
    """Raises InputError where ``engine`` cannot search ``space``."""
    for path, why in misfits(space, engine):
        where = f"search_space.{path}" if path else "search_space"
        raise InputError(f"{where}: {why}")


def unrepeated(
    params: Params, index: int, state: SweepState, seed: int, logbase: float = math.e
) -> Params:
    """``params``, or a random point where another trial has them already.

    A space so small that all draws were proposed before repeats itself.
    """
    others = [trial.params for trial in state.trials.values() if trial.index != index]
    space = state.the_plan().space
    chosen = params
    for draw in range(REDRAWS):
        if chosen not in others:
            return chosen
        chosen = point(space, partial(_drawn_again, seed, index, draw), logbase)
    return params


def _drawn_again(seed: int, index: int, draw: int, path: str) -> float:
    return unit_number(seed, index, f"{draw}!{path}")
