"""The command line itself: help, wrong options, exit codes, and its page in the docs."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import trimtab
from tests.cli.homes import Cli
from tests.docs.pages import ROOT, read_page, sections, tables
from tests.engine.play import Theatre, plan, steady
from trimtab.cli import output
from trimtab.cli.app import app
from trimtab.cli.conducting import exit_code
from trimtab.model.facts import SweepOutcome
from trimtab.stopping import StopSwitch
from trimtab.view import data

COMMANDS = sorted(app.commands)
PAGE = read_page(ROOT / "docs" / "reference" / "cli.md")


def options_of(command: click.Command) -> Iterator[str]:
    for one in command.params:
        if isinstance(one, click.Option):
            yield from (*one.opts, *one.secondary_opts)


def test_the_version(cli: Cli) -> None:
    assert cli("--version").out == f"trimtab {trimtab.__version__}\n"


def test_help_lists_every_command_whole(cli: Cli) -> None:
    said = cli("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S.*[.]$", said.out, re.MULTILINE), command
    assert "..." not in said.out.replace("[ARGS]...", "")
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert cli("-h").out == said.out


def test_without_a_command_help_is_shown_as_an_error(cli: Cli) -> None:
    said = cli()
    assert said.code == 2
    assert "Commands:" in said.out + said.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_for_everything(cli: Cli, command: str) -> None:
    assert cli(command, "-h").code == 0
    for one in app.commands[command].params:
        if isinstance(one, click.Option):
            assert one.help
            assert one.help.endswith((".", ")."))


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("--nothing",),
        ("run",),
        ("run", "a", "b"),
        ("run", "a", "--nothing"),
        ("show", "a", "b"),
        ("refit", "--trial", "x"),
        ("sync", "--timeout", "0"),
        ("sync", "--timeout", "x"),
        ("list", "--home"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_exit_code_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    said = cli(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err
    assert not cli.home.exists()


def test_an_error_of_our_own_is_written_down(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("trimtab.cli.looking.list_sweeps", fail)
    said = cli("list")
    assert (said.code, said.out) == (70, "")
    [file] = (cli.home / "crashes").iterdir()
    assert said.err.splitlines() == [
        "trimtab: something is wrong in Trimtab itself: RuntimeError: a defect",
        f"What it did is written down in {file}; please report it.",
    ]
    assert "Traceback" in file.read_text()


def test_ctrl_c_while_looking_is_quiet(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.cli.looking.list_sweeps", interrupt)
    said = cli("list")
    assert (said.code, said.out, said.err) == (130, "", "")


def test_closed_streams_are_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    output.mend_streams()
    stream = sys.stdout
    assert stream is not None
    assert stream.fileno() == 1


def test_problems_as_json_have_every_field() -> None:
    said = output.problem_data(trimtab.errors.Problem("code", "message"))
    assert json.loads(json.dumps(said))["severity"] == "error"


@pytest.mark.parametrize(
    ("ended", "number", "code"),
    [
        (SweepOutcome.COMPLETED, None, 0),
        (SweepOutcome.COMPLETED, 2, 0),
        (SweepOutcome.FAILED, None, 1),
        (SweepOutcome.CANCELED, None, 3),
        (SweepOutcome.CANCELED, signal.SIGHUP, 129),
        (SweepOutcome.CANCELED, signal.SIGINT, 130),
        (SweepOutcome.CANCELED, signal.SIGTERM, 143),
    ],
)
def test_the_exit_code_of_a_sweep(
    tmp_path: Path, ended: SweepOutcome, number: int | None, code: int
) -> None:
    switch = StopSwitch(tmp_path / "stop")
    switch.signal = number
    assert exit_code(ended, switch) == code


# The page


def test_the_page_has_a_section_for_every_command_and_no_other() -> None:
    named = [title for title in sections(PAGE, 3) if title.startswith("`trimtab ")]
    assert sorted(title.strip("`").split()[1] for title in named) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_says_every_option_of_a_command(command: str) -> None:
    [text] = [
        text for title, text in sections(PAGE, 3).items() if title.startswith(f"`trimtab {command}")
    ]
    said = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text.split("\n\n```")[0]))
    wanted = set(options_of(app.commands[command]))
    assert wanted <= said, f"not said: {wanted - said}"
    assert {one for one in said if one.startswith("--")} <= wanted, said - wanted


def test_the_page_says_every_argument() -> None:
    for title in sections(PAGE, 3):
        if not title.startswith("`trimtab "):
            continue
        words = title.strip("`").split()
        given = [one for one in app.commands[words[1]].params if isinstance(one, click.Argument)]
        assert words[2:] == [one.make_metavar(click.Context(app)) for one in given]


def test_the_page_says_every_exit_code() -> None:
    source = "".join(one.read_text() for one in Path(output.__file__).parent.glob("*.py"))
    codes = set(re.findall(r"^(?:[A-Z]+) = (\d+)$", source, re.MULTILINE)) - {"128"}
    [rows] = tables(sections(PAGE)["Exit codes"])
    said = {code for row in rows for code in row[0].split(", ")}
    assert codes | {"0", "2", "129", "130", "143"} == said


@pytest.mark.parametrize(("title", "kind"), [("A trial", "trial"), ("A sweep", "sweep")])
def test_the_page_says_every_key_of_the_json(title: str, kind: str) -> None:
    theatre = Theatre(plan(total=1), steady())
    state = theatre.run()
    said = data.sweep(state) if kind == "sweep" else data.trial(state, state.trials[0])
    [rows] = tables(sections(PAGE, 3)[title])
    keys = [key.strip("`") for row in rows for key in row[0].split(", ")]
    assert keys == list(said)
