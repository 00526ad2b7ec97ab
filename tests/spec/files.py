"""A small sweep file that loads and lints clean, and ways to change it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trimtab.errors import Problem, SweepFileError
from trimtab.spec import SweepJob, parse_text

BASE: Mapping[str, Any] = {
    "type": "sweep",
    "trial": {
        "command": "python train.py --lr ${{search_space.lr}}",
        "code": "./src",
        "environment": "azureml:env:1",
    },
    "sampling_algorithm": "random",
    "search_space": {"lr": {"type": "uniform", "min_value": 0, "max_value": 1}},
    "objective": {"primary_metric": "loss", "goal": "minimize"},
    "limits": {"max_total_trials": 4},
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The base file with the key at ``path`` (dots) set to ``value``."""
    data: dict[str, Any] = copy.deepcopy(dict(BASE))
    *above, last = path.split(".")
    holder = data
    for key in above:
        holder = holder.setdefault(key, {})
    holder[last] = value
    return data


def with_yaml(path: str, text: str) -> str:
    """The base file as text (JSON is YAML), with the YAML ``text`` at ``path``."""
    return json.dumps(changed(path, "@@@"), indent=1).replace('"@@@"', text)


def load(data: Mapping[str, Any], file: str = "sweep.yml") -> SweepJob:
    return parse_text(json.dumps(data), file)


def problems_of(text: str, file: str = "sweep.yml") -> tuple[Problem, ...]:
    try:
        parse_text(text, file)
    except SweepFileError as error:
        return error.problems
    return ()


def make_folder(folder: Path) -> Path:
    """A folder with the code that the base file names; returns the place of a sweep file in it."""
    (folder / "src").mkdir()
    (folder / "src" / "train.py").write_text("mlflow.log_metric('loss', 1.0)\n")
    return folder / "sweep.yml"
