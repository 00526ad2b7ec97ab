"""Fixed sampling: a list of points that are known already, such as the best of another sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.space import Params


@dataclass(frozen=True, slots=True)
class FixedSampler:
    """Proposes ``points`` in order, whatever the search space says."""

    points: Sequence[Params]

    def propose(self, index: int, state: SweepState) -> Params | None:  # noqa: ARG002 (the port's)
        """See ``ports.Sampler``. None beyond the last point."""
        return self.points[index] if index < len(self.points) else None
