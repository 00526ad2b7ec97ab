"""The MLflow database of a home: where it is, and how a new one is made."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trimtab.errors import MissingExtraError

_QUIET: Mapping[str, str] = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
}
"""No telemetry thread; and few retries inside one request, since the mirror comes again itself."""
_CHATTY = ("mlflow.store.db.utils", "mlflow.store.model_registry.abstract_store", "alembic")


def tracking_uri(home: Path, environment: Mapping[str, str]) -> str:
    """``MLFLOW_TRACKING_URI`` when it is set, else a SQLite database in the home."""
    given = environment.get("MLFLOW_TRACKING_URI", "").strip()
    return given or f"sqlite:///{home.absolute() / 'mlflow' / 'mlflow.db'}"


def artifact_root(home: Path) -> Path:
    """The folder where a database of the home keeps the artifacts of new experiments."""
    return home.absolute() / "mlflow" / "artifacts"


def open_store(uri: str, artifacts: Path) -> Any:
    """MLflow's tracking store; new experiments of a database keep their files in ``artifacts``.

    Takes seconds: MLflow is imported, and a new database made. Raises MlflowException and whatever
    a database driver raises; MissingExtraError when MLflow is not installed.
    """
    import_mlflow()
    from mlflow.tracking._tracking_service.utils import _get_store

    file = _sqlite_file(uri)
    if file is not None:
        _make_database(file)
    return _get_store(uri, str(artifacts))  # type: ignore[no-untyped-call] # MLflow's


def import_mlflow() -> None:
    """Imports MLflow without its telemetry and its messages about databases."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import mlflow  # noqa: F401 - imported for its effect
    except ModuleNotFoundError as error:
        if error.name != "mlflow":
            raise
        raise MissingExtraError("mlflow", "mlflow", "Mirroring a sweep to MLflow") from error
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _sqlite_file(uri: str) -> Path | None:
    prefix, mark, path = uri.partition(":///")
    if prefix != "sqlite" or not mark or not path or path.startswith(":memory:"):
        return None
    return Path(path.partition("?")[0])


def _make_database(file: Path) -> None:
    """Makes a database that is not there yet: aside, then put in place whole.

    Sweeps that start together wait for the first; a process killed half way leaves nothing that
    the next one could stumble over. WAL lets people look while a mirror writes.
    """
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file.with_name(f"{file.name}.lock")):
        if file.exists():
            return
        draft = file.with_name(f".{file.name}.new")
        for rest in file.parent.glob(f"{draft.name}*"):
            rest.unlink()
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

        store: Any = SqlAlchemyStore(f"sqlite:///{draft}", str(file.parent))  # type: ignore[no-untyped-call] # MLflow's
        store.engine.dispose()
        connection = sqlite3.connect(draft)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        draft.replace(file)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
