"""Putting a trial's model into the model registry, with where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from trimtab.creation import job_of, work_of
from trimtab.errors import InputError
from trimtab.finishing import Chosen, chosen_from
from trimtab.home import Home, SweepFolder
from trimtab.model.facts import SweepCreated
from trimtab.model.launch import Input
from trimtab.model.state import SweepState
from trimtab.models.digest import digest
from trimtab.models.find import find_model, model_at
from trimtab.ports import ModelVersion
from trimtab.reading import creation_of, state_of
from trimtab.running import experiment_of, sync
from trimtab.space import flat
from trimtab.store.sqlite import SqliteStore
from trimtab.wiring import make_registry, mlflow_run, tracking_uri

SYNC_SECONDS = 120.0


def register(
    home: Home,
    folder: SweepFolder,
    *,
    name: str | None = None,
    trial: int | None = None,
    path: str | None = None,
) -> ModelVersion:
    """A new version of the model ``name`` (default: the experiment's name) from a trial's files.

    The trial is the best one unless given; ``path`` names the model below its outputs where that
    is not clear. The version carries the parameters, metrics, data digests, sweep and trial as
    tags, and belongs to the trial's MLflow run. Raises InputError, UnknownSweepError,
    TrackingError.
    """
    created, state = _read(folder)
    chosen = chosen_from(state, folder, trial)
    model = _model(chosen, path)
    experiment = experiment_of(created)
    uri = tracking_uri(home)
    sync(home, folder, SYNC_SECONDS)
    run = mlflow_run(home, uri, experiment, folder.sweep, chosen.trial.index)
    tags = _tags(folder, created, state, chosen)
    return make_registry(home, uri).register(name or experiment, model, tags, run)


def _read(folder: SweepFolder) -> tuple[SweepCreated, SweepState]:
    store = SqliteStore.reader(folder.facts)
    try:
        return creation_of(store), state_of(store)
    finally:
        store.close()


def _model(chosen: Chosen, path: str | None) -> Path:
    outputs, artifacts = chosen.folder / "outputs", chosen.folder / "mlflow"
    if path is None:
        return find_model([outputs, artifacts, chosen.folder / "named-outputs"]).path
    place = outputs / path
    if not place.resolve().is_relative_to(outputs.resolve()):
        raise InputError(f"{path!r} leads out of the trial's outputs {outputs}.")
    return model_at(place).path


def _tags(
    folder: SweepFolder, created: SweepCreated, state: SweepState, chosen: Chosen
) -> dict[str, str]:
    trial = chosen.trial
    tags = {"trimtab.sweep": folder.sweep, "trimtab.trial": f"{folder.sweep}/{trial.index}"}
    if created.parent:
        tags["trimtab.parent"] = created.parent
    tags |= {f"param.{key}": value for key, value in flat(trial.params).items()}
    tags |= {f"metric.{key}": repr(value) for key, value in _finite(trial.metrics).items()}
    objective = state.the_plan().objective
    if objective is not None and chosen.value is not None:
        tags["trimtab.primary_metric"] = objective.metric
        tags["trimtab.best_value"] = repr(chosen.value)
    work = work_of(job_of(created), folder.code)
    return tags | {f"data.{one.name}": _data(one) for one in work.inputs}


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def _data(given: Input) -> str:
    """A literal's text, a local path's digest, or a URI as it is."""
    if given.kind == "literal" or not Path(given.value).exists():
        return given.value
    return str(digest(Path(given.value)))
