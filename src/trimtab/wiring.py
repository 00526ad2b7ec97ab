"""From a name to its adapter. The only place that knows which adapters there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from trimtab.errors import InputError
from trimtab.home import Home, SweepFolder
from trimtab.model.plan import Plan
from trimtab.ports import Compute, Registry, Store, Tracking
from trimtab.samplers import Chosen, choose_sampler, make_sampler
from trimtab.stoppers import make_stopper
from trimtab.store.sqlite import SqliteStore
from trimtab.tracking.database import open_store, sqlite_uri
from trimtab.tracking.mirror import Mirror

__all__ = [
    "COMPUTES",
    "Chosen",
    "choose_sampler",
    "make_compute",
    "make_mirror",
    "make_registry",
    "make_sampler",
    "make_stopper",
    "mlflow_installed",
    "mlflow_run",
    "tracking_uri",
]


def _local(plan: Plan, home: Home) -> Compute:
    from trimtab.compute.local import LocalCompute, slots_for
    from trimtab.runtime.process import ProcessRuntime

    return LocalCompute(ProcessRuntime(), slots_for(plan.limits.max_concurrent_trials), home.cache)


def tracking_uri(home: Home, environment: Mapping[str, str] = os.environ) -> str:
    """``MLFLOW_TRACKING_URI`` where it is set, else the SQLite database of the home."""
    return environment.get("MLFLOW_TRACKING_URI") or sqlite_uri(home.mlflow / "mlflow.db")


def mlflow_installed() -> bool:
    """Whether sweeps can be mirrored to MLflow at all; does not import it."""
    return find_spec("mlflow") is not None


def make_mirror(folder: SweepFolder, home: Home, uri: str, experiment: str) -> Mirror:
    """The reader that keeps MLflow up to date with a sweep; not started yet."""

    def open_tracking(store: Store) -> Tracking:
        from trimtab.tracking.mlflow import MlflowTracking

        artifacts = home.mlflow / "artifacts"
        return MlflowTracking(uri, experiment, artifacts, store.read, folder.attempt)

    return Mirror(lambda: SqliteStore.reader(folder.facts), open_tracking, folder.mirror_cursor)


def make_registry(home: Home, uri: str) -> Registry:
    """The model registry that belongs to a tracking URI."""
    from trimtab.models.registry import MlflowRegistry

    artifacts = home.mlflow / "artifacts"
    return MlflowRegistry(uri, artifacts, lambda: open_store(uri, artifacts))


def mlflow_run(home: Home, uri: str, experiment: str, sweep: str, trial: int) -> str | None:
    """MLflow's id of a trial's run; None when it has none. Raises TrackingError."""
    from trimtab.tracking.refusals import refusals
    from trimtab.tracking.runs import Runs

    with refusals("be asked for a run"):
        return Runs(open_store(uri, home.mlflow / "artifacts"), sweep, experiment).id_of(trial)


COMPUTES: Mapping[str, Callable[[Plan, Home], Compute]] = {"local": _local}


def make_compute(name: str, plan: Plan, home: Home) -> Compute:
    """The compute of that name. Raises InputError for an unknown one."""
    try:
        make = COMPUTES[name]
    except KeyError:
        known = ", ".join(sorted(COMPUTES))
        raise InputError(f"There is no compute {name!r}; there is: {known}.") from None
    return make(plan, home)
