"""Rankings: a running figure of every trial, sorted as of any report, for medians and ranks.

The ranking as of a report is made the first time it is asked for, and brought up to date when it
is asked for again. Costs 8 bytes per report, 12 bytes per trial and report asked for, and about
300 bytes per trial. A *rung* ranks only trials that have come as far as a report; it costs 8 bytes
per trial on it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Step = Callable[[float, float, int], float]
"""A running figure's next value, from its last one, the new report, and that report's number."""


def running(values: Iterable[float], step: Step) -> array[float]:
    """The figure over reports 1..n at ``[n-1]``; the first one is the report itself."""
    figures = array("d")
    for number, value in enumerate(values, 1):
        figures.append(step(figures[-1], value, number) if figures else value)
    return figures


@dataclass(slots=True)
class _Ranking:
    """Figures as of one report, ascending. ``seen[trial]``: over how many reports its figure is."""

    moment: int = 0
    figures: array[float] = field(default_factory=lambda: array("d"))
    seen: array[int] = field(default_factory=lambda: array("I"))

    def move(self, trial: int, series: Sequence[float], reports: int) -> None:
        """The figure of ``trial`` is over ``reports`` reports now."""
        old = self.seen[trial]
        if old:
            del self.figures[bisect_left(self.figures, series[old - 1])]
        if reports:
            insort(self.figures, series[reports - 1])
        self.seen[trial] = reports

    def make_room(self, trials: int) -> None:
        """Trials are numbered below ``trials``."""
        if len(self.seen) < trials:
            self.seen.extend([0] * (trials - len(self.seen)))


@dataclass(frozen=True, slots=True)
class Group:
    """Trials whose number modulo ``cycle`` is at least ``first`` and less than ``end``."""

    cycle: int = 1
    first: int = 0
    end: int = 1

    def __contains__(self, trial: int) -> bool:
        return self.first <= trial % self.cycle < self.end


EVERYONE = Group()


class Rankings:
    """One running figure of every trial. Trials are numbered from 0."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._series: dict[int, array[float]] = {}
        self._changed: dict[int, int] = {}  # trial -> moment of its last report, latest last
        self._moment = 0
        self._highest = -1
        self._rankings: dict[int, _Ranking] = {}
        self._rungs: dict[int, dict[Group, array[float]]] = {}

    def add(self, trial: int, value: float) -> None:
        """The next report of ``trial``."""
        series = self._series.get(trial)
        if series is None:
            series = self._series[trial] = array("d")
            self._highest = max(self._highest, trial)
        series.append(self._step(series[-1], value, len(series) + 1) if series else value)
        self._moment += 1
        self._changed.pop(trial, None)
        self._changed[trial] = self._moment
        for group, rung in self._rungs.get(len(series), {}).items():
            if trial in group:
                insort(rung, series[-1])

    def cut(self, trial: int, keep: int) -> None:
        """Only the first ``keep`` reports of ``trial`` stay."""
        series = self._series[trial]
        for ranking in self._rankings.values():
            if trial < len(ranking.seen) and ranking.seen[trial] > keep:
                ranking.move(trial, series, keep)
        for count, rungs in self._rungs.items():
            for group, rung in rungs.items():
                if keep < count <= len(series) and trial in group:
                    del rung[bisect_left(rung, series[count - 1])]
        del series[keep:]

    def of(self, trial: int, count: int) -> float | None:
        """The figure of ``trial`` over its reports 1..count, or all it has; None without any."""
        series = self._series.get(trial)
        return series[min(count, len(series)) - 1] if series else None

    def at(self, count: int, group: Group) -> Sequence[float]:
        """The figures over reports 1..count of trials in ``group`` that have so many; ascending."""
        rungs = self._rungs.setdefault(count, {})
        rung = rungs.get(group)
        if rung is None:
            reached = (
                series[count - 1]
                for trial, series in self._series.items()
                if len(series) >= count and trial in group
            )
            rung = rungs[group] = array("d", sorted(reached))
        return rung

    def until(self, count: int) -> Sequence[float]:
        """Every trial's figure over its reports 1..count, or all it has when fewer; ascending."""
        ranking = self._rankings.get(count)
        if ranking is None:
            ranking = self._rankings[count] = _Ranking()
        changed: list[int] = []
        for trial in reversed(self._changed):
            if self._changed[trial] <= ranking.moment:
                break
            changed.append(trial)
        ranking.moment = self._moment
        ranking.make_room(self._highest + 1)
        if len(changed) * 4 > len(ranking.figures):
            self._rank(ranking, count)
            return ranking.figures
        for trial in changed:
            series = self._series[trial]
            reports = min(count, len(series))
            if ranking.seen[trial] != reports:
                ranking.move(trial, series, reports)
        return ranking.figures

    def _rank(self, ranking: _Ranking, count: int) -> None:
        figures: list[float] = []
        for trial, series in self._series.items():
            reports = ranking.seen[trial] = min(count, len(series))
            if reports:
                figures.append(series[reports - 1])
        ranking.figures = array("d", sorted(figures))
