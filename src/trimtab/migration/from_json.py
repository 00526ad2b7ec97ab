"""A HyperDrive configuration from JSON: the request to the service, or what it keeps of a run.

The service keeps each part as a tag of the run, a text of JSON, with or without the prefix
``_aml_system_``; so parts may be texts here, numbers too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from trimtab.errors import InputError
from trimtab.migration.environments import DEFAULT_IMAGE, registered
from trimtab.migration.hyperdrive import (
    POLICIES,
    Data,
    HyperDrive,
    Job,
    Policy,
    Unread,
    expression_of,
    policy_of,
    sampling_of,
)

_PREFIX = "_aml_system_"
_DATA = ("DatasetConsumptionConfig:", "$AZUREML_DATAREFERENCE_", "DatasetOutputConfig:")
_LEFT = {
    "communicator": "write trial.distribution and resources.instance_count instead",
    "dataReferences": "name the data under inputs and in the command",
    "sourceDirectoryDataStore": "name the code folder",
}


def from_json(document: object, file: str, folder: Path) -> HyperDrive:
    """The configuration in ``document``; ``folder`` is looked into for its script.

    Raises InputError.
    """
    parts = _parts(document, file)
    generator = _mapping(parts, "generator_config", file)
    metric = _mapping(parts, "primary_metric_config", file)
    platform = _mapping(parts, "platform_config", file) if "platform_config" in parts else {}
    definition = _inner(platform, "Definition")
    notes = [note for name, note in _NOTES.items() if parts.get(name) not in (None, [], "", "null")]
    if generator.get("properties"):
        notes.append("generator_config.properties are left out: rule, seed and logbase are keys.")
    job: Job | Unread = _job(_inner(definition, "Overrides"), definition, file, folder, notes)
    if str(parts.get("platform", "")).upper() == "AML_PIPELINES":
        job = Unread("platform AML_PIPELINES", file, "runs a pipeline, a sweep runs one command")
    experiment = platform.get("ExperimentName")
    return HyperDrive(
        sampling=sampling_of(generator.get("name"), f"{file}: generator_config"),
        space=_space(generator, file),
        metric=metric.get("name"),
        goal=metric.get("goal"),
        max_total_runs=_whole(parts, "max_total_jobs", file),
        job=job,
        policy=_policy(parts, file),
        max_concurrent_runs=_whole(parts, "max_concurrent_jobs", file),
        max_duration_minutes=_whole(parts, "max_duration_minutes", file),
        experiment=experiment if isinstance(experiment, str) and experiment else None,
        notes=tuple(notes),
    )


_NOTES = {
    "resume_from": (
        "resume_from (a warm start from earlier runs) has no equivalent: every sweep starts "
        "afresh. A sweep that was interrupted goes on with: trimtab resume"
    ),
    "resume_child_runs": (
        "resume_child_runs has no equivalent: the runs of the other experiment are not continued."
    ),
}


def _parts(document: object, file: str) -> dict[str, object]:
    """The parts of the configuration, wherever the document keeps them."""
    if isinstance(document, Mapping):
        for inner in (document, document.get("tags"), document.get("properties")):
            if not isinstance(inner, Mapping):
                continue
            parts = {str(name).removeprefix(_PREFIX): inner[name] for name in reversed(inner)}
            if "generator_config" in parts:
                return {**_extra(document), **parts}
    raise InputError(
        f"{file}: found no generator_config, so this is no HyperDrive configuration; expected the "
        "JSON of a HyperDrive run (generator_config, primary_metric_config, max_total_jobs...) or "
        "the Python that makes a HyperDriveConfig"
    )


def _extra(document: Mapping[str, object]) -> dict[str, object]:
    held = document.get("properties")
    inner = held if isinstance(held, Mapping) else {}
    return {name: inner[name] for name in ("platform", *_NOTES) if name in inner}


def _read(value: object, where: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise InputError(f"{where}: found a text that is no JSON") from None


def _mapping(parts: Mapping[str, object], name: str, file: str) -> Mapping[str, object]:
    found = _read(parts.get(name), f"{file}: {name}")
    if not isinstance(found, Mapping):
        said = "nothing" if name not in parts else "no mapping"
        raise InputError(f"{file}: {name}: found {said}, expected a mapping")
    return found


def _inner(parts: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = parts.get(name)
    return found if isinstance(found, Mapping) else {}


def _whole(parts: Mapping[str, object], name: str, file: str) -> object:
    found = parts.get(name)
    if isinstance(found, str):
        try:
            return int(found)
        except ValueError:
            raise InputError(f"{file}: {name}: found {found[:40]!r}, expected a number") from None
    return found


def _space(generator: Mapping[str, object], file: str) -> dict[str, object]:
    space = generator.get("parameter_space")
    if not isinstance(space, Mapping):
        raise InputError(f"{file}: generator_config.parameter_space: expected a mapping")
    return {
        str(name): _expression(value, f"{file}: generator_config.parameter_space.{name}")
        for name, value in space.items()
    }


def _expression(value: object, where: str, depth: int = 0) -> object:
    if depth > 20:
        raise InputError(f"{where}: choices are nested deeper than 20 levels")
    match value:
        case [str(kind), [*arguments]]:
            if kind == "choice" and arguments and isinstance(arguments[0], list):
                options = [_option(one, where, depth) for one in arguments[0]]
                arguments = [options, *arguments[1:]]
            return expression_of(kind, arguments, where)
    raise InputError(
        f'{where}: found {json.dumps(value)[:60]}, expected ["uniform", [0, 1]] or the like'
    )


def _option(value: object, where: str, depth: int) -> object:
    if not isinstance(value, Mapping):
        return value
    return {
        str(name): _expression(inner, where, depth + 1) if isinstance(inner, list) else inner
        for name, inner in value.items()
    }


def _policy(parts: Mapping[str, object], file: str) -> Policy | None:
    if _read(parts.get("policy_config"), f"{file}: policy_config") is None:
        return None
    policy = _mapping(parts, "policy_config", file)
    found = policy_of(policy.get("name"), _inner(policy, "properties"), f"{file}: policy_config")
    if found is None:
        return None
    keys = (*dict(POLICIES.values())[found.kind], "exclude_finished_jobs")
    if unexpected := [key for key in found.settings if key not in keys]:
        raise InputError(
            f"{found.place}: {found.kind} has no property {unexpected[0]!r}, it has: "
            f"{', '.join(keys)}"
        )
    return found


def _job(
    overrides: Mapping[str, object],
    definition: Mapping[str, object],
    file: str,
    folder: Path,
    notes: list[str],
) -> Job:
    """What the service ran. The code is beside the file, or in a snapshot that only Azure has."""
    get = _insensitive(overrides)
    script = get("script")
    here = isinstance(script, str) and bool(script) and (folder / script).is_file()
    notes += [
        f"{name} of the run configuration is not carried over; {advice}."
        for name, advice in _LEFT.items()
        if get(name) not in (None, "", "None", {}, [])
    ]
    nodes = get("nodeCount")
    if isinstance(nodes, int) and nodes > 1:
        notes.append(f"Each run had {nodes} nodes: write resources.instance_count: {nodes}.")
    environment = _inner(overrides, "environment")
    return Job(
        script=script or None,
        arguments=_arguments(get("arguments"), file),
        command=get("command") or None,
        code="." if here else None,
        snapshot=str(definition.get("SnapshotId") or "") if not here else "",
        compute=get("target") or None,
        environment=_environment(environment, file),
        variables=_insensitive(environment)("environmentVariables") or None,
        trial_seconds=get("maxRunDurationSeconds"),
    )


def _insensitive(parts: Mapping[str, object]) -> Callable[[str], object]:
    """Looks keys up as camelCase or snake_case, as releases of the SDK differ."""
    lowered = {str(name).replace("_", "").lower(): value for name, value in parts.items()}
    return lambda name: lowered.get(name.replace("_", "").lower())


def _arguments(value: object, file: str) -> object:
    if not isinstance(value, list):
        return value
    return [_argument(one, file) for one in value]


def _argument(value: object, file: str) -> object:
    if isinstance(value, str):
        for prefix in _DATA:
            if value.startswith(prefix):
                return Data(value.removeprefix(prefix), "ro_mount", value, file)
    return value


def _environment(found: Mapping[str, object], file: str) -> object:
    """By its name where it has one, else as an image with the packages that it lists."""
    get = _insensitive(found)
    name, version = get("name"), get("version")
    if isinstance(name, str) and name and isinstance(version, str | int) and version != "":
        return registered(name, version)
    image = _insensitive(_inner(found, "docker"))("baseImage")
    packages = _insensitive(_inner(found, "python"))("condaDependencies")
    if isinstance(packages, Mapping):
        base = image if isinstance(image, str) and image else DEFAULT_IMAGE
        return {"image": base, "conda_file": dict(packages)}
    if isinstance(image, str) and image:
        return {"image": image}
    return Unread("environment", file, "is not named") if found else None
