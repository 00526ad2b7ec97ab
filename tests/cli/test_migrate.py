"""``trimtab migrate``: where it writes, what it says, how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.homes import Cli
from tests.migration.samples import config
from trimtab.spec import load_sweep


@pytest.fixture
def submit(tmp_path: Path) -> Path:
    path = tmp_path / "submit.py"
    path.write_text(config(max_duration_minutes="60"))
    return path


def test_the_file_is_printed(cli: Cli, submit: Path, tmp_path: Path) -> None:
    said = cli("migrate", submit)
    assert (said.code, said.err) == (0, "")
    (tmp_path / "sweep.yml").write_text(said.out)
    assert load_sweep(tmp_path / "sweep.yml").limits.timeout == 3600
    assert not cli.home.exists()


def test_the_file_is_written_and_its_notes_told(cli: Cli, submit: Path, tmp_path: Path) -> None:
    submit.write_text(config())
    said = cli("migrate", submit, "-o", "sweep.yml")
    assert said.code == 0
    assert said.out.splitlines() == [
        "note: timeout is HyperDrive's own limit: 10080 minutes (7 days), in seconds.",
        "Wrote sweep.yml. Check it with: trimtab lint sweep.yml",
    ]
    assert load_sweep(tmp_path / "sweep.yml").limits.timeout == 604_800


def test_paths_start_from_where_the_file_is_written(cli: Cli, submit: Path, tmp_path: Path) -> None:
    (tmp_path / "sweeps").mkdir()
    assert cli("migrate", submit, "--output", "sweeps/a.yml").code == 0
    assert load_sweep(tmp_path / "sweeps" / "a.yml").trial.code == "../src"


def test_nothing_is_overwritten_unasked(cli: Cli, submit: Path, tmp_path: Path) -> None:
    (tmp_path / "sweep.yml").write_text("mine")
    said = cli("migrate", submit, "-o", "sweep.yml")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "sweep.yml exists already; name another file, or add --force to overwrite it\n"
    )
    assert (tmp_path / "sweep.yml").read_text() == "mine"
    assert cli("migrate", submit, "-o", "sweep.yml", "--force").code == 0
    assert load_sweep(tmp_path / "sweep.yml")


def test_the_configuration_itself_is_never_overwritten(cli: Cli, submit: Path) -> None:
    before = submit.read_text()
    said = cli("migrate", submit, "-o", submit, "--force")
    assert said.code == 2
    assert "is the configuration itself" in said.err
    assert submit.read_text() == before


def test_places_to_fill_in_are_listed_and_exit_code_1(cli: Cli, submit: Path) -> None:
    submit.write_text(config(max_total_runs="args.n", max_duration_minutes="60"))
    said = cli("migrate", submit)
    assert said.code == 1
    [line] = said.err.splitlines()
    assert line.startswith("fill in: max_total_runs; args.n in ")
    assert "max_total_trials:  # fill in: max_total_runs; args.n in " in said.out


def test_bad_input_writes_nothing(cli: Cli, submit: Path, tmp_path: Path) -> None:
    submit.write_text(config(policy="HyperbandPolicy()"))
    said = cli("migrate", submit, "-o", "sweep.yml")
    assert (said.code, said.out) == (2, "")
    assert "found the policy 'HyperbandPolicy'" in said.err
    assert not (tmp_path / "sweep.yml").exists()


def test_a_place_that_cannot_be_written(cli: Cli, submit: Path) -> None:
    said = cli("migrate", submit, "-o", "nowhere/sweep.yml")
    assert said.code == 2
    assert said.err == "nowhere/sweep.yml cannot be written: No such file or directory\n"
