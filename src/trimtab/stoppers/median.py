"""Median stopping: a trial whose best is worse than the others' median average is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.stoppers.common import EVERY_REPORT, Schedule, numbers, side, subject, worse

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
        curve, maximize = state.curves[trial], state.curves.maximize
        report = len(curve.values)
        if not self.schedule.due(report):
            return None
        own, peers = curve.best, len(state.curves.averages_until(report)) - 1
        if own is None or peers < MIN_PEERS:
            return None
        median = state.curves.median_until(report, but=trial)
        if not worse(own, median, maximize):
            return None
        own_text, median_text = numbers(own, median)
        return (
            f"{subject(curve, own_text)} {side(maximize)} {median_text}, "
            f"the median of {peers} running averages."
        )
