"""Hyperband: several brackets of ASHA, which differ in how early they begin to stop trials."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from trimtab.model.rankings import Group
from trimtab.model.state import SweepState
from trimtab.ports import Verdict
from trimtab.stoppers.asha import AshaStopper
from trimtab.stoppers.verdicts import Finding, reason, told


@dataclass(frozen=True, slots=True)
class HyperbandStopper:
    """A trial is judged by ASHA within its bracket; its number tells which bracket that is.

    The first rung of bracket b (from 0) is report ``min_reports`` * eta^b with eta =
    ``reduction_factor``, so bracket 0 stops early and the last one late. With K = ``brackets`` and
    s = K - 1 - b, bracket b takes ceil(K / (s + 1) * eta^s) trials in a row, from bracket 0 to the
    last and over again: as many as let every bracket spend about the same number of reports.

    Source: Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, "Hyperband: A Novel Bandit-Based
    Approach to Hyperparameter Optimization", JMLR 18(185), 2018, algorithm 1; that its brackets
    can be run by ASHA is said in the paper on ASHA.
    """

    min_reports: int = 1
    reduction_factor: int = 3
    max_reports: int | None = None
    brackets: int = 3
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _stoppers: tuple[AshaStopper, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = tuple(accumulate(map(self._size, range(self.brackets))))
        object.__setattr__(self, "_ends", ends)
        object.__setattr__(self, "_stoppers", tuple(map(self._bracket, range(self.brackets))))

    def bracket(self, trial: int) -> int:
        """The bracket of a trial, from 0."""
        return bisect_right(self._ends, trial % self._ends[-1])

    def judge(self, trial: int, state: SweepState) -> str | None:
        """See ``ports.Stopper``."""
        return reason(self.finding(trial, state))

    def verdict(self, trial: int, state: SweepState) -> Verdict | None:
        """See ``ports.Explains``."""
        return told(self.finding(trial, state))

    def finding(self, trial: int, state: SweepState) -> Finding | None:
        """The verdict before it is put in words."""
        return self._stoppers[self.bracket(trial)].finding(trial, state)

    def _size(self, bracket: int) -> int:
        later = self.brackets - 1 - bracket
        share: int = self.brackets * self.reduction_factor**later
        return -(-share // (later + 1))

    def _bracket(self, bracket: int) -> AshaStopper:
        first = self._ends[bracket - 1] if bracket else 0
        return AshaStopper(
            self.min_reports * self.reduction_factor**bracket,
            self.reduction_factor,
            self.max_reports,
            Group(self._ends[-1], first, self._ends[bracket]),
            f" of bracket {bracket}",
        )
