"""Random sampling: every parameter of every trial is a draw of its own."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.space import Params, point


@dataclass(frozen=True, slots=True)
class RandomSampler:
    """Independent draws. ``logbase`` is the base of the log-uniform distributions.

    A parameter of trial i depends on the seed, i and its own path in the space alone. So a
    parameter that is added to the file changes no other, and trials may be proposed in any order.
    A small space repeats points: a draw does not look at other trials.
    """

    seed: int
    logbase: float = math.e

    def propose(self, index: int, state: SweepState) -> Params | None:
        """See ``ports.Sampler``. Never None."""
        space = state.the_plan().space
        return point(space, lambda path: unit_number(self.seed, index, path), self.logbase)


def unit_number(seed: int, index: int, path: str) -> float:
    """A number in [0, 1) as good as random: the first 53 bits of a SHA-256 of the arguments."""
    key = f"{seed}/{index}/{path}".encode("utf-8", "surrogatepass")
    return (int.from_bytes(hashlib.sha256(key).digest()[:8], "big") >> 11) * 2.0**-53
