"""Truncation selection: the worst few of all trials are stopped."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.state import SweepState
from trimtab.stoppers.common import EVERY_REPORT, Schedule, numbers, side, subject


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
        curve, maximize = state.curves[trial], state.curves.maximize
        report = len(curve.values)
        if not self.schedule.due(report):
            return None
        own, ranked = curve.best, state.curves.bests_until(report)
        compared = len(ranked)
        cut = min(self.percentage * compared // 100, compared - 1)
        if own is None or cut < 1:
            return None
        bound = ranked[cut] if maximize else ranked[compared - 1 - cut]
        if not (own < bound if maximize else own > bound):
            return None
        own_text, bound_text = numbers(own, bound)
        return (
            f"{subject(curve, own_text)} {side(maximize)} {bound_text}, the worst value that stays "
            f"when the worst {cut} of {compared} trials ({self.percentage} %) are cut."
        )
