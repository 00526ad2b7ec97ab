"""A sweep file becomes a sweep in the home: its plan, its code, its first facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trimtab.clock import Clock, SystemClock
from trimtab.errors import InputError, SweepFileError
from trimtab.home import Home, SweepFolder, unwritable
from trimtab.model.facts import Body, Fact, Noted, SweepCreated
from trimtab.model.launch import Input, Output, Work
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.space import Space
from trimtab.spec import CommandJob, SweepJob, command_from_document, sweep_from_document
from trimtab.spec.inputs import DataInput
from trimtab.spec.lint import lint
from trimtab.spec.stopper import stopper_of
from trimtab.storage.snapshot import snapshot
from trimtab.store.sqlite import SqliteStore
from trimtab.wiring import Chosen, choose_sampler, make_sampler, make_stopper

AnyJob = SweepJob | CommandJob


def check(job: AnyJob) -> None:
    """Raises SweepFileError when the linter finds an error; notes pass."""
    errors = tuple(one for one in lint(job) if one.severity == "error")
    if errors:
        raise SweepFileError(errors)


def create_sweep(
    job: AnyJob,
    home: Home,
    *,
    origin: Path | None = None,
    name: str | None = None,
    plan: Plan | None = None,
    code: Path | None = None,
    parent: str = "",
    clock: Clock | None = None,
) -> SweepFolder:
    """Writes the sweep down, ready to be conducted; seen by nobody until it is complete.

    ``plan`` and ``code`` default to what the job says. Raises SweepFileError, InputError,
    HomeError.
    """
    check(job)
    plan = plan_of(job) if plan is None else plan
    make_sampler(plan)
    make_stopper(plan)
    staged = home.stage(name or job.name)
    try:
        source = code_of(job) if code is None else code
        if source is not None:
            snapshot(source, staged.code, home.path)
        staged.document.write_text(json.dumps(document_of(job), indent=2) + "\n")
        at = (clock or SystemClock()).now()
        first = SweepCreated(
            sweep=staged.sweep,
            plan=plan_to_json(plan),
            document=document_of(job),
            origin=str(origin.absolute()) if origin else str(job.base_dir / "sweep.yml"),
            parent=parent,
        )
        bodies: tuple[Body, ...] = (first, *notes_of(job))
        store = SqliteStore.writer(staged.facts)
        try:
            store.append([Fact(seq, at, body) for seq, body in enumerate(bodies, 1)])
        finally:
            store.close()
        return home.publish(staged)
    except OSError as error:
        raise unwritable(home.path, error) from error
    finally:
        home.discard(staged)


def plan_of(job: AnyJob) -> Plan:
    """What samplers, stoppers and the scheduler need to know of a job."""
    seed = int(job.settings.get("trimtab.seed", 0))
    if isinstance(job, CommandJob):
        limits = Limits(1, 1, trial_timeout=_seconds(job.limits.timeout))
        sampler: Mapping[str, object] = {"type": "fixed", "points": [{}]}
        return Plan(None, limits, Space(), seed, sampler)
    failures = job.settings.get("trimtab.max_failures")
    return Plan(
        objective=Objective(job.objective.primary_metric, job.objective.maximize),
        limits=_limits(job),
        space=job.space,
        seed=seed,
        sampler=_chosen(job).settings,
        stopper=_policy(job),
        max_failures=None if failures is None else int(failures),
    )


def _policy(job: SweepJob) -> Mapping[str, object]:
    policy = job.early_termination
    if policy is not None:
        return policy.model_dump(mode="json", exclude_none=True)
    return stopper_of(job.settings)


def _limits(job: SweepJob) -> Limits:
    given = job.limits
    return Limits(
        max_total_trials=given.max_total_trials,
        max_concurrent_trials=given.max_concurrent_trials or given.max_total_trials,
        timeout=_seconds(given.timeout),
        trial_timeout=_seconds(given.trial_timeout),
    )


def _chosen(job: SweepJob) -> Chosen:
    algorithm = job.sampling_algorithm.model_dump(mode="json", exclude_none=True)
    wanted = job.settings.get("trimtab.sampler")
    named = None if wanted is None else str(wanted)
    return choose_sampler(algorithm, named, job.space, _limits(job))


def document_of(job: AnyJob) -> dict[str, Any]:
    """The job as JSON, ``type`` included."""
    return {"type": job.type, **job.document}


def job_of(created: SweepCreated) -> AnyJob:
    """The job that was written down, its relative paths starting where they did."""
    load = command_from_document if created.document["type"] == "command" else sweep_from_document
    return load(created.document, Path(created.origin).parent)


def work_of(job: AnyJob, code: Path) -> Work:
    """What the trials of a job share; ``code`` is the sweep's snapshot."""
    trial = job.trial
    resources = job.resources or trial.resources
    given = resources.model_dump(mode="json", exclude_none=True) if resources else {}
    return Work(
        command=trial.command,
        code=code if code.exists() else None,
        inputs=tuple(_input(job, name, value) for name, value in job.inputs.items()),
        outputs=tuple(
            Output(name, one.type, one.mode, one.path) for name, one in job.outputs.items()
        ),
        environment_variables=dict(trial.environment_variables),
        resources={name: str(value) for name, value in given.items()},
    )


def code_of(job: AnyJob) -> Path | None:
    """The local code folder of a job. Raises InputError for code that lies elsewhere."""
    code = job.trial.code
    if code is None:
        return None
    path = job.local_path(code)
    if path is None:
        raise InputError(
            f"trial.code is {code!r}; this compute runs code from a local folder or file. "
            "Clone or download it and name the folder."
        )
    return path


def notes_of(job: AnyJob) -> list[Noted]:
    """What the file asks for and does not get here, and what was chosen for it: one note each."""
    notes = [
        Noted("environment-here", f"Trials run in this Python environment; {_asked(job)}."),
    ]
    unused = [key for key, given in _unused(job).items() if given]
    if unused:
        listed = ", ".join(unused)
        notes.append(Noted("keys-unused", f"This machine has no use for these keys: {listed}."))
    why = _chosen(job).why if isinstance(job, SweepJob) else ""
    if why:
        notes.append(Noted("sampler", why))
    return notes


def _asked(job: AnyJob) -> str:
    environment = job.trial.environment
    if isinstance(environment, str):
        return f"the file asks for {environment}"
    parts = environment.model_dump(mode="json", exclude_none=True)
    asked = [f"{key} {parts[key]}" for key in ("image",) if key in parts]
    asked += [key for key in ("conda_file", "build") if key in parts]
    return f"the file asks for {' with '.join(asked)}" if asked else "the file describes another"


def _unused(job: AnyJob) -> dict[str, object]:
    trial = job.trial
    compute = job.compute if job.compute not in (None, "local") else None
    return {
        f"compute ({job.compute})": compute,
        "identity": job.identity,
        "resources": job.resources or trial.resources,
        "queue_settings": job.queue_settings or trial.queue_settings,
        "trial.distribution": trial.distribution,
        "services": job.services,
    }


def _input(job: AnyJob, name: str, value: str | DataInput) -> Input:
    if isinstance(value, str):
        return Input(name, "literal", value)
    path = value.path or ""
    local = job.local_path(path)
    return Input(name, value.type, path if local is None else str(local.absolute()), value.mode)


def _seconds(value: int | None) -> float | None:
    return None if not value else float(value)
