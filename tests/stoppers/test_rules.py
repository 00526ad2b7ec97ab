"""Each policy against its rule, restated literally in exact fractions.

Values are decimals with two digits, so a tie in what the user reads has to be a tie here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.model.curves import Curves
from trimtab.model.state import SweepState
from trimtab.ports import Stopper
from trimtab.stoppers import BanditStopper, MedianStopper, Schedule, TruncationStopper

Reports: TypeAlias = "list[tuple[int, Fraction]]"
Known: TypeAlias = "dict[int, list[Fraction]]"
Rule: TypeAlias = "Callable[[int, Known, bool], bool]"

hundredths = st.integers(-300, 300).map(lambda n: Fraction(n, 100))
few_values = st.sampled_from([Fraction(n, 10) for n in (-3, 0, 1, 2, 3, 6, 7)])
reports = st.lists(st.tuples(st.integers(0, 9), hundredths | few_values), max_size=40)
slacks = st.sampled_from([Fraction(n, 100) for n in (1, 5, 10, 20, 50, 100, 150)])
schedules = st.builds(Schedule, interval=st.integers(1, 4), delay=st.integers(0, 5))


def decisions(stopper: Stopper, maximize: bool, steps: Reports) -> list[bool]:
    state = SweepState(curves=Curves(maximize))
    answers = []
    for trial, value in steps:
        state.curves.add(trial, float(value))
        answers.append(stopper.judge(trial, state) is not None)
    return answers


def ruled(rule: Rule, schedule: Schedule, maximize: bool, steps: Reports) -> list[bool]:
    answers, all_reports = [], dict[int, list[Fraction]]()
    for trial, value in steps:
        own = all_reports.setdefault(trial, [])
        own.append(value)
        n = len(own)
        known = {other: values[:n] for other, values in all_reports.items()}
        due = n % schedule.interval == 0 and n >= schedule.delay
        answers.append(due and rule(trial, known, maximize))
    return answers


def best(values: list[Fraction], maximize: bool) -> Fraction:
    return max(values) if maximize else min(values)


def bests(trial: int, known: Known, maximize: bool) -> tuple[Fraction, Fraction]:
    own = best(known[trial], maximize)
    return own, best([value for values in known.values() for value in values], maximize)


@settings(max_examples=40)
@given(reports, slacks, schedules, st.booleans())
def test_bandit_with_an_amount(
    steps: Reports, slack: Fraction, schedule: Schedule, maximize: bool
) -> None:
    def rule(trial: int, known: Known, maximize: bool) -> bool:
        own, top = bests(trial, known, maximize)
        return own < top - slack if maximize else own > top + slack

    stopper = BanditStopper(amount=float(slack), schedule=schedule)
    assert decisions(stopper, maximize, steps) == ruled(rule, schedule, maximize, steps)


@settings(max_examples=40)
@given(reports, slacks, schedules, st.booleans())
def test_bandit_with_a_factor(
    steps: Reports, slack: Fraction, schedule: Schedule, maximize: bool
) -> None:
    def rule(trial: int, known: Known, maximize: bool) -> bool:
        own, top = bests(trial, known, maximize)
        if top <= 0:
            return abs(own - top) > slack * abs(top)
        return own * (1 + slack) < top if maximize else own > top * (1 + slack)

    stopper = BanditStopper(factor=float(slack), schedule=schedule)
    assert decisions(stopper, maximize, steps) == ruled(rule, schedule, maximize, steps)


@settings(max_examples=40)
@given(reports, schedules, st.booleans())
def test_median(steps: Reports, schedule: Schedule, maximize: bool) -> None:
    def rule(trial: int, known: Known, maximize: bool) -> bool:
        means = sorted(sum(some) / len(some) for peer, some in known.items() if peer != trial)
        if len(means) < 3:
            return False
        middle = len(means) // 2
        median = means[middle] if len(means) % 2 else (means[middle - 1] + means[middle]) / 2
        own = best(known[trial], maximize)
        return own < median if maximize else own > median

    assert decisions(MedianStopper(schedule), maximize, steps) == ruled(
        rule, schedule, maximize, steps
    )


@settings(max_examples=40)
@given(reports, st.integers(0, 100), schedules, st.booleans())
def test_truncation(steps: Reports, percentage: int, schedule: Schedule, maximize: bool) -> None:
    def rule(trial: int, known: Known, maximize: bool) -> bool:
        compared = [best(values, maximize) for values in known.values()]
        own = best(known[trial], maximize)
        not_better = sum(each <= own if maximize else each >= own for each in compared)
        cut = percentage * len(compared) // 100
        return len(compared) >= 2 and own != best(compared, maximize) and not_better <= cut

    stopper = TruncationStopper(percentage, schedule)
    assert decisions(stopper, maximize, steps) == ruled(rule, schedule, maximize, steps)


STOPPERS = [
    BanditStopper(amount=0.3),
    BanditStopper(factor=0.2),
    MedianStopper(),
    TruncationStopper(40),
]
NAMES = ["amount", "factor", "median", "truncation"]


@pytest.mark.parametrize("stopper", [STOPPERS[0], *STOPPERS[2:]], ids=["amount", *NAMES[2:]])
@settings(max_examples=20)
@given(steps=reports)
def test_a_mirrored_objective_is_judged_alike(stopper: Stopper, steps: Reports) -> None:
    mirrored = [(trial, -value) for trial, value in steps]
    assert decisions(stopper, True, steps) == decisions(stopper, False, mirrored)


@settings(max_examples=20)
@given(steps=reports)
def test_a_slack_factor_mirrors_where_the_best_is_no_gain(steps: Reports) -> None:
    below = [(trial, -abs(value)) for trial, value in steps]
    mirrored = [(trial, abs(value)) for trial, value in steps]
    stopper = BanditStopper(factor=0.2)
    assert decisions(stopper, True, below) == decisions(stopper, False, mirrored)


@pytest.mark.parametrize("stopper", STOPPERS, ids=NAMES)
@settings(max_examples=20)
@given(steps=reports, maximize=st.booleans())
def test_the_best_trial_is_never_stopped(stopper: Stopper, steps: Reports, maximize: bool) -> None:
    curves = Curves(maximize)
    for trial, value in steps:
        curves.add(trial, float(value))
    values = [value for trial in curves.trials() for value in curves[trial].values]
    top = (max if maximize else min)(values, default=0.0)
    for trial in curves.trials():
        if curves[trial].best == top:
            assert stopper.judge(trial, SweepState(curves=curves)) is None


@pytest.mark.parametrize("stopper", STOPPERS, ids=NAMES)
@settings(max_examples=20)
@given(steps=reports, maximize=st.booleans(), names=st.permutations(range(10)))
def test_the_numbering_of_the_trials_does_not_matter(
    stopper: Stopper, steps: Reports, maximize: bool, names: list[int]
) -> None:
    renamed = [(names[trial], value) for trial, value in steps]
    assert decisions(stopper, maximize, steps) == decisions(stopper, maximize, renamed)


@pytest.mark.parametrize("stopper", STOPPERS, ids=NAMES)
@pytest.mark.parametrize("maximize", [True, False])
def test_a_plateau_shared_by_all_stops_nobody(stopper: Stopper, maximize: bool) -> None:
    steps = [(trial, Fraction(1, 10)) for _ in range(7) for trial in range(6)]
    assert not any(decisions(stopper, maximize, steps))


@pytest.mark.parametrize(
    ("stopper", "maximize", "own", "best"),
    [
        (BanditStopper(amount=0.1), True, 0.7, 0.8),
        (BanditStopper(amount=0.1), False, 0.8, 0.7),
        (BanditStopper(amount=10000), True, 0.1, 10000.1),
        (BanditStopper(factor=0.5), True, 0.18, 0.27),
        (BanditStopper(factor=0.5), False, 0.45, 0.3),
    ],
)
def test_a_tie_in_decimals_is_a_tie(
    stopper: Stopper, maximize: bool, own: float, best: float
) -> None:
    state = SweepState(curves=Curves(maximize))
    state.curves.add(0, best)
    state.curves.add(1, own)
    assert stopper.judge(1, state) is None
    state.curves.add(2, own - 1e-6 if maximize else own + 1e-6)
    assert stopper.judge(2, state) is not None


def test_a_tie_with_the_median_is_a_tie() -> None:
    state = SweepState(curves=Curves(maximize=True))
    for peer in range(3):
        for value in (0.1, 0.11, 0.12):
            state.curves.add(peer, value)
    for _ in range(3):
        state.curves.add(3, 0.11)
    assert state.curves.median_until(3, but=3) > 0.11
    assert MedianStopper().judge(3, state) is None


def test_a_trial_is_compared_only_up_to_its_own_report() -> None:
    state = SweepState(curves=Curves(maximize=True))
    for value in (0.2, 0.9):
        state.curves.add(0, value)
    state.curves.add(1, 0.15)
    stopper = BanditStopper(amount=0.1)
    assert stopper.judge(1, state) is None
    state.curves.add(1, 0.15)
    assert stopper.judge(1, state) is not None


def test_trials_with_fewer_reports_are_peers_with_what_they_have() -> None:
    state = SweepState(curves=Curves(maximize=True))
    for trial in range(3):
        state.curves.add(trial, 0.5)
    for _ in range(4):
        state.curves.add(3, 0.4)
    assert MedianStopper().judge(3, state) is not None
    assert TruncationStopper(25).judge(3, state) is not None
    assert TruncationStopper(24).judge(3, state) is None


def test_two_peers_are_too_few_for_a_median() -> None:
    state = SweepState(curves=Curves(maximize=True))
    for trial, value in enumerate((0.9, 0.9, 0.1)):
        state.curves.add(trial, value)
    assert MedianStopper().judge(2, state) is None
    state.curves.add(3, 0.9)
    assert MedianStopper().judge(2, state) is not None


@pytest.mark.parametrize("maximize", [True, False])
def test_cutting_all_leaves_the_best(maximize: bool) -> None:
    state = SweepState(curves=Curves(maximize))
    for trial, value in enumerate((0.1, 0.2, 0.3)):
        state.curves.add(trial, value)
    stopped = [TruncationStopper(100).judge(trial, state) is not None for trial in range(3)]
    assert stopped == ([True, True, False] if maximize else [False, True, True])


def test_a_restarted_trial_no_longer_counts_with_what_it_lost() -> None:
    state = SweepState(curves=Curves(maximize=True))
    state.curves.add(0, 0.9)
    state.curves.add(1, 0.5)
    stopper = BanditStopper(amount=0.1)
    assert stopper.judge(1, state) is not None
    state.curves.restart(0, keep=0)
    assert stopper.judge(1, state) is None
