"""The environment variables of a trial: as on Azure ML, and Trimtab's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from trimtab import wire
from trimtab.compute.cores import thread_budget
from trimtab.compute.layout import Layout
from trimtab.model.launch import Launch
from trimtab.space import flat

SHIMS = Path(__file__).parent.parent / "shims"
"""On the ``PYTHONPATH`` of trials: stand-ins for libraries that old scripts import."""
SWEEP = "TRIMTAB_SWEEP"
CACHE = "TRIMTAB_CACHE"
ATTEMPT = "TRIMTAB_ATTEMPT"
ATTEMPT_FOLDER = "TRIMTAB_ATTEMPT_FOLDER"
_FOREIGN = (
    "AZUREML_SWEEP_",
    "AZUREML_PARAMETER_",
    "AZURE_ML_INPUT_",
    "AZURE_ML_OUTPUT_",
    "AZUREML_DATAREFERENCE_",
    "AZUREML_RUN_TOKEN",
    "TRIMTAB_MLFLOW_",
    "MLFLOW_RUN_ID",
    "MLFLOW_EXPERIMENT_",
    "TRIMTAB_WARDEN",
)
"""What a trial must not inherit when the sweep itself runs inside a trial or an Azure ML job."""


def run_name(launch: Launch) -> str:
    """The trial's run id in Azure's form: the sweep's name and the trial's number."""
    return f"{launch.sweep}_{launch.trial}"


def trial_environment(
    launch: Launch,
    layout: Layout,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    threads: int,
    cache: Path,
    base: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """All variables of an attempt.

    Later ones win: the thread budget, ``base`` (this process's environment), Azure's variables,
    Trimtab's, ``launch.tracking``, and the sweep file's ``environment_variables``.
    """
    inherited = {name: value for name, value in base.items() if not name.startswith(_FOREIGN)}
    return {
        **thread_budget(threads),
        **inherited,
        "PATH": _before(str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)),
        "PYTHONPATH": _before(str(SHIMS), inherited.get("PYTHONPATH", "")),
        "PYTHONUNBUFFERED": "1",
        **{f"AZURE_ML_INPUT_{name}": value for name, value in inputs.items()},
        **{f"AZURE_ML_OUTPUT_{name}": value for name, value in outputs.items()},
        **{f"AZUREML_SWEEP_{name}": value for name, value in flat(launch.params).items()},
        "AZUREML_RUN_ID": run_name(launch),
        "AZUREML_ROOT_RUN_ID": launch.sweep,
        "AZUREML_CR_EXECUTION_WORKING_DIR_PATH": str(layout.code),
        wire.VARIABLE: str(layout.wire),
        ATTEMPT: launch.key,
        ATTEMPT_FOLDER: str(layout.folder),
        SWEEP: launch.sweep,
        CACHE: str(cache),
        **launch.tracking,
        **launch.work.environment_variables,
    }


def _before(first: str, rest: str) -> str:
    return f"{first}{os.pathsep}{rest}" if rest else first
