"""Configurations as users wrote them, whole; a test changes what it is about."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from trimtab.migration import Migrated, migrate
from trimtab.spec import SweepJob, parse_text

IMPORTS = """
from azureml.core import Dataset, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.train.dnn import PyTorch
from azureml.train.estimator import Estimator
from azureml.train.hyperdrive import *
"""
SCRIPT = 'ScriptRunConfig("src", "train.py", environment=Environment.get(ws, "e", 3))'
CONFIG: Mapping[str, str] = {
    "run_config": SCRIPT,
    "hyperparameter_sampling": 'RandomParameterSampling({"--lr": uniform(0, 1)})',
    "primary_metric_name": '"loss"',
    "primary_metric_goal": "PrimaryMetricGoal.MINIMIZE",
    "max_total_runs": "4",
}
DOCUMENT: Mapping[str, Any] = {
    "generator_config": {"name": "RANDOM", "parameter_space": {"--lr": ["uniform", [0, 1]]}},
    "policy_config": {"name": "Default"},
    "primary_metric_config": {"name": "loss", "goal": "minimize"},
    "max_total_jobs": 4,
    "max_concurrent_jobs": 2,
    "max_duration_minutes": 60,
    "platform_config": {
        "ExperimentName": "prices",
        "Definition": {
            "Overrides": {
                "script": "train.py",
                "arguments": ["--epochs", "3"],
                "target": "cpu",
                "environment": {"name": "e", "version": "3"},
            },
            "SnapshotId": "0d1f",
        },
    },
}


def config(before: str = "", /, **changes: str | None) -> str:
    """Python that makes a configuration; ``before`` stands between imports and it."""
    given = {name: text for name, text in {**CONFIG, **changes}.items() if text is not None}
    arguments = "".join(f"    {name}={text},\n" for name, text in given.items())
    made = f"config = HyperDriveConfig(\n{arguments})\n"
    return f"{IMPORTS}ws = Workspace.from_config()\n{textwrap.dedent(before)}\n{made}"


def from_python(folder: Path, text: str) -> Migrated:
    path = folder / "submit.py"
    path.write_text(text, encoding="utf-8")
    return migrate(path)


def from_json(folder: Path, document: object, script: bool = True) -> Migrated:
    """``script``: whether train.py lies beside it, so that nothing is left to fill in."""
    if script:
        (folder / "train.py").touch()
    path = folder / "run.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return migrate(path)


def sweep(made: Migrated) -> SweepJob:
    assert made.places == ()
    return parse_text(made.text)


def tree(made: Migrated) -> Any:
    """The file's data, with None where something must be filled in."""
    return yaml.safe_load(made.text)
