from __future__ import annotations

import json
from pathlib import Path

import pytest

from trimtab.creation import create_sweep, job_of, notes_of, plan_of, work_of
from trimtab.errors import InputError, SweepFileError
from trimtab.home import Home, open_home
from trimtab.model.facts import Noted, SweepCreated
from trimtab.model.launch import Input, Output
from trimtab.model.plan import Limits, Objective, plan_from_json
from trimtab.reading import read_state
from trimtab.spec import SweepJob, load_sweep
from trimtab.store.sqlite import SqliteStore

SWEEP = """
type: sweep
trial:
  command: python train.py --lr ${{search_space.lr}} --data ${{inputs.data}} --n ${{inputs.n}}
  code: src
  environment: azureml:base:1
  environment_variables: {A: 1}
inputs:
  n: 3
  data: {type: uri_file, path: data.csv}
outputs:
  model:
sampling_algorithm: {type: random, seed: 7}
search_space:
  lr: {type: uniform, min_value: 0.1, max_value: 0.5}
objective: {primary_metric: score, goal: maximize}
early_termination: {type: bandit, slack_factor: 0.2}
limits: {max_total_trials: 5}
properties: {trimtab.seed: "3", trimtab.max_failures: "2"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def write(folder: Path, text: str = SWEEP) -> Path:
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "train.py").write_text("print('score')")
    (folder / "data.csv").write_text("1,2")
    (folder / "sweep.yml").write_text(text)
    return folder / "sweep.yml"


def job(folder: Path, *overrides: str) -> SweepJob:
    return load_sweep(write(folder), overrides)


def test_the_plan_is_what_the_file_says(tmp_path: Path) -> None:
    plan = plan_of(job(tmp_path))
    assert plan.objective == Objective("score", maximize=True)
    assert plan.limits == Limits(5, 5)
    assert (plan.seed, plan.max_failures) == (3, 2)
    assert plan.sampler == {"type": "random", "rule": "random", "seed": 7}
    assert plan.stopper["type"] == "bandit"
    assert list(plan.space) == ["lr"]


@pytest.mark.parametrize(
    ("given", "stopper"),
    [
        ([], {}),
        (["=none"], {"type": "none"}),
        (["=asha", ".min_reports=2"], {"type": "asha", "min_reports": 2}),
        (["=patience", ".min_delta=0.5"], {"type": "patience", "min_delta": 0.5}),
    ],
)
def test_an_own_stopper_comes_from_properties(
    given: list[str], stopper: dict[str, object], tmp_path: Path
) -> None:
    lines = [line for line in SWEEP.splitlines() if "early_termination" not in line]
    file = write(tmp_path, "\n".join(lines))
    sets = [f"properties.trimtab.stopper{one}" for one in given]
    assert plan_of(load_sweep(file, sets)).stopper == stopper


def test_a_sweep_is_written_down_whole(tmp_path: Path, home: Home) -> None:
    given = job(tmp_path)
    folder = create_sweep(given, home, origin=tmp_path / "sweep.yml", name="mine")
    assert folder == home.sweep("mine")
    assert (folder.code / "train.py").read_text() == "print('score')"
    store = SqliteStore.reader(folder.facts)
    facts = list(store.read())
    store.close()
    created = facts[0].body
    assert isinstance(created, SweepCreated)
    assert plan_from_json(created.plan) == plan_of(given)
    assert job_of(created).document == given.document
    assert json.loads(folder.document.read_text()) == created.document
    assert [type(fact.body) for fact in facts[1:]] == [Noted]
    assert read_state(folder).sweep == "mine"


def test_the_work_names_absolute_paths_and_the_snapshot(tmp_path: Path, home: Home) -> None:
    folder = create_sweep(job(tmp_path), home)
    work = work_of(job(tmp_path), folder.code)
    assert work.code == folder.code
    assert work.inputs == (
        Input("n", "literal", "3"),
        Input("data", "uri_file", str(tmp_path / "data.csv"), "ro_mount"),
    )
    assert work.outputs == (Output("model"),)
    assert work.environment_variables == {"A": "1"}


def test_what_this_machine_cannot_use_is_one_note_each(tmp_path: Path) -> None:
    text = SWEEP + "compute: azureml:cluster\nqueue_settings: {job_tier: spot}\n"
    text += "resources: {instance_count: 2}\n"
    notes = notes_of(load_sweep(write(tmp_path, text)))
    assert [note.code for note in notes] == ["environment-here", "keys-unused"]
    assert "azureml:base:1" in notes[0].text
    assert "compute (azureml:cluster), resources, queue_settings" in notes[1].text


@pytest.mark.parametrize(
    ("change", "settings", "why"),
    [
        (
            ("sampling_algorithm: {type: random, seed: 7}", "sampling_algorithm: bayesian"),
            {"type": "bayesian", "engine": "tpe"},
            "bayesian is done by TPE (Optuna)",
        ),
        (
            ("properties: {", "properties: {trimtab.sampler: tpe, "),
            {"type": "bayesian", "engine": "tpe", "seed": 7},
            None,
        ),
        (
            ("properties: {", "properties: {trimtab.sampler: auto, "),
            {"type": "random", "rule": "sobol", "seed": 7},
            "auto chose qmc: 5 trials are too few to learn from",
        ),
    ],
)
def test_the_sampler_is_the_files_or_trimtabs_own(
    change: tuple[str, str], settings: dict[str, object], why: str | None, tmp_path: Path
) -> None:
    given = load_sweep(write(tmp_path, SWEEP.replace(*change)))
    assert plan_of(given).sampler == settings
    notes = [note.text for note in notes_of(given) if note.code == "sampler"]
    assert len(notes) == (why is not None)
    assert all(why in note for note in notes if why)


def test_an_error_of_the_linter_stops_it_and_leaves_nothing(tmp_path: Path, home: Home) -> None:
    bad = SWEEP.replace("max_value: 0.5", "max_value: 0.01")
    with pytest.raises(SweepFileError):
        create_sweep(load_sweep(write(tmp_path, bad)), home)
    assert list(home.sweeps()) == []


def test_code_that_is_gone_stops_it_and_leaves_nothing(tmp_path: Path, home: Home) -> None:
    given = job(tmp_path)
    (tmp_path / "src" / "train.py").unlink()
    (tmp_path / "src").rmdir()
    with pytest.raises((InputError, SweepFileError), match="src"):
        create_sweep(given, home)
    assert [path.name for path in home.path.iterdir()] == ["home.json"] or not list(
        (home.path / "sweeps").iterdir()
    )


def test_the_code_of_a_sweep_does_not_change_any_more(tmp_path: Path, home: Home) -> None:
    folder = create_sweep(job(tmp_path), home)
    (tmp_path / "src" / "train.py").write_text("print('other')")
    assert (folder.code / "train.py").read_text() == "print('score')"


@pytest.mark.parametrize("name", ["sp ace", "quote'\"", "ünï", "new\nline", "$HOME;`x`"])
def test_a_sweep_file_may_lie_anywhere(tmp_path: Path, home: Home, name: str) -> None:
    folder = create_sweep(job(tmp_path / name), home, origin=tmp_path / name / "sweep.yml")
    store = SqliteStore.reader(folder.facts)
    created = next(store.read()).body
    store.close()
    assert isinstance(created, SweepCreated)
    work = work_of(job_of(created), folder.code)
    assert work.inputs[1].value == str(tmp_path / name / "data.csv")
