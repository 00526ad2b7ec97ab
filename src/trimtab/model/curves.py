"""Learning curves: the primary metric of every trial, indexed by report, as stoppers read it.

An *interval* is the n-th time a trial logs the primary metric; n counts from 1 and steps do not
matter. Values are finite floats in the metric's own direction.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Curve:
    """One trial's reports: ``values[n-1]``, the best of 1..n, and the mean of 1..n."""

    values: list[float] = field(default_factory=list)
    bests: list[float] = field(default_factory=list)
    averages: list[float] = field(default_factory=list)

    def add(self, value: float, maximize: bool) -> None:
        count = len(self.values)
        best, total = value, value
        if count:
            best = max(self.bests[-1], value) if maximize else min(self.bests[-1], value)
            total = self.averages[-1] * count + value
        self.values.append(value)
        self.bests.append(best)
        self.averages.append(total / (count + 1))

    def cut(self, keep: int) -> None:
        """Forgets all reports after the first ``keep``."""
        del self.values[keep:], self.bests[keep:], self.averages[keep:]


@dataclass(slots=True)
class Curves:
    """All curves of a sweep. ``maximize`` is the objective's direction."""

    maximize: bool
    _curves: dict[int, Curve] = field(default_factory=dict)
    _best: list[float] = field(default_factory=list)

    def add(self, trial: int, value: float) -> int:
        """Appends a report and returns its number n."""
        curve = self._curves.get(trial)
        if curve is None:
            curve = self._curves[trial] = Curve()
        curve.add(value, self.maximize)
        count = len(curve.values)
        self._raise_best(count, curve.bests[-1])
        return count

    def restart(self, trial: int, keep: int) -> None:
        """A new attempt reports again: only the first ``keep`` reports of ``trial`` stay."""
        curve = self._curves.get(trial)
        if curve is None or len(curve.values) <= keep:
            return
        curve.cut(keep)
        self._best.clear()
        for other in self._curves.values():
            for count, best in enumerate(other.bests, 1):
                self._raise_best(count, best)

    def __getitem__(self, trial: int) -> Curve:
        """The curve of a trial; an empty one when it has not reported."""
        return self._curves.get(trial) or Curve()

    def trials(self) -> Iterator[int]:
        """Trials that have reported, in the order of their first report."""
        return (trial for trial, curve in self._curves.items() if curve.values)

    def best_until(self, count: int) -> float | None:
        """The best value of any trial over its reports 1..count."""
        if not self._best:
            return None
        return self._best[min(count, len(self._best)) - 1]

    def averages_until(self, count: int, but: int) -> Sequence[float]:
        """Each other trial's mean over its reports 1..count, or over all it has when fewer."""
        return [
            curve.averages[min(count, len(curve.averages)) - 1]
            for trial, curve in self._curves.items()
            if trial != but and curve.averages
        ]

    def median_until(self, count: int, but: int) -> float:
        """The median of ``averages_until``, which must not be empty."""
        return statistics.median(self.averages_until(count, but))

    def bests_until(self, count: int) -> dict[int, float]:
        """Each trial's best over its reports 1..count, or over all it has when fewer."""
        return {
            trial: curve.bests[min(count, len(curve.bests)) - 1]
            for trial, curve in self._curves.items()
            if curve.bests
        }

    def _raise_best(self, count: int, value: float) -> None:
        best = self._best
        while len(best) < count:
            best.append(best[-1] if best else value)
        for index in range(count - 1, len(best)):
            if (value > best[index]) if self.maximize else (value < best[index]):
                best[index] = value
