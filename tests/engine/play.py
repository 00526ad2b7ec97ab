"""A sweep on a simulated cluster in virtual time, with a conductor that may die and come back."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trimtab.clock import VirtualClock
from trimtab.compute.simulated import Play, Script, SimulatedCluster, SimulatedCompute
from trimtab.conductor import Conductor, StopSignal, nobody
from trimtab.model.facts import Fact, Outcome, SweepCreated
from trimtab.model.launch import Launch, Work, attempt_key
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import SweepState
from trimtab.ports import Sampler, Stopper
from trimtab.scheduler import Scheduler
from trimtab.space import Params, Space
from trimtab.store.memory import MemoryLog, MemoryStore
from trimtab.testing.faults import Crash, Fuse, FusedCompute, FusedStore

MakeScheduler = Callable[[Sampler, Stopper | None, int], Scheduler]


class Counting:
    """Proposes ``{"x": index}``, ``size`` times."""

    def __init__(self, size: int = 10**9) -> None:
        self._size = size

    def propose(self, index: int, state: SweepState) -> Params | None:
        return {"x": index} if index < self._size else None


class Threshold:
    """Stops a trial whose second report is below 0.5."""

    def judge(self, trial: int, state: SweepState) -> str | None:
        values = state.curves[trial].values
        if len(values) != 2 or values[-1] >= 0.5:
            return None
        return f"{values[-1]} at report 2 is below 0.5."


def plan(
    total: int = 6,
    concurrent: int = 2,
    timeout: float | None = None,
    trial_timeout: float | None = None,
    max_failures: int | None = None,
    metric: str | None = "score",
) -> Plan:
    objective = Objective(metric, maximize=True) if metric else None
    limits = Limits(total, concurrent, timeout, trial_timeout)
    return Plan(objective, limits, Space(), max_failures=max_failures)


def steady(seconds: float = 10.0, value: float = 0.9) -> Play:
    """Every trial reports ``value`` three times and completes."""
    reports = tuple((seconds * n / 4, "score", value, n) for n in range(1, 4))
    return lambda launch: Script(seconds, reports)


def eventful(seed: int, losses: bool = True) -> Play:
    """Trials of all sorts, chosen by the seed and the launch; without losses by seed and trial."""

    def play(launch: Launch) -> Script:
        dice = random.Random(f"{seed}/{launch.key if losses else launch.trial}")
        seconds = dice.choice([0.0, 1.0, 1.0, 2.5, 7.0])
        base = random.Random(f"{seed}/{launch.trial}").random()
        count = dice.randrange(5)
        reports: list[tuple[float, str, float, int | None]] = [
            (seconds * n / 5, "score", base + n / 100, n) for n in range(1, count + 1)
        ]
        if dice.random() < 0.1:
            reports.append((seconds, "score", math.nan, None))
        fate = dice.random() if losses else max(0.25, dice.random())
        outcome = Outcome.LOST if fate < 0.15 else Outcome.PREEMPTED if fate < 0.25 else None
        exit_code = 1 if 0.25 <= fate < 0.35 else 0
        return Script(seconds, tuple(reports), exit_code, outcome, dice.random() < 0.2)

    return play


@dataclass
class Theatre:
    """One sweep: its log and its cluster outlive the conductors."""

    plan: Plan
    play: Play
    nodes: int = 4
    start_seconds: float = 0.5
    survives: bool = True
    repeats: bool = False
    sampler: Sampler = field(default_factory=Counting)
    stopper: Stopper | None = None
    stop: StopSignal = nobody
    make: MakeScheduler = Scheduler
    heard: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(1000.0)
        self.log = MemoryLog()
        self.launches: list[Launch] = []
        self.cluster = SimulatedCluster(self.clock, self.nodes, self.play, self.start_seconds)
        created = SweepCreated("sweep", plan_to_json(self.plan), {})
        self.log.facts.append(Fact(1, 1000.0, created))

    @property
    def facts(self) -> Sequence[Fact]:
        return self.log.facts

    def run(self, fuse: Fuse | None = None) -> SweepState:
        """One conductor, to the sweep's end or to its own (``Crash``)."""
        fuse = fuse or Fuse()
        compute = FusedCompute(SimulatedCompute(self.cluster), fuse, self.repeats)
        store = MemoryStore(self.log)
        scheduler = self.make(self.sampler, self.stopper, compute.capacity)
        conductor = Conductor(
            FusedStore(store, fuse),
            compute,
            scheduler,
            self.clock,
            self._launch,
            self.stop,
            (self.heard.append,),
        )
        try:
            return conductor.run()
        except Crash:
            if not self.survives:
                for key in self.cluster.alive():
                    self.cluster.vanish(key)
            raise
        finally:
            store.close()

    def run_through(self, fuses: Iterable[Fuse]) -> SweepState:
        """Conductors that die as the fuses say, each followed by the next; the last one lives."""
        for fuse in fuses:
            try:
                return self.run(fuse)
            except Crash:
                self.clock.advance_to(self.clock.now() + 3.0)
        return self.run()

    def _launch(self, state: SweepState, trial: int, attempt: int) -> Launch:
        key = attempt_key(state.sweep, trial, attempt)
        timeout = state.the_plan().limits.trial_timeout
        params = state.trials[trial].params
        launch = Launch(key, state.sweep, trial, attempt, params, Work("true"), Path(), timeout)
        self.launches.append(launch)
        return launch


def replay(facts: Iterable[Fact]) -> SweepState:
    state = SweepState()
    for fact in facts:
        state.apply(fact)
    return state
