"""Watching a sweep while it runs: which view, what it prints, and that it never hurts."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.play import Theatre, eventful, plan, steady
from tests.real.sweeps import REPORT, sweep_text
from trimtab.cli.watching import JsonLines, LiveView, PlainLines, Silent, Watcher, watcher
from trimtab.home import SweepFolder
from trimtab.model.facts import Fact

FOLDER = SweepFolder(Path("/home/sweeps/sweep"))
COLOR = re.compile(rb"\x1b\[[0-9;]*3[0-9]m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(Terminal):
    """A terminal that goes away after ``left`` writes."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def write(self, text: str) -> int:
        self.left -= 1
        if self.left < 0:
            raise BrokenPipeError
        return super().write(text)


@pytest.fixture
def facts() -> list[Fact]:
    theatre = Theatre(plan(total=6), eventful(5))
    theatre.run()
    return list(theatre.facts)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[Terminal], Terminal]:
    def put(stream: Terminal) -> Terminal:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setenv("TERM", "xterm")
        return stream

    return put


def watch(watcher: Watcher, facts: list[Fact]) -> None:
    for fact in facts:
        watcher.hear(fact)
        watcher.beat()
    watcher.close()


@pytest.mark.parametrize(
    ("term", "as_json", "quiet", "kind"),
    [
        ("xterm", False, False, LiveView),
        ("dumb", False, False, PlainLines),
        ("", False, False, PlainLines),
        ("xterm", False, True, Silent),
        ("xterm", True, False, JsonLines),
        ("xterm", True, True, JsonLines),
    ],
)
def test_the_view_suits_the_terminal_and_the_options(
    terminal: Callable[[Terminal], Terminal],
    monkeypatch: pytest.MonkeyPatch,
    term: str,
    as_json: bool,
    quiet: bool,
    kind: type,
) -> None:
    terminal(Terminal())
    monkeypatch.setenv("TERM", term)
    chosen = watcher(FOLDER, 1, as_json, quiet)
    chosen.close()
    assert type(chosen) is kind


def test_without_a_terminal_lines_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    assert type(watcher(FOLDER, 1, False, False)) is PlainLines


def test_every_fact_is_a_line_of_json(
    facts: list[Fact], capsys: pytest.CaptureFixture[str]
) -> None:
    watch(JsonLines(1), facts)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["seq"] for line in lines] == [fact.seq for fact in facts]


@pytest.mark.parametrize("kind", ["json", "plain"])
def test_history_is_not_told_again(
    facts: list[Fact], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    def said(first: int) -> list[str]:
        watch(JsonLines(first) if kind == "json" else PlainLines(FOLDER, first), facts)
        return capsys.readouterr().out.splitlines()

    whole = said(1)
    rest = said(20)
    assert 0 < len(rest) < len(whole)
    assert whole[-len(rest) :] == rest


def test_plain_lines_begin_with_the_time(
    facts: list[Fact], capsys: pytest.CaptureFixture[str]
) -> None:
    watch(PlainLines(FOLDER, 1, tracked=True), facts)
    for line in capsys.readouterr().out.splitlines():
        assert re.match(r"\d\d:\d\d:\d\d \S", line)


def test_the_live_view_leaves_the_lines_that_matter(
    facts: list[Fact], terminal: Callable[[Terminal], Terminal]
) -> None:
    stream = terminal(Terminal())
    watch(LiveView(FOLDER, 1, tracked=True), facts)
    said = stream.getvalue()
    assert "Ctrl-C stops the sweep" in said
    assert "bringing MLflow up to date" in said
    assert "(best so far)" in said
    assert "started: " not in said


@pytest.mark.parametrize("left", [0, 1, 2, 5])
def test_a_terminal_that_goes_away_ends_the_watching_only(
    facts: list[Fact], terminal: Callable[[Terminal], Terminal], left: int
) -> None:
    for make in (LiveView, PlainLines):
        stream = terminal(Broken(10**6))
        view = make(FOLDER, 1)
        assert isinstance(stream, Broken)
        stream.left = left
        watch(view, facts)
        assert stream.left < 0
        assert sys.stdout is stream, "nothing stands before it any more"


def test_a_terminal_without_the_letters_gets_others(
    terminal: Callable[[Terminal], Terminal],
) -> None:
    class Ascii(Terminal):
        @property
        def encoding(self) -> str:  # type: ignore[override]  # io.StringIO has none
            return "ascii"

    stream = terminal(Ascii())
    theatre = Theatre(plan(total=2), steady())
    theatre.run()
    watch(LiveView(FOLDER, 1), list(theatre.facts))
    assert stream.getvalue().isascii()


def in_terminal(folder: Path, columns: int, **variables: str) -> tuple[int, bytes]:
    """Runs the sweep of a folder in a terminal of its own; exit code and all that it was sent."""
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "TRIMTAB_HOME": str(folder / "home"),
        **variables,
    }
    trimtab = str(Path(sys.executable).with_name("trimtab"))
    arguments = [trimtab, "run", str(folder / "sweep.yml"), "--no-mlflow", "--name", "s"]
    pid, master = pty.fork()
    if pid == 0:
        os.execve(trimtab, arguments, environment)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    said = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        said += part
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


@pytest.mark.real
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(
    ("columns", "variables"),
    [(80, {}), (40, {"NO_COLOR": "1"}), (80, {"TERM": "dumb"})],
    ids=["wide", "narrow without color", "dumb"],
)
def test_in_a_real_terminal(tmp_path: Path, columns: int, variables: dict[str, str]) -> None:
    (tmp_path / "sweep.yml").write_text(sweep_text(f"{REPORT}\nsleep 0.3", total=2))
    code, said = in_terminal(tmp_path, columns, **variables)
    assert code == 0
    assert b"Sweep s completed after " in said
    live = variables.get("TERM") != "dumb"
    assert (b"Ctrl-C stops the sweep" in said) is live
    assert (b"\x1b[" in said) is live
    assert bool(COLOR.search(said)) is (live and "NO_COLOR" not in variables)
    assert said.count(b"Next:") == 1
    if live:
        assert said.count(b"\x1b[?25l") == said.count(b"\x1b[?25h") == 1, (
            "the cursor is shown again"
        )
