"""The executor of pages itself: what it takes for a match, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import Block, anchor, read_page, tables
from tests.docs.steps import Command, commands, first_wrong, matches, run_page

FAILURE = pytest.fail.Exception


def page_of(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("one", "one\n"),
        ("one\ntwo", "one  \ntwo\n\n"),
        ("took ...s", "took 0.4s\n"),
        ("one\n...\nfour", "one\ntwo\nthree\nfour\n"),
        ("one\n...\nfour", "one\nfour\n"),
        ("...", "whatever\nit is\n"),
        ("a.b*", "a.b*"),
    ],
)
def test_what_is_shown_is_what_was_said(shown: str, said: str) -> None:
    assert matches(shown, said)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("one", "two\n"),
        ("one", "one\ntwo\n"),
        ("one\ntwo", "one\n"),
        ("took ...s", "took 0.4m\n"),
        ("took ...s", "took 0.4\nsecond s\n"),
        ("one\n...\nfour", "one\ntwo\n"),
        ("a.b*", "axbb"),
    ],
)
def test_what_is_shown_is_not_what_was_said(shown: str, said: str) -> None:
    assert not matches(shown, said)


def test_the_wrong_line_is_named() -> None:
    assert first_wrong("one\n...\nthree\nfour", "one\ntwo\nthree\nfive\n") == "four"
    assert first_wrong("one\ntwo\n...\nfour", "one\nthree\nfour\n") == "two"


def test_commands_and_what_they_show() -> None:
    block = Block(Path(), 1, "console", "$ one\n$ two \\\n    --three\nshown\n\n$ four\n")
    assert commands(block) == [
        Command("one", ""),
        Command("two \\\n    --three", "shown"),
        Command("four", ""),
    ]
    with pytest.raises(ValueError, match="begin"):
        commands(Block(Path(__file__), 1, "console", "shown\n"))


def test_a_page_is_taken_apart(tmp_path: Path) -> None:
    text = (
        "# T\n<!-- file: a.py -->\n```python\nx = 1\n```\n\n<!-- not run: because of it -->\n"
        "```console\n$ a\n```\n| a | b |\n|---|---|\n| `1` | 2 |\n"
    )
    page = read_page(page_of(tmp_path, text))
    assert [(one.tag, one.file, one.not_run) for one in page.blocks] == [
        ("python", "a.py", ""),
        ("console", "", "because of it"),
    ]
    assert tables(page.prose) == [[["1", "2"]]]
    with pytest.raises(ValueError, match="never closed"):
        read_page(page_of(tmp_path, "```text\n"))
    with pytest.raises(ValueError, match="before no block"):
        read_page(page_of(tmp_path, "<!-- file: a.py -->\n"))


def test_anchors_are_those_of_github() -> None:
    assert anchor("`trimtab.trial` and [MLflow](x.md): how?") == "trimtabtrial-and-mlflow-how"
    assert anchor("Top level") == "top-level"
    assert anchor("sampling_algorithm") == "sampling_algorithm"


GOOD = "```console\n$ cat a.txt\nhello\n```\n"
FILE = "<!-- file: a.txt -->\n```text\nhello\n```\n"


@pytest.mark.real
@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("cat a.txt", "false"),
        FILE + GOOD.replace("hello", "good bye"),
        GOOD,
        "```python\nassert 1 == 2\n```\n",
    ],
    ids=["exit code", "other output", "no such file", "python"],
)
def test_a_page_that_is_wrong_fails(tmp_path: Path, text: str) -> None:
    with pytest.raises(FAILURE):
        run_page(read_page(page_of(tmp_path, text)), tmp_path)


@pytest.mark.real
def test_a_page_that_is_right_passes(tmp_path: Path) -> None:
    run_page(read_page(page_of(tmp_path, FILE + GOOD + "```python\nprint(1)\n```\n")), tmp_path)


@pytest.mark.real
def test_a_page_may_do_without_a_library(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    text = (
        "<!-- without: yaml -->\n```python\nfrom importlib.util import find_spec\n"
        'assert find_spec("yaml") is None\nassert find_spec("mlflow")\n```\n'
    )
    run_page(read_page(page_of(tmp_path, text)), tmp_path / "page")
