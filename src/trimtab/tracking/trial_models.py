"""Models that a trial logs: kept in its own folder, and brought to MLflow after its end.

So ``log_model`` in a script costs a folder on the node, needs no database, and works on nodes that
cannot reach one. The layout is in ``trimtab.tracking.journal``.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlflow.entities import LoggedModel, LoggedModelStatus
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from trimtab.tracking.journal import ARTIFACTS, MODEL_FILE, MODELS, read_object, write_atomically

_ID = re.compile(r"m-[0-9a-f]{32}")
_NAME_FILTER = re.compile(r"\s*(?:attributes\.)?name\s*=\s*(['\"])(?P<name>.*)\1\s*")


class TrialModels:
    """The logged models of one trial, shared by all its processes through the folder."""

    def __init__(self, folder: Path, run_id: str, experiment_id: str) -> None:
        self._folder = folder / MODELS
        self._run_id = run_id
        self._experiment_id = experiment_id

    def holds(self, model_id: str) -> bool:
        """Whether the trial logged a model of that id."""
        return bool(_ID.fullmatch(model_id)) and (self._folder / model_id / MODEL_FILE).is_file()

    def create(
        self, name: str, tags: Mapping[str, str], params: Mapping[str, str], model_type: str | None
    ) -> LoggedModel:
        model_id = f"m-{uuid.uuid4().hex}"
        now = int(time.time() * 1000)
        (self._folder / model_id).mkdir(parents=True)
        self._save(
            {
                "model_id": model_id,
                "name": name,
                "model_type": model_type,
                "run_id": self._run_id,
                "tags": dict(tags),
                "params": dict(params),
                "status": LoggedModelStatus.PENDING.to_int(),
                "created": now,
                "updated": now,
            }
        )
        return self.get(model_id)

    def get(self, model_id: str) -> LoggedModel:
        """Raises MlflowException when the trial has no such model."""
        return self._entity(self._load(model_id))

    def update(
        self,
        model_id: str,
        *,
        status: LoggedModelStatus | None = None,
        tags: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        drop_tag: str = "",
    ) -> LoggedModel:
        data = self._load(model_id)
        data["updated"] = int(time.time() * 1000)
        if status is not None:
            data["status"] = status.to_int()
        data["tags"].update(tags or {})
        data["params"].update(params or {})
        data["tags"].pop(drop_tag, None)
        self._save(data)
        return self._entity(data)

    def search(self, filter_string: str | None) -> Sequence[LoggedModel] | None:
        """The trial's models, newest first, by no filter or by ``name = '...'``.

        None when the filter asks for more than this can tell.
        """
        wanted = None
        if filter_string:
            match = _NAME_FILTER.fullmatch(filter_string)
            if match is None:
                return None
            wanted = match["name"]
        files = self._folder.glob(f"*/{MODEL_FILE}")
        models = [self._entity(data) for file in files if (data := read_object(file)) is not None]
        models.sort(key=lambda model: model.creation_timestamp, reverse=True)
        return [model for model in models if wanted is None or model.name == wanted]

    def _load(self, model_id: str) -> dict[str, Any]:
        data = read_object(self._folder / model_id / MODEL_FILE) if self.holds(model_id) else None
        if data is None:
            raise MlflowException(
                f"This trial has logged no model with the id {model_id!r}.", RESOURCE_DOES_NOT_EXIST
            )
        return data

    def _save(self, data: Mapping[str, Any]) -> None:
        write_atomically(self._folder / data["model_id"] / MODEL_FILE, data)

    def _entity(self, data: Mapping[str, Any]) -> LoggedModel:
        return LoggedModel(
            experiment_id=self._experiment_id,
            model_id=data["model_id"],
            name=data["name"],
            artifact_location=(self._folder / data["model_id"] / ARTIFACTS).as_uri(),
            creation_timestamp=data["created"],
            last_updated_timestamp=data["updated"],
            model_type=data["model_type"],
            source_run_id=self._run_id,
            status=data["status"],
            tags=dict(data["tags"]),
            params=dict(data["params"]),
        )
