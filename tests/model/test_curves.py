"""Curves against a plain restatement of every question they answer."""

from __future__ import annotations

import copy
import math
import statistics
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.model.curves import Curves
from trimtab.model.rankings import EVERYONE, Group

TRIALS, COUNTS = 12, range(1, 8)

Add: TypeAlias = "tuple[int, float]"
Restart: TypeAlias = "tuple[int, int]"

values = st.integers(-20, 20).map(lambda n: n / 4)
trials = st.integers(0, TRIALS - 1)
adds = st.tuples(trials, values)
operations = st.lists(
    adds.map(lambda pair: ("add", pair))
    | st.tuples(trials, st.integers(0, 4)).map(lambda pair: ("restart", pair))
    | st.tuples(st.sampled_from(COUNTS), st.just(0)).map(lambda pair: ("ask", pair)),
    max_size=40,
)


@dataclass
class Plain:
    """The same questions answered from lists, each time anew."""

    maximize: bool
    reports: dict[int, list[float]] = field(default_factory=dict)

    def best(self, values: list[float]) -> float:
        return max(values) if self.maximize else min(values)

    def until(self, count: int, but: int = -1) -> list[list[float]]:
        return [some[:count] for trial, some in self.reports.items() if some and trial != but]


def check(curves: Curves, plain: Plain, count: int) -> None:
    known = plain.until(count)
    everything = [value for some in known for value in some]
    assert curves.best_until(count) == (plain.best(everything) if everything else None)
    assert list(curves.bests_until(count)) == sorted(map(plain.best, known))
    means = sorted(map(statistics.fmean, known))
    assert list(curves.averages_until(count)) == pytest.approx(means, abs=1e-12)
    for group in (EVERYONE, Group(5, 1, 3), Group(5, 3, 5)):
        reached = [
            plain.best(some[:count])
            for trial, some in plain.reports.items()
            if len(some) >= count and trial in group
        ]
        assert list(curves.bests_at(count, group)) == sorted(reached)
    for trial in (0, 5, TRIALS):
        own = plain.reports.get(trial, [])[:count]
        assert curves.best_of(trial, count) == (plain.best(own) if own else None)
        others = [statistics.fmean(some) for some in plain.until(count, but=trial)]
        if others:
            median = curves.median_until(count, but=trial)
            assert median == pytest.approx(statistics.median(others), abs=1e-12)


@settings(max_examples=60)
@given(st.booleans(), st.lists(adds, max_size=50), operations)
def test_every_answer_is_the_plain_one(
    maximize: bool, begin: list[Add], steps: list[tuple[str, tuple[int, float]]]
) -> None:
    curves, plain = Curves(maximize), Plain(maximize)
    asked = Curves(maximize)
    for name, (trial, number) in [("add", pair) for pair in begin] + steps:
        if name == "add":
            reports = plain.reports.setdefault(trial, [])
            reports.append(number)
            assert curves.add(trial, number) == asked.add(trial, number) == len(reports)
        elif name == "restart":
            del plain.reports.get(trial, [])[int(number) :]
            curves.restart(trial, int(number))
            asked.restart(trial, int(number))
        else:
            check(asked, plain, count=trial)
    for count in COUNTS:
        check(curves, plain, count)
        check(asked, plain, count)
    assert curves == asked
    assert list(curves.trials()) == [trial for trial, some in plain.reports.items() if some]


@given(st.booleans(), st.lists(values, min_size=1, max_size=9))
def test_a_curve_knows_its_running_figures(maximize: bool, reports: list[float]) -> None:
    curves = Curves(maximize)
    for value in reports:
        curves.add(4, value)
    curve, best = curves[4], max if maximize else min
    heads = [reports[:n] for n in range(1, len(reports) + 1)]
    assert list(curve.values) == reports
    assert list(curve.bests) == [best(head) for head in heads]
    assert list(curve.averages) == pytest.approx([statistics.fmean(h) for h in heads], abs=1e-12)
    assert curve.best == best(reports)


def test_a_trial_without_reports_has_an_empty_curve() -> None:
    curves = Curves(maximize=True)
    assert list(curves[3].values) == []
    assert curves[3].best is None
    assert curves.best_until(5) is None
    assert list(curves.averages_until(5)) == []
    assert list(curves.trials()) == []


def test_questions_do_not_count_in_a_comparison_and_reports_do() -> None:
    one, other = Curves(maximize=True), Curves(maximize=True)
    one.add(0, 0.5)
    assert one != other
    other.add(0, 0.5)
    other.bests_until(1)
    other.averages_until(3)
    assert one == other
    one.add(0, 0.25)
    other.add(0, 0.75)
    assert one != other


def test_a_copy_goes_its_own_way() -> None:
    curves = Curves(maximize=True)
    for trial in range(3):
        curves.add(trial, float(trial))
    curves.averages_until(1)
    twin = copy.deepcopy(curves)
    twin.add(3, 9.0)
    assert list(curves.averages_until(1)) == [0.0, 1.0, 2.0]
    assert list(twin.averages_until(1)) == [0.0, 1.0, 2.0, 9.0]


@given(st.floats(-1e300, 1e300), st.integers(1, 40))
def test_equal_values_have_exactly_their_own_mean(value: float, count: int) -> None:
    curves = Curves(maximize=True)
    for _ in range(count):
        curves.add(0, value)
    assert list(curves.averages_until(count)) == [value]


def test_the_largest_numbers_do_not_overflow() -> None:
    curves = Curves(maximize=False)
    for trial, values in enumerate(([1.7e308] * 3, [-1.7e308, 1.7e308, 1.7e308], [1.0])):
        for value in values:
            curves.add(trial, value)
    assert all(map(math.isfinite, curves.averages_until(3)))
    assert math.isfinite(curves.median_until(3, but=2))


def test_groups_share_the_trials_out() -> None:
    groups = [Group(5, 0, 3), Group(5, 3, 4), Group(5, 4, 5)]
    assert [[trial in group for group in groups].index(True) for trial in range(10)] == [
        0, 0, 0, 1, 2, 0, 0, 0, 1, 2,
    ]  # fmt: skip
    assert all(trial in EVERYONE for trial in range(10))
