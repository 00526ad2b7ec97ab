"""``lint``, and what ``run`` does with a file that it cannot use: all problems, nothing made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.homes import Cli
from tests.real.sweeps import REPORT, sweep_text

BROKEN = """
type: sweep
trial:
  command: python train.py
  environment: azureml:any:1
search_space:
  x: {type: choyce, values: [1]}
samplin_algorithm: random
objective: {primary_metric: score, goal: maximise}
limits: {max_total_trials: many}
"""
KEYS = ["search_space.x", "samplin_algorithm", "objective.goal", "limits.max_total_trials"]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "sweep.yml"
    file.write_text(sweep_text(REPORT))
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.yml"
    file.write_text(BROKEN)
    return file


def test_a_good_file(cli: Cli, good: Path) -> None:
    said = cli("lint", good)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{good}: 0 errors, 0 notes\n"


def test_lint_lists_all_problems_in_the_order_of_the_file(cli: Cli, broken: Path) -> None:
    said = cli("lint", "broken.yml")
    assert (said.code, said.err) == (1, "")
    lines = said.out.splitlines()
    assert [line.split(": ")[1] for line in lines[:-1]] == KEYS
    assert lines[-1] == "broken.yml: 4 errors, 0 notes"
    assert lines[0].startswith("broken.yml:7:")
    assert lines[0].endswith("[error: wrong-value]")


def test_lint_as_json(cli: Cli, broken: Path) -> None:
    said = cli("lint", broken, "--json")
    assert (said.code, said.err) == (1, "")
    assert (said.json["file"], said.json["errors"]) == (str(broken), 4)
    assert [one["key"] for one in said.json["problems"]] == KEYS
    assert set(said.json["problems"][0]) == {
        "code", "message", "file", "line", "column", "key", "severity",
    }  # fmt: skip


def test_a_note_is_no_error(cli: Cli, good: Path) -> None:
    said = cli("lint", good, "--set", "inputs.rows=1")
    assert said.code == 0
    assert "[note: unused-input]" in said.out
    assert said.out.endswith("0 errors, 1 note\n")


def test_lint_makes_no_home(cli: Cli, good: Path) -> None:
    cli("lint", good)
    assert not cli.home.exists()


@pytest.mark.parametrize("command", ["lint", "run"])
@pytest.mark.parametrize(("path", "why"), [("none.yml", "no such file"), (".", "directory")])
def test_a_file_that_cannot_be_read(cli: Cli, command: str, path: str, why: str) -> None:
    said = cli(command, path)
    assert (said.code, said.out) == (2, "")
    assert why in said.err.lower()
    assert not cli.home.exists()


def test_run_lists_all_problems_and_makes_nothing(cli: Cli, broken: Path) -> None:
    said = cli("run", broken)
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert [line.split(": ")[1] for line in lines[:-1]] == KEYS
    assert lines[-1] == "4 problems; nothing was run."
    assert not cli.home.exists()


def test_run_as_json_says_the_problems_twice(cli: Cli, broken: Path) -> None:
    said = cli("run", broken, "--json")
    assert said.code == 2
    assert [one["key"] for one in said.json["problems"]] == KEYS
    assert said.json["error"] in said.err


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("nonsense", "is not of the form key.path=value"),
        ("limits.max_total_trials=many", "found 'many', expected a whole number"),
        ("limitz.timeout=3", "did you mean 'limits'?"),
        ("limits={", "--set limits={"),
    ],
)
def test_a_bad_change_is_one_sentence(cli: Cli, good: Path, change: str, why: str) -> None:
    said = cli("run", good, "--set", change)
    assert (said.code, said.out) == (2, "")
    assert why in said.err
    assert not cli.home.exists()


def test_a_linter_error_keeps_a_sweep_from_running(cli: Cli, good: Path) -> None:
    said = cli("run", good, "--set", "trial.command=echo ${{search_space.y}}")
    assert (said.code, said.out) == (2, "")
    assert "search_space.y" in said.err
    assert not list(cli.home.glob("sweeps/*"))


@pytest.mark.parametrize("name", ["../up", ".hidden", "a b", "x" * 201])
def test_a_name_that_cannot_be(cli: Cli, good: Path, name: str) -> None:
    said = cli("run", good, "--name", name)
    assert (said.code, said.out) == (2, "")
    assert "cannot be a sweep's" in said.err
    assert not list(cli.home.glob("sweeps/*"))


def test_a_name_that_is_taken(cli: Cli, good: Path) -> None:
    cli.add("one")
    said = cli("run", good, "--name", "one")
    assert (said.code, said.out) == (2, "")
    assert "trimtab resume one" in said.err


def test_a_home_that_cannot_be_written(cli: Cli, good: Path) -> None:
    said = cli("run", good, "--home", "/proc/nowhere")
    assert (said.code, said.out) == (2, "")
    assert "cannot be written" in said.err
