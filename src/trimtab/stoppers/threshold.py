"""Threshold: a trial whose metric leaves a range is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import EVERY_REPORT, Schedule
from trimtab.stoppers.verdicts import Finding, Judged, reason, told


@dataclass(frozen=True, slots=True)
class ThresholdStopper:
    """Stops a trial whose last report is below ``lower`` or above ``upper``; a tie is inside.

    At least one of them is set, and ``lower`` is not above ``upper``. The direction of the
    objective does not matter, so the best trial may be stopped too. The rule is a definition of
    our own and follows no paper.
    """

    lower: float | None = None
    upper: float | None = None
    schedule: Schedule = EVERY_REPORT

    def judge(self, trial: int, state: SweepState) -> str | None:
        """See ``ports.Stopper``."""
        return reason(self.finding(trial, state))

    def verdict(self, trial: int, state: SweepState) -> Verdict | None:
        """See ``ports.Explains``."""
        return told(self.finding(trial, state))

    def finding(self, trial: int, state: SweepState) -> Finding | None:
        """The verdict before it is put in words."""
        last = Judged.last(state.curves[trial])
        if last is None:
            return None
        if not self.schedule.due(last.report):
            return last.left_alone(self.schedule.why_not(last.report))
        findings = []
        if self.lower is not None:
            below = last.value < self.lower
            findings.append(last.against(self.lower, True, below, "the lower threshold"))
        if self.upper is not None:
            above = last.value > self.upper
            findings.append(last.against(self.upper, False, above, "the upper threshold"))
        return min(findings, key=lambda one: -1.0 if one.margin is None else one.margin)
