"""Facts as MLflow shows them: the sweep a parent run, each trial a child run of it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trimtab.model.facts import (
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Reported,
    Started,
    StopDecided,
    SweepCreated,
    SweepEnded,
    SweepOutcome,
    Tagged,
)
from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.space import flat
from trimtab.tracking import journal
from trimtab.tracking.artifacts import bring
from trimtab.tracking.database import open_store
from trimtab.tracking.environment import FOLDER_NAME
from trimtab.tracking.names import encode
from trimtab.tracking.refusals import refusals
from trimtab.tracking.replay import Replay
from trimtab.tracking.runs import PARENT, SWEEP, TRIAL, Runs

KEPT = ("outputs", "user_logs", "named-outputs")
"""Folders of an attempt that become artifacts of the trial's run, under the same names."""

STATUSES: Mapping[TrialStatus | SweepOutcome, str] = {
    TrialStatus.PROPOSED: "SCHEDULED",
    TrialStatus.SUBMITTED: "RUNNING",
    TrialStatus.RUNNING: "RUNNING",
    TrialStatus.COMPLETED: "FINISHED",
    TrialStatus.STOPPED: "KILLED",
    TrialStatus.FAILED: "FAILED",
    TrialStatus.CANCELED: "KILLED",
    SweepOutcome.COMPLETED: "FINISHED",
    SweepOutcome.FAILED: "FAILED",
    SweepOutcome.CANCELED: "KILLED",
}
_RESERVED = frozenset({SWEEP, TRIAL, PARENT})
_MAX_STEP = 2**63 - 1

History = Callable[[int], Iterator[Fact]]
"""The log: facts with ``seq`` above the given one, in order (``ports.Store.read``)."""
Folders = Callable[[int, int], Path]
"""The folder of an attempt, by trial and attempt."""


@dataclass(slots=True)
class _Batch:
    """What some facts say about one run."""

    metrics: list[tuple[str, float, int, float]] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    ended: bool = False


