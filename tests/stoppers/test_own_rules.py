"""Trimtab's own policies against their rules, restated literally in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stoppers.test_rules import Reports, best, decisions, few_values, hundredths, schedules
from trimtab.model.curves import Curves
from trimtab.model.state import SweepState
from trimtab.stoppers import (
    AshaStopper,
    HyperbandStopper,
    PatienceStopper,
    Schedule,
    ThresholdStopper,
)

reports = st.lists(st.tuples(st.integers(0, 9), hundredths | few_values), max_size=60)
firsts, factors, lasts = st.integers(1, 3), st.integers(2, 4), st.none() | st.integers(4, 9)


def rungs(first: int, factor: int, end: int | None) -> list[int]:
    return [first * factor**k for k in range(8) if end is None or first * factor**k < end]


def halving(trial: int, known: dict[int, list[Fraction]], factor: int, maximize: bool) -> bool:
    """Whether ``trial``, at a rung, is not among the best of all in ``known`` that reached it."""
    rung = len(known[trial])
    entries = {
        one: best(values[:rung], maximize) for one, values in known.items() if len(values) >= rung
    }
    own = entries[trial]
    ahead = sum(each > own if maximize else each < own for each in entries.values())
    return len(entries) >= factor and ahead >= len(entries) // factor


@settings(max_examples=60)
@given(reports, firsts, factors, lasts, st.booleans())
def test_asha(steps: Reports, first: int, factor: int, end: int | None, maximize: bool) -> None:
    known: dict[int, list[Fraction]] = {}
    expected = []
    for trial, value in steps:
        known.setdefault(trial, []).append(value)
        on_rung = len(known[trial]) in rungs(first, factor, end)
        expected.append(on_rung and halving(trial, known, factor, maximize))
    assert decisions(AshaStopper(first, factor, end), maximize, steps) == expected


@settings(max_examples=60)
@given(reports, firsts, factors, lasts, st.integers(1, 4), st.booleans())
def test_hyperband_is_asha_in_each_bracket(
    steps: Reports, first: int, factor: int, end: int | None, brackets: int, maximize: bool
) -> None:
    stopper = HyperbandStopper(first, factor, end, brackets)
    known: dict[int, list[Fraction]] = {}
    expected = []
    for trial, value in steps:
        known.setdefault(trial, []).append(value)
        bracket = stopper.bracket(trial)
        peers = {one: some for one, some in known.items() if stopper.bracket(one) == bracket}
        on_rung = len(known[trial]) in rungs(first * factor**bracket, factor, end)
        expected.append(on_rung and halving(trial, peers, factor, maximize))
    assert decisions(stopper, maximize, steps) == expected


@pytest.mark.parametrize(
    ("factor", "brackets", "sizes"),
    [(3, 1, [1]), (3, 3, [9, 5, 3]), (3, 5, [81, 34, 15, 8, 5]), (2, 4, [8, 6, 4, 4])],
)
def test_the_brackets_have_the_sizes_of_the_paper(
    factor: int, brackets: int, sizes: list[int]
) -> None:
    """(3, 5) is the paper's own example, table 1, with R = 81."""
    stopper = HyperbandStopper(1, factor, None, brackets)
    cycle = [stopper.bracket(trial) for trial in range(sum(sizes))]
    assert cycle == sorted(cycle)
    assert [cycle.count(bracket) for bracket in range(brackets)] == sizes
    assert [stopper.bracket(trial + 3 * sum(sizes)) for trial in range(sum(sizes))] == cycle


def test_one_bracket_is_asha() -> None:
    steps = [(trial, Fraction(7 * trial % 10, 10)) for _ in range(9) for trial in range(10)]
    one = decisions(HyperbandStopper(2, 3, None, 1), True, steps)
    assert one == decisions(AshaStopper(2, 3), True, steps)
    assert any(one)


@settings(max_examples=60)
@given(reports, st.integers(1, 4), st.sampled_from([0, 5, 10, 100]), schedules, st.booleans())
def test_patience(
    steps: Reports, patience: int, cents: int, schedule: Schedule, maximize: bool
) -> None:
    delta = Fraction(cents, 100)
    known: dict[int, list[Fraction]] = {}
    expected = []
    for trial, value in steps:
        own = known.setdefault(trial, [])
        own.append(value)
        before, recent = own[:-patience], own[-patience:]
        due = len(own) % schedule.interval == 0 and len(own) >= schedule.delay
        gain = best(recent, maximize) - best(before, maximize) if before else Fraction(0)
        expected.append(due and bool(before) and (gain if maximize else -gain) <= delta)
    stopper = PatienceStopper(patience, float(delta), schedule)
    assert decisions(stopper, maximize, steps) == expected


@given(st.lists(hundredths, min_size=1, max_size=20), st.integers(1, 5), st.booleans())
def test_patience_without_a_delta_waits_as_keras_does(
    values: list[Fraction], patience: int, maximize: bool
) -> None:
    """The first stop is where a counter of reports without a new best reaches the patience."""
    top, waited, first = values[0], 0, None
    for report, value in enumerate(values[1:], 2):
        better = value > top if maximize else value < top
        top, waited = (value, 0) if better else (top, waited + 1)
        if waited >= patience:
            first = report
            break
    stops = decisions(PatienceStopper(patience), maximize, [(0, value) for value in values])
    assert (stops.index(True) + 1 if True in stops else None) == first


@settings(max_examples=60)
@given(reports, st.none() | hundredths, st.none() | hundredths, schedules, st.booleans())
def test_threshold(
    steps: Reports,
    lower: Fraction | None,
    upper: Fraction | None,
    schedule: Schedule,
    maximize: bool,
) -> None:
    if lower is None and upper is None:
        lower = Fraction(0)
    known: dict[int, int] = {}
    expected = []
    for trial, value in steps:
        n = known[trial] = known.get(trial, 0) + 1
        due = n % schedule.interval == 0 and n >= schedule.delay
        outside = (lower is not None and value < lower) or (upper is not None and value > upper)
        expected.append(due and outside)
    stopper = ThresholdStopper(
        None if lower is None else float(lower), None if upper is None else float(upper), schedule
    )
    assert decisions(stopper, maximize, steps) == expected


@pytest.mark.parametrize("stopper", [AshaStopper(1, 2), HyperbandStopper(1, 2)])
@settings(max_examples=30)
@given(steps=reports)
def test_a_mirrored_objective_is_judged_alike(
    stopper: AshaStopper | HyperbandStopper, steps: Reports
) -> None:
    mirrored = [(trial, -value) for trial, value in steps]
    assert decisions(stopper, True, steps) == decisions(stopper, False, mirrored)


@pytest.mark.parametrize("maximize", [True, False])
def test_a_plateau_shared_by_all_halves_nobody(maximize: bool) -> None:
    steps = [(trial, Fraction(1, 10)) for _ in range(9) for trial in range(9)]
    assert not any(decisions(AshaStopper(1, 3), maximize, steps))


def test_a_trial_that_begins_anew_leaves_its_rungs() -> None:
    curves = Curves(maximize=True)
    for trial, value in enumerate((0.9, 0.8, 0.1)):
        curves.add(trial, value)
    stopper, state = AshaStopper(1, 3), SweepState(curves=curves)
    assert stopper.judge(2, state) is not None
    curves.restart(0, keep=0)
    assert stopper.judge(2, state) is None
    curves.add(0, 0.05)
    assert stopper.judge(2, state) is not None
    assert stopper.judge(1, state) is None
