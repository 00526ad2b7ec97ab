"""How far a sweep is: its state, its leader, and how long the rest may take."""

from __future__ import annotations

import math

from trimtab.errors import InputError
from trimtab.model.facts import ConductorStarted, Ended, Fact, Reported
from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.space import grid_size


class Progress:
    """A fold over facts for a face that shows them while they happen.

    ``slots`` is the largest number of attempts seen under way at once since the conductor began.
    """

    def __init__(self) -> None:
        self.state = SweepState()
        self.slots = 0
        self._leader: Trial | None = None
        self._led_value: float | None = None
        self._led_attempt = 0
        self._stale = False
        self._total: int | None = None

    def apply(self, fact: Fact) -> None:
        """Folds one fact in. Facts must come in order, each once."""
        self.state.apply(fact)
        match fact.body:
            case Reported() as body:
                self._stale = self._stale or self._may_lead(body)
            case Ended():
                self._stale = True
            case ConductorStarted():
                self.slots = 0
            case _:
                self.slots = max(self.slots, len(self.state.open))

    @property
    def leader(self) -> Trial | None:
        """The best trial so far."""
        if self._stale:
            leader = self._leader = self.state.best()
            self._stale = False
            self._led_value = self.value(leader) if leader else None
            self._led_attempt = leader.reported_attempt if leader else 0
        return self._leader

    def value(self, trial: Trial) -> float | None:
        """The best value of the primary metric that a trial logged."""
        return self.state.curves[trial.index].best

    def last(self, trial: Trial) -> float | None:
        """The last finite value of the primary metric that a trial logged."""
        values = self.state.curves[trial.index].values
        return values[-1] if values else None

    @property
    def total(self) -> int:
        """How many trials there will be at most."""
        if self.state.exhausted:
            return len(self.state.trials)
        if self._total is None:
            self._total = _most_trials(self.state)
        return self._total

    @property
    def running(self) -> list[Trial]:
        """Trials under way, in the order of their numbers."""
        return [self.state.trials[index] for index in sorted(self.state.open)]

    def count(self, status: TrialStatus) -> int:
        return self.state.counts.get(status, 0)

    def eta(self, now: float) -> float | None:
        """Seconds until the last trial may end; None before one has ended by itself.

        Each trial is taken to last as long as the mean of those that completed or were stopped
        early, and the rest to be shared evenly by ``slots``; the sweep's timeout bounds it.
        """
        state = self.state
        if state.ended is not None or state.winding_down or state.stop_reason:
            return None
        natural = (TrialStatus.COMPLETED, TrialStatus.STOPPED)
        lasted = [
            state.trials[index].seconds
            for index in state.finished
            if state.trials[index].status in natural
        ]
        if not lasted:
            return None
        mean = math.fsum(lasted) / len(lasted)
        left = [_left(trial, mean, now) for trial in self.running]
        unstarted = self.total - len(state.trials) + len(state.waiting)
        work = math.fsum(left) + mean * unstarted
        eta = max(work / max(1, self.slots), *left, 0.0)
        limit = state.the_plan().limits.timeout
        return eta if limit is None else min(eta, max(0.0, limit - state.elapsed(now)))

    def _may_lead(self, body: Reported) -> bool:
        """Whether a report can have changed who leads."""
        objective, leader = self.state.the_plan().objective, self._leader
        if objective is None or body.name != objective.metric:
            return False
        if leader is None or leader.status is TrialStatus.FAILED:
            return True
        if leader.index == body.trial and leader.reported_attempt != self._led_attempt:
            return True
        return objective.better(body.value, self._led_value)


def _left(trial: Trial, mean: float, now: float) -> float:
    spent = 0.0 if trial.started_at is None else now - trial.started_at
    return max(0.0, mean - spent)


def _most_trials(state: SweepState) -> int:
    plan = state.the_plan()
    total = plan.limits.max_total_trials
    if plan.sampler.get("type") != "grid":
        return total
    try:
        return min(total, grid_size(plan.space))
    except InputError:
        return total
