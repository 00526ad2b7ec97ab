"""CMA-ES: a cloud of points that moves, stretches and shrinks towards the best of them.

The optimizer is the package ``cmaes``, the one under Optuna's sampler of that name. Optuna's keeps
it pickled in the attributes of trials, which hang on when each trial was asked for; here it is told
the results in the order of their ends, which the facts hold.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trimtab.errors import InputError, MissingExtraError
from trimtab.model.state import SweepState, Trial
from trimtab.samplers.random import RandomSampler, unit_number
from trimtab.samplers.results import Told, check_fit, ended, unrepeated
from trimtab.space import (
    Dimension,
    Params,
    Space,
    build,
    coordinates,
    dimensions,
    unit_of,
    value_in,
)

if TYPE_CHECKING:
    from cmaes import CMA
    from numpy import float64
    from numpy.typing import NDArray

SIGMA = 1 / 6
"""The first cloud's standard deviation, with all axes from 0 to 1; Optuna's choice."""

GROWTH = 2
"""How much larger the population is after each restart (IPOP: Auger and Hansen, 2005)."""

Solution = tuple[tuple[float, ...], float]


@dataclass(slots=True)
class _Memory:
    """An optimizer and the solutions that it was told so far."""

    width: int = 0
    optimizer: CMA | None = None
    restarts: int = 0
    told: list[Solution] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CmaesSampler:
    """CMA-ES over numeric parameters, each along its axis from 0 to 1 (see ``space.unit_of``).

    Results make a generation as they come in, failed trials left out. Proposals in parallel are
    draws of their own from the cloud of that moment. When the cloud has collapsed, the search
    starts again elsewhere with a larger population. Needs the extra ``search``.
    """

    seed: int
    logbase: float = math.e
    _memory: _Memory = field(default_factory=_Memory, compare=False, repr=False)
    _told: Told[Solution | None] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_told", Told(self._solution))

    def check(self, space: Space) -> None:
        """Raises InputError where the space does not suit, MissingExtraError without cmaes."""
        check_fit("cmaes", space)
        if importlib.util.find_spec("cmaes") is None:
            raise _missing()

    def propose(self, index: int, state: SweepState) -> Params | None:
        """See ``ports.Sampler``. Never None. Raises what ``check`` raises."""
        plan = state.the_plan()
        check_fit("cmaes", plan.space)
        if plan.objective is None:
            return RandomSampler(self.seed, self.logbase).propose(index, state)
        optimizer = self._optimizer(len(dimensions(plan.space)), self._solutions(state))
        optimizer.reseed_rng(self._seed(f"draw {index}"))
        draw = (float(unit) for unit in optimizer.ask())
        units = dict(zip((each.path for each in dimensions(plan.space)), draw, strict=True))

        def pick(each: Dimension) -> int | float:
            return value_in(each.distribution, units[each.path], self.logbase)

        return unrepeated(build(plan.space, pick), index, state, self.seed, self.logbase)

    def _solutions(self, state: SweepState) -> list[Solution]:
        """Where each trial that is worth something lies, and its value to be minimized."""
        plan = state.the_plan()
        sign = -1.0 if plan.objective is not None and plan.objective.maximize else 1.0
        found = (self._told.of(plan.space, trial, sign * value) for trial, value in ended(state))
        return [solution for solution in found if solution is not None]

    def _solution(self, space: Space, trial: Trial, value: float | None) -> Solution | None:
        """None for a point that is outside the space."""
        try:
            at = coordinates(space, trial.params, self.logbase)
        except InputError:
            return None
        each = dimensions(space)
        units = (unit_of(one.distribution, at[one.path], self.logbase) for one in each)
        return tuple(units), value or 0.0

    def _optimizer(self, width: int, solutions: Sequence[Solution]) -> CMA:
        """The optimizer after as many whole generations as there are."""
        memory = self._memory
        count = len(memory.told)
        if memory.optimizer is None or memory.width != width or memory.told != solutions[:count]:
            memory.width, memory.restarts, memory.told = width, 0, []
            memory.optimizer = self._start(width, 0)
        optimizer = memory.optimizer
        while len(memory.told) + optimizer.population_size <= len(solutions):
            start = len(memory.told)
            generation = solutions[start : start + optimizer.population_size]
            memory.told.extend(generation)
            optimizer.tell([(_array(at), value) for at, value in generation])
            if optimizer.should_stop():
                memory.restarts += 1
                optimizer = memory.optimizer = self._start(width, memory.restarts)
        return optimizer

    def _start(self, width: int, restarts: int) -> CMA:
        try:
            from cmaes import CMA
        except ImportError as error:
            raise _missing() from error
        mean = [0.5] * width
        if restarts:
            mean = [unit_number(self.seed, restarts, f"cmaes {n}") for n in range(width)]
        population = 4 + math.floor(3 * math.log(width))
        return CMA(
            mean=_array(mean),
            sigma=SIGMA,
            bounds=_array([[0.0, 1.0]] * width),
            seed=self._seed("start"),
            population_size=population * GROWTH**restarts,
        )

    def _seed(self, purpose: str) -> int:
        return int(unit_number(self.seed, 0, f"cmaes {purpose}") * 2**32)


def _array(numbers: Sequence[float] | Sequence[Sequence[float]]) -> NDArray[float64]:
    import numpy as np

    return np.array(numbers, dtype=float)


def _missing() -> MissingExtraError:
    return MissingExtraError("cmaes", "search", "CMA-ES sampling")
