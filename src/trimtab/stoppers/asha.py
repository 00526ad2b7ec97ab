"""ASHA: at each rung only the best 1/eta of the trials that have come so far go on."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.rankings import EVERYONE, Group
from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.common import worse
from trimtab.stoppers.verdicts import Finding, Judged, reason, told


@dataclass(frozen=True, slots=True)
class AshaStopper:
    """Asynchronous successive halving over reports, the variant that stops rather than pauses.

    The rungs are reports r, r * eta, r * eta^2... with r = ``min_reports`` and eta =
    ``reduction_factor``, below ``max_reports``. On reaching a rung with m trials on it, its own
    entry included, a trial stops if m >= eta and its best is worse than that of the
    floor(m / eta)-th best trial there; a tie goes on. An entry is a trial's best over its reports
    1..rung, whatever became of the trial; only trials of ``group`` are compared.

    Source: Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht and Talwalkar, "A System for
    Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2. There a trial waits at its
    rung until it is among the best floor(m / eta) and is then promoted; here it goes on or stops
    when it gets there, so that no trial has to be paused.
    """

    min_reports: int = 1
    reduction_factor: int = 3
    max_reports: int | None = None
    group: Group = EVERYONE
    name: str = ""

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
        if not self._is_rung(own.report):
            return own.left_alone(self._next(own.report))
        ranked = state.curves.bests_at(own.report, self.group)
        compared, eta = len(ranked), self.reduction_factor
        if compared < eta:
            return own.left_alone(
                f"{compared} of the {eta} trials needed came to this rung{self.name}"
            )
        stay = compared // eta
        bound = ranked[compared - stay] if maximize else ranked[stay - 1]
        said = (
            f"the worst value that goes on: the best {stay} of {compared} at this rung{self.name}"
        )
        return own.against(bound, maximize, worse(own.value, bound, maximize), said)

    def _is_rung(self, report: int) -> bool:
        if self.max_reports is not None and report >= self.max_reports:
            return False
        quotient, rest = divmod(report, self.min_reports)
        while rest == 0 and quotient > 1:
            quotient, rest = divmod(quotient, self.reduction_factor)
        return rest == 0 and quotient == 1

    def _next(self, report: int) -> str:
        """Why a report is no rung."""
        rung = self.min_reports
        while rung <= report:
            rung *= self.reduction_factor
        if self.max_reports is not None and rung >= self.max_reports:
            return f"no rung is left{self.name}"
        return f"the next rung{self.name} is report {rung}"
