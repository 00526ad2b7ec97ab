from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab import wire

NAMES = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
MESSAGES = st.builds(
    wire.Message,
    metrics=st.dictionaries(NAMES, st.floats(allow_nan=False), max_size=3),
    step=st.none() | st.integers(-(2**63), 2**63),
    params=st.dictionaries(NAMES, st.text(max_size=20), max_size=3),
    tags=st.dictionaries(NAMES, st.text(max_size=20), max_size=3),
    note=st.text(max_size=50),
)


@given(MESSAGES)
def test_a_message_comes_back_as_it_was(message: wire.Message) -> None:
    line = wire.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert wire.decode(line) == wire.decode(line[:-1]) == message


def test_nan_comes_back() -> None:
    assert math.isnan(wire.decode(wire.encode(wire.Message(metrics={"a": math.nan}))).metrics["a"])


def test_a_step_of_zero_is_kept() -> None:
    assert wire.decode(wire.encode(wire.Message(metrics={"a": 1.0}, step=0))).step == 0


def test_a_line_has_a_limit() -> None:
    with pytest.raises(wire.WireError, match="too long for one line of 4096"):
        wire.encode(wire.Message(note="x" * 4096))
    room = wire.MAX_LINE - len(wire.encode(wire.Message(note="x"))) + 1
    assert len(wire.encode(wire.Message(note="x" * room))) == wire.MAX_LINE
    with pytest.raises(wire.WireError, match="exceeds 4096"):
        wire.decode(b" " * 4097)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"loss 1",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 4000,
        b'{"unknown":1}',
        b'{"metrics":[]}',
        b'{"metrics":{"a":"1"}}',
        b'{"metrics":{"a":null}}',
        b'{"metrics":{"a":true}}',
        b'{"metrics":{"":1}}',
        b'{"metrics":{"a\\n":1}}',
        b'{"metrics":{"a":1' + b"0" * 400 + b"}}",
        b'{"metrics":{"a":1},"step":1.5}',
        b'{"metrics":{"a":1},"step":true}',
        b'{"tags":{"a":1}}',
        b'{"params":"a"}',
        b'{"note":1}',
    ],
)
def test_a_line_of_another_form_is_refused_in_one_sentence(line: bytes) -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.decode(line)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@given(st.binary(max_size=200))
def test_no_line_does_more_than_be_refused(line: bytes) -> None:
    try:
        message = wire.decode(line)
    except wire.WireError:
        return
    assert isinstance(message, wire.Message)
