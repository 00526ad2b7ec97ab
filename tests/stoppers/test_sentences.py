"""What a user reads when a trial is stopped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trimtab.model.curves import Curves
from trimtab.model.state import SweepState
from trimtab.ports import Stopper
from trimtab.stoppers import BanditStopper, MedianStopper, TruncationStopper
from trimtab.stoppers.common import number, numbers

PAGE = Path(__file__).parents[2] / "docs/reference/early-termination.md"


def sentence(stopper: Stopper, maximize: bool, own: list[float], *others: list[float]) -> str:
    """The reason for stopping trial 0, which has the reports ``own``."""
    state = SweepState(curves=Curves(maximize))
    for trial, values in enumerate((own, *others)):
        for value in values:
            state.curves.add(trial, value)
    return stopper.judge(0, state) or "not stopped"


@pytest.mark.parametrize(
    ("stopper", "maximize", "own", "best", "expected"),
    [
        (
            BanditStopper(factor=0.2),
            True,
            0.61,
            0.8,
            "0.61 at report 1 is below 0.6667, the best value 0.8 divided by 1.2 "
            "(slack factor 0.2).",
        ),
        (
            BanditStopper(factor=0.2),
            False,
            0.97,
            0.8,
            "0.97 at report 1 is above 0.96, the best value 0.8 times 1.2 (slack factor 0.2).",
        ),
        (
            BanditStopper(factor=0.5),
            True,
            -4.0,
            -2.0,
            "-4 at report 1 is below -3, the best value -2 less 0.5 times its size "
            "(slack factor 0.5).",
        ),
        (
            BanditStopper(factor=0.5),
            False,
            1e-9,
            0.0,
            "1e-09 at report 1 is above 0, the best value 0 plus 0.5 times its size "
            "(slack factor 0.5).",
        ),
        (
            BanditStopper(amount=0.1),
            True,
            0.61,
            0.8,
            "0.61 at report 1 is below 0.7, the best value 0.8 less the slack amount 0.1.",
        ),
        (
            BanditStopper(amount=250),
            False,
            12345.678,
            10000.0,
            "12346 at report 1 is above 10250, the best value 10000 plus the slack amount 250.",
        ),
    ],
)
def test_bandit(stopper: Stopper, maximize: bool, own: float, best: float, expected: str) -> None:
    assert sentence(stopper, maximize, [own], [best]) == expected


def test_median() -> None:
    peers = [[0.6, 0.8], [0.9], [0.65, 0.7], [0.2]]
    assert sentence(MedianStopper(), True, [0.5, 0.61], *peers) == (
        "0.61 at report 2 is below 0.6875, the median of 4 running averages."
    )


def test_truncation() -> None:
    others = [[0.1 * rank] for rank in range(1, 10)]
    assert sentence(TruncationStopper(25), True, [0.15], *others) == (
        "0.15 at report 1 is below 0.2, the worst value that stays when the worst 2 of 10 trials "
        "(25 %) are cut."
    )
    assert sentence(TruncationStopper(25), False, [2.5], *others) == (
        "2.5 at report 1 is above 0.8, the worst value that stays when the worst 2 of 10 trials "
        "(25 %) are cut."
    )


def test_an_earlier_report_that_was_better_is_named_as_such() -> None:
    assert sentence(BanditStopper(amount=0.1), True, [0.61, 0.4, 0.5], [0.8]) == (
        "0.61, the best up to report 3, is below 0.7, the best value 0.8 less the slack amount 0.1."
    )


def test_the_reference_page_quotes_what_is_said() -> None:
    peers = [[0.7]] * 9
    late = [0.1] * 5 + [0.61]
    said = [
        sentence(BanditStopper(factor=0.2), True, late, [0.8]),
        sentence(MedianStopper(), True, late, *peers),
        sentence(TruncationStopper(25), True, [0.15], *([0.1 * rank] for rank in range(1, 10))),
        sentence(MedianStopper(), True, [0.61] + [0.5] * 5, *peers),
    ]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line[2:] for line in lines if line.startswith("> ")] == said


def test_close_numbers_get_as_many_digits_as_they_need() -> None:
    peers = [[0.123444], [0.123444], [0.123444]]
    assert sentence(MedianStopper(), True, [0.123441], *peers) == (
        "0.123441 at report 1 is below 0.123444, the median of 3 running averages."
    )


floats = st.floats(allow_nan=False, allow_infinity=False)


@given(floats, floats)
@example(0.1, 0.1 + 1e-17)
@example(99999.4, 99999.6)
@example(-0.99999, -1.0)
def test_a_comparison_reads_as_it_is(own: float, bound: float) -> None:
    one, other = map(float, numbers(own, bound))
    assert (one < other, one == other) == (own < bound, own == bound)


@given(st.floats(-1e308, 1e308))  # nearer to the largest float, 4 digits may round up past it
def test_a_number_is_short_and_near(value: float) -> None:
    text = number(value)
    assert float(text) == pytest.approx(value, rel=6e-4, abs=5e-324)
    assert len(text) <= 16
    assert re.fullmatch(r"-?\d+(\.\d+)?(e[-+]\d+)?", text)


def test_negative_zero_is_zero() -> None:
    assert number(-0.0) == "0"
