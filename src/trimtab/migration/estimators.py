"""The estimators of the first SDK: what they run, and what of them a sweep file cannot say."""

from __future__ import annotations

from dataclasses import replace

from trimtab.migration.calls import Call
from trimtab.migration.environments import (
    DEFAULT_IMAGE,
    NO_REQUIREMENTS,
    environment_of,
    packages_note,
    with_packages,
)
from trimtab.migration.hyperdrive import Job, Unread
from trimtab.migration.plain import compute_name, data_of, plain

ESTIMATORS = ("Chainer", "Estimator", "PyTorch", "SKLearn", "TensorFlow")
_USED = (
    "source_directory compute_target entry_script script_params conda_packages pip_packages "
    "custom_docker_image custom_docker_base_image environment_variables environment_definition "
    "conda_dependencies_file conda_dependencies_file_path pip_requirements_file "
    "pip_requirements_file_path max_run_duration_seconds use_docker"
).split()
_ADVICE = {
    "distributed_training": "write trial.distribution and resources.instance_count instead",
    "distributed_backend": "write trial.distribution and resources.instance_count instead",
    "node_count": "write resources.instance_count instead",
    "process_count_per_node": "write trial.distribution.process_count_per_instance instead",
    "inputs": "name the data under inputs and in the command, as ${{inputs.name}}",
    "vm_size": "write resources.instance_type instead",
    "shm_size": "write resources.shm_size instead",
    "use_gpu": "the image and the compute decide that",
    "framework_version": "name the package and its version in the environment",
    "resume_from": "give the checkpoint to the script as an input",
}


def estimator_job(call: Call) -> tuple[Job, list[str]]:
    """What an estimator runs, and notes. Raises InputError."""
    given = call.bound("source_directory")
    notes = [_left(name, call) for name in given if name not in _USED]
    notes += [
        f"{place} sets {name} of a {call.name}, which is not carried over."
        for name, _, place in call.settings
    ]
    environment, environment_notes = _environment(given, call)
    job = Job(
        script=plain(given.get("entry_script")),
        arguments=_arguments(given.get("script_params")),
        code=plain(given.get("source_directory")),
        compute=compute_name(given.get("compute_target")),
        environment=environment,
        variables=plain(given.get("environment_variables")),
        trial_seconds=plain(given.get("max_run_duration_seconds")),
    )
    return job, [*notes, *environment_notes]


def _left(name: str, call: Call) -> str:
    advice = f"; {_ADVICE[name]}" if name in _ADVICE else ""
    return f"{name} of {call.name} in {call.place} is not carried over{advice}."


def _arguments(params: object) -> object:
    if not isinstance(params, dict):
        return plain(params)
    found: list[object] = []
    for name, value in params.items():
        found.append(name)
        if value not in ("", None):
            listed = value if isinstance(value, list | tuple) else [value]
            found += map(data_of, listed)
    return found


def _environment(given: dict[str, object], call: Call) -> tuple[object, list[str]]:
    if given.get("environment_definition") is not None:
        return environment_of(given["environment_definition"])
    image = plain(given.get("custom_docker_image") or given.get("custom_docker_base_image"))
    if isinstance(image, Unread):
        return image, []
    conda_file = given.get("conda_dependencies_file") or given.get("conda_dependencies_file_path")
    requirements = given.get("pip_requirements_file") or given.get("pip_requirements_file_path")
    base = image if isinstance(image, str) else DEFAULT_IMAGE
    if isinstance(conda_file, str):
        return {"image": base, "conda_file": conda_file}, []
    if requirements is not None:
        return replace(call.unread, why=NO_REQUIREMENTS), []
    conda, pip = plain(given.get("conda_packages")), plain(given.get("pip_packages"))
    framework = [] if call.name == "Estimator" else [_framework(call)]
    if conda is None and pip is None:
        return ({"image": image} if isinstance(image, str) else None), framework
    made = with_packages(conda, pip, base)
    return (made or call.unread), [*([packages_note(call.place)] if made else []), *framework]


def _framework(call: Call) -> str:
    return (
        f"The {call.name} estimator in {call.place} brought its framework with it; "
        "trial.environment must name it."
    )
