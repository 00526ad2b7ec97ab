"""Milliseconds per proposal at 1,000 told trials and 7 running ones, for each sampler.

    python bench/proposals.py [trials]

Each row: the first proposal of the process (with imports, and reading all trials), then the median
and the maximum of 20 further ones, in milliseconds of CPU time.
"""

from __future__ import annotations

import random
import statistics
import sys
import time

from trimtab.model.facts import Body, Ended, Fact, Outcome, Proposed, Reported, Started, Submitted
from trimtab.model.state import SweepState
from trimtab.ports import Sampler
from trimtab.samplers import (
    BayesianSampler,
    CmaesSampler,
    GridSampler,
    RandomSampler,
    SobolSampler,
)
from trimtab.space import Branch, Choice, LogUniform, Normal, QUniform, RandInt, Space, Uniform
from trimtab.testing.samplers import sweep_state

RUNNING, PROPOSALS = 7, 20
MIXED = Space.of(
    {
        "a": Uniform(0, 1),
        "b": LogUniform(-6, 0),
        "c": QUniform(1, 50, 1),
        "d": Choice(("x", "y", "z")),
        "e": Normal(0, 1),
    }
)
BRANCHES = tuple(
    Branch((("kind", kind), ("lr", LogUniform(-6, 0)), ("n", RandInt(20)))) for kind in "abc"
)
NESTED = Space.of({"a": Uniform(0, 1), "model": Choice(BRANCHES)})
NUMBERS = Space.of({name: Uniform(0, 1) for name in "abcde"})
CHOICES = Space.of({name: Choice(tuple(range(5))) for name in "abcde"})
ROWS: list[tuple[str, Sampler, Space]] = [
    ("random, 5 mixed", RandomSampler(1), MIXED),
    ("sobol, 5 mixed", SobolSampler(1), MIXED),
    ("grid, 5 choices", GridSampler(), CHOICES),
    ("tpe, 5 mixed", BayesianSampler("tpe", 1), MIXED),
    ("tpe, nested", BayesianSampler("tpe", 1), NESTED),
    ("cmaes, 5 numbers", CmaesSampler(1), NUMBERS),
]


def told(space: Space, trials: int) -> SweepState:
    state, draw, dice = sweep_state(space), RandomSampler(5), random.Random(0)

    def tell(*bodies: Body) -> None:
        for body in bodies:
            state.apply(Fact(state.seq + 1, 0.0, body))

    for trial in range(trials + RUNNING):
        params = draw.propose(trial, state) or {}
        tell(Proposed(trial, params), Submitted(trial, 1), Started(trial, 1, "node"))
        if trial < trials:
            tell(Reported(trial, 1, "loss", dice.random()), Ended(trial, 1, Outcome.COMPLETED))
    return state


def milliseconds(sampler: Sampler, index: int, state: SweepState) -> float:
    begun = time.process_time()
    sampler.propose(index, state)
    return (time.process_time() - begun) * 1000


def main(trials: int) -> None:
    print(
        f"{'sampler':18} {'first':>9} {'median':>9} {'maximum':>9}   CPU ms, {trials} trials told"
    )
    for name, sampler, space in ROWS:
        state = told(space, trials)
        first, *rest = (
            milliseconds(sampler, index, state)
            for index in range(len(state.trials), len(state.trials) + PROPOSALS + 1)
        )
        print(f"{name:18} {first:9.2f} {statistics.median(rest):9.2f} {max(rest):9.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
