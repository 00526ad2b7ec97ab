"""The tracking store inside a trial: its own run goes over the wire, the rest to the real MLflow.

Logging to the own run needs no database and no network: metrics, parameters and tags become lines
of the wire, artifacts and models go to the trial's folder, datasets and long texts to its journal.
A script may name any experiment; its run stays in the sweep's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlflow.entities import (
    DatasetInput,
    Experiment,
    ExperimentTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    Run,
    RunInfo,
    RunStatus,
    RunTag,
)
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, INVALID_STATE
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking.abstract_store import AbstractStore
from mlflow.utils.async_logging.run_operations import RunOperations

from trimtab import trial, trial_tracking, wire
from trimtab.tracking import journal
from trimtab.tracking.delegate import RealRegistry, RealStore
from trimtab.tracking.model_calls import ModelCalls
from trimtab.tracking.own_run import History, OwnRun, validated
from trimtab.tracking.wire_lines import messages_of, texts_of

Send = Callable[[wire.Message], None]
_PARENT = "mlflow.parentRunId"
_CONTEXT = ("mlflow.source.", "mlflow.user")
"""Tags that MLflow itself adds to every new run."""
_LOGGED_MODELS = "mlflow.log-model.history"
SCRIPT_STATUS = "trimtab.script_status"
"""Tag that holds how the script ended its run, when that was not cleanly."""


class TrialStore:
    """What MLflow calls a tracking store; methods not here are the real store's."""

    supports_workspaces = False
    supports_trace_archival = False

    def __init__(self, run: OwnRun, real: RealStore, send: Send) -> None:
        self._run = run
        self._real = real
        self._send = send
        self._models = ModelCalls(run, real)
        self._history: list[Any] = []

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> TrialStore:
        """The store of the trial whose environment this is. Raises MlflowException elsewhere."""
        run, real = _from_environment(environment)
        return cls(run, real, trial.send)

    # The own run

    def get_run(self, run_id: str) -> Run:
        if self._owns(run_id):
            return self._run.entity()
        other: Run = self._real.method("get_run")(run_id)
        return other

    def log_metric(self, run_id: str, metric: Metric) -> None:
        self.log_batch(run_id, [metric], [], [])

    def log_param(self, run_id: str, param: Param) -> None:
        self.log_batch(run_id, [], [param], [])

    def set_tag(self, run_id: str, tag: RunTag) -> None:
        self.log_batch(run_id, [], [], [tag])

    def delete_tag(self, run_id: str, key: str) -> None:
        """Facts are never taken back: the tag's value becomes empty."""
        if not self._owns(run_id):
            self._real.method("delete_tag")(run_id, key)
            return
        self._tell(tags={key: ""})
        self._run.tags.pop(key, None)

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric],
        params: Sequence[Param],
        tags: Sequence[RunTag],
    ) -> None:
        """Refuses what any MLflow store refuses: names and values it does not allow."""
        if not self._owns(run_id):
            self._real.method("log_batch")(run_id, metrics, params, tags)
            return
        metrics, params, tags = validated(metrics, params, tags)
        new = self._new_params(params)
        for message in messages_of((one.key, float(one.value), one.step) for one in metrics):
            self._send(message)
        for metric in metrics:
            history = self._run.histories.setdefault(metric.key, History())
            history.add(float(metric.value), metric.step, metric.timestamp)
        self._tell(new, {tag.key: tag.value for tag in tags})

    def log_metric_async(self, run_id: str, metric: Metric) -> RunOperations:
        return self.log_batch_async(run_id, [metric], [], [])

    def log_param_async(self, run_id: str, param: Param) -> RunOperations:
        return self.log_batch_async(run_id, [], [param], [])

    def set_tag_async(self, run_id: str, tag: RunTag) -> RunOperations:
        return self.log_batch_async(run_id, [], [], [tag])

    def log_batch_async(
        self,
        run_id: str,
        metrics: Sequence[Metric],
        params: Sequence[Param],
        tags: Sequence[RunTag],
    ) -> RunOperations:
        """Done at once for the own run: a line of the wire costs less than a queue."""
        if not self._owns(run_id):
            operations: RunOperations = self._real.method("log_batch_async")(
                run_id, metrics, params, tags
            )
            return operations
        self.log_batch(run_id, metrics, params, tags)
        return _done()

    def flush_async_logging(self) -> None:
        self._if_opened("flush_async_logging")

    def end_async_logging(self) -> None:
        self._if_opened("end_async_logging")

    def shut_down_async_logging(self) -> None:
        self._if_opened("shut_down_async_logging")

    def update_run_info(
        self, run_id: str, run_status: int | None, end_time: int | None, run_name: str | None
    ) -> RunInfo:
        """The trial's end is its process's; what the script says of it is kept as a tag."""
        if not self._owns(run_id):
            update = self._real.method("update_run_info")
            other: RunInfo = update(run_id, run_status, end_time, run_name)
            return other
        if run_status is not None:
            self._run.status = RunStatus.to_string(run_status)
            if run_status in (RunStatus.FAILED, RunStatus.KILLED):
                self._tell(tags={SCRIPT_STATUS: self._run.status})
        self._run.end_time = end_time or self._run.end_time
        if run_name:
            self._tell(tags={"mlflow.runName": run_name})
        return self._run.info()

    def get_metric_history(
        self,
        run_id: str,
        metric_key: str,
        max_results: int | None = None,
        page_token: str | None = None,
    ) -> PagedList[Metric]:
        """Of the own run, what this process logged: all of it, on one page."""
        if self._owns(run_id):
            return PagedList(self._run.history(metric_key), None)
        read = self._real.method("get_metric_history")
        other: PagedList[Metric] = read(run_id, metric_key, max_results, page_token)
        return other

    def log_inputs(
        self,
        run_id: str,
        datasets: list[DatasetInput] | None = None,
        models: list[LoggedModelInput] | None = None,
    ) -> None:
        if not self._owns(run_id):
            self._real.method("log_inputs")(run_id, datasets, models)
            return
        for entry in datasets or []:
            fields = dict(entry.dataset)
            tags = {tag.key: tag.value for tag in entry.tags}
            journal.append(self._run.folder, "dataset", **fields, tags=tags)
            self._run.datasets.append(entry)
        for model in models or []:
            journal.append(self._run.folder, "model_input", model_id=model.model_id)
            self._run.model_inputs.append(model)

    def log_outputs(self, run_id: str, models: list[LoggedModelOutput]) -> None:
        if not self._owns(run_id):
            self._real.method("log_outputs")(run_id, models)
            return
        for model in models:
            journal.append(
                self._run.folder, "model_output", model_id=model.model_id, step=model.step
            )
            self._run.model_outputs.append(model)

    def record_logged_model(self, run_id: str, mlflow_model: Any) -> None:
        if not self._owns(run_id):
            self._real.method("record_logged_model")(run_id, mlflow_model)
            return
        self._history.append(mlflow_model.get_tags_dict())
        self._tell(tags={_LOGGED_MODELS: json.dumps(self._history)})

    # Experiments: whatever a script names is the experiment of its sweep

    def get_experiment(self, experiment_id: str) -> Experiment:  # noqa: ARG002 - any id will do
        return self._run.experiment()

    def get_experiment_by_name(self, experiment_name: str) -> Experiment:
        return self._run.experiment(experiment_name)

    def create_experiment(self, name: str, *_: Any, **__: Any) -> str:  # noqa: ARG002 - any name
        return self._run.experiment_id

    def set_experiment_tag(self, experiment_id: str, tag: ExperimentTag) -> None:
        if experiment_id != self._run.experiment_id:
            self._real.method("set_experiment_tag")(experiment_id, tag)
            return
        journal.append(self._run.folder, "experiment_tag", key=tag.key, value=str(tag.value))

    def delete_experiment(self, experiment_id: str) -> None:
        self._refuse(experiment_id, self._run.experiment_id, "experiment")
        self._real.method("delete_experiment")(experiment_id)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        self._refuse(experiment_id, self._run.experiment_id, "experiment")
        self._real.method("rename_experiment")(experiment_id, new_name)

    def delete_run(self, run_id: str) -> None:
        self._refuse(run_id, self._run.run_id, "run")
        self._real.method("delete_run")(run_id)

    # A run that a script begins beside its own is its own again; a nested one is a real one

    def create_run(
        self,
        experiment_id: str,
        user_id: str,
        start_time: int,
        tags: Sequence[RunTag],
        run_name: str | None,
    ) -> Run:
        """Autologging ends the run after a fit: what a script logs then is still its trial's."""
        named = {tag.key: tag.value for tag in tags}
        if _PARENT not in named:
            told = {key: value for key, value in named.items() if not key.startswith(_CONTEXT)}
            self._tell(tags=told | ({"mlflow.runName": run_name} if run_name else {}))
            self._run.reopen()
            return self._run.entity()
        self._real.open("create_run")
        nested = [RunTag(key, self._real.translate(value)) for key, value in named.items()]
        create = self._real.method("create_run")
        run: Run = create(experiment_id, user_id, start_time, nested, run_name)
        return run

    def start_trace(self, trace_info: Any) -> Any:
        """A trace names its experiment and run inside; both become the real ones."""
        self._real.open("start_trace")
        trace_info.trace_metadata = self._real.translate(dict(trace_info.trace_metadata))
        location = trace_info.trace_location.mlflow_experiment
        if location is not None:
            location.experiment_id = self._real.translate(location.experiment_id)
        return self._real.method("start_trace")(trace_info)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Calls about logged models, and the real store's: MLflow adds some in each release."""
        if name.startswith("__") or not hasattr(AbstractStore, name):
            raise AttributeError(name)
        if hasattr(ModelCalls, name):
            call: Callable[..., Any] = getattr(self._models, name)
            return call
        return self._real.method(name)

    def _owns(self, run_id: str) -> bool:
        return run_id == self._run.run_id or self._real.owns(run_id)

    def _if_opened(self, name: str) -> None:
        if self._real.opened:
            self._real.method(name)()

    def _new_params(self, params: Sequence[Param]) -> dict[str, str]:
        """Parameters not logged yet. Raises MlflowException, as every store, for a changed one.

        A script that has begun further runs may change them: they were another run's.
        """
        known = self._run.params
        changed = [one for one in params if known.get(one.key, one.value) != one.value]
        if changed and not self._run.reopened:
            one = changed[0]
            raise MlflowException(
                f"Changing param values is not allowed. The parameter {one.key!r} was logged as "
                f"{known[one.key]!r} and cannot become {one.value!r}.",
                INVALID_PARAMETER_VALUE,
            )
        return {one.key: one.value for one in params if known.get(one.key) != one.value}

    def _tell(
        self, params: Mapping[str, str] | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        """Parameters and tags by the wire; one too long for a line by the journal."""
        params, tags = params or {}, tags or {}
        for told in texts_of(params, tags):
            if isinstance(told, wire.Message):
                self._send(told)
            else:
                role, key, value = told
                journal.append(self._run.folder, role, key=key, value=value)
        self._run.put(params, tags)

    def _refuse(self, given: str, own: str, noun: str) -> None:
        if given == own:
            raise MlflowException(
                f"The {noun} {given!r} belongs to the sweep that runs this script; "
                "a trial can neither delete nor rename it.",
                INVALID_STATE,
            )


def registry_from_environment(environment: Mapping[str, str]) -> RealRegistry:
    """The real model registry as a trial reaches it. Raises MlflowException elsewhere."""
    return RealRegistry(_from_environment(environment)[1])


def _from_environment(environment: Mapping[str, str]) -> tuple[OwnRun, RealStore]:
    run_id = environment.get(trial_tracking.OWN_RUN, "")
    folder = environment.get(trial_tracking.FOLDER, "")
    if not re.fullmatch("[0-9a-f]{32}", run_id) or not folder:
        raise MlflowException(
            f"The tracking URI {trial_tracking.TRACKING_URI} works only inside a trial of a sweep; "
            "here, set MLFLOW_TRACKING_URI to a server or database, or leave it unset."
        )
    experiment = environment.get(trial_tracking.EXPERIMENT, "trimtab")
    run = OwnRun(run_id, experiment, Path(folder).absolute())
    uri = environment.get(trial_tracking.REAL_URI, "")
    return run, RealStore(run.run_id, run.experiment_id, uri, run.folder)


def _done() -> RunOperations:
    return RunOperations([])  # type: ignore[no-untyped-call] # MLflow leaves it untyped
