"""A HyperDrive configuration from the Python that makes it, read and never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping

from trimtab.errors import InputError
from trimtab.migration.calls import Call, Symbol
from trimtab.migration.estimators import ESTIMATORS, estimator_job
from trimtab.migration.hyperdrive import (
    DISTRIBUTIONS,
    POLICIES,
    SAMPLINGS,
    HyperDrive,
    Job,
    Policy,
    Unread,
    expression_of,
    policy_of,
    sampling_of,
    unknown,
)
from trimtab.migration.plain import plain, unread
from trimtab.migration.python import Reader
from trimtab.migration.scripts import script_job

_CONFIG = (
    "hyperparameter_sampling primary_metric_name primary_metric_goal max_total_runs "
    "max_concurrent_runs max_duration_minutes policy estimator run_config resume_from "
    "resume_child_runs pipeline debug_flag custom_run_id"
).split()
_OLD_CONFIG = ["estimator", *_CONFIG[:7]]


def from_python(text: str, place: Callable[[int], str]) -> HyperDrive:
    """The one configuration in ``text``. Raises InputError; ``place`` writes a line number."""
    reader = Reader(_parsed(text, place), place)
    found = list(reader.calls("HyperDriveConfig", "HyperDriveRunConfig"))
    if not found:
        raise InputError(
            f"{place(0)}: found no call of HyperDriveConfig; name the file that holds it, or the "
            "JSON that the service keeps for a run"
        )
    if len(found) > 1:
        places = ", ".join(one.place for one in found)
        raise InputError(
            f"{place(0)}: found {len(found)} HyperDrive configurations ({places}); keep one in a "
            "copy of the file, each becomes a sweep file of its own"
        )
    return _config(found[0], _experiment(reader), _steps(reader))


def _parsed(text: str, place: Callable[[int], str]) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        where = place(error.lineno or 0)
        raise InputError(f"{where}: this is no valid Python 3: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{place(0)}: this cannot be read as Python: {error}") from None


def _steps(reader: Reader) -> list[str]:
    return [
        f"HyperDriveStep in {step.place}: the arguments, inputs and outputs that the step gives to "
        "the script are not carried over; write them into the command, inputs and outputs."
        for step in reader.calls("HyperDriveStep")
    ]


def _config(call: Call, experiment: object, step_notes: list[str]) -> HyperDrive:
    names = _OLD_CONFIG if call.name == "HyperDriveRunConfig" else _CONFIG
    given = call.bound(*names)
    for name in ("hyperparameter_sampling", "primary_metric_name", "max_total_runs"):
        if name not in given:
            raise InputError(f"{call.place}: {call.name} lacks {name}, which it always had")
    sampling, space, sampling_notes = _sampling(given["hyperparameter_sampling"])
    job, job_notes = _job(given)
    notes = [*sampling_notes, *job_notes, *step_notes, *_left(call)]
    notes += [note for name, note in _RUN_NOTES.items() if _is_set(given.get(name))]
    notes += [
        f"{name} of {call.name} in {call.place} is not known here and left out."
        for name in given
        if name not in _CONFIG
    ]
    return HyperDrive(
        sampling=sampling,
        space=space,
        metric=plain(given["primary_metric_name"]),
        goal=_goal(given.get("primary_metric_goal"), call),
        max_total_runs=plain(given["max_total_runs"]),
        job=job,
        policy=_policy(given.get("policy")),
        max_concurrent_runs=plain(given.get("max_concurrent_runs")),
        max_duration_minutes=plain(given.get("max_duration_minutes")),
        name=plain(given.get("custom_run_id")),
        experiment=experiment,
        notes=tuple(notes),
    )


_RUN_NOTES = {
    "resume_from": (
        "resume_from (a warm start from earlier runs) has no equivalent: every sweep starts "
        "afresh. A sweep that was interrupted goes on with: trimtab resume"
    ),
    "resume_child_runs": (
        "resume_child_runs has no equivalent: the runs of the other experiment are not "
        "continued. Give a checkpoint to the script as an input instead."
    ),
    "debug_flag": "debug_flag has no equivalent and is left out.",
}


def _is_set(value: object) -> bool:
    return value is not None and value is not False


def _goal(value: object, call: Call) -> object:
    match value:
        case Symbol(name) | Call("PrimaryMetricGoal" | "PrimaryMetricGoal.from_str", (str(name),)):
            goal = name.rpartition(".")[2].lower()
            if goal in ("minimize", "maximize"):
                return goal
            raise InputError(
                f"{call.place}: found the goal {name}, allowed: PrimaryMetricGoal.MINIMIZE, "
                "PrimaryMetricGoal.MAXIMIZE"
            )
        case None:
            raise InputError(f"{call.place}: {call.name} lacks primary_metric_goal")
        case str():
            return value
    return unread(value)


def _sampling(value: object) -> tuple[object, Mapping[str, object] | Unread, list[str]]:
    if not isinstance(value, Call):
        found = unread(value)
        return found, found, []
    if value.name not in SAMPLINGS:
        if value.name.endswith("Sampling"):
            raise unknown("sampling", value.name, list(SAMPLINGS), value.place)
        return value.unread, value.unread, []
    given = value.bound("parameter_space", "properties")
    notes = []
    if _is_set(given.get("properties")):
        notes.append(
            f"properties of {value.name} in {value.place} are left out; random sampling has the "
            "keys rule, seed and logbase"
        )
    notes += _left(value)
    return sampling_of(SAMPLINGS[value.name], value.place), _space(given, value), notes


def _space(given: Mapping[str, object], call: Call) -> Mapping[str, object] | Unread:
    space = given.get("parameter_space")
    if isinstance(space, dict):
        return {name: _parameter(name, inner, call.place) for name, inner in space.items()}
    if space is None:
        raise InputError(f"{call.place}: {call.name} lacks its parameter_space")
    return unread(space)


def _parameter(name: str, value: object, place: str) -> object:
    if isinstance(value, Call) and value.dotted and value.name in DISTRIBUTIONS:
        keys = DISTRIBUTIONS[value.name]
        if value.spread is not None:
            return value.spread
        if value.name == "choice":
            items = list(value.arguments)
            options = items[0] if len(items) == 1 and isinstance(items[0], list) else items
            listed = [_option(one, value.place) for one in options] if options else []
            return expression_of("choice", [listed], value.place)
        given = value.bound(*keys)
        if unexpected := [key for key in given if key not in keys]:
            raise InputError(
                f"{value.place}: {value.name} has no argument {unexpected[0]!r}, it takes "
                f"{', '.join(keys)}"
            )
        return expression_of(
            value.name, [plain(given[key]) for key in keys if key in given], value.place
        )
    if isinstance(value, Call) and value.dotted.startswith("azureml.train.hyperdrive."):
        raise unknown("distribution", value.name, list(DISTRIBUTIONS), value.place)
    if isinstance(value, Call | Symbol | Unread):
        return unread(value)
    raise InputError(
        f"{place}: the parameter {name!r} is {value!r}, expected one of {', '.join(DISTRIBUTIONS)}"
    )


def _option(value: object, place: str) -> object:
    """A value of a choice; a mapping holds constants and further expressions."""
    if isinstance(value, dict):
        return {
            name: _parameter(name, inner, place) if isinstance(inner, Call) else plain(inner)
            for name, inner in value.items()
        }
    return plain(value)


def _policy(value: object) -> Policy | Unread | None:
    if value is None:
        return None
    if not isinstance(value, Call):
        return unread(value)
    if value.name not in POLICIES:
        if value.name.endswith("Policy") or value.dotted.startswith("azureml.train.hyperdrive."):
            raise unknown("policy", value.name, list(POLICIES), value.place)
        return value.unread
    name, keys = POLICIES[value.name]
    given = value.bound(*keys)
    if unexpected := [key for key in given if key not in (*keys, "exclude_finished_jobs")]:
        raise InputError(
            f"{value.place}: {value.name} has no argument {unexpected[0]!r}, it takes "
            f"{', '.join(keys) or 'none'}"
        )
    return policy_of(name, {key: plain(inner) for key, inner in given.items()}, value.place)


def _job(given: Mapping[str, object]) -> tuple[Job | Unread, list[str]]:
    if (pipeline := given.get("pipeline")) is not None:
        note = (
            "This configuration tunes a pipeline, for which there is no equivalent: a sweep runs "
            "one command. Put the steps that depend on the parameters into one script."
        )
        return unread(pipeline), [note]
    made = given.get("run_config") or given.get("estimator")
    if isinstance(made, Call) and made.name in ESTIMATORS:
        return estimator_job(made)
    if isinstance(made, Call) and made.name == "ScriptRunConfig":
        return script_job(made)
    if made is None:
        return Job(), []
    return unread(made), []


def _left(call: Call) -> list[str]:
    """Attributes that are set on an object afterwards, which nobody follows."""
    return [
        f"{place} sets {name} of a {call.name}, which is not carried over."
        for name, _, place in call.settings
    ]


def _experiment(reader: Reader) -> object:
    names = {
        name
        for call in reader.calls("Experiment")
        for name in [call.bound("workspace", "name").get("name")]
        if isinstance(name, str)
    }
    return names.pop() if len(names) == 1 else None
