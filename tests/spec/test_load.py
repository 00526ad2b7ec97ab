"""Sweep files: what is accepted and what not, how it is said, and that facts give the job back."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from tests.spec.files import BASE, changed, load, problems_of, with_yaml
from trimtab import space
from trimtab.errors import SweepFileError
from trimtab.spec import (
    CommandJob,
    SweepJob,
    command_from_document,
    load_command,
    load_job,
    load_sweep,
    parse_text,
    sweep_from_document,
)
from trimtab.spec.environment import Environment
from trimtab.spec.inputs import DataInput

# What azure-ai-ml 1.35.2 was seen to accept (load_job and _to_rest_object) and what it refused.
ACCEPTED = {
    "search_space.lr": [
        "{type: Uniform, min_value: '1e-3', max_value: 1e-2}",
        "{type: LogUniform, min_value: ' 3 ', max_value: 1_0}",
        "{type: quniform, min_value: '3', max_value: 2.0, q: 1}",
        "{type: qloguniform, min_value: 0, max_value: 2, q: 0.5}",
        "{type: normal, mu: 0, sigma: 1}",
        "{type: QLogNormal, mu: 0, sigma: 1, q: 2}",
        "{type: randint, upper: 5.5}",
        "{type: randint, upper: '5'}",
        "{type: choice}",
        "{type: choice, values: []}",
        "{type: choice, values: [1, '2', 3.0, a, '']}",
        "{type: choice, values: [{}]}",
        "{type: choice, values: [{a: 1.0, b: {type: choice, values: [{c: {type: randint, "
        "upper: 2}}]}}]}",
    ],
    "search_space": ["{}"],
    "sampling_algorithm": [
        "Random",
        "RANDOM",
        "grid",
        "{type: bayesian}",
        "{type: Random, rule: Sobol, seed: '3', logbase: e}",
        "{type: random, seed: 3.7}",
        "{type: random, logbase: '10'}",
    ],
    "early_termination": [
        "{type: bandit}",
        "{type: Bandit, slack_factor: '0.1', evaluation_interval: 2.9}",
        "{type: MedianStopping, delay_evaluation: null, evaluation_interval: null}",
        "{type: median_stopping}",
        "{type: TruncationSelection, truncation_percentage: 20.7}",
        "{type: bandit, slack_factor: null, slack_amount: -1}",
    ],
    "objective": ["{primary_metric: m, goal: Maximize}", "{primary_metric: '', goal: MINIMIZE}"],
    "limits": [
        "{max_total_trials: '4'}",
        "{max_total_trials: 4.9, timeout: 1.5}",
        "{max_total_trials: 0, max_concurrent_trials: 7}",
        "{max_total_trials: ' 4 ', timeout: 1:30, trial_timeout: -5}",
    ],
    "inputs.x": [
        "0.5",
        "true",
        "''",
        "{value: true}",
        "{}",
        "{path: data.csv}",
        "{type: URI_FILE, path: ./nope.csv}",
        "{type: uri_folder, path: ./src, mode: RO_MOUNT}",
        "{type: mltable, path: ./src, mode: eval_mount}",
        "{type: mlflow_model, path: ./src, mode: direct}",
        "{type: uri_file, path: 'azureml:d@latest'}",
        "{type: uri_file, path: 's3://b/k', datastore: d}",
    ],
    "outputs.x": [
        "null",
        "{}",
        "{type: uri_file, mode: upload}",
        "{type: triton_model, mode: RW_MOUNT}",
        "{name: n, version: 1, path: 'azureml://datastores/d/paths/${{name}}', $schema: s}",
    ],
    "trial.code": [
        "git+https://github.com/a/b",
        "https://example.org/x",
        "azureml:c:1",
        "src/train.py",
    ],
    "trial.environment": [
        "azureml:e",
        "azureml:e@latest",
        "azureml://registries/r/environments/e/labels/latest",
        "{}",
        "{image: i, conda_file: {name: c, dependencies: [python, {pip: [x]}]}}",
        "{image: i, build: {path: ./src}, name: n, version: 1, description: d, tags: {a: b}}",
        "{image: i, os_type: Windows, $schema: x, datastore: d}",
    ],
    "trial.environment_variables": ["{A: 1, B: true, C: null, D: 2020-01-01}"],
    "trial.resources": [
        "{instance_count: '2', instance_type: T, shm_size: 1g, docker_args: '--x', locations: [w]}",
        "{docker_args: [a, b], max_instance_count: 3, properties: {a: {b: 1}}}",
    ],
    "trial.distribution": [
        "{type: PyTorch, process_count_per_instance: '2'}",
        "{type: mpi}",
        "{type: tensorflow, worker_count: 1, parameter_server_count: 2}",
        "{type: ray, port: 1, address: a, include_dashboard: 'yes', dashboard_port: 2}",
    ],
    "identity": [
        "{type: UserIdentity}",
        "{type: AMLToken}",
        "{type: managed, client_id: a, object_id: b}",
        "{type: ManagedIdentity}",
    ],
    "queue_settings": ["{job_tier: Spot, priority: HIGH}", "{job_tier: 'null'}", "{}"],
    "trial.queue_settings": ["{job_tier: spot}"],
    "services.s": [
        "{type: jupyter_lab, port: 3, nodes: all, properties: {a: 1}}",
        "{type: SSH, ssh_public_keys: k}",
        "{type: tensor_board, log_dir: x, endpoint: e, status: s}",
        "{type: foo}",
        "{}",
    ],
    "tags": ["{a: b, c: null}"],
    "properties": ["{a: b, trimtab.seed: '-3', trimtab.max_failures: '0'}"],
    "compute": ["azureml:c", "local", "azureml:virtualClusters/v"],
    "status": ["x"],
    "id": ["3"],
    "$schema": ["x"],
}
REFUSED = {
    "search_space.lr": [
        "{type: uniform, min_value: true, max_value: 1}",
        "{type: uniform, min_value: .nan, max_value: 1}",
        "{type: uniform, min_value: 0, max_value: .inf}",
        "{type: uniform, min_value: null, max_value: 1}",
        "{type: uniform, min_value: 0, max_value: 1, q: 1}",
        "{type: uniform, min_value: 0}",
        "{type: randint, upper: '5.5'}",
        "{type: randint, upper: 1e3}",
        "{type: randint, upper: 3, lower: 1}",
        "{type: choice, values: null}",
        "{type: choice, values: [true]}",
        "{type: choice, values: [null]}",
        "{type: choice, values: [[1]]}",
        "{type: choice, values: [{a: true}]}",
        "{type: choice, values: [{a: null}]}",
        "{type: choice, values: [{a: [1]}]}",
        "{type: choice, values: [{b: {x: 1}}]}",
        "{type: choice, values: [2020-01-01]}",
        "{type: choice, values: x}",
        "{type: choice, values: [.nan]}",
        "{type: unifrom, min_value: 0, max_value: 1}",
        "{min_value: 0, max_value: 1}",
        "null",
        "[]",
        "3",
    ],
    "search_space": [
        "null",
        "[]",
        "{1: {type: randint, upper: 3}}",
        "{'a-b': {type: randint, upper: 3}}",
        "{'1a': {type: randint, upper: 3}}",
    ],
    "sampling_algorithm": [
        "sobol",
        "{type: random, seed: null}",
        "{type: random, logbase: true}",
        "{type: random, rule: null}",
        "{type: grid, seed: 1}",
        "{rule: sobol}",
        "null",
    ],
    "early_termination": [
        "null",
        "bandit",
        "{type: median_stopping, slack_factor: 1}",
        "{type: truncation_selection}",
        "{type: truncation_selection, truncation_percentage: 20, exclude_finished_jobs: true}",
        "{type: bandit, slack_factor: true}",
    ],
    "objective": ["null", "{primary_metric: m}", "{primary_metric: 3, goal: maximize}"],
    "limits": [
        "null",
        "{}",
        "{max_total_trials: 4, timeout: PT1H}",
        "{max_total_trials: 4, timeout: null}",
        "{max_total_trials: true}",
        "{max_total_trials: '4.0'}",
        "{max_total_trials: 4, max_trials: 4}",
    ],
    "inputs.x": [
        "null",
        "{value: null}",
        "{value: [1]}",
        "[1]",
        "2020-01-01",
        ".nan",
        "{type: UriFile, path: data.csv}",
        "{type: uri_folder, path: ./src, mode: rw_mount}",
        "{type: uri_file, path: data.csv, mode: eval_mount}",
        "{type: mlflow_model, path: ./src, path_on_compute: ./src}",
        "{type: uri_file, path: null}",
        "{type: uri_file, path: 3}",
        "{type: uri_file, path: data.csv, optional: true}",
        "{type: uri_file, value: 3}",
    ],
    "inputs": ["null", "[]", "{'a-b': 3}", "{'a.b': 3}", "{'1a': 3}"],
    "outputs.x": ["x", "{mode: ro_mount}", "{path: 3}", "{version: 1.5}", "{mode: null}"],
    "outputs": ["null", "{'a-b': {}}"],
    "trial": [
        "'file:x.yml'",
        "null",
        "{command: x}",
        "{environment: 'azureml:e:1'}",
        "{command: 3, environment: 'azureml:e:1'}",
        "{command: x, environment: 'azureml:e:1', inputs: {}}",
        "{command: x, environment: 'azureml:e:1', type: command}",
    ],
    "trial.code": ["null", "azureml:c", "3", "git://x", "git@github.com:a/b", "file:./src"],
    "trial.environment": [
        "e:1",
        "./env.yml",
        "file:nope.yml",
        "null",
        "{image: i, os_type: linuxx}",
        "{image: i, channels: []}",
        "{image: 3}",
        "{image: i, inference_config: {}}",
        "{conda_file: 3, image: i}",
        "3",
        "{image: null}",
    ],
    "trial.environment_variables": ["null", "[]", "x"],
    "trial.resources": [
        "{shm_size: 3}",
        "{instance_type: [a]}",
        "null",
        "{properties: null}",
        "{gpus: 1}",
        "{locations: w}",
        "{docker_args: [1]}",
    ],
    "trial.distribution": [
        "{type: ray, include_dashboard: 2}",
        "{type: pytorch, worker_count: 1}",
        "{}",
        "null",
        "pytorch",
        "{type: tensor_flow}",
    ],
    "identity": ["{type: user_identity, client_id: x}", "null", "user_identity"],
    "queue_settings": ["{job_tier: null}", "{priority: 2}", "null", "{x: 1}"],
    "services.s": [
        "{type: vs_code, log_dir: x}",
        "{type: tensor_board, ssh_public_keys: k}",
        "null",
    ],
    "tags": ["{a: 1}", "{a: true}", "null", "[]", "{1: b}"],
    "properties": ["{a: 1.5}"],
    "compute": ["null", "3"],
    "name": ["3", "null"],
    "type": ["Sweep", "command", "null"],
    "resume": ["x"],
    "resume_from": ["x"],
    "parent_job_name": ["x"],
    "notification_setting": ["{}"],
    "component_id": ["x"],
}


# What the client takes although nothing can come of it.
STRICTER = {
    "compute": ["'azureml:'"],
    "sampling_algorithm": ["{type: random, logbase: foo}", "{type: random, logbase: -1}"],
    "inputs.x": ["{path: ./src, mode: eval_mount}"],
    "trial.environment": ["{image: i, conda_file: {a: 2020-01-01}}"],
    "trial.environment_variables": ["{A: [1]}", "{A: {b: 1}}", "{1: a}"],
    "tags": ["{a: b, a: c}"],
}


@pytest.mark.parametrize("path", ACCEPTED)
def test_accepts_what_azure_accepts(path: str) -> None:
    for text in ACCEPTED[path]:
        job = parse_text(with_yaml(path, text))
        assert sweep_from_document(json.loads(json.dumps(job.document)), job.base_dir) == job


@pytest.mark.parametrize("path", REFUSED)
def test_refuses_what_azure_refuses_and_names_the_key(path: str) -> None:
    for text in REFUSED[path]:
        problems = problems_of(with_yaml(path, text))
        assert problems, text
        assert all(problem.key.startswith(path) for problem in problems), text
        assert all(problem.line > 1 and problem.file == "sweep.yml" for problem in problems), text


@pytest.mark.parametrize("path", STRICTER)
def test_refuses_what_cannot_mean_anything(path: str) -> None:
    for text in STRICTER[path]:
        assert [problem.key.startswith(path) for problem in problems_of(with_yaml(path, text))], (
            text
        )


@pytest.mark.parametrize("key", ["type", "trial", "objective", "limits"])
def test_required_keys(key: str) -> None:
    data = {name: value for name, value in BASE.items() if name != key}
    (problem,) = problems_of(json.dumps(data))
    assert (problem.code, problem.key) == ("missing-key", key)


def test_a_missing_type_is_explained() -> None:
    data = {name: value for name, value in BASE.items() if name != "type"}
    (problem,) = problems_of(json.dumps(data))
    assert "would make this a command job; add 'type: sweep'" in problem.message


@pytest.mark.parametrize("key", ["search_space", "sampling_algorithm", "inputs", "compute"])
def test_optional_keys(key: str) -> None:
    load({name: value for name, value in BASE.items() if name != key})


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("limits.max_total_trial", "3", "did you mean 'max_total_trials'? Allowed: max_"),
        ("limits.max_trials", "3", "the key is max_total_trials"),
        ("trial.inputs", "{}", "it belongs at the top level of the file"),
        ("environment", "azureml:e:1", "it belongs under trial"),
        ("trial", "'file:x.yml'", "must be written in place"),
        ("trial.environment", "e:1", "write azureml:e:1"),
        ("trial.environment", "./env.yml", "write file:./env.yml"),
        ("trial.environment", "{channels: [], image: i}", "put it under conda_file"),
        ("early_termination", "bandit", "write a mapping: {type: bandit}"),
        ("sampling_algorithm", "sobol", "{type: random, rule: sobol}"),
        ("sampling_algorithm", "{type: randm}", "did you mean 'random'?"),
        ("search_space.lr.type", "unifrom", "did you mean 'uniform'?"),
        ("search_space.lr.lower", "1", "unknown key 'lower'"),
        ("search_space.lr.min_value", "yes", "YAML reads yes, no, on and off as booleans"),
        ("search_space.lr", "{type: choice, values: [on]}", "put it in quotes (YAML reads yes"),
        ("search_space.lr", "{type: randint, upper: 1e3}", "write 1000"),
        ("objective.goal", "maximise", "did you mean 'maximize'?"),
        ("tags.a", "2020-01-01", "put it in quotes (YAML reads it as a date)"),
        ("tags.a", "1", "found 1, expected a text; put it in quotes"),
        ("inputs.x", "null", "found null"),
        ("inputs.x", "{type: uri_file, mode: mount}", "did you mean 'ro_mount'?"),
        ("queue_settings.job_tier", "null", "needs quotes"),
        ("limits.timeout", "null", "leave the key out instead of writing null"),
        ("properties", "{trimtab.max_failure: '1'}", "did you mean 'trimtab.max_failures'?"),
        ("properties", "{trimtab.max_failures: '-1'}", "expected a whole number of 0 or more"),
        ("properties", "{trimtab.seed: x}", "found 'x', expected a whole number in quotes"),
        ("early_termination", "{type: truncation_selection, exclude_finished_jobs: true, "
         "truncation_percentage: 3}", "documented, but no sweep file may hold it"),
    ],
)  # fmt: skip
def test_messages_say_what_to_do(path: str, text: str, said: str) -> None:
    (problem,) = problems_of(with_yaml(path, text))
    assert said in problem.message


def test_all_problems_come_at_once_in_file_order() -> None:
    text = """\
