"""Sweeps in Python are the sweeps of files: equal jobs, equal sentences, files that load again."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

import trimtab
from trimtab.api.plain import plain
from trimtab.errors import InputError, SweepFileError
from trimtab.spec import SweepJob
from trimtab.spec.trial import Trial

FILE = """
type: sweep
experiment_name: built
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
  lr: {type: loguniform, min_value: -5, max_value: -1}
  kind: {type: choice, values: [a, 2, {type: b, depth: {type: randint, upper: 9}}]}
objective: {primary_metric: score, goal: maximize}
early_termination: {type: bandit, slack_factor: 0.2, delay_evaluation: 5}
limits: {max_total_trials: 5, max_concurrent_trials: 2}
properties: {trimtab.seed: "3"}
"""
WORDS: dict[str, Any] = {
    "command": "python train.py --lr ${{search_space.lr}} --data ${{inputs.data}} "
    "--n ${{inputs.n}}",
    "code": "src",
    "environment": "azureml:base:1",
    "environment_variables": {"A": 1},
    "experiment_name": "built",
    "inputs": {"n": 3, "data": {"type": "uri_file", "path": "data.csv"}},
    "outputs": {"model": None},
    "sampling_algorithm": {"type": "random", "seed": 7},
    "search_space": {
        "lr": trimtab.loguniform(-5, -1),
        "kind": trimtab.choice("a", 2, {"type": "b", "depth": trimtab.randint(9)}),
    },
    "objective": ("score", "maximize"),
    "early_termination": trimtab.bandit(slack_factor=0.2, delay_evaluation=5),
    "limits": {"max_total_trials": 5, "max_concurrent_trials": 2},
    "properties": {"trimtab.seed": "3"},
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "data.csv").write_text("1,2")
    (tmp_path / "sweep.yml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(**changed: Any) -> trimtab.Sweep:
    return trimtab.sweep(**(WORDS | changed))


def test_a_built_sweep_equals_the_one_in_the_file(place: Path) -> None:
    built, loaded = build(), trimtab.load("sweep.yml")
    assert built == loaded
    assert built.job.document == loaded.job.document
    assert built.job.base_dir == place
    assert built != build(limits={"max_total_trials": 6})


def test_objectives_may_be_written_as_in_the_file(place: Path) -> None:
    assert build(objective={"primary_metric": "score", "goal": "Maximize"}) == build()


def test_the_words_are_those_of_the_file() -> None:
    words = {*Trial.model_fields, *SweepJob.model_fields} - {"type", "trial"}
    assert set(inspect.signature(trimtab.sweep).parameters) == words


@pytest.mark.parametrize(
    ("word", "pure"),
    [
        (trimtab.uniform(0, 1), "Uniform(min_value=0, max_value=1)"),
        (trimtab.loguniform(0, 1), "LogUniform(min_value=0, max_value=1)"),
        (trimtab.quniform(0, 9, 2), "QUniform(min_value=0, max_value=9, q=2)"),
        (trimtab.qloguniform(0, 9, q=2), "QLogUniform(min_value=0, max_value=9, q=2)"),
        (trimtab.normal(0, 1), "Normal(mu=0, sigma=1)"),
        (trimtab.lognormal(0, 1), "LogNormal(mu=0, sigma=1)"),
        (trimtab.qnormal(0, 1, 0.5), "QNormal(mu=0, sigma=1, q=0.5)"),
        (trimtab.qlognormal(0, 1, 0.5), "QLogNormal(mu=0, sigma=1, q=0.5)"),
        (trimtab.randint(upper=4), "RandInt(upper=4)"),
        (trimtab.choice("a", 1.5), "Choice(values=('a', 1.5))"),
    ],
)
def test_each_distribution_reaches_the_space(word: dict[str, object], pure: str) -> None:
    job = build(search_space={"x": word}).job
    assert isinstance(job, SweepJob)
    assert repr(dict(job.space.items())["x"]) == pure


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (trimtab.bandit(slack_amount=1), "{type: bandit, slack_amount: 1}"),
        (
            trimtab.median_stopping(evaluation_interval=2, delay_evaluation=3),
            "{type: median_stopping, evaluation_interval: 2, delay_evaluation: 3}",
        ),
        (
            trimtab.truncation_selection(20),
            "{type: truncation_selection, truncation_percentage: 20}",
        ),
    ],
)
def test_each_policy_is_the_one_of_the_file(
    place: Path, policy: dict[str, object], text: str
) -> None:
    first = FILE.index("early_termination: ")
    file = FILE[:first] + f"early_termination: {text}\n" + FILE[FILE.index("limits: ") :]
    (place / "other.yml").write_text(file)
    assert build(early_termination=policy) == trimtab.load("other.yml")


def test_all_problems_come_in_the_sentences_of_files(place: Path) -> None:
    wrong = FILE.replace("min_value: -5", "min_value: low")
    (place / "wrong.yml").write_text(wrong.replace("max_total_trials: 5", "max_trials: 5"))
    with pytest.raises(SweepFileError) as in_file:
        trimtab.load("wrong.yml")
    with pytest.raises(SweepFileError) as built:
        build(
            search_space=WORDS["search_space"]
            | {"lr": {"type": "loguniform", "min_value": "low", "max_value": -1}},
            limits={"max_trials": 5, "max_concurrent_trials": 2},
        )
    told = {(one.key, one.message) for one in built.value.problems}
    assert told == {(one.key, one.message) for one in in_file.value.problems}
    assert {key for key, _ in told} >= {"search_space.lr.min_value", "limits.max_trials"}
    assert "search_space.lr.min_value: found 'low', expected a number" in str(built.value)


def test_a_broken_trimtab_property_is_told_too() -> None:
    with pytest.raises(SweepFileError, match=r"properties\.trimtab\.sed: unknown key"):
        build(properties={"trimtab.sed": "1"})


def test_a_value_of_no_kind_is_a_problem_at_its_key() -> None:
    with pytest.raises(SweepFileError, match=r"search_space\.lr: .*expected a mapping"):
        build(search_space={"lr": object()})
    with pytest.raises(SweepFileError, match=r"search_space\.lr\.values\[0\]"):
        build(search_space={"lr": trimtab.choice({1, 2})})


def test_an_endless_value_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InputError, match="deeper than 50"):
        build(search_space={"x": trimtab.choice(endless)})


class Number:
    """As NumPy's numbers and arrays do."""

    def __init__(self, value: object) -> None:
        self._value = value

    def tolist(self) -> object:
        return self._value


