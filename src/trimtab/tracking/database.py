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


def sqlite_uri(file: Path) -> str:
    """The tracking URI of a SQLite database; any path will do."""
    path = str(file.absolute()).replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{path}"


def open_store(uri: str, artifacts: Path) -> Any:
    """MLflow's tracking store; new experiments of a database keep their files in ``artifacts``.

    Takes seconds: MLflow is imported, and a new database made. Raises MlflowException and whatever
    a database driver raises; MissingExtraError when MLflow is not installed. A SQLite database
    that cannot be opened is refused at once; MLflow itself would try for most of an hour.
    """
    import_mlflow()
    from mlflow.tracking._tracking_service.utils import _get_store

    file = _sqlite_file(uri)
    if file is not None:
        _make_database(file)
        _check(file)
    return _get_store(uri, artifacts.absolute().as_uri())  # type: ignore[no-untyped-call] # MLflow's


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
    from sqlalchemy.engine import make_url

    if not uri.startswith("sqlite:"):
        return None
    name = make_url(uri).database
    return None if name in (None, "", ":memory:") else Path(str(name))


def _check(file: Path) -> None:
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA schema_version")
    finally:
        connection.close()


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

        store: Any = SqlAlchemyStore(sqlite_uri(draft), file.parent.as_uri())  # type: ignore[no-untyped-call] # MLflow's
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
