"""JSON of the service: the request, a run's tags, environments, and what is none of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.migration.samples import DOCUMENT, from_json, sweep, tree
from trimtab.errors import InputError
from trimtab.migration import migrate
from trimtab.space import Choice, Uniform


def overrides(**changes: Any) -> dict[str, Any]:
    platform = json.loads(json.dumps(DOCUMENT["platform_config"]))
    platform["Definition"]["Overrides"].update(changes)
    return {**DOCUMENT, "platform_config": platform}


def space(**parameters: Any) -> dict[str, Any]:
    return {**DOCUMENT, "generator_config": {"name": "RANDOM", "parameter_space": parameters}}


def test_the_request_to_the_service(tmp_path: Path) -> None:
    job = sweep(from_json(tmp_path, DOCUMENT))
    assert job.experiment_name == "prices"
    assert job.compute == "azureml:cpu"
    assert job.trial.command == "python train.py --epochs 3 --lr ${{search_space.lr}}"
    assert (job.trial.code, job.trial.environment) == (".", "azureml:e:3")
    assert dict(job.space) == {"lr": Uniform(0, 1)}
    assert job.limits.timeout == 3600


@pytest.mark.parametrize("prefix", ["", "_aml_system_"])
def test_a_run_keeps_the_parts_as_texts_in_its_tags(tmp_path: Path, prefix: str) -> None:
    tags = {
        f"{prefix}{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in DOCUMENT.items()
    }
    run = {"run_id": "HD_1", "tags": tags, "properties": {"resume_from": "null"}}
    assert from_json(tmp_path, run).text == from_json(tmp_path, DOCUMENT).text


def test_the_code_of_a_snapshot_is_left_to_fill_in(tmp_path: Path) -> None:
    made = from_json(tmp_path, DOCUMENT, script=False)
    assert tree(made)["trial"]["code"] is None
    assert made.places == ("the folder of the script; Azure keeps it as the snapshot 0d1f",)


def test_without_a_platform_the_command_is_left_to_fill_in(tmp_path: Path) -> None:
    parts = {name: value for name, value in DOCUMENT.items() if name != "platform_config"}
    made = from_json(tmp_path, parts)
    assert tree(made)["trial"]["command"] is None
    assert len(made.places) == 2


def test_a_nested_choice(tmp_path: Path) -> None:
    options = [{"kind": "svm", "c": ["uniform", [0, 1]]}, "none"]
    found = sweep(from_json(tmp_path, space(p=["choice", [options]]))).space["p"]
    assert isinstance(found, Choice)
    [branch, rest] = found.values
    assert (getattr(branch, "entries", None), rest) == (
        (("kind", "svm"), ("c", Uniform(0, 1))),
        "none",
    )


def test_an_environment_without_a_name_is_written_in_place(tmp_path: Path) -> None:
    conda = {"name": "x", "dependencies": ["python=3.8", {"pip": ["azureml-defaults"]}]}
    described = {"python": {"condaDependencies": conda}, "docker": {"baseImage": "image:1"}}
    job = sweep(from_json(tmp_path, overrides(environment=described)))
    assert job.document["trial"]["environment"]["image"] == "image:1"
    assert job.document["trial"]["environment"]["conda_file"] == conda


def test_variables_stay_and_secrets_do_not(tmp_path: Path) -> None:
    variables = {"MODE": "fast", "STORAGE_KEY": "abc123"}
    environment = {"name": "e", "version": 3, "environmentVariables": variables}
    made = from_json(tmp_path, overrides(environment=environment))
    assert sweep(made).trial.environment_variables == {"MODE": "fast"}
    assert "abc123" not in made.text
    assert any("STORAGE_KEY" in note for note in made.notes)


def test_data_and_distribution_are_told(tmp_path: Path) -> None:
    made = from_json(
        tmp_path,
        overrides(
            arguments=["--data", "DatasetConsumptionConfig:faq", "--x", "1"],
            communicator="IntelMpi",
            nodeCount=2,
            maxRunDurationSeconds=90,
        ),
    )
    written = tree(made)
    assert "--data ${{inputs.faq}} --x 1 " in written["trial"]["command"]
    assert written["inputs"]["faq"]["path"] is None
    assert written["limits"]["trial_timeout"] == 90
    assert any("2 nodes" in note for note in made.notes)
    assert any("communicator" in note for note in made.notes)


def test_earlier_runs_are_told(tmp_path: Path) -> None:
    made = from_json(tmp_path, {**DOCUMENT, "resume_from": [{"run_id": "HD_0"}]})
    assert any(note.startswith("resume_from") for note in made.notes)


def test_a_pipeline_is_left_to_fill_in(tmp_path: Path) -> None:
    made = from_json(tmp_path, {**DOCUMENT, "platform": "AML_PIPELINES"})
    assert tree(made)["trial"]["command"] is None
    assert "runs a pipeline" in made.places[0]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "found no generator_config"),
        ({"type": "sweep"}, "found no generator_config"),
        ({**DOCUMENT, "generator_config": []}, "generator_config: found no mapping"),
        ({**DOCUMENT, "generator_config": {"name": "SOBOL"}}, "found the sampling 'SOBOL'"),
        ({**DOCUMENT, "generator_config": {"name": "GRID"}}, "parameter_space: expected a mapping"),
        (space(), "nothing to tune"),
        (space(p=3), 'parameter_space.p: found 3, expected ["uniform", [0, 1]]'),
        (space(p=["triangular", [1]]), "found the distribution 'triangular'"),
        (space(p=["uniform", [1]]), "uniform takes 2 arguments"),
        (space(p=["uniform", ["a", 1]]), "must be a finite number, found 'a'"),
        (space(p=["choice", [[]]]), "choice takes at least one value"),
        ({**DOCUMENT, "primary_metric_config": {"name": "x", "goal": 3}}, "allowed: minimize"),
        ({**DOCUMENT, "max_total_jobs": 0}, "max_total_runs is 0, expected a whole number"),
        ({**DOCUMENT, "max_total_jobs": "x"}, "max_total_jobs: found 'x', expected a number"),
        ({**DOCUMENT, "max_duration_minutes": -1}, "is -1, expected a number above 0"),
    ],
)
def test_what_is_no_configuration_is_refused_in_a_sentence(
    tmp_path: Path, document: Any, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        from_json(tmp_path, document)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "found no call of HyperDriveConfig"),
        (b'{"a": ', "run.conf:1: this is no valid JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"\xff{}", "is not UTF-8"),
        (b'{"a": 1}' + b" " * (16 << 20), "larger than 16 MiB"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "run.conf"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        migrate(path)
    assert said in str(caught.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        migrate(tmp_path / "nothing.py")
    with pytest.raises(InputError, match="cannot be read"):
        migrate(tmp_path)