def test_values_become_plain_and_are_copies() -> None:
    values: dict[str, object] = {"a": (1, Path("x/y")), "b": Number([Number(2), True])}
    made = plain(values)
    assert made == {"a": [1, "x/y"], "b": [2, True]}
    space = {"x": trimtab.choice("a", "b")}
    sweep = build(search_space=space)
    space["x"]["values"] = []
    assert sweep == build(search_space={"x": trimtab.choice("a", "b")})


def test_a_path_as_input_is_the_file_or_folder_there(place: Path) -> None:
    inputs = build(inputs={"n": 1, "data": Path("data.csv"), "all": Path("src")}).job.inputs
    assert inputs["n"] == "1"
    shown = {name: one.type for name, one in inputs.items() if not isinstance(one, str)}
    assert shown == {"data": "uri_file", "all": "uri_folder"}


def test_overrides_by_key_and_by_text_are_the_same(place: Path) -> None:
    by_key = trimtab.load("sweep.yml", {"limits.max_total_trials": 9, "inputs.n": "a: b"})
    by_text = trimtab.load("sweep.yml", ["limits.max_total_trials=9", "inputs.n='a: b'"])
    assert by_key == by_text
    assert by_key.job.inputs["n"] == "a: b"


def test_a_path_as_override_starts_from_here(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place / "src")
    Path("other.csv").write_text("")
    data = trimtab.load(place / "sweep.yml", {"inputs.data": Path("other.csv")}).job.inputs["data"]
    assert not isinstance(data, str)
    assert (data.type, data.path) == ("uri_file", str(place / "src" / "other.csv"))


def test_wrong_overrides_are_told_with_their_key(place: Path) -> None:
    with pytest.raises(SweepFileError, match=r"overrides\['limits.max'\]: limits.max: unknown key"):
        trimtab.load("sweep.yml", {"limits.max": 4})
    with pytest.raises(SweepFileError, match=r"not of the form key\.path"):
        trimtab.load("sweep.yml", {"": 4})
    with pytest.raises(InputError, match=r"write {'key\.path': value}"):
        trimtab.load("sweep.yml", "limits.max_total_trials=4")


def test_the_text_of_a_sweep_loads_as_the_same_sweep(place: Path) -> None:
    sweep = build(command="first ${{search_space.lr}}\nsecond: 'x' # no comment\n")
    again = sweep.save("again.yml")
    assert trimtab.load(again) == sweep
    assert "  command: |\n" in sweep.to_yaml()
    assert sweep.to_yaml().startswith("type: sweep\n")
    assert "tags" not in sweep.to_yaml()


def test_paths_of_a_sweep_saved_elsewhere_lead_to_the_same_places(place: Path) -> None:
    sweep = build(
        environment={"image": "python", "conda_file": "conda.yml"},
        inputs={**WORDS["inputs"], "far": {"path": "https://example.org/x"}},
    )
    (place / "below").mkdir()
    saved = trimtab.load(sweep.save(place / "below" / "sweep.yml")).job
    assert saved.local_path(str(saved.trial.code)) == place / "below" / ".." / "src"
    data, far = saved.inputs["data"], saved.inputs["far"]
    assert not isinstance(data, str)
    assert not isinstance(far, str)
    assert data.path == os.path.join("..", "data.csv")  # noqa: PTH118 - as it stands in the file
    assert far.path == "https://example.org/x"
    assert "conda_file: ../conda.yml" in (place / "below" / "sweep.yml").read_text()


def test_a_place_that_cannot_be_written_is_said(place: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        build().save(place / "nowhere" / "sweep.yml")


def test_a_sweep_can_be_linted_before_it_is_submitted(place: Path) -> None:
    problems = build(search_space={"lr": trimtab.uniform(2, 1)}).lint()
    assert [one.code for one in problems if one.severity == "error"] == [
        "missing-script",
        "min-above-max",
    ]


def test_command_jobs_load_too(place: Path) -> None:
    Path("job.yml").write_text("type: command\ncommand: echo hi\nenvironment: azureml:any:1\n")
    job = trimtab.load("job.yml")
    assert job.job.type == "command"
    assert trimtab.load(job.save("again.yml")) == job
