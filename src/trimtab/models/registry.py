"""Registering models in MLflow's model registry."""

from __future__ import annotations

import posixpath
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from trimtab.errors import InputError, TrackingError, TrimtabError
from trimtab.models.digest import digest
from trimtab.models.find import DESCRIPTION, FoundModel, ModelKind, model_at
from trimtab.ports import ModelVersion
from trimtab.redaction import redacted

KIND = "trimtab.model_kind"
DIGEST = "trimtab.model_digest"
MAX_TAG = 5_000
"""Letters of a tag's value that every registry of MLflow takes."""
MAX_NAME = 250
_READY_WITHIN = 300
_NO_KEY = re.compile(r"[^/\w.\- :]")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class MlflowRegistry:
    """``ports.Registry`` over the registry at ``uri``.

    Models without a run that keeps them are copied below ``artifacts``. ``prepare`` is called once
    before MLflow is first used (it makes a database that is not there yet).
    """

    def __init__(self, uri: str, artifacts: Path, prepare: Callable[[], object]) -> None:
        self._uri = uri
        self._artifacts = artifacts
        self._prepare: Callable[[], object] | None = prepare

    def register(
        self, name: str, folder: Path, tags: Mapping[str, str], run: str | None
    ) -> ModelVersion:
        """Registers an MLflow model's folder, or any folder or file, which loads as plain files.

        The version keeps a copy of its own: the trial's folder may go.
        """
        check_name(name)
        found = model_at(folder)
        own = {KIND: str(found.kind), DIGEST: f"sha256:{digest(found.path).sha256}"}
        try:
            return self._register(name, found, {**tags, **own}, run)
        except TrimtabError:
            raise
        except Exception as error:
            reason = redacted(" ".join(str(error).split()))[:300] or type(error).__name__
            raise TrackingError(f"The model {name!r} could not be registered: {reason}") from error

    def _register(
        self, name: str, found: FoundModel, tags: Mapping[str, str], run: str | None
    ) -> ModelVersion:
        if self._prepare is not None:
            self._prepare()
            self._prepare = None
        from mlflow.tracking import MlflowClient

        client = MlflowClient(self._uri, self._uri)
        place = self._place(client, name, run)
        _store(found, place, run, self._uri)
        _make_name(client, name)
        version: Any = client.create_model_version(
            name,
            source=place,
            run_id=run,
            tags={_key(key): _shortened(value) for key, value in tags.items()},
            await_creation_for=_READY_WITHIN,
        )
        uri = f"models:/{name}/{version.version}"
        return ModelVersion(name, str(version.version), uri)

    def _place(self, client: Any, name: str, run: str | None) -> str:
        """A folder of its own for this version, below the run's artifacts or ours; as a URI."""
        own = f"registered/{_UNSAFE.sub('_', name)}/{time.time_ns():x}"
        if run is None:
            if self._uri.startswith(("http://", "https://")):
                raise TrackingError(
                    f"The model {name!r} cannot be registered before its trial is shown in MLflow; "
                    "let the mirror catch up first."
                )
            return (self._artifacts / own).absolute().as_uri()
        root: str = client.get_run(run).info.artifact_uri
        return posixpath.join(Path(root).as_uri() if root.startswith("/") else root, own)


def check_name(name: str) -> None:
    """Raises InputError unless ``name`` can name a registered model."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise InputError(
            f"The model name {name[:80]!r} is not allowed; it has 1 to {MAX_NAME} printable "
            "letters."
        )
    if any(letter in name for letter in "/:\\") or name.startswith("."):
        raise InputError(
            f"The model name {name!r} is not allowed; it holds no slash, backslash or colon and "
            "does not begin with a dot."
        )


def _store(found: FoundModel, place: str, run: str | None, tracking_uri: str) -> None:
    """Copies the model to ``place``; a single file into a folder of its own there."""
    parts = urlsplit(place)
    if parts.scheme == "file":
        _copy(found, Path(unquote(parts.path)), run)
        return
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    repository: Any = get_artifact_repository(place, tracking_uri=tracking_uri)
    with tempfile.TemporaryDirectory(prefix="trimtab-") as aside:
        _copy(found, Path(aside, "model"), run)
        repository.log_artifacts(str(Path(aside, "model")))


def _copy(found: FoundModel, target: Path, run: str | None) -> None:
    try:
        if found.path.is_dir():
            shutil.copytree(found.path, target)
        else:
            target.mkdir(parents=True)
            shutil.copy2(found.path, target / found.path.name)
        if found.kind is ModelKind.MLFLOW:
            _describe(target / DESCRIPTION, run)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _describe(file: Path, run: str | None) -> None:
    """Takes the ids out that only the trial's script knew; the run becomes the one in MLflow."""
    import yaml

    try:
        described = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name}: this description of the model is not YAML.") from error
    if not isinstance(described, dict) or not isinstance(described.get("flavors"), dict):
        raise InputError(f"{file.name}: this description of the model names no flavors.")
    for key in ("model_id", "model_uuid", "run_id", "artifact_path"):
        described.pop(key, None)
    if run is not None:
        described["run_id"] = run
    file.write_text(yaml.safe_dump(described, sort_keys=False), encoding="utf-8")


def _make_name(client: Any, name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _key(name: str) -> str:
    """``name`` with what MLflow takes in no tag's name as underscores."""
    safe = _NO_KEY.sub("_", name)[:MAX_NAME]
    plain = safe if posixpath.normpath(safe) == safe else safe.replace("/", "_")
    return plain.lstrip("./") or "_"


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_TAG else f"{text[: MAX_TAG - 1]}…"