class MlflowTracking:
    """``ports.Tracking`` over any MLflow tracking URI; nothing is opened before the first fact."""

    def __init__(
        self, uri: str, experiment: str, artifacts: Path, history: History, folders: Folders
    ) -> None:
        self._uri = uri
        self._experiment = experiment
        self._artifact_root = artifacts
        self._history = history
        self._folders = folders
        self._state = SweepState()
        self._created: SweepCreated | None = None
        self._store: Any = None
        self._runs: Runs | None = None
        self._told: dict[int | None, str] = {}

    def write(self, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        self._fold(facts)
        sweep = self._state.sweep
        with refusals(f"be told facts {facts[0].seq} to {facts[-1].seq} of the sweep {sweep!r}"):
            try:
                self._write(self._opened(), facts)
            except BaseException:
                self._runs = None  # what was written and what not is found out anew
                raise

    def _write(self, runs: Runs, facts: Sequence[Fact]) -> None:
        batches = _batches(facts)
        self._write_sweep(runs, batches.pop(None, None))
        for trial, batch in batches.items():
            if trial is not None:
                self._write_trial(runs, self._state.trials[trial], batch)
        if any(isinstance(fact.body, SweepEnded) for fact in facts):
            self._conclude(runs)

    def close(self) -> None:
        """Gives the database's connections back."""
        engine = getattr(self._store, "engine", None)
        if engine is not None:
            engine.dispose()
        self._store = self._runs = None

    def run_id(self, trial: int | None) -> str | None:
        """MLflow's id of a trial's run (None: the sweep's), or None while there is none.

        Raises TrackingError.
        """
        with refusals("be asked for a run"):
            return self._opened().id_of(trial)

    def _fold(self, facts: Sequence[Fact]) -> None:
        """Keeps the state at the last fact seen, also when facts come again or from the middle."""
        if facts[0].seq > self._state.seq + 1:
            for fact in self._history(self._state.seq):
                if fact.seq == facts[0].seq:
                    break
                self._apply(fact)
        for fact in facts:
            if fact.seq > self._state.seq:
                self._apply(fact)

    def _apply(self, fact: Fact) -> None:
        self._state.apply(fact)
        if isinstance(fact.body, SweepCreated):
            self._created = fact.body

    def _opened(self) -> Runs:
        if self._runs is None:
            self._store = open_store(self._uri, self._artifact_root)
            self._told.clear()
            self._runs = Runs(self._store, self._state.sweep, self._experiment)
        return self._runs

    def _write_sweep(self, runs: Runs, batch: _Batch | None) -> None:
        """The parent run, made when missing; open again when a resumed sweep goes on."""
        if runs.id_of(None) is None:
            runs.make(None, self._state.sweep, self._state.created_at, self._sweep_tags())
            self._told[None] = "RUNNING"
        if batch is not None:
            runs.put(None, tags=batch.tags)
            ended = self._state.ended
            self._tell(runs, None, "RUNNING" if ended is None else STATUSES[ended], batch.ended)

    def _write_trial(self, runs: Runs, trial: Trial, batch: _Batch) -> None:
        index = trial.index
        tags = {**batch.tags, **_trial_tags(trial)}
        if runs.id_of(index) is None:
            started = trial.started_at or trial.ended_at or self._state.last_at
            runs.make(index, f"{self._state.sweep}_{index}", started, {**tags, **_user()})
            self._told[index] = "RUNNING"
        if runs.deleted(index):
            return
        self._announce(runs, trial)
        own = flat(trial.params)
        runs.put(index, batch.metrics, own)
        runs.put(index, (), batch.params, tags)
        if batch.ended and trial.status.ended:
            self._keep_files(runs, trial)
        self._tell(runs, index, STATUSES[trial.status], trial.status.ended)

    def _announce(self, runs: Runs, trial: Trial) -> None:
        """Tells a running trial the id of its run, which calls beyond its own run need."""
        run_id = runs.id_of(trial.index)
        folder = self._folders(trial.index, trial.attempt)
        if run_id is None or not trial.status.open or not folder.is_dir():
            return
        real = journal.RealRun(run_id, runs.experiment_id)
        if journal.read_real_run(folder / FOLDER_NAME) != real:
            journal.write_real_run(folder / FOLDER_NAME, real)

    def _keep_files(self, runs: Runs, trial: Trial) -> None:
        run_id = runs.id_of(trial.index)
        if run_id is None:
            return
        folder = self._folders(trial.index, trial.attempt)
        for name in KEPT:
            bring(folder / name, runs.artifacts_of(run_id), name, self._uri)
        replay = Replay(self._store, self._uri, runs, self._state.sweep, trial.index)
        replay.run(folder / FOLDER_NAME)

    def _tell(self, runs: Runs, trial: int | None, status: str, ended: bool) -> None:
        """Updates a run's status when it is another than last time."""
        from mlflow.entities import RunStatus

        if self._told.get(trial) == status:
            return
        at = None
        if ended:
            at = self._state.last_at if trial is None else self._state.trials[trial].ended_at
        runs.put_status(trial, RunStatus.from_string(status), at)
        self._told[trial] = status

    def _sweep_tags(self) -> dict[str, str]:
        created, plan = self._created, self._state.the_plan()
        tags = {
            **_user(),
            "trimtab.seed": str(plan.seed),
            "trimtab.max_total_trials": str(plan.limits.max_total_trials),
            "trimtab.max_concurrent_trials": str(plan.limits.max_concurrent_trials),
            "trimtab.sampler": json.dumps(plan.sampler, default=str),
            "trimtab.stopper": json.dumps(plan.stopper, default=str),
        }
        if plan.objective is not None:
            goal = "maximize" if plan.objective.maximize else "minimize"
            tags["trimtab.objective"] = f"{goal} {plan.objective.metric}"
        if created is not None and created.origin:
            tags["mlflow.source.name"] = created.origin
        if created is not None and created.parent:
            tags["trimtab.parent_sweep"] = created.parent
        return tags

    def _conclude(self, runs: Runs) -> None:
        """The best trial on the parent run: its value as a metric, its parameters as tags."""
        state = self._state
        tags = {f"trimtab.trials.{status}": str(count) for status, count in state.counts.items()}
        best, objective = state.best(), state.the_plan().objective
        value = None if best is None else state.best_value(best.index)
        metrics: list[tuple[str, float, int, float]] = []
        if best is not None and objective is not None and value is not None:
            tags["best.trial"] = f"{state.sweep}/{best.index}"
            tags["best.value"] = repr(value)
            tags["best.run_id"] = runs.id_of(best.index) or ""
            tags |= {f"best.param.{name}": text for name, text in flat(best.params).items()}
            metrics = [(objective.metric, value, 0, state.last_at)]
        runs.put(None, metrics, tags=tags)


def _batches(facts: Sequence[Fact]) -> dict[int | None, _Batch]:
    """What the facts say, by trial; under None what concerns the sweep."""
    batches: dict[int | None, _Batch] = {}

    def of(trial: int | None) -> _Batch:
        return batches.setdefault(trial, _Batch())

    for fact in facts:
        match fact.body:
            case Reported() as body:
                step = max(-_MAX_STEP, min(_MAX_STEP, body.step or 0))
                of(body.trial).metrics.append((body.name, body.value, step, fact.at))
                if encode(body.name) != body.name:
                    of(body.trial).tags[f"trimtab.name.{body.name}"] = body.name
            case Tagged() as body if body.role == "param":
                of(body.trial).params[body.key] = body.value
            case Tagged() as body if body.key not in _RESERVED:
                of(body.trial).tags[body.key] = body.value
            case Started() as body:
                of(body.trial).tags["trimtab.node"] = body.node
            case StopDecided() as body:
                of(body.trial).tags["trimtab.stopped"] = body.reason
            case Noted() as body:
                of(body.trial if body.trial >= 0 else None).tags[f"trimtab.note.{body.code}"] = (
                    body.text
                )
            case Ended() as body:
                of(body.trial).ended = True
            case SweepEnded() as body:
                of(None).ended = True
                of(None).tags["trimtab.reason"] = body.reason
            case SweepCreated() | ConductorStarted():
                of(None)
    return batches


def _trial_tags(trial: Trial) -> dict[str, str]:
    tags = {"trimtab.status": str(trial.status), "trimtab.attempt": str(trial.attempt)}
    if trial.reason:
        tags["trimtab.reason"] = trial.reason
    return tags


def _user() -> dict[str, str]:
    try:
        return {"mlflow.user": getpass.getuser()}
    except (OSError, KeyError):
        return {}
