"""The environment variables by which a trial's script finds its MLflow run."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from trimtab import trial_tracking

FOLDER_NAME = "mlflow"
"""The folder for MLflow's things inside an attempt's folder."""
_REACHABLE = frozenset({"http", "https", "databricks", "postgresql", "mysql", "mssql", "azureml"})


def own_run_id(sweep: str, trial: int) -> str:
    """The id under which a trial's script knows its run: 32 hexadecimal digits, always the same."""
    return uuid5(NAMESPACE_URL, f"trimtab:{sweep}/{trial}").hex


def reachable_from_anywhere(uri: str) -> bool:
    """Whether a tracking URI names a service, rather than files of this machine."""
    return uri.partition(":")[0].partition("+")[0] in _REACHABLE


def trial_environment(
    sweep: str, trial: int, folder: Path, experiment: str, uri: str, local: bool = True
) -> dict[str, str]:
    """Variables for one attempt, to go into ``Launch.tracking``.

    ``folder`` is the attempt's own folder as the trial sees it, ``uri`` the sweep's tracking URI.
    ``local`` says whether the trial runs on this machine; elsewhere a URI of local files is left
    out, and what needs it fails in the script with a sentence that says so.
    """
    run = own_run_id(sweep, trial)
    variables = {
        "MLFLOW_TRACKING_URI": trial_tracking.TRACKING_URI,
        "MLFLOW_REGISTRY_URI": trial_tracking.TRACKING_URI,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        trial_tracking.RUN: run,
        trial_tracking.OWN_RUN: run,
        trial_tracking.EXPERIMENT: experiment,
        trial_tracking.FOLDER: str(folder / FOLDER_NAME),
    }
    if local or reachable_from_anywhere(uri):
        variables[trial_tracking.REAL_URI] = uri
    return variables
