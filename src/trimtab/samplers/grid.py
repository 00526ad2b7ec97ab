"""Grid sampling: every combination of the choices, once."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.space import Params, grid_point, grid_size


@dataclass(frozen=True, slots=True)
class GridSampler:
    """The cartesian product in file order; the last parameter changes fastest."""

    def propose(self, index: int, state: SweepState) -> Params | None:
        """See ``ports.Sampler``. None beyond the last combination.

        Raises InputError for a space with anything but choices.
        """
        space = state.the_plan().space
        return grid_point(space, index) if index < grid_size(space) else None