type: sweep
foo: 1
trial:
  command: python train.py
  environment: env:1
search_space:
  lr: {type: unifrom, min_value: 1}
  bs:
    type: choice
    values: [yes, {a: {type: uniform, min_value: x, max_value: 1}}]
tags: {a: 1}
tags: {}
objective: {primary_metric: m, goal: up}
limits: {}
properties: {trimtab.seed: x}
"""
    assert [(p.line, p.column, p.key) for p in problems_of(text)] == [
        (2, 1, "foo"),
        (5, 3, "trial.environment"),
        (7, 3, "search_space.lr"),
        (10, 14, "search_space.bs.values[0]"),
        (10, 39, "search_space.bs.values[1].a.min_value"),
        (11, 8, "tags.a"),
        (12, 1, "tags"),
        (13, 32, "objective.goal"),
        (14, 1, "limits.max_total_trials"),
        (15, 14, "properties.trimtab.seed"),
    ]


def test_names_that_look_like_types_do_not_confuse_places() -> None:
    branch = "{choice: {type: choice, values: [{uniform: {type: uniform, min_value: x}}]}}"
    text = with_yaml("search_space", f"{{uniform: {{type: choice, values: [{branch}]}}}}")
    assert sorted(p.key for p in problems_of(text)) == [
        "search_space.uniform.values[0].choice.values[0].uniform.max_value",
        "search_space.uniform.values[0].choice.values[0].uniform.min_value",
    ]


def test_values_are_normalised() -> None:
    job = parse_text(
        json.dumps(
            changed("inputs", {"flag": True, "half": 0.5, "boxed": {"value": 3}, "text": "x"})
            | {"early_termination": {"type": "Bandit", "slack_factor": "0.1", "slack_amount": 0}}
            | {"limits": {"max_total_trials": 4.9}, "outputs": {"model": None}}
        )
    )
    assert job.inputs == {"flag": "True", "half": "0.5", "boxed": "3", "text": "x"}
    assert job.early_termination is not None
    assert job.early_termination.model_dump() == {
        "type": "bandit",
        "slack_factor": 0.1,
        "slack_amount": None,
        "evaluation_interval": 1,
        "delay_evaluation": 0,
    }
    assert job.limits.max_total_trials == 4
    assert job.outputs["model"].type == "uri_folder"
    assert job.outputs["model"].mode == "rw_mount"


def test_environment_variables_become_texts() -> None:
    text = with_yaml("trial.environment_variables", "{A: 1, B: true, C: null, D: 2020-01-01}")
    variables = parse_text(text).trial.environment_variables
    assert variables == {"A": "1", "B": "True", "C": "", "D": "2020-01-01"}


def test_numbers_keep_their_kind() -> None:
    text = with_yaml("search_space", "{a: {type: quniform, min_value: 1, max_value: '2', q: 1.0}}")
    distribution = parse_text(text).space["a"]
    assert repr(distribution) == "QUniform(min_value=1, max_value=2.0, q=1.0)"


def test_the_space_of_all_ten_distributions() -> None:
    text = """{
      a: {type: choice, values: [1, x, {k: 1, lr: {type: uniform, min_value: 0, max_value: 1}}]},
      b: {type: randint, upper: 5},
      c: {type: uniform, min_value: 0, max_value: 1},
      d: {type: quniform, min_value: 0, max_value: 1, q: 0.1},
      e: {type: loguniform, min_value: -6, max_value: -1},
      f: {type: qloguniform, min_value: 0, max_value: 2, q: 1},
      g: {type: normal, mu: 0, sigma: 1},
      h: {type: qnormal, mu: 0, sigma: 1, q: 2},
      i: {type: lognormal, mu: 0, sigma: 1},
      j: {type: qlognormal, mu: 0, sigma: 1, q: 2}}"""
    assert parse_text(with_yaml("search_space", text)).space == space.Space.of(
        {
            "a": space.Choice((1, "x", space.Branch((("k", 1), ("lr", space.Uniform(0, 1)))))),
            "b": space.RandInt(5),
            "c": space.Uniform(0, 1),
            "d": space.QUniform(0, 1, 0.1),
            "e": space.LogUniform(-6, -1),
            "f": space.QLogUniform(0, 2, 1),
            "g": space.Normal(0, 1),
            "h": space.QNormal(0, 1, 2),
            "i": space.LogNormal(0, 1),
            "j": space.QLogNormal(0, 1, 2),
        }
    )


def test_a_job_survives_pickling_and_is_frozen() -> None:
    job = load(BASE)
    assert pickle.loads(pickle.dumps(job)) == job
    with pytest.raises(Exception, match="frozen"):
        job.name = "x"
    assert job != load(changed("limits.max_total_trials", 5))


def test_where_a_job_was_read_counts_only_by_its_folder(tmp_path: Path) -> None:
    one, other, away = tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "sub" / "a.yml"
    away.parent.mkdir()
    for file in (one, other, away):
        file.write_text("\n" * (file is other) + json.dumps(BASE))
    assert load_sweep(one) == load_sweep(other)
    assert load_sweep(one) != load_sweep(away)
    assert load_sweep(one).base_dir == tmp_path


def test_paths_start_from_the_file(tmp_path: Path) -> None:
    job = load(BASE, str(tmp_path / "sweep.yml"))
    assert job.local_path("./src") == tmp_path / "src"
    assert job.local_path("file:data.csv") == tmp_path / "data.csv"
    assert job.local_path("file:///data.csv") == Path("/data.csv")
    assert job.local_path("/abs") == Path("/abs")
    for uri in ("azureml:d:1", "https://x/y", "s3://b/k", "wasbs://c@a/p", "git+ssh://x"):
        assert job.local_path(uri) is None


def test_document_holds_json_and_no_places() -> None:
    document = load(changed("tags", {"a": None})).document
    assert json.loads(json.dumps(document)) == document
    assert document["tags"] == {"a": None}
    assert document["sampling_algorithm"] == {"type": "random", "rule": "random"}
    assert document["trial"]["code"] == "./src"


def test_a_damaged_document_is_refused() -> None:
    with pytest.raises(SweepFileError, match="objective"):
        sweep_from_document({"type": "sweep"}, Path())


def test_environment_file_is_read_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "env.yml").write_text(
        "$schema: s\nname: e\nversion: 3\nimage: i\nconda_file: conda.yml\nbuild: {path: ctx}\n"
    )
    file = tmp_path / "sweep.yml"
    file.write_text(json.dumps(changed("trial.environment", "file:envs/env.yml")))
    environment = load_sweep(file).trial.environment
    assert isinstance(environment, Environment)
    assert environment.conda_file == "envs/conda.yml"
    assert environment.build is not None
    assert environment.build.path == "envs/ctx"
    assert environment.version == "3"


def test_problems_of_an_environment_file_name_that_file(tmp_path: Path) -> None:
    (tmp_path / "env.yml").write_text("name: e\nimag: i\n")
    file = tmp_path / "sweep.yml"
    file.write_text(json.dumps(changed("trial.environment", "file:env.yml") | {"foo": 1}))
    with pytest.raises(SweepFileError) as caught:
        load_sweep(file)
    assert [(p.file, p.line, p.key) for p in caught.value.problems] == [
        (str(file), 1, "foo"),
        ("env.yml", 2, "trial.environment.imag"),
    ]


def test_a_missing_environment_file_is_one_problem() -> None:
    (problem,) = problems_of(json.dumps(changed("trial.environment", "file:nope.yml"), indent=1))
    assert (problem.code, problem.key) == ("missing-file", "trial.environment")
    assert "nope.yml" in problem.message
    assert problem.line == 6


def test_old_placeholders_are_rewritten_with_a_note() -> None:
    job = load(changed("trial.command", "python t.py {search_space.lr} {inputs.x} ${{outputs.y}}"))
    assert job.trial.command == ("python t.py ${{search_space.lr}} ${{inputs.x}} ${{outputs.y}}")
    assert [note.code for note in job.source.notes] == ["old-placeholder"]


def test_cut_numbers_and_zero_intervals_are_noted() -> None:
    data = changed("limits", {"max_total_trials": 4.9, "timeout": 90.0})
    data["early_termination"] = {"type": "median_stopping", "evaluation_interval": 0}
    assert sorted((note.code, note.key) for note in load(data).source.notes) == [
        ("truncated-number", "limits.max_total_trials"),
        ("zero-interval", "early_termination.evaluation_interval"),
    ]


def test_settings_are_the_trimtab_properties() -> None:
    job = load(changed("properties", {"trimtab.seed": "7", "trimtab.max_failures": "2", "x": "y"}))
    assert job.settings == {"trimtab.seed": 7, "trimtab.max_failures": 2}


COMMAND = {
    "command": "python train.py ${{inputs.x}}",
    "code": "./src",
    "environment": "azureml:env:1",
    "environment_variables": {"A": 1},
    "inputs": {"x": 1},
    "limits": {"timeout": 30},
    "resources": {"instance_count": 2},
}


def test_command_jobs_load_with_and_without_type(tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    for data in (COMMAND, COMMAND | {"type": "command"}):
        file.write_text(json.dumps(data))
        job = load_command(file, ["inputs.x=2"])
        assert job.inputs == {"x": "2"}
        assert job.limits.timeout == 30
        assert job.trial.environment_variables == {"A": "1"}
        assert job.trial.resources == job.resources


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"search_space": {}}, "add 'type: sweep' if this is one"),
        ({"type": "sweep"}, "allowed here: command"),
        ({"limits": {"max_total_trials": 3}}, "Allowed: timeout"),
        ({"code": "azureml:c"}, "azureml:<code>:<version>"),
    ],
)
def test_command_jobs_are_as_strict(tmp_path: Path, extra: dict[str, object], said: str) -> None:
    file = tmp_path / "job.yml"
    file.write_text(json.dumps(COMMAND | extra))
    with pytest.raises(SweepFileError) as caught:
        load_command(file)
    assert said in str(caught.value)


def test_a_command_job_comes_back_from_facts(tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(json.dumps(COMMAND))
    job = load_command(file)
    assert command_from_document(json.loads(json.dumps(job.document)), tmp_path) == job


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BASE, SweepJob),
        (COMMAND, CommandJob),
        (COMMAND | {"type": "command"}, CommandJob),
    ],
)
def test_load_job_goes_by_type(data: dict[str, object], kind: type, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(json.dumps(data))
    assert type(load_job(file)) is kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({key: value for key, value in BASE.items() if key != "type"}, "add 'type: sweep'"),
        (COMMAND | {"type": "swep"}, "allowed here: sweep; did you mean 'sweep'?"),
    ],
)
def test_load_job_takes_the_rest_for_sweeps(
    data: dict[str, object], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "job.yml"
    file.write_text(json.dumps(data))
    with pytest.raises(SweepFileError) as caught:
        load_job(file)
    assert said in str(caught.value)


def test_data_inputs_have_defaults() -> None:
    value = load(changed("inputs", {"x": {"path": "data"}})).inputs["x"]
    assert value == DataInput(type="uri_folder", path="data", mode="ro_mount")
    assert isinstance(load(BASE), SweepJob)
