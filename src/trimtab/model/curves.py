"""Learning curves: the primary metric of every trial, indexed by report, as stoppers read it.

An *interval* is the n-th time a trial logs the primary metric; n counts from 1 and steps do not
matter. Values are finite floats in the metric's own direction. Trials are numbered from 0.

A trial takes 8 bytes per report and about 300 bytes. What medians and ranks are read from is made
when a stopper first asks (see ``rankings``) and is no part of the value: two ``Curves`` that were
fed alike are equal whatever they were asked.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter

from trimtab.model.rankings import EVERYONE, Group, Rankings, Step, running


def _mean(last: float, value: float, count: int) -> float:
    # In this form equal values have exactly their own mean, and nothing overflows.
    return last + (value / count - last / count)


def _larger(last: float, value: float, _count: int) -> float:
    return max(last, value)


def _smaller(last: float, value: float, _count: int) -> float:
    return min(last, value)


@dataclass(slots=True)
class Curve:
    """One trial's reports: ``values[n-1]``. ``best`` is the best of all, None before the first.

    To be read; only ``Curves`` writes.
    """

    maximize: bool
    values: array[float] = field(default_factory=lambda: array("d"))
    best: float | None = None

    @property
    def bests(self) -> Sequence[float]:
        """The best of reports 1..n at ``[n-1]``; computed at each call."""
        return array("d", accumulate(self.values, max if self.maximize else min))

    @property
    def averages(self) -> Sequence[float]:
        """The mean of reports 1..n at ``[n-1]``; computed at each call."""
        return running(self.values, _mean)

    def add(self, value: float) -> None:
        self.values.append(value)
        if self.best is None or (value > self.best if self.maximize else value < self.best):
            self.best = value

    def cut(self, keep: int) -> None:
        """Forgets all reports after the first ``keep``."""
        del self.values[keep:]
        find = max if self.maximize else min
        self.best = find(self.values) if self.values else None


@dataclass(slots=True)
class Curves:
    """All curves of a sweep. ``maximize`` is the objective's direction."""

    maximize: bool
    _curves: dict[int, Curve] = field(default_factory=dict)
    _front: list[tuple[int, float]] = field(default_factory=list, compare=False, repr=False)
    _averages: Rankings | None = field(default=None, compare=False, repr=False)
    _bests: Rankings | None = field(default=None, compare=False, repr=False)

    def add(self, trial: int, value: float) -> int:
        """Appends a report and returns its number n."""
        curve = self._curves.get(trial)
        if curve is None:
            curve = self._curves[trial] = Curve(self.maximize)
        curve.add(value)
        for rankings in (self._averages, self._bests):
            if rankings is not None:
                rankings.add(trial, value)
        self._advance(len(curve.values), value)
        return len(curve.values)

    def restart(self, trial: int, keep: int) -> None:
        """A new attempt reports again: only the first ``keep`` reports of ``trial`` stay."""
        curve = self._curves.get(trial)
        if curve is None or len(curve.values) <= keep:
            return
        lost = set(enumerate(curve.values[keep:], keep + 1))
        curve.cut(keep)
        for rankings in (self._averages, self._bests):
            if rankings is not None:
                rankings.cut(trial, keep)
        if not lost.isdisjoint(self._front):
            self._find_front()

    def __getitem__(self, trial: int) -> Curve:
        """The curve of a trial; an empty one when it has not reported."""
        return self._curves.get(trial) or Curve(self.maximize)

    def trials(self) -> Iterator[int]:
        """Trials that have reported, in the order of their first report."""
        return (trial for trial, curve in self._curves.items() if curve.values)

    def best_until(self, count: int) -> float | None:
        """The best value of any trial over its reports 1..count."""
        place = bisect_right(self._front, count, key=itemgetter(0))
        return self._front[place - 1][1] if place else None

    def averages_until(self, count: int) -> Sequence[float]:
        """Each trial's mean over its reports 1..count, or over all it has when fewer; ascending.

        A view, valid until the next report.
        """
        return self._ranked_averages().until(count)

    def bests_until(self, count: int) -> Sequence[float]:
        """Each trial's best over its reports 1..count, or over all it has when fewer; ascending.

        A view, valid until the next report.
        """
        return self._ranked_bests().until(count)

    def bests_at(self, count: int, group: Group = EVERYONE) -> Sequence[float]:
        """The best over reports 1..count of each trial of ``group`` that has so many; ascending.

        A view, valid until the next report.
        """
        return self._ranked_bests().at(count, group)

    def best_of(self, trial: int, count: int) -> float | None:
        """The best of a trial over its reports 1..count, or over all it has; None without any."""
        return self._ranked_bests().of(trial, count)

    def median_until(self, count: int, but: int) -> float:
        """The median of ``averages_until`` without trial ``but``; there must be another trial."""
        rankings = self._ranked_averages()
        ranked, figure = rankings.until(count), rankings.of(but, count)
        if figure is None:
            own, others = len(ranked), len(ranked)
        else:
            own, others = bisect_left(ranked, figure), len(ranked) - 1
        low, high = (others - 1) // 2, others // 2
        return ranked[low + (low >= own)] / 2 + ranked[high + (high >= own)] / 2

    def _ranked_averages(self) -> Rankings:
        if self._averages is None:
            self._averages = self._ranked_by(_mean)
        return self._averages

    def _ranked_bests(self) -> Rankings:
        if self._bests is None:
            self._bests = self._ranked_by(_larger if self.maximize else _smaller)
        return self._bests

    def _ranked_by(self, step: Step) -> Rankings:
        rankings = Rankings(step)
        for trial, curve in self._curves.items():
            for value in curve.values:
                rankings.add(trial, value)
        return rankings

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
        for curve in self._curves.values():
            for count, value in enumerate(curve.values, 1):
                self._advance(count, value)

    def _better(self, value: float, than: float) -> bool:
        return value > than if self.maximize else value < than
