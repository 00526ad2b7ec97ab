"""Bringing to MLflow what a trial kept in its MLflow folder: datasets, models, long texts.

The folder was written by the user's script: nothing in it is trusted to be well-formed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trimtab.tracking import journal
from trimtab.tracking.artifacts import bring
from trimtab.tracking.environment import own_run_id
from trimtab.tracking.journal import RealRun
from trimtab.tracking.names import encode, shortened
from trimtab.tracking.publish import Publisher
from trimtab.tracking.runs import Runs

_log = logging.getLogger(__name__)


class Replay:
    """One ended trial's folder, replayed into its run. Doing so twice changes nothing."""

    def __init__(self, store: Any, uri: str, runs: Runs, sweep: str, trial: int) -> None:
        run_id = runs.id_of(trial)
        if run_id is None:
            raise ValueError(f"Trial {trial} has no run yet.")
        self._store = store
        self._uri = uri
        self._runs = runs
        self._trial = trial
        self._run_id = run_id
        self._own_id = own_run_id(sweep, trial)

    def run(self, folder: Path) -> None:
        """Raises what MLflow raises."""
        bring(
            folder / journal.ARTIFACTS,
            self._runs.artifacts_of(self._run_id),
            tracking_uri=self._uri,
            edit=lambda text: text.replace(self._own_id, self._run_id),
        )
        real = RealRun(self._run_id, self._runs.experiment_id)
        publisher = Publisher(self._store, self._uri, real, self._own_id)
        models = publisher.publish_all(folder)
        for entry in journal.read(folder):
            try:
                self._entry(entry, models)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                _log.warning(
                    "An entry of a trial's journal cannot be read and is left out.",
                    extra={"path": str(folder / journal.JOURNAL), "reason": str(error)},
                )

    def _entry(self, entry: Mapping[str, Any], models: Mapping[str, str]) -> None:
        from mlflow.entities import ExperimentTag, LoggedModelInput, LoggedModelOutput

        match entry["kind"]:
            case "tag":
                self._runs.put(self._trial, tags={str(entry["key"]): str(entry["value"])})
            case "param":
                self._runs.put(self._trial, params={str(entry["key"]): str(entry["value"])})
            case "experiment_tag":
                tag = ExperimentTag(encode(str(entry["key"])), shortened(str(entry["value"]), 5000))
                self._store.set_experiment_tag(self._runs.experiment_id, tag)
            case "dataset":
                self._store.log_inputs(self._run_id, [_dataset(entry)], None)
            case "model_input" if entry["model_id"] in models:
                known = LoggedModelInput(models[entry["model_id"]])
                self._store.log_inputs(self._run_id, None, [known])
            case "model_output" if entry["model_id"] in models:
                self._link_output(LoggedModelOutput(models[entry["model_id"]], int(entry["step"])))

    def _link_output(self, model: Any) -> None:
        run = self._store.get_run(self._run_id)
        linked = run.outputs.model_outputs if run.outputs else []
        if all(one.model_id != model.model_id for one in linked):
            self._store.log_outputs(self._run_id, [model])


def _dataset(entry: Mapping[str, Any]) -> Any:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    fields = ("name", "digest", "source_type", "source", "schema", "profile")
    tags = [InputTag(str(key), str(value)) for key, value in entry.get("tags", {}).items()]
    return DatasetInput(Dataset(*(entry[field] for field in fields)), tags)
