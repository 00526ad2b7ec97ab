"""Bandit: a trial that falls behind the best one by more than a slack is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.stoppers.common import EVERY_REPORT, Schedule, number, numbers, side, subject, worse


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
        curve, maximize = state.curves[trial], state.curves.maximize
        report = len(curve.values)
        if not self.schedule.due(report):
            return None
        own, best = curve.best, state.curves.best_until(report)
        if own is None or best is None:
            return None
        bound = self._bound(best, maximize)
        if not worse(own, bound, maximize, best):
            return None
        own_text, bound_text, best_text = numbers(own, bound, best)
        return (
            f"{subject(curve, own_text)} {side(maximize)} {bound_text}, "
            f"the best value {best_text} {self._allowance(best, maximize)}."
        )

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
