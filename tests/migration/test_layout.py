"""The text of the file: comments, places left open, and any value at all."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.migration.layout import Open, open_places, write

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    TEXT | st.integers() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.real
@settings(deadline=None, max_examples=50)
@given(tree=st.dictionaries(TEXT, VALUES, min_size=1, max_size=5))
def test_what_is_written_is_read_back(tree: dict[str, Any]) -> None:
    assert yaml.safe_load(write(tree, ["head"])) == tree


@settings(deadline=None, max_examples=50)
@given(text=st.text())
def test_comments_hold_any_text(text: str) -> None:
    written = write({"a": Open(text), "b": 1}, [text, f"- {text}"])
    assert yaml.safe_load(written) == {"a": None, "b": 1}


def test_open_places_are_found_in_order() -> None:
    tree = {"a": Open("first"), "b": {"c": [Open("second")], "d": 1}}
    assert [one.what for one in open_places(tree)] == ["first", "second"]


def test_long_notes_are_wrapped_and_indented() -> None:
    lines = write({"a": 1}, ["- " + "word " * 40]).splitlines()
    assert lines[0].startswith("# - word")
    assert all(line.startswith("#   word") for line in lines[1:-1])
    assert all(len(line) <= 96 for line in lines)
