"""Text for people: nothing that a script says can steer a terminal."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.space import Params
from trimtab.view import text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]52;c;aGVsbG8=\x1b\\after", "after"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPquery\x1b\\after", "after"),
        ("\x1b(Bcharset", "charset"),
        ("over\rwritten", "over written"),
        ("two\nlines", "two lines"),
        ("a\tb", "a b"),
        ("be\x07ep\x08", "beep"),
        ("\x9b31mC1", "31mC1"),
        ("left\u202eto right", "leftto right"),
        ("zero\u200bwidth", "zerowidth"),
        ("line\u2028separator", "lineseparator"),
        ("lone\udc80surrogate", "lonesurrogate"),
        ("[bold]no markup[/bold]", "[bold]no markup[/bold]"),
        ("ümlaut 漢字 😀", "ümlaut 漢字 😀"),
        ("unfinished \x1b[", "unfinished "),
        ("unfinished \x1b]0;title", "unfinished "),
    ],
)
def test_what_a_script_says_is_cleaned(said: str, shown: str) -> None:
    assert text.clean(said) == shown


def test_newlines_are_kept_where_asked_for() -> None:
    assert text.clean("a\n\x1b[2Jb\r\n", newlines=True) == "a\nb \n"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b[]P;m\x07\\0"))))
def test_nothing_that_steers_survives(said: str) -> None:
    shown = text.clean(said)
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in shown)
    assert text.clean(shown) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (-2, "-2"),
        (123456789, "123456789"),
        (10**15, "1e+15"),
        (0.123456789, "0.12346"),
        (1.5e-9, "1.5e-09"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1.0, "0.0s"),
        (0.44, "0.4s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (59.4, "59s"),
        (59.6, "1m 00s"),
        (65, "1m 05s"),
        (3599.6, "1h 00m"),
        (7380, "2h 03m"),
        (86399.9, "1d 00h"),
        (273_600, "3d 04h"),
        (math.inf, "?"),
        (math.nan, "?"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown


def test_parameters_are_one_line() -> None:
    model: Params = {"kind": "tree", "depth": 3}
    given_: Params = {"lr": 0.1 + 0.2, "on": True, "name": "a\nb", "model": model}
    assert text.params(given_) == "lr=0.3 on=True name=a b model={kind=tree depth=3}"
    assert text.params({}) == ""


def test_counts_have_their_noun() -> None:
    assert [text.count(n, "trial") for n in (0, 1, 2)] == ["0 trials", "1 trial", "2 trials"]


def test_shortening_marks_what_it_cuts() -> None:
    assert text.shortened("abcdef", 6) == "abcdef"
    assert text.shortened("abcdefg", 6) == "abc..."
    assert text.shortened("abcdefg", 6, "…") == "abcde…"
    assert text.shortened("abcdefg", 2) == ".."
    assert text.first_line("\n  \x1b[1m\n  first  \nsecond") == "first"
    assert text.first_line(" \n ") == ""
    assert len(text.first_line("x" * 999)) == 200
