"""The scheduler: facts in, orders out. Pure: no clock, no thread, no file, no socket.

``apply`` folds a fact into the state and asks the stopper about every new report. ``orders`` says
what is wanted now. The caller writes an order down as a fact and obeys it, and asks again until
there is nothing left to order; then the state rests until the next fact, or until ``next_moment``.
"""

from __future__ import annotations

import math

from trimtab.model.facts import (
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Reported,
    StopDecided,
    SweepOutcome,
)
from trimtab.model.orders import Cancel, End, Exhaust, Note, Order, Propose, Stop, Submit
from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.ports import Sampler, Stopper

FIRST_FAILURES = 3
"""A sweep fails when its first trials, this many, all failed (unless ``max_failures`` is set)."""


class Scheduler:
    """Decides for one sweep. ``capacity`` is how many attempts the compute can run at once."""

    def __init__(self, sampler: Sampler, stopper: Stopper | None, capacity: int) -> None:
        self.state = SweepState()
        self._sampler = sampler
        self._stopper = stopper
        self._capacity = capacity
        self._due: dict[int, Stop] = {}
        self._notes: dict[tuple[str, int], Note] = {}

    def apply(self, fact: Fact) -> None:
        """Folds a fact in; the state and what is due follow from the facts alone."""
        self.state.apply(fact)
        match fact.body:
            case Reported() as body:
                self._judge(body)
            case Ended() as body:
                self._due.pop(body.trial, None)
                self._check_primary_metric(self.state.trials[body.trial])
            case ConductorStarted():
                self._check_capacity()
            case StopDecided() as body:
                self._due.pop(body.trial, None)
            case Noted() as body:
                self._notes.pop((body.code, body.trial), None)
            case _:
                pass

    def orders(self, now: float) -> list[Order]:
        """What is wanted at ``now``. Deterministic; empty when there is nothing to do but wait."""
        if self.state.ended is not None:
            return []
        if self._notes:
            return [next(iter(self._notes.values()))]
        if self._due:
            return [next(iter(self._due.values()))]
        ending = self._ending(now)
        if ending is not None:
            return self._wind_down(ending)
        if not self.state.open and not self.state.waiting and self._nothing_to_propose():
            return [self._conclusion()]
        return self._fill()

    def next_moment(self) -> float | None:
        """When ``orders`` may change without a further fact; None when only facts change it."""
        if self.state.winding_down or self.state.ended is not None:
            return None
        return self.state.deadline()

    def _judge(self, body: Reported) -> None:
        objective = self.state.the_plan().objective
        if objective is None or body.name != objective.metric:
            return
        if not math.isfinite(body.value):
            self._note_once(
                "metric-not-finite",
                f"Trial {body.trial} logged {body.value} as {body.name!r}; such values count "
                "neither for the best trial nor for early termination.",
            )
            return
        trial = self.state.trials[body.trial]
        if self._stopper is None or not trial.status.open or trial.stopping or trial.canceling:
            return
        reason = self._stopper.judge(body.trial, self.state)
        if reason is not None and body.trial not in self._due:
            report = len(self.state.curves[body.trial].values)
            self._due[body.trial] = Stop(body.trial, body.attempt, report, reason)

    def _check_capacity(self) -> None:
        limits = self.state.the_plan().limits
        wanted = min(limits.max_concurrent_trials, limits.max_total_trials)
        if self._capacity < wanted:
            self._note_once(
                "concurrency-bounded",
                f"The compute runs {self._capacity} at once; the file would allow {wanted}.",
            )

    def _check_primary_metric(self, trial: Trial) -> None:
        objective = self.state.the_plan().objective
        if objective is None or trial.status is not TrialStatus.COMPLETED:
            return
        if objective.metric in trial.metrics:
            return
        names = ", ".join(repr(name) for name in sorted(trial.metrics)) or "nothing"
        self._note_once(
            "primary-metric-missing",
            f"Trial {trial.index} finished without logging the primary metric "
            f"{objective.metric!r}; it logged {names}. Log it under that name, or correct "
            "objective.primary_metric.",
        )

    def _note_once(self, code: str, text: str) -> None:
        if all(note.code != code for note in self.state.notes):
            self._notes.setdefault((code, -1), Note(code, text))

    def _ending(self, now: float) -> End | None:
        """Why no further trial is to start, if so."""
        state, limits = self.state, self.state.the_plan().limits
        if state.stop_reason:
            return End(SweepOutcome.CANCELED, state.stop_reason)
        failure = self._too_many_failures()
        if failure:
            return End(SweepOutcome.FAILED, failure)
        deadline = state.deadline()
        if deadline is not None and now >= deadline:
            reason = f"The sweep's timeout of {limits.timeout:g} s was reached."
            left = state.open or state.waiting or not self._nothing_to_propose()
            return End(self._conclusion().outcome, reason) if left or state.winding_down else None
        return None

    def _too_many_failures(self) -> str:
        state, allowed = self.state, self.state.the_plan().max_failures
        failed = state.counts.get(TrialStatus.FAILED, 0)
        if allowed is not None:
            if failed <= allowed:
                return ""
            return f"{failed} trials failed; trimtab.max_failures allows {allowed}."
        if failed < FIRST_FAILURES or len(state.finished) < FIRST_FAILURES:
            return ""
        first = [state.trials[index] for index in state.finished[:FIRST_FAILURES]]
        if any(trial.status is not TrialStatus.FAILED for trial in first):
            return ""
        return f"The first {FIRST_FAILURES} trials all failed. The last one: {first[-1].reason}"

    def _wind_down(self, ending: End) -> list[Order]:
        state = self.state
        if not state.open:
            return [ending]
        at_once = state.stop_at_once
        trials = (state.trials[index] for index in state.open)
        return [
            Cancel(trial.index, trial.attempt, ending.reason, at_once)
            for trial in trials
            if not trial.canceling or (at_once and not trial.forced)
        ]

    def _nothing_to_propose(self) -> bool:
        total = self.state.the_plan().limits.max_total_trials
        return self.state.exhausted or len(self.state.trials) >= total

    def _conclusion(self) -> End:
        """How the sweep ends when all its trials have."""
        state, objective = self.state, self.state.the_plan().objective
        succeeded = sum(
            state.counts.get(status, 0)
            for status in (TrialStatus.COMPLETED, TrialStatus.STOPPED, TrialStatus.CANCELED)
        )
        if state.trials and not succeeded and not state.open and not state.waiting:
            last = state.trials[state.finished[-1]]
            return End(SweepOutcome.FAILED, f"All trials failed. The last one: {last.reason}")
        if objective is not None and state.finished and state.best() is None:
            logged = any(objective.metric in trial.metrics for trial in state.trials.values())
            what = "a finite value of the primary metric" if logged else "the primary metric"
            return End(SweepOutcome.FAILED, f"No trial logged {what} {objective.metric!r}.")
        return End(SweepOutcome.COMPLETED, "")

    def _fill(self) -> list[Order]:
        """Uses free room: trials that wait for another attempt first, then one new proposal."""
        state = self.state
        room = min(state.the_plan().limits.max_concurrent_trials, self._capacity) - len(state.open)
        if room <= 0:
            return []
        if len(state.waiting) < room and not self._nothing_to_propose():
            return [self._proposal()]
        again = [state.trials[index] for index in list(state.waiting)[:room]]
        return [Submit(trial.index, trial.attempt + 1) for trial in again]

    def _proposal(self) -> Order:
        index = len(self.state.trials)
        params = self._sampler.propose(index, self.state)
        return Exhaust(index) if params is None else Propose(index, params)
