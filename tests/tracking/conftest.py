"""A MLflow database, made once per session and copied per test."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from trimtab.model.facts import Fact
from trimtab.testing.tracking import Shown
from trimtab.tracking.database import import_mlflow, open_store, sqlite_uri
from trimtab.tracking.mlflow import MlflowTracking
from trimtab.tracking.runs import Runs

SWEEP = "calm_sail"


@pytest.fixture(scope="session")
def mlflow_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new MLflow database; importing MLflow and its libraries warns of their own affairs."""
    folder = tmp_path_factory.mktemp("mlflow-template")
    (folder / ".mlflow.db.new").write_text("left by a process killed while it made a database")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import_mlflow()
        store = open_store(sqlite_uri(folder / "mlflow.db"), folder / "artifacts")
    store.engine.dispose()
    return folder / "mlflow.db"


@pytest.fixture
def database(mlflow_template: Path, tmp_path: Path) -> Path:
    """A home's MLflow database without any run."""
    file = tmp_path / "ho me? #1 é%41" / "mlflow" / "mlflow.db"
    file.parent.mkdir(parents=True)
    shutil.copy(mlflow_template, file)
    return file


class MlflowGallery:
    """One sweep in a MLflow database. ``attempts`` holds the attempts' folders."""

    def __init__(self, database: Path, attempts: Path, experiment: str = "voyages") -> None:
        self.database = database
        self.artifacts = database.parent / "artifacts"
        self.attempts = attempts
        self.experiment = experiment
        self.uri = sqlite_uri(database)

    def folder(self, trial: int, attempt: int) -> Path:
        return self.attempts / str(trial) / str(attempt)

    def open(self, log: Sequence[Fact]) -> MlflowTracking:
        return MlflowTracking(
            self.uri,
            self.experiment,
            self.artifacts,
            lambda after: iter(log[after:]),
            self.folder,
        )

    def store(self) -> Any:
        return open_store(self.uri, self.artifacts)

    def shown(self) -> Mapping[int | None, Shown]:
        store = self.store()
        runs = Runs(store, SWEEP, self.experiment)
        shown = {
            trial: _shown(store, run_id)
            for trial in (None, *range(100))
            if (run_id := runs.id_of(trial)) is not None
        }
        store.engine.dispose()
        return shown

    def away(self, away: bool) -> None:
        """The database cannot be opened while it is away; open connections are cut."""
        aside = self.database.with_name("aside")
        if away:
            self.store().engine.dispose()
            self.database.rename(aside)
            self.database.mkdir()
        else:
            self.database.rmdir()
            aside.rename(self.database)


def _shown(store: Any, run_id: str) -> Shown:
    run = store.get_run(run_id)
    metrics = {}
    for key in run.data.metrics:
        history = sorted(store.get_metric_history(run_id, key), key=lambda one: one.timestamp)
        metrics[key] = [(one.step, one.value) for one in history]
    return Shown(run.info.status.lower(), dict(run.data.params), dict(run.data.tags), metrics)


@pytest.fixture
def mlflow_gallery(database: Path, tmp_path: Path) -> MlflowGallery:
    return MlflowGallery(database, tmp_path / "attempts")
