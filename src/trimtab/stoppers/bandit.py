"""Bandit: a trial that falls behind the best one by more than a slack is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import EVERY_REPORT, Schedule, number, worse
from trimtab.stoppers.verdicts import Finding, Judged, reason, told


@dataclass(frozen=True, slots=True)
class BanditStopper:
    """Compares a trial's best with the best of all trials up to the same report.

    Exactly one of ``factor`` and ``amount`` is set, and positive. With ``amount`` a trial may be
    that much worse. With ``factor``, maximizing, it stops below best / (1 + factor); minimizing,
    above best * (1 + factor). Where the best is 0 or less a ratio means nothing, and it stops when
    it is worse by more than factor * abs(best).
    """

    factor: float | None = None
    amount: float | None = None
    schedule: Schedule = EVERY_REPORT

    def judge(self, trial: int, state: SweepState) -> str | None:
        """See ``ports.Stopper``."""
        return reason(self.finding(trial, state))

    def verdict(self, trial: int, state: SweepState) -> Verdict | None:
        """See ``ports.Explains``."""
        return told(self.finding(trial, state))

    def finding(self, trial: int, state: SweepState) -> Finding | None:
        """The verdict before it is put in words."""
        own, maximize = Judged.best(state.curves[trial]), state.curves.maximize
        best = None if own is None else state.curves.best_until(own.report)
        if own is None or best is None:
            return None
        if not self.schedule.due(own.report):
            return own.left_alone(self.schedule.why_not(own.report))
        bound = self._bound(best, maximize)
        stop = worse(own.value, bound, maximize, best)
        compared = f"the best value {{0}} {self._allowance(best, maximize)}"
        return own.against(bound, maximize, stop, compared, best)

    def _bound(self, best: float, maximize: bool) -> float:
        if self.factor is None:
            slack = self.amount or 0.0
        elif best <= 0:
            slack = self.factor * abs(best)
        else:
            return best / (1 + self.factor) if maximize else best * (1 + self.factor)
        return best - slack if maximize else best + slack

    def _allowance(self, best: float, maximize: bool) -> str:
        less = "less" if maximize else "plus"
        if self.factor is None:
            return f"{less} the slack amount {number(self.amount or 0.0)}"
        named = f"(slack factor {number(self.factor)})"
        if best <= 0:
            return f"{less} {number(self.factor)} times its size {named}"
        return f"{'divided by' if maximize else 'times'} {number(1 + self.factor)} {named}"
