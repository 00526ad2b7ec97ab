"""The events of a sweep as lines, one for each that somebody may want to know of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from trimtab.model.facts import (
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Reported,
    SpaceExhausted,
    Started,
    StopRequested,
    SweepCreated,
)
from trimtab.model.state import Trial, TrialStatus
from trimtab.view import text
from trimtab.view.progress import Progress

QUIET_SECONDS = 10.0
"""Between two lines about a new best of trials that still run, at least."""

LogOf = Callable[[int, int], Path]
"""The log file of ``(trial, attempt)``."""


class Weight(StrEnum):
    """How much a line matters: ``PLAIN`` ones are left out where a live view shows the same.

    ``GOOD`` is a trial that ended as the best so far: few of many, and worth to be scrolled to.
    """

    PLAIN = "plain"
    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    text: str
    weight: Weight = Weight.PLAIN


class Lines:
    """Makes lines of facts; ``progress`` has folded a fact in before it is asked about it."""

    def __init__(self, progress: Progress, log_of: LogOf) -> None:
        self._progress = progress
        self._log_of = log_of
        self._leader: tuple[int, float | None] | None = None
        self._told_at = float("-inf")

    def of(self, fact: Fact) -> Line | None:
        """The line of a fact, if it deserves one."""
        match fact.body:
            case Reported() as body:
                return self._new_best(body, fact.at)
            case Started() as body:
                return self._started(body)
            case Ended() as body:
                return self._ended(body, fact.at)
            case Noted() as body:
                about = f"note on trial {body.trial}" if body.trial >= 0 else "note"
                return Line(f"{about}: {text.first_line(body.text, 2000)}", Weight.NOTE)
            case StopRequested() as body:
                how = "stopping at once" if body.at_once else "stopping"
                return Line(f"{how}: {text.clean(body.reason)}", Weight.NOTE)
            case SpaceExhausted() as body:
                return Line(f"the whole space is proposed: {text.count(body.total, 'point')}")
            case SweepCreated():
                return Line(self._sweep())
            case ConductorStarted() if self._progress.state.session > 1:
                ended, total = len(self._progress.state.finished), self._progress.total
                return Line(f"resumed: {ended} of {text.count(total, 'trial')} have ended")
            case _:
                return None

    def _sweep(self) -> str:
        state = self._progress.state
        plan = state.the_plan()
        total = text.count(self._progress.total, "trial")
        parts = [f"sweep {state.sweep}: {total}, {plan.limits.max_concurrent_trials} at once"]
        if plan.objective is not None:
            goal = "highest" if plan.objective.maximize else "lowest"
            parts.append(f"looking for the {goal} {text.clean(plan.objective.metric)}")
        return ", ".join(parts)

    def _started(self, body: Started) -> Line:
        trial = self._progress.state.trials[body.trial]
        again = f" again (attempt {body.attempt})" if body.attempt > 1 else ""
        shown = f": {text.params(trial.params)}" if trial.params else ""
        return Line(f"trial {body.trial} started{again}{shown}")

    def _new_best(self, body: Reported, at: float) -> Line | None:
        if at < self._told_at + QUIET_SECONDS:
            return None
        leader = self._lead()
        if leader is None or leader.index != body.trial:
            return None
        self._told_at = at
        return Line(f"trial {body.trial} leads: {self._figure(leader)}")

    def _ended(self, body: Ended, at: float) -> Line:
        trial = self._progress.state.trials[body.trial]
        name, lasted = f"trial {trial.index}", f"after {text.duration(trial.seconds)}"
        reason = text.first_line(trial.reason)
        match trial.status:
            case TrialStatus.COMPLETED:
                result, weight = self._result(trial, at)
                return Line(f"{name} completed {lasted}{result}", weight)
            case TrialStatus.STOPPED:
                result, weight = self._result(trial, at)
                return Line(f"{name} stopped early {lasted}{result}: {reason}", weight)
            case TrialStatus.FAILED:
                log = self._log_of(trial.index, trial.attempt)
                said = f"{name} failed {lasted}: {reason.rstrip('.')}"
                return Line(f"{said}; log: {log}", Weight.BAD)
            case TrialStatus.CANCELED:
                return Line(f"{name} canceled {lasted}: {reason}")
            case _:
                said = f"{name} {body.outcome} {lasted}, it will run again: {reason}"
                return Line(said, Weight.NOTE)

    def _result(self, trial: Trial, at: float) -> tuple[str, Weight]:
        figure = self._figure(trial)
        if figure and self._progress.leader is trial:
            self._lead()
            self._told_at = at
            return f", {figure} (best so far)", Weight.GOOD
        return f", {figure}" if figure else "", Weight.PLAIN

    def _figure(self, trial: Trial) -> str:
        objective = self._progress.state.the_plan().objective
        value = self._progress.value(trial)
        if objective is None or value is None:
            return ""
        return f"{text.clean(objective.metric)} {text.number(value)}"

    def _lead(self) -> Trial | None:
        """The leader, if it is another one or has another value than when last asked."""
        leader = self._progress.leader
        if leader is None:
            return None
        now = (leader.index, self._progress.value(leader))
        if now == self._leader:
            return None
        self._leader = now
        return leader
