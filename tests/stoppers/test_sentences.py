"""What a user reads when a trial is stopped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trimtab.model.curves import Curves
from trimtab.model.state import SweepState
from trimtab.ports import Explains, Stopper
from trimtab.stoppers import (
    AshaStopper,
    BanditStopper,
    HyperbandStopper,
    MedianStopper,
    PatienceStopper,
    Schedule,
    ThresholdStopper,
    TruncationStopper,
)
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


def said(stopper: Explains, maximize: bool, own: list[float], *others: list[float]) -> str:
    """The verdict on trial 0, which has the reports ``own``, whatever it is."""
    state = SweepState(curves=Curves(maximize))
    for trial, values in enumerate((own, *others)):
        for value in values:
            state.curves.add(trial, value)
    verdict = stopper.verdict(0, state)
    return verdict.sentence if verdict else "no verdict"


def test_asha() -> None:
    others = [[0.1 * rank] for rank in range(1, 9)]
    assert sentence(AshaStopper(1, 3), True, [0.35], *others) == (
        "0.35 at report 1 is below 0.6, the worst value that goes on: the best 3 of 9 at this rung."
    )
    assert said(AshaStopper(1, 3), True, [0.65], [0.1]) == (
        "0.65 at report 1 is not judged: 2 of the 3 trials needed came to this rung."
    )
    assert said(AshaStopper(2, 3), True, [0.5, 0.6, 0.7]) == (
        "0.7 at report 3 is not judged: the next rung is report 6."
    )
    assert said(AshaStopper(2, 3, 6), True, [0.5, 0.6, 0.7]) == (
        "0.7 at report 3 is not judged: no rung is left."
    )


def test_hyperband_names_the_bracket() -> None:
    stopper = HyperbandStopper(1, 2, brackets=2)
    assert sentence(stopper, False, [0.5], [0.4], [0.1], [0.1]) == (
        "0.5 at report 1 is above 0.4, the worst value that goes on: the best 1 of 2 at this rung "
        "of bracket 0."
    )
    assert said(stopper, False, [0.5], [], [0.1]) == (
        "0.5 at report 1 is not judged: 1 of the 2 trials needed came to this rung of bracket 0."
    )


def test_patience() -> None:
    assert sentence(PatienceStopper(2), True, [0.6, 0.61, 0.61, 0.5]) == (
        "0.61, up to report 4 the best of the last 2, is not above 0.61, the best before."
    )
    assert sentence(PatienceStopper(2, 0.05), False, [0.6, 0.5, 0.47, 0.46]) == (
        "0.46, up to report 4 the best of the last 2, is not below 0.45, the best before 0.5 less "
        "min_delta 0.05."
    )
    assert said(PatienceStopper(2, 0.05), True, [0.6, 0.5, 0.7]) == (
        "0.7, up to report 3 the best of the last 2, is above 0.65, the best before 0.6 plus "
        "min_delta 0.05."
    )
    assert said(PatienceStopper(2), True, [0.6, 0.5]) == (
        "0.5 at report 2 is not judged: it takes 3 reports."
    )


def test_threshold() -> None:
    both = ThresholdStopper(0.2, 10)
    assert sentence(both, True, [0.3, 0.1]) == "0.1 at report 2 is below 0.2, the lower threshold."
    assert sentence(both, True, [12.0]) == "12 at report 1 is above 10, the upper threshold."
    assert said(both, True, [0.3]) == "0.3 at report 1 is not below 0.2, the lower threshold."
    assert said(both, True, [9.0]) == "9 at report 1 is not above 10, the upper threshold."


@pytest.mark.parametrize(
    ("stopper", "own", "expected"),
    [
        (
            BanditStopper(amount=0.1),
            [0.7],
            "0.7 at report 1 is not below 0.7, the best value 0.8 less the slack amount 0.1.",
        ),
        (
            BanditStopper(amount=0.1, schedule=Schedule(2, 3)),
            [0.7],
            "0.7 at report 1 is not judged: the policy is applied from report 3 on.",
        ),
        (
            BanditStopper(amount=0.1, schedule=Schedule(2)),
            [0.7],
            "0.7 at report 1 is not judged: the policy is applied at every report that is a "
            "multiple of 2.",
        ),
        (
            MedianStopper(),
            [0.7],
            "0.7 at report 1 is not judged: 3 other trials are needed and 1 reported.",
        ),
        (TruncationStopper(20), [0.7], "0.7 at report 1 is not judged: 20 % of 2 trials are none."),
        (
            TruncationStopper(50),
            [0.9],
            "0.9 at report 1 is not below 0.9, the worst value that stays when the worst 1 of 2 "
            "trials (50 %) are cut.",
        ),
    ],
)
def test_a_trial_that_goes_on_has_its_sentence_too(
    stopper: Explains, own: list[float], expected: str
) -> None:
    assert said(stopper, True, own, [0.8]) == expected


def test_the_reference_page_quotes_what_is_said() -> None:
    peers = [[0.7]] * 9
    ranks = [[0.1 * rank] for rank in range(1, 10)]
    late = [0.1] * 5 + [0.61]
    quotes = [
        sentence(BanditStopper(factor=0.2), True, late, [0.8]),
        sentence(MedianStopper(), True, late, *peers),
        sentence(TruncationStopper(25), True, [0.15], *ranks),
        sentence(AshaStopper(), True, [0.35], *ranks[:8]),
        sentence(HyperbandStopper(), True, [0.35], *ranks[:8]),
        sentence(PatienceStopper(5, 0.01), True, [0.6, 0.61, 0.615, 0.613, 0.6, 0.61, 0.612]),
        sentence(ThresholdStopper(upper=10), False, [0.7, 3.5, 12.25]),
        sentence(MedianStopper(), True, [0.61] + [0.5] * 5, *peers),
        said(MedianStopper(Schedule(1, 5)), True, [0.61]),
    ]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line[2:] for line in lines if line.startswith("> ")] == quotes


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
