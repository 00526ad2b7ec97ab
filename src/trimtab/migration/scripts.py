"""``ScriptRunConfig``: what it runs, and what of it a sweep file says elsewhere."""

from __future__ import annotations

from trimtab.migration.calls import Call
from trimtab.migration.environments import environment_of
from trimtab.migration.hyperdrive import Job
from trimtab.migration.plain import compute_name, data_of, plain, unread

_SCRIPT = (
    "source_directory script arguments run_config _telemetry_values compute_target environment "
    "distributed_job_config resume_from max_run_duration_seconds command docker_runtime_config"
).split()
_SCRIPT_NOTES = {
    "distributed_job_config": "write trial.distribution and resources.instance_count instead",
    "docker_runtime_config": "a sweep file has resources.shm_size and resources.docker_args",
    "resume_from": "give the checkpoint to the script as an input",
}


def script_job(call: Call) -> tuple[Job, list[str]]:
    """What the script run is, and notes. Raises InputError."""
    given = call.bound(*_SCRIPT)
    notes = [
        f"{name} of ScriptRunConfig in {call.place} is not carried over; {advice}."
        for name, advice in _SCRIPT_NOTES.items()
        if given.get(name) is not None
    ]
    settings = [(name.removeprefix("run_config."), *rest) for name, *rest in call.settings]
    if isinstance(run_config := given.get("run_config"), Call):
        settings = [*run_config.settings, *settings]
        given = _run_configuration(run_config) | given
    elif run_config is not None:
        notes.append(f"run_config of ScriptRunConfig: {unread(run_config)}; check the result.")
    for name, value, place in settings:
        key = {"target": "compute_target"}.get(str(name), str(name))
        if key not in _SCRIPT:
            notes.append(f"{place} sets {name}, which is not carried over.")
            continue
        given[key] = value
    environment, environment_notes = environment_of(given.get("environment"))
    job = Job(
        script=plain(given.get("script")),
        arguments=_arguments(given.get("arguments")),
        command=_arguments(given.get("command")),
        code=plain(given.get("source_directory")),
        compute=compute_name(given.get("compute_target")),
        environment=environment,
        trial_seconds=plain(given.get("max_run_duration_seconds")),
    )
    return job, [*notes, *environment_notes]


def _run_configuration(call: Call) -> dict[str, object]:
    if call.name != "RunConfiguration":
        return {}
    return call.bound("script", "arguments")


def _arguments(value: object) -> object:
    if isinstance(value, list | tuple):
        return [data_of(one) for one in value]
    return plain(value)
