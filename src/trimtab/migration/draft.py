"""From a HyperDrive configuration to a sweep file, and in plain words what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trimtab.errors import InputError
from trimtab.migration.command import command_of, parameter_names
from trimtab.migration.environments import DEFAULT_IMAGE
from trimtab.migration.hyperdrive import (
    BAYESIAN,
    DISTRIBUTIONS,
    RANDOM,
    Expression,
    HyperDrive,
    Job,
    Unread,
    is_number,
)
from trimtab.migration.layout import Open
from trimtab.migration.limits import limits
from trimtab.migration.policies import early_termination

_SCHEMA = "https://azuremlschemas.azureedge.net/latest/sweepJob.schema.json"
_SECRET = re.compile(r"key|secret|token|passw|pwd|credential|connection", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """The tree of a sweep file, with ``Open`` where something must be filled in, and notes."""

    tree: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def draft(config: HyperDrive) -> Draft:
    """The sweep file. Raises InputError for what HyperDrive would not have run."""
    found = Draft(notes=list(config.notes))
    space = config.space if isinstance(config.space, Mapping) else {}
    names = parameter_names(space)
    trial, inputs = _trial(config.job, names, found.notes)
    found.tree = {
        "$schema": _SCHEMA,
        "type": "sweep",
        **_optional("name", config.name, found.notes),
        **_optional("experiment_name", config.experiment, found.notes),
        **_compute(config.job, found.notes),
        "trial": trial,
        **({"inputs": inputs} if inputs else {}),
        "sampling_algorithm": _sampling(config),
        "search_space": _space(config, names, found.notes),
        "objective": {
            "primary_metric": _text(config.metric, "the name of the primary metric"),
            "goal": _goal(config.goal),
        },
        **early_termination(config, found.notes),
        "limits": limits(config, found.notes),
    }
    found.notes += _renamed(names)
    return found


def _optional(key: str, value: object, notes: list[str]) -> dict[str, object]:
    if isinstance(value, Unread):
        notes.append(f"{key} is left out: {value}.")
    return {key: value} if isinstance(value, str) and value else {}


def _compute(job: Job | Unread, notes: list[str]) -> dict[str, object]:
    target = job.compute if isinstance(job, Job) else None
    if isinstance(target, str) and target and target != "amlcompute":
        if target == "local":
            return {"compute": "local"}
        notes.append(
            f"compute names the cluster {target}, for the day when this file goes to Azure; on "
            "this machine trials run here."
        )
        return {"compute": f"azureml:{target}"}
    if target is not None:
        said = target if isinstance(target, Unread) else "HyperDrive made a cluster for the run"
        notes.append(f"compute is left out, which means serverless on Azure: {said}.")
    return {}


def _text(value: object, what: str) -> object:
    if isinstance(value, str) and value:
        return value
    return Open(f"{what}; {value}" if isinstance(value, Unread) else what)


def _goal(value: object) -> object:
    if isinstance(value, Unread):
        return Open(f"minimize or maximize; {value}")
    if isinstance(value, str) and value.lower() in ("minimize", "maximize"):
        return value.lower()
    raise InputError(f"the goal of the primary metric is {value!r}, allowed: minimize, maximize")


def _trial(
    job: Job | Unread, names: Mapping[str, str], notes: list[str]
) -> tuple[dict[str, object], dict[str, object]]:
    if isinstance(job, Unread):
        unknown = Job()
        trial, inputs = _trial(unknown, names, notes)
        trial["command"] = Open(f"the command; {job}")
        return trial, inputs
    command = command_of(job, names)
    notes += command.notes
    trial = {
        "command": command.text,
        "code": _code(job),
        "environment": _environment(job, notes),
        **_variables(job, notes),
    }
    return trial, command.inputs


def _code(job: Job) -> object:
    if isinstance(job.code, str) and job.code:
        return job.code
    if job.snapshot:
        return Open(f"the folder of the script; Azure keeps it as the snapshot {job.snapshot}")
    return Open(f"the folder of the script; {job.code}" if job.code else "the folder of the script")


def _environment(job: Job, notes: list[str]) -> object:
    if isinstance(job.environment, Unread):
        return Open(f"azureml:<name>@latest, or image and conda_file; {job.environment}")
    if job.environment is None:
        notes.append(
            "No environment was named: the image is the one that the first SDK took by itself."
        )
        return {"image": DEFAULT_IMAGE}
    return job.environment


def _variables(job: Job, notes: list[str]) -> dict[str, object]:
    if not isinstance(job.variables, Mapping):
        if job.variables is not None:
            notes.append(f"environment_variables are left out: {job.variables}.")
        return {}
    kept: dict[str, str] = {}
    for name, value in job.variables.items():
        if _SECRET.search(name):
            notes.append(
                f"The environment variable {name} is left out, it may be a secret: set it in the "
                "environment that starts the sweep."
            )
        elif isinstance(value, Unread):
            # An empty variable would be set, so the whole key is left open.
            return {"environment_variables": Open(f"the variables; {value}")}
        else:
            kept[name] = "" if value is None else str(value)
    return {"environment_variables": kept} if kept else {}


def _sampling(config: HyperDrive) -> object:
    if isinstance(config.sampling, Unread):
        return Open(f"random, grid or bayesian; {config.sampling}")
    if config.sampling == BAYESIAN:
        return "bayesian"
    return "random" if config.sampling == RANDOM else "grid"


def _space(config: HyperDrive, names: Mapping[str, str], notes: list[str]) -> object:
    if isinstance(config.space, Unread):
        return Open(f"the parameters, also in the command; {config.space}")
    if not config.space:
        raise InputError("the search space of the configuration is empty: there is nothing to tune")
    return {names[name]: _distribution(name, value, notes) for name, value in config.space.items()}


def _distribution(name: str, value: object, notes: list[str]) -> object:
    if not isinstance(value, Expression):
        return Open(f"the distribution of {name}; {value}")
    keys = DISTRIBUTIONS[value.kind]
    if value.kind == "choice":
        options = value.arguments[0]
        listed = options if isinstance(options, list) else []
        return {"type": "choice", "values": [_option(name, one, notes) for one in listed]}
    numbers = dict(zip(keys, value.arguments, strict=True))
    step = numbers.get("q")
    if isinstance(step, float) and step.is_integer():
        numbers["q"] = int(step)
    return {"type": value.kind, **numbers}


def _option(name: str, value: object, notes: list[str]) -> object:
    """A value of a choice; what a sweep file cannot hold becomes the text that Python prints."""
    if isinstance(value, str) or is_number(value):
        return value
    if isinstance(value, Mapping):
        return {key: _entry(name, inner, notes) for key, inner in value.items()}
    if isinstance(value, float):
        raise InputError(f"choice of {name} holds {value!r}; a sweep file takes finite numbers")
    text = json.dumps(value) if isinstance(value, list) else str(value)
    kinds = {bool: "truth values", type(None): "None", list: "lists"}
    note = (
        f"{name}: a choice cannot hold {kinds.get(type(value), 'this')}; written as texts such as "
        f"{text!r}. Check that the script reads them so."
    )
    if not any(one.startswith(note.partition(";")[0]) for one in notes):
        notes.append(note)
    return text


def _entry(name: str, value: object, notes: list[str]) -> object:
    if isinstance(value, Expression):
        return _distribution(name, value, notes)
    if isinstance(value, Mapping):
        raise InputError(f"choice of {name} nests a mapping in a mapping; put it into a choice")
    return _option(name, value, notes)


def _renamed(names: Mapping[str, str]) -> list[str]:
    """Notes on names that changed by more than leading and inner hyphens."""
    return [
        f"The parameter {old} is called {new} here; the script gets it as before."
        for old, new in names.items()
        if old.lstrip("-").replace("-", "_") != new
    ]
