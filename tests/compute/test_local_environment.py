from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trimtab.compute.environment import trial_environment
from trimtab.compute.layout import Layout
from trimtab.model.launch import Launch, Work


def environment(base: Mapping[str, str], **launch: Any) -> dict[str, str]:
    variables = launch.pop("environment_variables", {})
    one = Launch(
        "s/0/1", "s", 0, 1, launch.pop("params", {}), Work("true", environment_variables=variables),
        Path("/home/s/0"), **launch,
    )  # fmt: skip
    layout = Layout(one.folder)
    return trial_environment(one, layout, {}, {}, 2, Path("/home/cache"), base)


def test_the_users_own_variables_are_inherited() -> None:
    seen = environment({"HF_TOKEN": "t", "TRIMTAB_HOME": "/home", "MLFLOW_TRACKING_TOKEN": "x"})
    assert (seen["HF_TOKEN"], seen["TRIMTAB_HOME"]) == ("t", "/home")
    assert seen["MLFLOW_TRACKING_TOKEN"] == "x"


def test_nothing_of_an_outer_trial_or_job_is_inherited() -> None:
    outer = {
        "AZUREML_RUN_TOKEN": "secret",
        "AZUREML_RUN_TOKEN_EXPIRY": "1",
        "AZUREML_SWEEP_other": "1",
        "AZURE_ML_INPUT_other": "1",
        "AZURE_ML_OUTPUT_other": "1",
        "MLFLOW_RUN_ID": "outer",
        "MLFLOW_EXPERIMENT_ID": "1",
        "TRIMTAB_MLFLOW_FOLDER": "/outer",
        "TRIMTAB_WIRE": "/outer",
        "TRIMTAB_ATTEMPT": "outer",
    }
    seen = environment({**outer, "AZUREML_RUN_ID": "outer"})
    assert [name for name in outer if seen.get(name) == outer[name]] == []
    assert seen["AZUREML_RUN_ID"] == "s_0"


def test_threads_are_the_share_unless_the_user_says_otherwise() -> None:
    seen = environment({"OMP_NUM_THREADS": "5"}, environment_variables={"MKL_NUM_THREADS": "7"})
    assert seen["OMP_NUM_THREADS"] == "5"
    assert seen["MKL_NUM_THREADS"] == "7"
    assert seen["OPENBLAS_NUM_THREADS"] == seen["LOKY_MAX_CPU_COUNT"] == "2"


def test_the_sweep_file_has_the_last_word_then_tracking() -> None:
    tracking = {"MLFLOW_RUN_ID": "run", "MLFLOW_TRACKING_URI": "trimtab://trial"}
    variables = {"MLFLOW_TRACKING_URI": "http://mine", "AZUREML_SWEEP_lr": "mine"}
    seen = environment(
        {"MLFLOW_TRACKING_URI": "outer"},
        params={"lr": 0.5},
        tracking=tracking,
        environment_variables=variables,
    )
    assert (seen["MLFLOW_RUN_ID"], seen["MLFLOW_TRACKING_URI"]) == ("run", "http://mine")
    assert seen["AZUREML_SWEEP_lr"] == "mine"


def test_this_interpreter_comes_first_on_both_paths() -> None:
    seen = environment({"PATH": "/usr/bin", "PYTHONPATH": "/mine"})
    assert seen["PATH"] == f"{Path(sys.executable).parent}:/usr/bin"
    shims, mine = seen["PYTHONPATH"].split(":")
    assert (Path(shims) / "azureml" / "core").is_dir()
    assert mine == "/mine"
    assert environment({})["PATH"].endswith(os.defpath)
    assert ":" not in environment({})["PYTHONPATH"]
