"""Median stopping: a trial whose best is worse than the others' median average is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import EVERY_REPORT, Schedule, worse
from trimtab.stoppers.verdicts import Finding, Judged, reason, told

MIN_PEERS = 3
"""Fewer other trials than this say too little to stop one."""


@dataclass(frozen=True, slots=True)
class MedianStopper:
    """Compares a trial's best with the median of the other trials' running averages.

    At report n an average goes over the other trial's reports 1..n, or all it has when fewer;
    finished and stopped trials count. A tie is not worse.
    """

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
        peers = len(state.curves.averages_until(own.report)) - 1
        if peers < MIN_PEERS:
            return own.left_alone(f"{MIN_PEERS} other trials are needed and {peers} reported")
        median = state.curves.median_until(own.report, but=trial)
        stop = worse(own.value, median, maximize)
        return own.against(median, maximize, stop, f"the median of {peers} running averages")
