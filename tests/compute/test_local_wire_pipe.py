from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trimtab import wire
from trimtab.compute.wire_pipe import WirePipe
from trimtab.model.facts import Noted, Reported, Tagged

LINE = b'{"metrics":{"loss":1}}\n'


def reports(first: int, count: int = 1) -> list[Reported]:
    """The news of that many ``LINE``, numbered on from ``first``."""
    return [Reported(4, 2, "loss", 1.0, None, number) for number in range(first, first + count)]


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[WirePipe]:
    os.mkfifo(tmp_path / "wire")
    pipe = WirePipe(tmp_path / "wire", 4, 2)
    yield pipe
    pipe.close()


def test_a_message_becomes_news(pipe: WirePipe) -> None:
    message = wire.Message({"a": 1.0, "b": 2.0}, 3, {"p": "x"}, {"t": "y"}, "hello")
    os.write(pipe.fileno(), wire.encode(message))
    assert pipe.read() == [
        Reported(4, 2, "a", 1.0, 3, 1),
        Reported(4, 2, "b", 2.0, 3, 2),
        Tagged(4, 2, "p", "x", role="param"),
        Tagged(4, 2, "t", "y"),
        Noted("note", "hello", 4),
    ]
    assert pipe.read() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(1, 60), max_size=8))
def test_lines_may_come_in_any_pieces(pipe: WirePipe, cuts: list[int]) -> None:
    text = LINE * 10
    news = []
    for cut in [*cuts, len(text)]:
        piece, text = text[:cut], text[cut:]
        os.write(pipe.fileno(), piece)
        news += pipe.read()
    begin = news[0]
    assert isinstance(begin, Reported)
    assert news == reports(begin.line, 10)


def test_a_line_too_long_is_noted_and_the_next_one_read(pipe: WirePipe) -> None:
    os.write(pipe.fileno(), b"x" * 60_000)
    [note] = pipe.read()
    os.write(pipe.fileno(), b"x" * 60_000)
    assert pipe.read() == []
    os.write(pipe.fileno(), b"x\n" + LINE)
    assert pipe.read() == reports(1)
    assert isinstance(note, Noted)
    assert note.code == "wire"
    assert len(note.text) < 200


def test_bad_lines_are_noted_once_and_counted(pipe: WirePipe) -> None:
    os.write(pipe.fileno(), b"bad\n" * 5 + b"\n \n" + LINE)
    first, *rest = pipe.read()
    assert isinstance(first, Noted)
    assert rest == reports(1)
    os.write(pipe.fileno(), b"bad\n" + LINE + b'{"metr')
    last = pipe.finish()
    assert last[:1] == reports(2)
    assert last[1:] == [
        Noted("wire", "7 lines of the wire could not be read, the first one is noted above.", 4)
    ]


def test_the_end_takes_all_that_is_left(pipe: WirePipe) -> None:
    for _ in range(20):
        os.write(pipe.fileno(), LINE * 100)
    assert pipe.finish() == reports(1, 2000)
    assert pipe.fileno() == -1
    pipe.close()
