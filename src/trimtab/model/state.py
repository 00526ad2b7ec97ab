"""The state of a sweep: a fold over its facts, and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from trimtab.errors import StoreError
from trimtab.model.curves import Curves
from trimtab.model.facts import (
    CancelRequested,
    ConductorStarted,
    Ended,
    Fact,
    News,
    Noted,
    Outcome,
    Proposed,
    Reported,
    SpaceExhausted,
    Started,
    StopDecided,
    StopRequested,
    Submitted,
    SweepCreated,
    SweepEnded,
    SweepOutcome,
    Tagged,
)
from trimtab.model.plan import Plan, plan_from_json
from trimtab.space import Params

MAX_LOSSES = 10
"""A trial that was lost this often has failed; losses by a conductor's own death do not count."""


class TrialStatus(StrEnum):
    """Where a trial stands. The last four are ends."""

    PROPOSED = "proposed"
    SUBMITTED = "submitted"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def open(self) -> bool:
        """Whether an attempt is under way."""
        return self in (TrialStatus.SUBMITTED, TrialStatus.RUNNING)

    @property
    def ended(self) -> bool:
        return self not in (TrialStatus.PROPOSED, TrialStatus.SUBMITTED, TrialStatus.RUNNING)


@dataclass(slots=True)
class Trial:
    """One trial. ``attempt`` is the latest (0: none yet); times are seconds since the epoch.

    ``metrics`` holds the last value of each metric; ``steps`` the primary metric's steps, beside
    its curve. ``seconds`` is the running time of all attempts so far.
    """

    index: int
    params: Params
    status: TrialStatus = TrialStatus.PROPOSED
    attempt: int = 0
    session: int = 0
    losses: int = 0
    node: str = ""
    reason: str = ""
    outcome: Outcome | None = None
    stopping: str = ""
    canceling: str = ""
    forced: bool = False
    reported_attempt: int = 0
    line: int = 0
    started_at: float | None = None
    ended_at: float | None = None
    seconds: float = 0.0
    metrics: dict[str, float] = field(default_factory=dict)
    steps: list[int | None] = field(default_factory=list)


@dataclass(slots=True)
class SweepState:
    """Everything the facts say. Built by ``apply``; two equal logs give equal states."""

    sweep: str = ""
    plan: Plan | None = None
    parent: str = ""
    trials: dict[int, Trial] = field(default_factory=dict)
    waiting: dict[int, None] = field(default_factory=dict)
    open: dict[int, None] = field(default_factory=dict)
    finished: list[int] = field(default_factory=list)
    counts: dict[TrialStatus, int] = field(default_factory=dict)
    curves: Curves = field(default_factory=lambda: Curves(maximize=True))
    exhausted: bool = False
    session: int = 0
    notes: list[Noted] = field(default_factory=list)
    stop_reason: str = ""
    stop_at_once: bool = False
    winding_down: bool = False
    ended: SweepOutcome | None = None
    end_reason: str = ""
    created_at: float = 0.0
    last_at: float = 0.0
    away: float = 0.0
    seq: int = 0

    def the_plan(self) -> Plan:
        """The plan; StoreError when the log does not begin with SweepCreated."""
        if self.plan is None:
            raise StoreError("The log does not begin with the fact that created the sweep.")
        return self.plan

    def elapsed(self, now: float) -> float:
        """Seconds since the sweep began in which some process conducted it."""
        return now - self.created_at - self.away

    def deadline(self) -> float | None:
        """When the sweep's timeout is over; the time in which nobody conducted it is given back."""
        timeout = self.the_plan().limits.timeout
        return None if timeout is None else self.created_at + self.away + timeout

    def accepts(self, news: News) -> bool:
        """Whether news are about an attempt under way and not yet known."""
        trial = self.trials.get(news.trial)
        match news:
            case Noted():
                return True
            case _ if trial is None or trial.attempt != news.attempt or not trial.status.open:
                return False
            case Started():
                return trial.status is TrialStatus.SUBMITTED
            case Reported():
                return news.line == 0 or news.line > trial.line
            case _:
                return True

    def best(self) -> Trial | None:
        """The trial with the best value of all it logged; failed ones only if no other has any."""
        plan = self.plan
        if plan is None or plan.objective is None:
            return None
        best: Trial | None = None
        for index in sorted(self.curves.trials()):
            trial = self.trials[index]
            if best is None or _preferred(self, trial, best):
                best = trial
        return best

    def best_value(self, trial: int) -> float | None:
        """The best value of the primary metric that a trial logged."""
        return self.curves[trial].best

    def apply(self, fact: Fact) -> None:
        """Folds one fact in. Facts must come in order, each once."""
        if fact.seq != self.seq + 1:
            raise StoreError(f"The log goes from fact {self.seq} to {fact.seq}.")
        self.seq = fact.seq
        match fact.body:
            case Reported() as body:
                _reported(self, body)
            case Ended() as body:
                _ended(self, body, fact.at)
            case Started() as body:
                trial = self.trials[body.trial]
                trial.node, trial.started_at = body.node, fact.at
                _move(self, trial, TrialStatus.RUNNING)
            case Submitted() as body:
                trial = self.trials[body.trial]
                trial.attempt, trial.session = body.attempt, self.session
                trial.node, trial.started_at, trial.line = "", None, 0
                _move(self, trial, TrialStatus.SUBMITTED)
            case Proposed() as body:
                if body.trial != len(self.trials):
                    raise StoreError(
                        f"Fact {fact.seq} proposes trial {body.trial}; "
                        f"the next is {len(self.trials)}."
                    )
                self.trials[body.trial] = trial = Trial(body.trial, body.params)
                self.counts[trial.status] = self.counts.get(trial.status, 0) + 1
                self.waiting[trial.index] = None
            case StopDecided() as body:
                self.trials[body.trial].stopping = body.reason
            case CancelRequested() as body:
                trial = self.trials[body.trial]
                trial.canceling, trial.forced = body.reason, body.at_once
                self.winding_down = True
            case Noted() as body:
                self.notes.append(body)
            case Tagged():
                pass
            case SpaceExhausted():
                self.exhausted = True
            case StopRequested() as body:
                self.stop_reason, self.stop_at_once = body.reason, body.at_once
            case SweepCreated() as body:
                self.sweep, self.parent = body.sweep, body.parent
                self.plan = plan_from_json(body.plan)
                objective = self.plan.objective
                self.curves = Curves(objective.maximize if objective else True)
                self.created_at = self.last_at = fact.at
            case ConductorStarted():
                _conductor_started(self, fact.at)
            case SweepEnded() as body:
                self.ended, self.end_reason = body.outcome, body.reason
        self.last_at = max(self.last_at, fact.at)


