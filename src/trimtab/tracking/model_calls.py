"""What MLflow asks a store about logged models, answered inside a trial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mlflow.entities import (
    LoggedModel,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.entities.paged_list import PagedList

from trimtab.tracking.delegate import RealStore
from trimtab.tracking.own_run import OwnRun
from trimtab.tracking.trial_models import TrialModels


class ModelCalls:
    """The store's methods for logged models: the trial's own, else the real store's.

    Names and parameters are those of MLflow's ``AbstractStore``.
    """

    def __init__(self, run: OwnRun, real: RealStore) -> None:
        self._run = run
        self._real = real
        self._models = TrialModels(run.folder, run.run_id, run.experiment_id)

    def create_logged_model(
        self,
        experiment_id: str,  # noqa: ARG002 - a trial's models belong to its own run
        name: str | None = None,
        source_run_id: str | None = None,  # noqa: ARG002
        tags: list[LoggedModelTag] | None = None,
        params: list[LoggedModelParameter] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        if name is not None and (not name or re.search(r"[/:.%\"']", name)):
            raise MlflowException(
                f"The model name {name!r} is not allowed; it must be a non-empty text without "
                "any of / : . % \" and '.",
                INVALID_PARAMETER_VALUE,
            )
        return self._models.create(name or "model", _pairs(tags), _pairs(params), model_type)

    def get_logged_model(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        if self._models.holds(model_id):
            return self._models.get(model_id)
        other: LoggedModel = self._real.method("get_logged_model")(model_id, allow_deleted)
        return other

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        if self._models.holds(model_id):
            return self._models.update(model_id, status=status)
        other: LoggedModel = self._real.method("finalize_logged_model")(model_id, status)
        return other

    def set_logged_model_tags(self, model_id: str, tags: list[LoggedModelTag]) -> None:
        if self._models.holds(model_id):
            self._models.update(model_id, tags=_pairs(tags))
        else:
            self._real.method("set_logged_model_tags")(model_id, tags)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        if self._models.holds(model_id):
            self._models.update(model_id, drop_tag=key)
        else:
            self._real.method("delete_logged_model_tag")(model_id, key)

    def log_logged_model_params(self, model_id: str, params: list[LoggedModelParameter]) -> None:
        if self._models.holds(model_id):
            self._models.update(model_id, params=_pairs(params))
        else:
            self._real.method("log_logged_model_params")(model_id, params)

    def search_logged_models(
        self, experiment_ids: list[str], filter_string: str | None = None, *args: Any, **kwargs: Any
    ) -> PagedList[LoggedModel]:
        """Asked for the own experiment by name only, the models of this trial."""
        if experiment_ids == [self._run.experiment_id]:
            found = self._models.search(filter_string)
            if found is not None:
                return PagedList(list(found), None)
        search = self._real.method("search_logged_models")
        other: PagedList[LoggedModel] = search(experiment_ids, filter_string, *args, **kwargs)
        return other


def _pairs(entries: Sequence[LoggedModelTag | LoggedModelParameter] | None) -> dict[str, str]:
    return {entry.key: entry.value for entry in entries or ()}
