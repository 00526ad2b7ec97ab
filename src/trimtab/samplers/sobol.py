"""Sobol sampling: points that fill the space more evenly than random ones."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from trimtab.errors import InputError, MissingExtraError
from trimtab.model.state import SweepState
from trimtab.samplers.random import unit_number
from trimtab.space import Params, Space, dimensions, point

MAX_DIMENSIONS = 21201
"""As many as the direction numbers of Joe and Kuo (2008), which scipy ships, go to."""

MAX_POINTS = 2**30
"""As many distinct points as 30 bits make."""

BLOCK = 128
"""Points computed at once. A power of two, for which the points of a block are balanced."""


@dataclass(frozen=True, slots=True)
class SobolSampler:
    """scipy's Sobol sequence with Owen's scrambling (linear matrix scramble and a shift).

    Point i depends on the seed, i and the number of dimensions, one for each distribution in file
    order, those of nested choices included. Needs the extra ``sobol``.
    """

    seed: int
    logbase: float = math.e

    def check(self, space: Space) -> None:
        """Raises MissingExtraError without scipy, InputError when the space is too wide."""
        if importlib.util.find_spec("scipy") is None:
            raise _missing()
        count = len(dimensions(space))
        if count > MAX_DIMENSIONS:
            raise InputError(
                f"search_space: found {count} parameters, those of nested choices included; "
                f"Sobol sampling goes up to {MAX_DIMENSIONS}. Use sampling_algorithm: random"
            )

    def propose(self, index: int, state: SweepState) -> Params | None:
        """See ``ports.Sampler``. None after 2**30 points."""
        space = state.the_plan().space
        paths = [dimension.path for dimension in dimensions(space)]
        if index >= MAX_POINTS:
            return None
        if not paths:
            return point(space, lambda _: 0.0)
        block, row = divmod(index, BLOCK)
        units = dict(zip(paths, _block(self.seed, len(paths), block)[row], strict=True))
        return point(space, units.__getitem__, self.logbase)


@lru_cache(maxsize=8)
def _block(seed: int, width: int, block: int) -> Sequence[Sequence[float]]:
    """Points ``block * BLOCK`` and following of the sequence with ``width`` dimensions."""
    try:
        import numpy as np
        from scipy.stats import qmc
    except ImportError as error:
        raise _missing() from error
    generator = np.random.default_rng(int(unit_number(seed, 0, "sobol") * 2**53))
    engine = qmc.Sobol(width, scramble=True, seed=generator)
    if block:
        engine.fast_forward(block * BLOCK)
    rows: list[list[float]] = engine.random(BLOCK).tolist()
    return rows


def _missing() -> MissingExtraError:
    return MissingExtraError("scipy", "sobol", "Sobol sampling (rule: sobol)")
