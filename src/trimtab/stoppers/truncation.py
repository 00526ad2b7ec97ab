"""Truncation selection: the worst few of all trials are stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import EVERY_REPORT, Schedule
from trimtab.stoppers.verdicts import Finding, Judged, reason, told


@dataclass(frozen=True, slots=True)
class TruncationStopper:
    """Stops a trial that is among the worst ``percentage`` of all trials with a report.

    At report n all are compared by their best over reports 1..n, or all they have when fewer; so
    none is worse for having run less. floor(percentage * compared / 100) trials are cut, never the
    best one; whoever ties with the worst trial that stays, stays too.
    """

    percentage: int
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
        if own is None:
            return None
        if not self.schedule.due(own.report):
            return own.left_alone(self.schedule.why_not(own.report))
        ranked = state.curves.bests_until(own.report)
        compared = len(ranked)
        cut = min(self.percentage * compared // 100, compared - 1)
        if cut < 1:
            return own.left_alone(f"{self.percentage} % of {compared} trials are none")
        bound = ranked[cut] if maximize else ranked[compared - 1 - cut]
        stop = own.value < bound if maximize else own.value > bound
        said = (
            "the worst value that stays "
            f"when the worst {cut} of {compared} trials ({self.percentage} %) are cut"
        )
        return own.against(bound, maximize, stop, said)
