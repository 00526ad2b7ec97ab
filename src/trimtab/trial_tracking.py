"""MLflow's door into a trial: the tracking store behind ``trimtab://``.

MLflow loads this module, by the entry point ``mlflow.tracking_store``, in every process that
imports ``mlflow``; so it imports nothing but the standard library, and the store itself only when
a script runs as a trial and uses MLflow. A trial's environment (``trimtab.tracking.environment``
makes it) names in these variables:

    MLFLOW_TRACKING_URI      ``trimtab://trial``
    MLFLOW_RUN_ID            the trial's own run, 32 hexadecimal digits
    MLFLOW_EXPERIMENT_NAME   the experiment that shows the sweep
    TRIMTAB_MLFLOW_FOLDER    where artifacts, models and the journal of the own run are kept
    TRIMTAB_MLFLOW_URI       the sweep's real tracking URI; absent where it cannot be reached
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trimtab.tracking.delegate import RealRegistry
    from trimtab.tracking.trial_store import TrialStore

TRACKING_URI = "trimtab://trial"
RUN = "MLFLOW_RUN_ID"
EXPERIMENT = "MLFLOW_EXPERIMENT_NAME"
FOLDER = "TRIMTAB_MLFLOW_FOLDER"
REAL_URI = "TRIMTAB_MLFLOW_URI"
OWN_RUN = "TRIMTAB_MLFLOW_RUN"
"""The own run again: MLflow takes ``MLFLOW_RUN_ID`` out of the environment when a run starts."""


def tracking_store(store_uri: str, artifact_uri: str | None = None) -> TrialStore:  # noqa: ARG001
    """The store of this process's trial (both arguments are MLflow's calling convention).

    Raises MlflowException outside of a trial.
    """
    from trimtab.tracking.trial_store import TrialStore

    return TrialStore.from_environment(os.environ)


def model_registry_store(store_uri: str, tracking_uri: str | None = None) -> RealRegistry:  # noqa: ARG001
    """The sweep's real model registry, opened when first used (arguments as MLflow calls).

    Raises MlflowException outside of a trial.
    """
    from trimtab.tracking.trial_store import registry_from_environment

    return registry_from_environment(os.environ)
