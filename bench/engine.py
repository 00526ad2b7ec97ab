"""How fast the engine itself is: a sweep of 2,000 trials at concurrency 100, in virtual time.

    python -m bench.engine [--trials 2000] [--concurrent 100] [--rounds 5]

Every trial reports ten times; each policy is played beside none. Prints seconds,
facts per second, and what replaying the facts costs; replay must give an equal state.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from tests.engine.play import Theatre, replay
from trimtab.compute.simulated import Script
from trimtab.model.launch import Launch
from trimtab.model.plan import Limits, Objective, Plan
from trimtab.samplers import make_sampler
from trimtab.space import LogUniform, Space, Uniform
from trimtab.stoppers import make_stopper

REPORTS = 10
POLICIES: dict[str, dict[str, object]] = {
    "none": {},
    "bandit": {"type": "bandit", "slack_factor": 0.2, "delay_evaluation": 2},
    "median": {"type": "median_stopping", "delay_evaluation": 2},
    "truncation": {"type": "truncation_selection", "truncation_percentage": 20},
    "asha": {"type": "asha", "min_reports": 2},
    "hyperband": {"type": "hyperband"},
    "patience": {"type": "patience", "reports": 3},
    "threshold": {"type": "threshold", "lower": 0.2},
}


def play(launch: Launch) -> Script:
    dice = random.Random(launch.trial)
    base = dice.random()
    reports = tuple(
        (10.0 * n, "score", base + 0.1 * dice.random() + n / 50, n) for n in range(1, REPORTS + 1)
    )
    return Script(10.0 * REPORTS + 10.0 * dice.random(), reports)


def once(policy: dict[str, object], trials: int, concurrent: int) -> tuple[float, float, int]:
    space = Space.of({"lr": LogUniform(-9, 0), "momentum": Uniform(0, 1)})
    plan = Plan(
        Objective("score", maximize=True), Limits(trials, concurrent), space, stopper=policy
    )
    theatre = Theatre(
        plan, play, nodes=concurrent, sampler=make_sampler(plan), stopper=make_stopper(plan)
    )
    begin = time.perf_counter()
    state = theatre.run()
    played = time.perf_counter() - begin
    begin = time.perf_counter()
    again = replay(theatre.facts)
    replayed = time.perf_counter() - begin
    if again != state:
        raise SystemExit(f"{policy}: the replayed state differs")
    return played, replayed, len(theatre.facts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--concurrent", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print("policy        median s     min     max    facts   facts/s  replay s")
    for name, policy in POLICIES.items():
        rounds = [once(policy, given.trials, given.concurrent) for _ in range(given.rounds)]
        played = [one[0] for one in rounds]
        middle, facts = statistics.median(played), rounds[0][2]
        replayed = statistics.median(one[1] for one in rounds)
        print(
            f"{name:12}{middle:10.2f}{min(played):8.2f}{max(played):8.2f}"
            f"{facts:9}{facts / middle:10.0f}{replayed:10.2f}"
        )


if __name__ == "__main__":
    main()
