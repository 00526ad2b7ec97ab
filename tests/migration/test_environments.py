"""Environments and estimators of the first SDK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.migration.samples import config, from_python, sweep, tree
from trimtab.migration.environments import DEFAULT_IMAGE


def environment(folder: Path, text: str, before: str = "") -> Any:
    written = f"ScriptRunConfig('src', 'train.py', environment={text})"
    return tree(from_python(folder, config(before, run_config=written)))["trial"]["environment"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("None", {"image": DEFAULT_IMAGE}),
        ("Environment.get(ws, 'e')", "azureml:e@latest"),
        ("Environment.get(workspace=ws, name='e', version='7')", "azureml:e:7"),
        ("ws.environments['e']", "azureml:e@latest"),
        ("Environment.get(ws, 'e', 2).clone('mine')", "azureml:e:2"),
        ("Environment.from_docker_image('e', 'image:1')", {"image": "image:1"}),
        (
            "Environment.from_conda_specification('e', 'conda.yml')",
            {"image": DEFAULT_IMAGE, "conda_file": "conda.yml"},
        ),
        ("Environment.from_pip_requirements('e', 'requirements.txt')", None),
        ("Environment('e')", None),
        ("Environment.get(ws, name())", None),
        ("make()", None),
    ],
)
def test_environments(tmp_path: Path, text: str, expected: object) -> None:
    assert environment(tmp_path, text) == expected


def test_an_environment_put_together_by_hand(tmp_path: Path) -> None:
    before = """
    env = Environment("e")
    env.docker.enabled = True
    env.docker.base_image = "image:1"
    env.python.conda_dependencies = CondaDependencies.create(
        conda_packages=["scikit-learn"], pip_packages=["azureml-defaults"], python_version="3.8"
    )
    """
    found = environment(tmp_path, "env", before)
    assert found["image"] == "image:1"
    assert found["conda_file"]["dependencies"] == [
        "python=3.8",
        "scikit-learn",
        "pip",
        {"pip": ["azureml-defaults"]},
    ]


def test_what_is_set_besides_is_told(tmp_path: Path) -> None:
    before = """
    env = Environment.get(ws, "e", 1)
    env.inferencing_stack_version = "latest"
    """
    text = config(before, run_config="ScriptRunConfig('src', 'train.py', environment=env)")
    notes = from_python(tmp_path, text).notes
    assert any("sets inferencing_stack_version of an Environment" in note for note in notes)


def test_an_estimator(tmp_path: Path) -> None:
    before = """
    estimator = Estimator(
        source_directory="src",
        entry_script="train.py",
        script_params={"--epochs": 3, "--fast": "", "--lr": 0.1},
        compute_target="pool",
        conda_packages=["scikit-learn"],
        pip_packages=["lightgbm"],
        environment_variables={"MODE": "fast"},
        node_count=2,
        inputs=[data],
    )
    """
    made = from_python(tmp_path, config(before, run_config=None, estimator="estimator"))
    job = sweep(made)
    assert job.trial.command == "python train.py --epochs 3 --fast --lr ${{search_space.lr}}"
    assert (job.trial.code, job.compute) == ("src", "azureml:pool")
    assert job.trial.environment_variables == {"MODE": "fast"}
    conda_file = job.document["trial"]["environment"]["conda_file"]
    assert conda_file["dependencies"] == ["python", "scikit-learn", "pip", {"pip": ["lightgbm"]}]
    said = " ".join(made.notes)
    assert "node_count of Estimator" in said
    assert "inputs of Estimator" in said
    assert "azureml-defaults" in said


def test_an_estimator_of_a_framework_says_that_it_brought_it(tmp_path: Path) -> None:
    text = config(run_config=None, estimator="PyTorch('src', entry_script='t.py', use_gpu=True)")
    notes = from_python(tmp_path, text).notes
    assert any("The PyTorch estimator" in note for note in notes)
    assert any("use_gpu" in note for note in notes)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("custom_docker_image='image:1'", {"image": "image:1"}),
        ("conda_dependencies_file='c.yml'", {"image": DEFAULT_IMAGE, "conda_file": "c.yml"}),
        ("environment_definition=Environment.get(ws, 'e', 2)", "azureml:e:2"),
        ("pip_requirements_file='r.txt'", None),
        ("pip_packages=packages()", None),
        ("custom_docker_image=image()", None),
    ],
)
def test_environments_of_estimators(tmp_path: Path, arguments: str, expected: object) -> None:
    made = f"Estimator('src', entry_script='train.py', {arguments})"
    written = from_python(tmp_path, config(run_config=None, estimator=made))
    assert tree(written)["trial"]["environment"] == expected
