from __future__ import annotations

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.tracking.names import MAX_NAME, decode, encode, shortened

ALLOWED = re.compile(r"^[/\w.\- :]*$")
"""What mlflow.utils.validation takes outside of Windows."""


@pytest.mark.parametrize(
    "name", ["loss", "val:loss", "a/b.c-d_e f", "päivä", "test-multi_logloss", "train_x", ".a"]
)
def test_allowed_names_stay_as_they_are(name: str) -> None:
    assert encode(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("loss[0]", "loss_0x5B_0_0x5D_"),
        ("a//b", "a_0x2F__0x2F_b"),
        ("/a", "_0x2F_a"),
        ("a/../b", "a_0x2F_.._0x2F_b"),
        ("..", "_0x2E_."),
        ("_0x5B_", "_0x5F_0x5B_"),
    ],
)
def test_others_are_escaped(name: str, safe: str) -> None:
    assert encode(name) == safe
    assert decode(safe) == name


@given(st.text(min_size=1, max_size=20) | st.from_regex(r"[_0x5BF/.\[]{1,15}", fullmatch=True))
def test_any_name_becomes_allowed_and_can_be_read_back(name: str) -> None:
    safe = encode(name)
    assert ALLOWED.match(safe)
    assert posixpath.normpath(safe) == safe
    assert not safe.startswith(("..", "/"))
    assert safe != "."
    assert decode(safe) == name


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_two_names_never_become_one(one: str, other: str) -> None:
    assert (encode(one) == encode(other)) == (one == other)
    assert len(encode(one)) <= MAX_NAME


def test_long_names_that_differ_at_the_end_stay_apart() -> None:
    assert encode("[" * 249 + "a") != encode("[" * 249 + "b")


def test_long_texts_end_in_an_ellipsis() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"
