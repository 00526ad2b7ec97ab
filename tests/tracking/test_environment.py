from __future__ import annotations

from pathlib import Path

import pytest

from trimtab.tracking.environment import own_run_id, trial_environment


def test_the_own_run_is_always_the_same_and_another_for_each_trial() -> None:
    assert own_run_id("s", 1) == own_run_id("s", 1)
    assert len({own_run_id("s", 1), own_run_id("s", 2), own_run_id("t", 1)}) == 3
    assert set(own_run_id("s", 1)) <= set("0123456789abcdef")
    assert len(own_run_id("s", 1)) == 32


def test_the_variables_of_a_trial(tmp_path: Path) -> None:
    found = trial_environment("s", 3, tmp_path / "attempt", "voyages", "sqlite:///x.db")
    assert found == {
        "MLFLOW_TRACKING_URI": "trimtab://trial",
        "MLFLOW_REGISTRY_URI": "trimtab://trial",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_RUN_ID": own_run_id("s", 3),
        "TRIMTAB_MLFLOW_RUN": own_run_id("s", 3),
        "MLFLOW_EXPERIMENT_NAME": "voyages",
        "TRIMTAB_MLFLOW_FOLDER": str(tmp_path / "attempt" / "mlflow"),
        "TRIMTAB_MLFLOW_URI": "sqlite:///x.db",
    }


@pytest.mark.parametrize(
    ("uri", "given"),
    [
        ("sqlite:///x.db", False),
        ("file:///runs", False),
        ("./mlruns", False),
        ("http://server:5000", True),
        ("https://server", True),
        ("postgresql+psycopg2://u@h/db", True),
        ("databricks", True),
    ],
)
def test_elsewhere_only_a_service_can_be_reached(tmp_path: Path, uri: str, given: bool) -> None:
    found = trial_environment("s", 3, tmp_path, "e", uri, local=False)
    assert ("TRIMTAB_MLFLOW_URI" in found) is given
