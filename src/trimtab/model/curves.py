"""Learning curves: the primary metric of every trial, indexed by report, as stoppers read it.

An *interval* is the n-th time a trial logs the primary metric; n counts from 1 and steps do not
matter. Values are finite floats in the metric's own direction. Trials are numbered from 0.

Stored are the values only, 8 bytes per report and about 200 bytes per trial; bests and averages
are computed when read. Rankings (what medians and ranks are read from) are made the first time a
count is asked for, kept up to date when it is asked for again, and cost 12 bytes per trial and
count. They are a cache: two ``Curves`` that were fed alike are equal whatever they were asked.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter


def average(values: Sequence[float]) -> float:
    """The mean of at least one value; its sum is rounded once, whatever the Python version."""
    try:
        return math.fsum(values) / len(values)
    except OverflowError:
        return math.fsum(value / len(values) for value in values)


@dataclass(frozen=True, slots=True)
class Curve:
    """One trial's reports: ``values[n-1]``; read it, and let ``Curves`` write."""

    maximize: bool
    values: array[float] = field(default_factory=lambda: array("d"))

    @property
    def bests(self) -> Sequence[float]:
        """The best of reports 1..n at ``[n-1]``; computed at each call, in one pass."""
        return array("d", accumulate(self.values, max if self.maximize else min))

    @property
    def averages(self) -> Sequence[float]:
        """The mean of reports 1..n at ``[n-1]``; computed at each call, in n passes."""
        return array("d", (average(self.values[:n]) for n in range(1, len(self.values) + 1)))

    def best(self) -> float | None:
        """The best of all reports; None before the first."""
        if not self.values:
            return None
        return max(self.values) if self.maximize else min(self.values)


@dataclass(slots=True)
class _Ranking:
    """A figure of every trial over its reports 1..``count`` (or all it has), sorted.

    ``seen`` holds, per trial, how many reports its figure in ``figures`` is made of.
    """

    count: int
    figure: Callable[[Sequence[float]], float]
    figures: array[float] = field(default_factory=lambda: array("d"))
    seen: array[int] = field(default_factory=lambda: array("I"))
    cursor: int = 0

    def update(self, curves: dict[int, array[float]], log: array[int]) -> None:
        """Follows what was reported since the last call."""
        if self.cursor == len(log) and self.figures:
            return
        changed = set(log[self.cursor :]) if self.figures else set(curves)
        self.cursor = len(log)
        if len(changed) * 4 > len(self.figures):
            self._rebuild(curves)
            return
        for trial in changed:
            self.move(trial, curves[trial], len(curves[trial]))

    def move(self, trial: int, values: array[float], reports: int) -> None:
        """``trial`` has ``reports`` reports now, of which ``values`` holds at least these."""
        self._make_room(trial)
        old = self.seen[trial]
        new = min(self.count, reports)
        if old == new:
            return
        if old:
            del self.figures[bisect_left(self.figures, self.figure(values[:old]))]
        if new:
            insort(self.figures, self.figure(values[:new]))
        self.seen[trial] = new

    def _rebuild(self, curves: dict[int, array[float]]) -> None:
        reported = {trial: values[: self.count] for trial, values in curves.items() if values}
        self._make_room(max(curves, default=0))
        for trial, values in curves.items():
            self.seen[trial] = min(self.count, len(values))
        self.figures = array("d", sorted(map(self.figure, reported.values())))

    def _make_room(self, trial: int) -> None:
        if trial >= len(self.seen):
            self.seen.extend([0] * (trial + 1 - len(self.seen)))


@dataclass(slots=True)
class Curves:
    """All curves of a sweep. ``maximize`` is the objective's direction."""

    maximize: bool
    _curves: dict[int, array[float]] = field(default_factory=dict)
    _front: list[tuple[int, float]] = field(default_factory=list, compare=False, repr=False)
    _log: array[int] = field(default_factory=lambda: array("I"), compare=False, repr=False)
    _averages: dict[int, _Ranking] = field(default_factory=dict, compare=False, repr=False)
    _bests: dict[int, _Ranking] = field(default_factory=dict, compare=False, repr=False)

    def add(self, trial: int, value: float) -> int:
        """Appends a report and returns its number n."""
        values = self._curves.get(trial)
        if values is None:
            values = self._curves[trial] = array("d")
        values.append(value)
        if self._averages or self._bests:
            self._log.append(trial)
        self._advance(len(values), value)
        return len(values)

    def restart(self, trial: int, keep: int) -> None:
        """A new attempt reports again: only the first ``keep`` reports of ``trial`` stay."""
        values = self._curves.get(trial)
        if values is None or len(values) <= keep:
            return
        for rankings in (self._averages, self._bests):
            for count, ranking in rankings.items():
                if count > keep and trial < len(ranking.seen) and ranking.seen[trial] > keep:
                    ranking.move(trial, values, keep)
        lost = set(enumerate(values[keep:], keep + 1))
        del values[keep:]
        if not lost.isdisjoint(self._front):
            self._find_front()

    def __getitem__(self, trial: int) -> Curve:
        """The curve of a trial; an empty one when it has not reported."""
        values = self._curves.get(trial)
        return Curve(self.maximize) if values is None else Curve(self.maximize, values)

    def trials(self) -> Iterator[int]:
        """Trials that have reported, in the order of their first report."""
        return (trial for trial, values in self._curves.items() if values)

    def best_until(self, count: int) -> float | None:
        """The best value of any trial over its reports 1..count."""
        place = bisect_right(self._front, count, key=itemgetter(0))
        return self._front[place - 1][1] if place else None

    def averages_until(self, count: int) -> Sequence[float]:
        """Each trial's mean over its reports 1..count, or over all it has when fewer; ascending.

        A view, valid until the next report.
        """
        return self._ranked(self._averages, count, average)

    def bests_until(self, count: int) -> Sequence[float]:
        """Each trial's best over its reports 1..count, or over all it has when fewer; ascending.

        A view, valid until the next report.
        """
        return self._ranked(self._bests, count, max if self.maximize else min)

    def median_until(self, count: int, but: int) -> float:
        """The median of ``averages_until`` without trial ``but``; there must be another trial."""
        ranked = self.averages_until(count)
        own = len(ranked)
        values = self._curves.get(but)
        if values:
            own = bisect_left(ranked, average(values[:count]))
        others = len(ranked) - (1 if values else 0)
        low, high = (others - 1) // 2, others // 2
        return ranked[low + (low >= own)] / 2 + ranked[high + (high >= own)] / 2

    def _ranked(
        self,
        rankings: dict[int, _Ranking],
        count: int,
        figure: Callable[[Sequence[float]], float],
    ) -> Sequence[float]:
        ranking = rankings.get(count)
        if ranking is None:
            ranking = rankings[count] = _Ranking(count, figure)
        ranking.update(self._curves, self._log)
        return ranking.figures

    def _advance(self, count: int, value: float) -> None:
        """``_front`` holds each (report, value) that beats all values at or before that report."""
        front = self._front
        place = bisect_right(front, count, key=itemgetter(0))
        if place and not self._better(value, front[place - 1][1]):
            return
        end = place
        while end < len(front) and not self._better(front[end][1], value):
            end += 1
        if place and front[place - 1][0] == count:
            place -= 1
        front[place:end] = [(count, value)]

    def _find_front(self) -> None:
        self._front.clear()
        for values in self._curves.values():
            for count, value in enumerate(values, 1):
                self._advance(count, value)

    def _better(self, value: float, than: float) -> bool:
        return value > than if self.maximize else value < than
