"""The runs of one sweep in MLflow: found again or made, written in portions that MLflow takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from trimtab.errors import TrackingError
from trimtab.tracking.names import MAX_PARAM, MAX_TAG, encode, shortened
from trimtab.tracking.refusals import lasting, may_be_gone

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

SWEEP = "trimtab.sweep"
TRIAL = "trimtab.trial"
PARENT = "mlflow.parentRunId"
METRICS_AT_ONCE = 950
TEXTS_AT_ONCE = 25
"""Together the 1,000 entries, and less than the megabyte, that MLflow takes in one request."""
_PAGE = 1000


class Runs:
    """One sweep's parent run (trial None) and child runs, by trial.

    ``store`` is MLflow's tracking store. Methods raise what it raises, and TrackingError.
    """

    def __init__(self, store: Any, sweep: str, experiment: str) -> None:
        self._store = store
        self._sweep = sweep
        self.experiment_id = _experiment_id(store, experiment)
        self._ids: dict[int | None, str] = {}
        self._artifacts: dict[str, str] = {}
        self._params: dict[str, dict[str, str]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._deleted: set[int | None] = set()
        self._find()

    def id_of(self, trial: int | None) -> str | None:
        """The id of a run that was made, also when somebody has deleted it."""
        return self._ids.get(trial)

    def deleted(self, trial: int | None) -> bool:
        """Whether somebody deleted the run in MLflow; it is then left alone."""
        return trial in self._deleted

    def artifacts_of(self, run_id: str) -> str:
        """The artifact URI of a run."""
        if run_id not in self._artifacts:
            self._artifacts[run_id] = self._store.get_run(run_id).info.artifact_uri
        return self._artifacts[run_id]

    def make(
        self,
        trial: int | None,
        name: str,
        started: float,
        tags: Mapping[str, str],
    ) -> None:
        """Makes the run of ``trial``, running since ``started`` (seconds)."""
        from mlflow.entities import RunTag

        own = {**tags, SWEEP: self._sweep}
        if trial is not None:
            own[TRIAL] = f"{self._sweep}/{trial}"
            parent = self._ids.get(None)
            if parent is not None:
                own[PARENT] = parent
        texts = {encode(key): shortened(value, MAX_TAG) for key, value in own.items()}
        run = self._store.create_run(
            experiment_id=self.experiment_id,
            user_id=own.get("mlflow.user", ""),
            start_time=_millis(started),
            tags=[RunTag(key, text) for key, text in texts.items()],
            run_name=name,
        )
        run_id: str = run.info.run_id
        self._ids[trial] = run_id
        self._artifacts[run_id] = run.info.artifact_uri
        self._tags[run_id] = texts

    def put(
        self,
        trial: int | None,
        metrics: Iterable[tuple[str, float, int, float]] = (),
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Metrics are (name, value, step, seconds since the epoch). Rewriting is harmless.

        MLflow never changes a parameter: another value of one becomes a tag ``param.<name>``.
        """
        from mlflow.entities import Metric

        written = [Metric(encode(n), v, _millis(at), step) for n, v, step, at in metrics]
        new, others = self._new_params(trial, params or {})
        changed = self._changed_tags(trial, {**(tags or {}), **others})
        while written or new or changed:
            portion = [*written[:METRICS_AT_ONCE], *new[:TEXTS_AT_ONCE], *changed[:TEXTS_AT_ONCE]]
            self._put(trial, portion, self._batch)
            del written[:METRICS_AT_ONCE], new[:TEXTS_AT_ONCE], changed[:TEXTS_AT_ONCE]

    def put_status(self, trial: int | None, status: int, ended: float | None) -> None:
        """``status`` is a number of MLflow's RunStatus; ``ended`` in seconds since the epoch."""
        at = None if ended is None else _millis(ended)
        self._put(trial, [status], lambda run_id, some: self._update(run_id, some[0], at))

    def _new_params(
        self, trial: int | None, params: Mapping[str, str]
    ) -> tuple[list[Any], dict[str, str]]:
        """Parameters the run has not; and as tags, those it has with another value."""
        from mlflow.entities import Param

        known = self._params.setdefault(self._ids[trial], {})
        new, others = [], {}
        for name, value in params.items():
            key, text = encode(name), shortened(value, MAX_PARAM)
            if key not in known:
                known[key] = text
                new.append(Param(key, text))
            elif known[key] != text:
                others[f"param.{name}"] = value
        return new, others

    def _changed_tags(self, trial: int | None, tags: Mapping[str, str]) -> list[Any]:
        from mlflow.entities import RunTag

        known = self._tags.setdefault(self._ids[trial], {})
        texts = {encode(name): shortened(value, MAX_TAG) for name, value in tags.items()}
        changed = {key: text for key, text in texts.items() if known.get(key) != text}
        known.update(changed)
        return [RunTag(key, text) for key, text in changed.items()]

    def _batch(self, run_id: str, entities: Sequence[Any]) -> None:
        from mlflow.entities import Metric, Param, RunTag

        metrics, params, tags = (
            [one for one in entities if isinstance(one, kind)] for kind in (Metric, Param, RunTag)
        )
        self._store.log_batch(run_id, metrics, params, tags)

    def _update(self, run_id: str, status: int, ended: int | None) -> None:
        self._store.update_run_info(run_id, status, ended, None)

    def _put(
        self, trial: int | None, some: Sequence[_T], write: Callable[[str, Sequence[_T]], None]
    ) -> None:
        """Writes all at once; what MLflow refuses for good is found one by one and left out."""
        if trial in self._deleted:
            return
        run_id = self._ids[trial]
        try:
            write(run_id, some)
        except Exception as error:
            if may_be_gone(error) and self._was_deleted(trial, run_id):
                return
            if not lasting(error):
                raise
            if len(some) == 1:
                _log.warning(
                    "MLflow refuses a value, which stays out of its run.",
                    extra={"run": run_id, "refused": repr(some[0])[:200], "reason": str(error)},
                )
                return
            for one in some:
                self._put(trial, [one], write)

    def _was_deleted(self, trial: int | None, run_id: str) -> bool:
        from mlflow.entities import LifecycleStage
        from mlflow.exceptions import MlflowException

        try:
            run = self._store.get_run(run_id)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
        else:
            if run.info.lifecycle_stage == LifecycleStage.ACTIVE:
                return False
            _check_active(self._store.get_experiment(self.experiment_id))
        self._deleted.add(trial)
        _log.warning("A run was deleted in MLflow and is left alone.", extra={"run": run_id})
        return True

    def _find(self) -> None:
        """The runs that an earlier mirror of this sweep made."""
        for run in self._search():
            place = run.data.tags.get(TRIAL, "").rpartition("/")[2]
            trial = int(place) if place.isdecimal() else None
            if place and trial is None:
                continue
            self._ids[trial] = run.info.run_id
            self._artifacts[run.info.run_id] = run.info.artifact_uri
            self._params[run.info.run_id] = dict(run.data.params)
            self._tags[run.info.run_id] = dict(run.data.tags)
            if run.info.lifecycle_stage == "deleted":
                self._deleted.add(trial)

    def _search(self) -> Iterator[Any]:
        """Runs of this sweep that carry its tag, children that scripts made left out."""
        from mlflow.entities import ViewType

        quote = '"' if "'" in self._sweep else "'"
        wanted = f"tags.`{SWEEP}` = {quote}{self._sweep}{quote}"
        token = None
        while True:
            page = self._store.search_runs(
                [self.experiment_id], wanted, ViewType.ALL, _PAGE, None, token
            )
            yield from page
            token = page.token
            if not token:
                return


def _experiment_id(store: Any, name: str) -> str:
    from mlflow.exceptions import MlflowException

    experiment = store.get_experiment_by_name(name)
    if experiment is None:
        try:
            created: str = store.create_experiment(name, None, [])
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            experiment = store.get_experiment_by_name(name)
        else:
            return created
    _check_active(experiment)
    found: str = experiment.experiment_id
    return found


def _check_active(experiment: Any) -> None:
    if experiment.lifecycle_stage != "active":
        raise TrackingError(
            f"The experiment {experiment.name!r} was deleted in MLflow; restore it there "
            f"(mlflow experiments restore --experiment-id {experiment.experiment_id}) or give the "
            "sweep another experiment_name. Nothing is lost until then."
        )


def _millis(at: float) -> int:
    return int(at * 1000)
