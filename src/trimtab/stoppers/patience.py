"""Patience: a trial that has not got better for a number of reports is stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import EVERY_REPORT, Schedule, number, worse
from trimtab.stoppers.verdicts import Finding, Judged, reason, told


@dataclass(frozen=True, slots=True)
class PatienceStopper:
    """Looks at a trial's own reports only, so it may stop the best one too.

    At report n, with k = ``reports``, it stops if the best of the last k reports is not better
    than the best of reports 1..n-k by more than ``min_delta``. With a ``min_delta`` of 0 these are
    the stops of Keras' EarlyStopping(patience=k). Prechelt, "Early Stopping - But When?", 1998,
    compares criteria of this kind.
    """

    reports: int
    min_delta: float = 0.0
    schedule: Schedule = EVERY_REPORT

    def judge(self, trial: int, state: SweepState) -> str | None:
        """See ``ports.Stopper``."""
        return reason(self.finding(trial, state))

    def verdict(self, trial: int, state: SweepState) -> Verdict | None:
        """See ``ports.Explains``."""
        return told(self.finding(trial, state))

    def finding(self, trial: int, state: SweepState) -> Finding | None:
        """The verdict before it is put in words."""
        curve, maximize = state.curves[trial], state.curves.maximize
        last = Judged.last(curve)
        if last is None:
            return None
        if not self.schedule.due(last.report):
            return last.left_alone(self.schedule.why_not(last.report))
        begin = last.report - self.reports
        before = state.curves.best_of(trial, begin) if begin > 0 else None
        if before is None:
            return last.left_alone(f"it takes {self.reports + 1} reports")
        recent = (max if maximize else min)(curve.values[-self.reports :])
        bound = before + self.min_delta if maximize else before - self.min_delta
        improved = worse(bound, recent, maximize, before)
        which = f", up to report {last.report} the best of the last {self.reports},"
        own = replace(last, value=recent, which=which)
        said = self._said(maximize)
        return own.against(bound, not maximize, improved, said, before, stop=not improved)

    def _said(self, maximize: bool) -> str:
        if not self.min_delta:
            return "the best before"
        sign = "plus" if maximize else "less"
        return f"the best before {{0}} {sign} min_delta {number(self.min_delta)}"
