"""``list``, ``show``, ``best`` and ``logs``: they read facts and change nothing."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.homes import Cli, played
from tests.engine.play import Theatre, plan
from trimtab.compute.simulated import Script
from trimtab.home import open_home
from trimtab.model.facts import (
    Body,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Started,
    StopRequested,
    Submitted,
    SweepEnded,
    SweepOutcome,
)
from trimtab.reading import read_state
from trimtab.stopping import StopSwitch
from trimtab.store.sqlite import SqliteStore


def test_list_shows_each_sweep_in_a_line(cli: Cli) -> None:
    cli.add("first")
    cli.add("second", facts=5)
    said = cli("list")
    lines = [line.split("  ")[1:] for line in said.out.splitlines()]
    assert lines == [
        ["first", "completed", "3 trials, 3 completed", "score 0.9"],
        ["second", "interrupted", "1 trial"],
    ]
    assert (said.code, said.err) == (0, "")


def test_list_as_json(cli: Cli) -> None:
    folder = cli.add("first")
    said = cli("list", "--json").json
    assert (said["sweep"], said["outcome"], said["folder"]) == (
        "first",
        "completed",
        str(folder.path),
    )


LOOKING = ["show", "explain", "best", "logs", "stop", "resume", "refit", "register", "sync"]


@pytest.mark.parametrize("command", LOOKING)
def test_an_empty_home_has_no_latest(cli: Cli, command: str) -> None:
    open_home(cli.home)
    said = cli(command)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("There is no sweep in the home ")
    assert "trimtab run" in said.err


@pytest.mark.parametrize("command", LOOKING)
@pytest.mark.parametrize("option", [False, True], ids=["", "--home"])
def test_a_home_that_is_not_there_is_not_made(cli: Cli, command: str, option: bool) -> None:
    said = cli(command, "--home", cli.home) if option else cli(command)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"There is no home at {cli.home} ")
    assert not cli.home.exists()


def test_without_a_sweep_list_says_so_beside_its_output(cli: Cli) -> None:
    for said in (cli("list"), cli("list", "--json")):
        assert (said.code, said.out) == (0, "")
        assert said.err.startswith(f"There is no home at {cli.home} ")
    assert cli("list", "--home", cli.home).code == 2
    assert not cli.home.exists()
    open_home(cli.home)
    said = cli("list")
    assert (said.code, said.out, said.err) == (0, "", "There is no sweep in the home yet.\n")


def test_a_sweep_that_runs_is_running(cli: Cli) -> None:
    folder = cli.add("one", facts=5)
    store = SqliteStore.writer(folder.facts)
    try:
        assert "  running  " in cli("list").out
        assert cli("show").out.startswith("Sweep one: running, 1 trial")
    finally:
        store.close()
    assert cli("show").out.startswith("Sweep one: interrupted, 1 trial")


def test_one_damaged_sweep_does_not_hide_the_others(cli: Cli) -> None:
    cli.add("bad").facts.write_bytes(b"no database, long enough to be read as one" * 50)
    cli.add("good")
    said = cli("list")
    assert said.code == 0
    bad, good = said.out.splitlines()
    assert bad.startswith("bad  unreadable: ")
    assert "  good  completed  " in good
    assert "error" in json.loads(cli("list", "--json").out.splitlines()[0])
    assert cli("show", "bad").code == 1


def test_show_a_sweep_and_a_trial(cli: Cli) -> None:
    folder = cli.add("one")
    said = cli("show", "one")
    assert said.out.startswith("Sweep one: completed, 3 trials, 3 completed\n")
    assert "\ntrial  status     score  reports  time  parameters" in said.out
    assert cli("show").out == said.out
    trial = cli("show", "one", "1").out
    assert trial.startswith("Trial 1 of one: completed\n")
    assert str(folder.attempt(1, 1)) in trial


def test_show_as_json(cli: Cli) -> None:
    folder = cli.add("one")
    sweep = cli("show", "--json").json
    assert [one["trial"] for one in sweep["trials"]] == [0, 1, 2]
    assert sweep["notes"] == []
    trial = cli("show", "one", "2", "--json").json
    assert trial["curve"] == [0.9, 0.9, 0.9]
    assert trial["folder"] == str(folder.attempt(2, 1))
    assert [one["outcome"] for one in trial["attempts"]] == ["completed"]
    assert [one["value"] for one in trial["reports"]] == [0.9, 0.9, 0.9]


def test_a_trial_that_ran_more_than_once_shows_each_attempt(cli: Cli) -> None:
    theatre = Theatre(plan(total=1), lambda launch: lost_once(launch.attempt))
    theatre.run()
    folder = cli.add("one", theatre)
    table = cli("show", "one", "0").out.splitlines()[7:10]
    assert [line.split()[:4] for line in table] == [
        ["attempt", "node", "time", "ended"],
        ["1", "node-1", "1.0s", "lost"],
        ["2", "node-1", "1.0s", "completed"],
    ]
    assert f"{folder.attempt(0, 1)}  (The node vanished.)" in table[1]
    attempts = cli("show", "one", "0", "--json").json["attempts"]
    assert [(one["attempt"], one["outcome"]) for one in attempts] == [(1, "lost"), (2, "completed")]


def lost_once(attempt: int) -> Script:
    return Script(1.0, outcome=Outcome.LOST if attempt == 1 else None)


def test_the_beginning_of_a_name_is_enough_unless_it_is_not(cli: Cli) -> None:
    cli.add("able_bay")
    cli.add("able_bow")
    assert cli("best", "able_ba").out.startswith("Best of able_bay")
    said = cli("best", "able")
    assert said.code == 2
    assert said.err == "'able' could be any of able_bay, able_bow; write more of the name.\n"


@pytest.mark.parametrize(
    "command", ["show", "best", "logs", "stop", "resume", "refit", "register", "sync"]
)
def test_an_unknown_sweep_is_one_sentence(cli: Cli, command: str) -> None:
    cli.add("one")
    said = cli(command, "other")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        f"There is no sweep 'other' in the home {cli.home}; see: trimtab list"
    ]


@pytest.mark.parametrize("command", ["show", "explain", "logs"])
def test_a_lone_number_may_have_been_meant_as_a_trial(cli: Cli, command: str) -> None:
    cli.add("one")
    said = cli(command, "2")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("; trial 2 of the latest sweep is: latest 2\n")
    assert cli(command, "latest", "2").code == 0
    cli.add("2nd")
    assert cli(command, "2").code == 0


@pytest.mark.parametrize("command", [("show",), ("logs",), ("refit", "--trial")])
def test_an_unknown_trial_is_one_sentence(cli: Cli, command: tuple[str, ...]) -> None:
    cli.add("one")
    said = cli(command[0], "one", *command[1:], "7")
    assert (said.code, said.out) == (2, "")
    assert "The sweep one has no trial 7" in said.err
    assert len(said.err.splitlines()) == 1


def test_best_and_its_files(cli: Cli) -> None:
    outputs = cli.add("one").attempt(0, 1) / "outputs"
    assert cli("best").out.splitlines() == [
        "Best of one: trial 0 with score 0.9",
        "Parameters:",
        "  x  0",
        f"Files: {outputs}",
    ]
    assert cli("best", "--path", ".").out == f"{outputs}\n"
    assert cli("best", "--path", "model.txt").out == f"{outputs}/model.txt\n"
    assert cli("best", "--json").json["value"] == 0.9


@pytest.mark.parametrize(
    ("path", "why"),
    [("nothing", "left no 'nothing'"), ("../..", "leads out"), ("/etc", "leads out")],
)
def test_best_gives_only_what_the_trial_left(cli: Cli, path: str, why: str) -> None:
    cli.add("one")
    said = cli("best", "--path", path)
    assert (said.code, said.out) == (2, "")
    assert why in said.err


@pytest.mark.parametrize("command", ["best", "refit", "register"])
def test_without_a_metric_there_is_no_best(cli: Cli, command: str) -> None:
    theatre = Theatre(plan(total=1), lambda _: Script(1.0))
    theatre.run()
    cli.add("one", theatre)
    said = cli(command, "one")
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert "no best trial" in said.err


def test_a_trial_without_a_model_has_none_to_register(cli: Cli) -> None:
    (cli.add("one").attempt(0, 1) / "outputs" / "model.txt").unlink()
    said = cli("register")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("The trial left no model: ")


def test_numbers_that_are_none_stay_strict_json(cli: Cli) -> None:
    theatre = Theatre(plan(total=1), lambda _: Script(1.0, ((0.5, "other", math.nan, 1),)))
    theatre.run()
    cli.add("one", theatre)
    trial = cli("show", "one", "0", "--json").json
    assert trial["metrics"] == {"other": "NaN"}


def test_logs_are_copied_as_they_are(cli: Cli) -> None:
    folder = cli.add("one")
    assert cli("logs", "one", "1").out == "trial 1 printed this\n"
    assert cli("logs").out == "trial 2 printed this\n"
    assert cli("logs", "--follow").out == "trial 2 printed this\n"
    (folder.attempt(1, 1) / "user_logs" / "std_log.txt").unlink()
    assert cli("logs", "one", "1") == cli("logs", "one", "1")
    assert cli("logs", "one", "1").out == ""


def test_followed_logs_go_on_with_the_next_attempt(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cli.add("one", facts=1)
    store = SqliteStore.writer(folder.facts)

    def attempt(number: int, log: str) -> None:
        file = folder.attempt(0, number) / "user_logs" / "std_log.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as stream:
            stream.write(log)

    def write(*bodies: Body) -> None:
        last = read_state(folder).seq
        store.append([Fact(last + n, 2000.0, body) for n, body in enumerate(bodies, 1)])

    (folder.attempt(0, 1) / "user_logs" / "std_log.txt").write_text("first, ")
    write(Proposed(0, {"x": 0}), Submitted(0, 1), Started(0, 1, "node"))

    def first_look(_seconds: float) -> None:
        attempt(1, "lost, ")
        attempt(2, "second, ")
        write(Ended(0, 1, Outcome.LOST), Submitted(0, 2), Started(0, 2, "node"))

    def second_look(_seconds: float) -> None:
        attempt(2, "done")
        write(Ended(0, 2, Outcome.COMPLETED))

    looks = iter([first_look, second_look])

    def sleep(seconds: float) -> None:
        next(looks)(seconds)

    monkeypatch.setattr("trimtab.cli.logs.time.sleep", sleep)
    try:
        assert cli("logs", "--follow").out == "first, lost, second, done"
    finally:
        store.close()


def test_logs_of_a_sweep_that_has_only_begun(cli: Cli) -> None:
    cli.add("one", facts=1)
    said = cli("logs")
    assert (said.code, said.err) == (2, "No trial of the sweep one has started yet.\n")


def test_stop_needs_somebody_to_stop(cli: Cli) -> None:
    folder = cli.add("one", facts=5)
    said = cli("stop")
    assert (said.code, said.out) == (2, "")
    assert "Nobody runs the sweep one" in said.err
    assert not folder.stop_file.exists()


def test_stop_names_what_could_be_stopped(cli: Cli) -> None:
    running = cli.add("one", facts=5)
    cli.add("two")
    store = SqliteStore.writer(running.facts)
    try:
        said = cli("stop")
    finally:
        store.close()
    assert said.code == 2
    assert said.err == "Nobody runs the sweep two; there is nothing to stop. Running: one\n"


def test_a_stop_that_comes_while_the_conductor_begins_is_said_again(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cli.add("one", facts=5)
    store = SqliteStore.writer(folder.facts)
    begins = StopSwitch(folder.stop_file)
    asked: list[StopRequested | None] = []

    def begin(_seconds: float) -> None:
        asked.append(begins())
        begins.forget_file()

    def end(_seconds: float) -> None:
        asked.append(begins())
        store.append([Fact(6, 2000.0, SweepEnded(SweepOutcome.CANCELED))])
        begins.forget_file()
        store.close()

    looks = iter([begin, end])

    def wait(seconds: float) -> None:
        next(looks)(seconds)

    monkeypatch.setattr("trimtab.cli.stop.time.sleep", wait)
    said = cli("stop")
    assert (said.code, said.out) == (0, "Stopped one; go on with: trimtab resume one\n")
    assert None not in asked
    assert len(asked) == 2
    assert not folder.stop_file.exists()


def test_a_sweep_that_ends_before_it_is_stopped_says_so(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cli.add("one")
    store = SqliteStore.writer(folder.facts)
    monkeypatch.setattr("trimtab.cli.stop.time.sleep", lambda _seconds: store.close())
    said = cli("stop")
    assert (said.code, said.out) == (0, "one had completed before it could be stopped.\n")
    assert not folder.stop_file.exists()


@pytest.mark.parametrize(("option", "at_once"), [([], False), (["--now"], True)])
def test_stop_asks_whoever_runs_it(cli: Cli, option: list[str], at_once: bool) -> None:
    folder = cli.add("one", facts=5)
    store = SqliteStore.writer(folder.facts)
    try:
        said = cli("stop", "--no-wait", *option)
    finally:
        store.close()
    assert said.code == 0
    assert said.out == f"Asked process {os.getpid()} on {os.uname().nodename} to stop one.\n"
    assert json.loads(folder.stop_file.read_text()) == {"at_once": at_once}


def test_resume_has_nothing_to_do_for_what_has_ended(cli: Cli) -> None:
    cli.add("one")
    said = cli("resume")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("The sweep one has completed and there is nothing to resume")


def test_two_cannot_run_one_sweep(cli: Cli) -> None:
    folder = cli.add("one", facts=5)
    store = SqliteStore.writer(folder.facts)
    folder.stop_file.write_text("{}")
    try:
        said = cli("resume", "one", "--quiet")
    finally:
        store.close()
    assert folder.stop_file.exists(), "it was meant for the one at work"
    assert (said.code, said.out) == (2, "")
    assert f"is being run by process {os.getpid()}" in said.err


def test_a_home_that_cannot_be(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = cli("list", "--home", tmp_path / "file")
    assert (said.code, said.out) == (2, "")
    assert "cannot be written" in said.err
    assert "--home" in said.err
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / "home.json").write_text('{"layout": 99}')
    said = cli("list", "--home", tmp_path / "newer")
    assert (said.code, said.out) == (2, "")
    assert "newer release" in said.err


def test_an_error_is_json_too_where_json_is_asked_for(cli: Cli) -> None:
    cli.add("one")
    said = cli("show", "other", "--json")
    assert said.code == 2
    assert said.json == {"error": said.err.strip(), "problems": []}


@pytest.mark.real
@pytest.mark.parametrize("command", ["list", "show", "explain", "best", "logs", "stop"])
def test_commands_that_look_import_nothing_heavy(cli: Cli, command: str) -> None:
    cli.add("one")
    code = (
        "import sys\nfrom trimtab.cli import main\n"
        f"try:\n    main([{command!r}])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'yaml', 'rich', 'mlflow', 'scipy', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_played_sweep_of_many_trials_is_listed_whole(cli: Cli) -> None:
    cli.add("many", played(total=12))
    assert len(cli("show").out.splitlines()) == 2 + 1 + 1 + 12
