"""The MLflow database of the tracking tests serves the registry's too."""

from tests.tracking.conftest import database, mlflow_template

__all__ = ["database", "mlflow_template"]
