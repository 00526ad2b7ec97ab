"""An audit of a finished log: every promise of the engine, checked against the facts alone.

It knows nothing of the scheduler, so that it can catch a scheduler that is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trimtab.model.facts import (
    Body,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    StopDecided,
    Submitted,
    SweepEnded,
)
from trimtab.model.state import MAX_LOSSES, SweepState
from trimtab.ports import Stopper


def audit(facts: Iterable[Fact], stopper: Stopper | None = None) -> list[str]:
    """The promises that the log breaks, one sentence each; empty for a sound log."""
    auditor = _Auditor(stopper)
    for fact in facts:
        auditor.read(fact)
    return auditor.broken + auditor.at_the_end()


class _Auditor:
    def __init__(self, stopper: Stopper | None) -> None:
        self.broken: list[str] = []
        self.state = SweepState()
        self._stopper = stopper
        self._open: dict[int, int] = {}
        self._attempts: dict[int, int] = {}
        self._last: dict[int, Outcome] = {}
        self._owed: dict[int, float] = {}

    def read(self, fact: Fact) -> None:
        self._before(fact.body, fact.at)
        self.state.apply(fact)
        if isinstance(fact.body, Reported):
            self._judge(fact.body, fact.at)

    def at_the_end(self) -> list[str]:
        state, plan = self.state, self.state.the_plan()
        found = []
        if state.ended is None:
            found.append("The sweep did not end.")
        if len(state.trials) > plan.limits.max_total_trials:
            found.append(f"{len(state.trials)} trials were proposed.")
        if sorted(state.trials) != list(range(len(state.trials))):
            found.append("The trials are not numbered from 0 without gaps.")
        if state.ended == "completed" and not state.end_reason:
            if not state.exhausted and len(state.trials) < plan.limits.max_total_trials:
                found.append(f"Only {len(state.trials)} trials were proposed.")
            found += [
                f"Trial {trial.index} has no end."
                for trial in state.trials.values()
                if not trial.status.ended
            ]
        finished = state.finished
        if sorted(finished) != sorted(set(finished)):
            found.append("A trial finished twice.")
        if sum(state.counts.values()) != len(state.trials):
            found.append(f"The counts {state.counts} do not add up to {len(state.trials)}.")
        return found

    def _before(self, body: Body, at: float) -> None:
        match body:
            case Proposed():
                if body.trial in self._attempts or body.trial in self.state.trials:
                    self.broken.append(f"Trial {body.trial} was proposed twice.")
            case Submitted():
                self._submitted(body)
            case Started() | Reported() | StopDecided():
                if self._open.get(body.trial) != body.attempt:
                    self.broken.append(f"{body} is about an attempt that is not under way.")
                if isinstance(body, StopDecided):
                    self._owed.pop(body.trial, None)
                elif body.trial in self._owed and at > self._owed[body.trial]:
                    self.broken.append(f"Trial {body.trial} was to be stopped, and reports on.")
            case Ended():
                if self._open.pop(body.trial, None) != body.attempt:
                    self.broken.append(f"{body} ends an attempt that is not under way.")
                self._last[body.trial] = body.outcome
                self._owed.pop(body.trial, None)
            case SweepEnded():
                if self._open:
                    self.broken.append(f"The sweep ended while trials {list(self._open)} ran.")
            case _:
                pass

    def _submitted(self, body: Submitted) -> None:
        trial, limit = body.trial, self.state.the_plan().limits.max_concurrent_trials
        if trial not in self.state.trials:
            self.broken.append(f"Trial {trial} was submitted before it was proposed.")
        if trial in self._open:
            self.broken.append(f"Trial {trial} was submitted while it ran.")
        if body.attempt != self._attempts.get(trial, 0) + 1:
            self.broken.append(f"Trial {trial} goes to attempt {body.attempt}.")
        last = self._last.get(trial)
        if last in (Outcome.COMPLETED, Outcome.FAILED, Outcome.TIMED_OUT):
            self.broken.append(f"Trial {trial} ran again after it had {last}.")
        self._open[trial] = self._attempts[trial] = body.attempt
        if self._attempts[trial] > 1 and trial in self.state.trials:
            self._check_losses(trial)
        if len(self._open) > limit:
            self.broken.append(f"{len(self._open)} trials run at once; the limit is {limit}.")

    def _check_losses(self, trial: int) -> None:
        if self.state.trials[trial].losses >= MAX_LOSSES:
            self.broken.append(f"Trial {trial} runs again after {MAX_LOSSES} losses.")

    def _judge(self, body: Reported, at: float) -> None:
        objective = self.state.the_plan().objective
        if self._stopper is None or objective is None or body.name != objective.metric:
            return
        trial = self.state.trials[body.trial]
        if not math.isfinite(body.value) or trial.stopping or trial.canceling:
            return
        if not trial.status.open or body.trial in self._owed:
            return
        if self._stopper.judge(body.trial, self.state):
            self._owed[body.trial] = at
