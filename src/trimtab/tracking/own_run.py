"""A trial's own run as its script sees it: what this process has logged so far."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from mlflow.entities import (
    Experiment,
    LifecycleStage,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    RunTag,
)
from mlflow.utils.validation import _validate_batch_log_data, _validate_param_keys_unique

from trimtab.tracking.journal import ARTIFACTS

_MAX_STEP = 2**63 - 1


@dataclass(slots=True)
class History:
    """All values of one metric, 24 bytes each."""

    values: array[float] = field(default_factory=lambda: array("d"))
    steps: array[int] = field(default_factory=lambda: array("q"))
    times: array[int] = field(default_factory=lambda: array("q"))
    latest: int = 0

    def add(self, value: float, step: int, at: int) -> None:
        self.values.append(value)
        self.steps.append(max(-_MAX_STEP, min(_MAX_STEP, step)))
        self.times.append(at)
        last = len(self.values) - 1
        if (self.steps[last], at) >= (self.steps[self.latest], self.times[self.latest]):
            self.latest = last

    def metric(self, name: str, index: int) -> Metric:
        return Metric(name, self.values[index], self.times[index], self.steps[index])


@dataclass(slots=True)
class OwnRun:
    """The run with the id ``run_id``; its artifacts lie below ``folder``.

    ``experiment_id`` is a number of the run's own, so that it can be told from real ones.
    """

    run_id: str
    experiment_name: str
    folder: Path
    experiment_id: str = ""
    name: str = ""
    status: str = RunStatus.to_string(RunStatus.RUNNING)
    start_time: int = field(default_factory=lambda: int(time.time() * 1000))
    end_time: int | None = None
    reopened: bool = False
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    datasets: list[Any] = field(default_factory=list)
    model_inputs: list[Any] = field(default_factory=list)
    model_outputs: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.experiment_id = str(UUID(hex=self.run_id).int % 10**17 + 10**17)

    def history(self, name: str) -> list[Metric]:
        history = self.histories.get(name, History())
        return [history.metric(name, index) for index in range(len(history.values))]

    def info(self) -> RunInfo:
        return RunInfo(
            run_id=self.run_id,
            experiment_id=self.experiment_id,
            user_id=self.tags.get("mlflow.user", ""),
            status=self.status,
            start_time=self.start_time,
            end_time=self.end_time,
            lifecycle_stage=LifecycleStage.ACTIVE,
            artifact_uri=(self.folder / ARTIFACTS).as_uri(),
            run_name=self.name,
        )

    def entity(self) -> Run:
        return Run(
            run_info=self.info(),
            run_data=RunData(
                metrics=[one.metric(name, one.latest) for name, one in self.histories.items()],
                params=[Param(key, value) for key, value in self.params.items()],
                tags=[RunTag(key, value) for key, value in self.tags.items()],
            ),
            run_inputs=RunInputs(
                dataset_inputs=list(self.datasets), model_inputs=list(self.model_inputs)
            ),
            run_outputs=RunOutputs(model_outputs=list(self.model_outputs)),
        )

    def experiment(self, name: str = "") -> Experiment:
        """The experiment of the run, under ``name`` or the one that the sweep gave it."""
        return Experiment(
            experiment_id=self.experiment_id,
            name=name or self.experiment_name,
            artifact_location=self.folder.as_uri(),
            lifecycle_stage=LifecycleStage.ACTIVE,
            tags=[],
        )

    def reopen(self) -> None:
        """The script begins another run, which is this one again."""
        self.reopened = True
        self.status, self.end_time = RunStatus.to_string(RunStatus.RUNNING), None

    def put(self, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        self.params.update(params)
        self.tags.update(tags)
        self.name = self.tags.get("mlflow.runName", self.name)


def validated(
    metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]
) -> tuple[list[Metric], list[Param], list[RunTag]]:
    """The entries if every MLflow store would take them; raises MlflowException otherwise."""
    texts = [RunTag(tag.key, str(tag.value)) for tag in tags]
    checked: tuple[list[Metric], list[Param], list[RunTag]] = _validate_batch_log_data(  # type: ignore[no-untyped-call] # MLflow leaves it untyped
        list(metrics), list(params), texts
    )
    _validate_param_keys_unique(checked[1])  # type: ignore[no-untyped-call] # as above
    return checked
