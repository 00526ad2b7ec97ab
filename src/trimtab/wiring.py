"""From a name to its adapter. The only place that knows which adapters there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from trimtab.errors import InputError
from trimtab.home import Home, SweepFolder
from trimtab.model.plan import Plan
from trimtab.ports import Compute, Store, Tracking
from trimtab.samplers import make_sampler
from trimtab.stoppers import make_stopper
from trimtab.store.sqlite import SqliteStore
from trimtab.tracking.mirror import Mirror

__all__ = [
    "COMPUTES",
    "make_compute",
    "make_mirror",
    "make_sampler",
    "make_stopper",
    "tracking_uri",
]


def _local(plan: Plan, home: Home) -> Compute:
    from trimtab.compute.local import LocalCompute, slots_for
    from trimtab.runtime.process import ProcessRuntime

    return LocalCompute(ProcessRuntime(), slots_for(plan.limits.max_concurrent_trials), home.cache)


def tracking_uri(home: Home, environment: Mapping[str, str] = os.environ) -> str:
    """``MLFLOW_TRACKING_URI`` where it is set, else the SQLite database of the home."""
    return environment.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home.mlflow / 'mlflow.db'}"


def make_mirror(folder: SweepFolder, home: Home, uri: str, experiment: str) -> Mirror:
    """The reader that keeps MLflow up to date with a sweep; not started yet."""

    def open_tracking(store: Store) -> Tracking:
        from trimtab.tracking.mlflow import MlflowTracking

        return MlflowTracking(uri, experiment, home.mlflow / "artifacts", store.read, folder.attempt)

    return Mirror(
        lambda: SqliteStore.reader(folder.facts), open_tracking, folder.mirror_cursor
    )


COMPUTES: Mapping[str, Callable[[Plan, Home], Compute]] = {"local": _local}


def make_compute(name: str, plan: Plan, home: Home) -> Compute:
    """The compute of that name. Raises InputError for an unknown one."""
    try:
        make = COMPUTES[name]
    except KeyError:
        known = ", ".join(sorted(COMPUTES))
        raise InputError(f"There is no compute {name!r}; there is: {known}.") from None
    return make(plan, home)
