"""Why trials were stopped or kept: the facts of a sweep, gone through once more with its stopper.

Verdicts are no facts, for there is one for every report; they follow from the facts alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from trimtab.model.facts import Ended, Fact, Reported
from trimtab.model.state import SweepState, Trial
from trimtab.ports import Explains, Verdict
from trimtab.stoppers.making import make_stopper


@dataclass(slots=True)
class Account:
    """What was found about one trial over all its reports.

    ``closest`` is the verdict with the smallest margin among those that kept it, the first of
    equals; ``last`` the latest verdict of all, also where nothing was judged.
    """

    judged: int = 0
    closest: Verdict | None = None
    last: Verdict | None = None
    stopped: bool = False

    @property
    def due(self) -> str:
        """The sentence of the last verdict when it was a stop, decided on or not; else empty."""
        return self.last.sentence if self.last is not None and self.last.stop else ""

    def add(self, verdict: Verdict) -> None:
        self.last = verdict
        if verdict.bound is None:
            return
        self.judged += 1
        self.stopped = self.stopped or verdict.stop
        if verdict.margin is None:
            return
        if self.closest is None or verdict.margin < (self.closest.margin or 0.0):
            self.closest = verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the primary metric; ``verdict`` is None when nobody asked the stopper then."""

    attempt: int
    report: int
    value: float
    verdict: Verdict | None


@dataclass(slots=True)
class Replay:
    """The facts so far, the account of each trial that reported, and all entries of one trial."""

    of: int | None = None
    state: SweepState = field(default_factory=SweepState)
    stopper: Explains | None = None
    accounts: dict[int, Account] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def apply(self, fact: Fact) -> None:
        """Folds a fact in. Raises InputError when the plan names no stopper there is."""
        unplanned = self.state.plan is None
        self.state.apply(fact)
        if unplanned and self.state.plan is not None:
            self.stopper = make_stopper(self.state.plan)
        match fact.body:
            case Reported() as body:
                self._report(body)
            case Ended() as body if body.trial in self.accounts:
                # A stop that was not yet decided dies with its attempt.
                self.accounts[body.trial].stopped = bool(self.state.trials[body.trial].stopping)
            case _:
                pass

    def _report(self, body: Reported) -> None:
        objective, trial = self.state.the_plan().objective, self.state.trials[body.trial]
        if objective is None or body.name != objective.metric or not math.isfinite(body.value):
            return
        account = self.accounts.setdefault(body.trial, Account())
        verdict = None
        if self.stopper is not None and _runs(trial) and not account.stopped:
            verdict = self.stopper.verdict(body.trial, self.state)
        if verdict is not None:
            account.add(verdict)
        if body.trial == self.of:
            report = len(self.state.curves[body.trial].values)
            self.entries.append(Entry(body.attempt, report, body.value, verdict))


def _runs(trial: Trial) -> bool:
    return trial.status.open and not trial.stopping and not trial.canceling


def replay(facts: Iterable[Fact], of: int | None = None) -> Replay:
    """All facts of a sweep; ``of`` is the trial whose entries are wanted.

    Raises StoreError when they do not begin with the sweep's creation, and InputError.
    """
    told = Replay(of)
    for fact in facts:
        told.apply(fact)
    told.state.the_plan()
    return told
