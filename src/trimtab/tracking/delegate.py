"""The sweep's real MLflow as a trial reaches it: opened only when a script needs it.

Scripts know their run under the id that the trial was launched with; MLflow gave it another one
when the mirror made it. Ids are translated on the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE

from trimtab.tracking.journal import ARTIFACTS, MODEL_FILE, MODELS, RealRun, read_real_run
from trimtab.tracking.publish import Publisher

PATIENCE = 60.0
"""Seconds to wait for the mirror to make the run before a call that needs it gives up."""
_LOOK_EVERY = 0.1
_LOCAL_MODEL = re.compile(r"\bm-[0-9a-f]{32}\b")


class RealStore:
    """The real tracking store, with ids of the own run and experiment translated in arguments."""

    def __init__(
        self, run_id: str, experiment_id: str, uri: str, folder: Path, patience: float = PATIENCE
    ) -> None:
        self._run_id = run_id
        self._experiment_id = experiment_id
        self._uri = uri
        self._folder = folder
        self._patience = patience
        self._store: Any = None
        self._real: RealRun | None = None

    @property
    def uri(self) -> str:
        return self._uri

    @property
    def opened(self) -> bool:
        """Whether any call has needed the real store so far."""
        return self._store is not None

    def owns(self, run_id: str) -> bool:
        """Whether ``run_id`` is the own run, under either id."""
        return run_id == self._run_id or (self._real is not None and run_id == self._real.run_id)

    def method(self, name: str) -> Callable[..., Any]:
        """The store's method ``name``; calling it opens the store if need be."""

        def call(*args: Any, **kwargs: Any) -> Any:
            store = self.open(name)
            return getattr(store, name)(*self.translate(args), **self.translate(kwargs))

        return call

    def open(self, purpose: str) -> Any:
        """The real store. Raises MlflowException when it cannot be reached from here."""
        if self._store is None:
            real = self.wait(purpose)
            from mlflow.tracking._tracking_service.utils import _get_store

            root = (self._folder / ARTIFACTS).as_uri()
            self._store = _get_store(self._uri, root)  # type: ignore[no-untyped-call] # MLflow's
            self._real = real
        return self._store

    def wait(self, purpose: str) -> RealRun:
        """The real run's ids, once the mirror has made it. Raises MlflowException after a while."""
        if not self._uri:
            raise _unreachable(
                f"The call {purpose!r} needs the sweep's MLflow, which cannot be reached from "
                "this node; a trial can log metrics, parameters, tags, artifacts, datasets and "
                "models of its own run everywhere. Set MLFLOW_TRACKING_URI to a server that all "
                "nodes reach before you start the sweep."
            )
        until = time.monotonic() + self._patience
        while (real := read_real_run(self._folder)) is None:
            if time.monotonic() > until:
                raise _unreachable(
                    f"The call {purpose!r} needs the sweep's MLflow at {self._shown()}, where this "
                    f"trial's run has not appeared for {self._patience:g} seconds; MLflow is away "
                    "or the sweep's conductor has ended."
                )
            time.sleep(_LOOK_EVERY)
        return real

    def translate(self, value: Any) -> Any:
        """``value`` with the own ids in it (in texts, lists, tuples, mappings) made real ones."""
        real = self._real
        if real is None:
            return value
        if isinstance(value, str):
            own = value.replace(self._run_id, real.run_id)
            return own.replace(self._experiment_id, real.experiment_id)
        if type(value) in (list, tuple):
            return type(value)(self.translate(item) for item in value)
        if type(value) is dict:
            return {key: self.translate(item) for key, item in value.items()}
        return value

    def published(self, source: str) -> tuple[str, str]:
        """Where MLflow finds what a script means by ``source``, and its model's id, if it has one.

        A model that this trial logged is brought to MLflow; other artifacts of its run are there
        once the trial has ended. The store must be open.
        """
        real = self._real
        if real is None:
            return source, ""
        match = _LOCAL_MODEL.search(source)
        if match and (self._folder / MODELS / match[0] / MODEL_FILE).is_file():
            publisher = Publisher(self._store, self._uri, real, self._run_id)
            model_id = publisher.publish(self._folder, match[0])
            return self._store.get_logged_model(model_id).artifact_location, model_id
        own = (self._folder / ARTIFACTS).as_uri()
        if source.startswith(own):
            root = self._store.get_run(real.run_id).info.artifact_uri
            return f"{root}{source.removeprefix(own)}", ""
        return self.translate(source), ""

    def _shown(self) -> str:
        """The URI without what may be a password in it."""
        scheme, mark, rest = self._uri.partition("://")
        return f"{scheme}{mark}{rest.rpartition('@')[2]}"


class RealRegistry:
    """The real model registry, opened by the first call of any of its methods."""

    def __init__(self, store: RealStore) -> None:
        self._tracking = store
        self._store: Any = None

    def create_model_version(self, name: str, source: str, *args: Any, **kwargs: Any) -> Any:
        """Registers a model of this trial too: it is then published at once, not at the end."""
        store = self._open("create_model_version")
        place, published = self._tracking.published(source)
        if published and kwargs.get("model_id"):
            kwargs["model_id"] = published
        values = self._tracking.translate(kwargs)
        return store.create_model_version(name, place, *self._tracking.translate(args), **values)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Every method of MLflow's registry interface: their names are MLflow's to choose."""
        from mlflow.store.model_registry.abstract_store import AbstractStore

        if name.startswith("__") or not hasattr(AbstractStore, name):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            store = self._open(name)
            return getattr(store, name)(
                *self._tracking.translate(args), **self._tracking.translate(kwargs)
            )

        return call

    def _open(self, purpose: str) -> Any:
        if self._store is None:
            self._tracking.open(purpose)
            from mlflow.tracking._model_registry.utils import _get_store

            uri = self._tracking.uri
            self._store = _get_store(uri, uri)  # type: ignore[no-untyped-call] # MLflow's
        return self._store


def _unreachable(message: str) -> MlflowException:
    return MlflowException(message, error_code=TEMPORARILY_UNAVAILABLE)
