"""Models that a trial kept in its folder, as MLflow's logged models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trimtab.tracking import journal
from trimtab.tracking.artifacts import bring
from trimtab.tracking.journal import RealRun
from trimtab.tracking.names import MAX_PARAM, encode, shortened

LOCAL_ID = "trimtab.model"
"""Tag of a logged model: the id under which the trial's script knew it."""


class Publisher:
    """Publishes models of one trial. ``own_id`` is the run's id as its script knows it.

    A model published before is found again by its tag and filled again: repeating is harmless.
    Methods raise what MLflow raises.
    """

    def __init__(self, store: Any, uri: str, real: RealRun, own_id: str) -> None:
        self._store = store
        self._uri = uri
        self._real = real
        self._own_id = own_id

    def publish_all(self, folder: Path) -> dict[str, str]:
        """All models below the trial's MLflow folder; the script's id -> MLflow's."""
        found = list(_kept(folder / journal.MODELS))
        known = self._known() if found else {}
        return {name: self._publish(place, data, known) for name, place, data in found}

    def publish(self, folder: Path, local_id: str) -> str:
        """One model; MLflow's id of it. Raises KeyError when the trial has no such model."""
        found = {name: (place, data) for name, place, data in _kept(folder / journal.MODELS)}
        return self._publish(*found[local_id], self._known())

    def _publish(self, place: Path, data: Mapping[str, Any], known: Mapping[str, Any]) -> str:
        from mlflow.entities import LoggedModelStatus, LoggedModelTag

        tags = {encode(str(key)): str(value) for key, value in data.get("tags", {}).items()}
        model = known.get(data["model_id"])
        if model is None:
            model = self._create(data, tags)
        elif tags.items() - model.tags.items():
            texts = [LoggedModelTag(key, value) for key, value in tags.items()]
            self._store.set_logged_model_tags(model.model_id, texts)
        files = place / journal.ARTIFACTS

        def edit(text: str) -> str:
            """The ids and the place that the model's own description names."""
            placed = text.replace(files.absolute().as_uri(), model.artifact_location)
            named = placed.replace(data["model_id"], model.model_id)
            return named.replace(self._own_id, self._real.run_id)

        bring(files, model.artifact_location, tracking_uri=self._uri, edit=edit)
        failed = data.get("status") == LoggedModelStatus.FAILED.to_int()
        status = LoggedModelStatus.FAILED if failed else LoggedModelStatus.READY
        self._store.finalize_logged_model(model.model_id, status)
        found: str = model.model_id
        return found

    def _create(self, data: Mapping[str, Any], tags: Mapping[str, str]) -> Any:
        from mlflow.entities import LoggedModelParameter, LoggedModelTag

        params = data.get("params", {})
        return self._store.create_logged_model(
            experiment_id=self._real.experiment_id,
            name=data.get("name"),
            source_run_id=self._real.run_id,
            tags=[
                LoggedModelTag(key, value)
                for key, value in {**tags, LOCAL_ID: data["model_id"]}.items()
            ],
            params=[
                LoggedModelParameter(encode(str(key)), shortened(str(value), MAX_PARAM))
                for key, value in params.items()
            ],
            model_type=data.get("model_type"),
        )

    def _known(self) -> dict[str, Any]:
        page = self._store.search_logged_models(
            [self._real.experiment_id], f"source_run_id = '{self._real.run_id}'"
        )
        return {model.tags.get(LOCAL_ID, ""): model for model in page}


def _kept(folder: Path) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """(id, folder, description) of each model; what is no description is left out."""
    for file in sorted(folder.glob(f"*/{journal.MODEL_FILE}")):
        data = journal.read_object(file)
        if data is None or data.get("model_id") != file.parent.name:
            continue
        if all(isinstance(data.get(key, {}), dict) for key in ("tags", "params")):
            yield file.parent.name, file.parent, data