def _preferred(state: SweepState, trial: Trial, best: Trial) -> bool:
    failed, best_failed = (one.status is TrialStatus.FAILED for one in (trial, best))
    if failed != best_failed:
        return best_failed
    objective = state.the_plan().objective
    value, best_value = state.best_value(trial.index), state.best_value(best.index)
    return objective is not None and value is not None and objective.better(value, best_value)


def _move(state: SweepState, trial: Trial, status: TrialStatus) -> None:
    state.counts[trial.status] -= 1
    state.counts[status] = state.counts.get(status, 0) + 1
    trial.status = status
    for members, belongs in (
        (state.waiting, status is TrialStatus.PROPOSED),
        (state.open, status.open),
    ):
        if belongs:
            members[trial.index] = None
        else:
            members.pop(trial.index, None)
    if status.ended:
        state.finished.append(trial.index)


def _reported(state: SweepState, body: Reported) -> None:
    trial = state.trials[body.trial]
    trial.metrics[body.name] = body.value
    trial.line = max(trial.line, body.line)
    objective = state.the_plan().objective
    if objective is None or body.name != objective.metric or not math.isfinite(body.value):
        return
    if trial.reported_attempt != body.attempt:
        _restart_curve(state, trial, body)
    trial.steps.append(body.step)
    state.curves.add(trial.index, body.value)


def _restart_curve(state: SweepState, trial: Trial, body: Reported) -> None:
    """A later attempt continues from a checkpoint, or begins again: its first step tells."""
    keep = 0
    if body.step is not None:
        while keep < len(trial.steps):
            step = trial.steps[keep]
            if step is None or step >= body.step:
                break
            keep += 1
    del trial.steps[keep:]
    state.curves.restart(trial.index, keep)
    trial.reported_attempt = body.attempt


def _ended(state: SweepState, body: Ended, at: float) -> None:
    trial = state.trials[body.trial]
    trial.outcome, trial.reason, trial.ended_at = body.outcome, body.reason, at
    if trial.started_at is not None:
        trial.seconds += max(0.0, at - trial.started_at)
    if body.outcome.retried and trial.session == state.session:
        trial.losses += 1
    _move(state, trial, _status_after(trial, body.outcome))
    if trial.status is TrialStatus.STOPPED:
        trial.reason = trial.stopping
    elif trial.status is TrialStatus.CANCELED and body.outcome is Outcome.CANCELED:
        trial.reason = trial.canceling or body.reason


def _status_after(trial: Trial, outcome: Outcome) -> TrialStatus:
    if outcome is Outcome.COMPLETED:
        return TrialStatus.COMPLETED
    if outcome is Outcome.FAILED:
        return TrialStatus.FAILED
    if outcome is Outcome.TIMED_OUT:
        return TrialStatus.CANCELED
    if trial.stopping:
        return TrialStatus.STOPPED
    if outcome is Outcome.CANCELED or trial.canceling:
        return TrialStatus.CANCELED
    return TrialStatus.FAILED if trial.losses >= MAX_LOSSES else TrialStatus.PROPOSED


def _conductor_started(state: SweepState, at: float) -> None:
    """A resumed sweep is open again, and trials that its stop canceled are to run again."""
    state.session += 1
    state.away += max(0.0, at - state.last_at)
    if not state.stop_reason and state.ended is None:
        return
    state.ended, state.end_reason = None, ""
    state.stop_reason, state.stop_at_once, state.winding_down = "", False, False
    for index in state.open:
        state.trials[index].canceling, state.trials[index].forced = "", False
    for index in state.finished:
        trial = state.trials[index]
        if trial.status is TrialStatus.CANCELED and trial.outcome is not Outcome.TIMED_OUT:
            trial.canceling, trial.forced, trial.reason = "", False, ""
            _move(state, trial, TrialStatus.PROPOSED)
    state.finished = [index for index in state.finished if state.trials[index].status.ended]
