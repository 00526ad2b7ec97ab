"""Lint of the command: placeholders, unused names, and the script it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from trimtab.errors import Problem
from trimtab.spec import placeholders
from trimtab.spec.job import CommandJob, SweepJob
from trimtab.spec.lint.code_folder import CodeText, read_code
from trimtab.spec.lint.codes import ERROR, NOTE, found
from trimtab.spec.problems import nearest
from trimtab.spec.source import KeyPath

_SCRIPT = re.compile(
    r"(?:^|[\s;&|(])python[0-9.]*(?:\s+-[a-zA-Z]+(?=\s))*\s+([^\s;&|<>-][^\s;&|<>]*\.py)\b"
)
# ``trimtab.trial.params()`` hands a script all parameters at once.
_TRIAL_PARAMS = re.compile(r"\btrimtab\b.*\bparams\(", re.DOTALL)
_ANY_LOG = re.compile(r"log_metric|\.log\(|report\(")


def check(job: SweepJob | CommandJob) -> Iterator[Problem]:
    command = job.trial.command
    path: KeyPath = ("trial", "command") if isinstance(job, SweepJob) else ("command",)
    if not command.strip():
        yield found(job, "empty-command", path, "the command is empty")
        return
    code = _code(job)
    yield from _placeholders(job, command, path)
    yield from _unused(job, command, code)
    yield from _script(job, command, path)
    if isinstance(job, SweepJob):
        yield from _metric(job, command, code)


def _code(job: SweepJob | CommandJob) -> CodeText | None:
    """The code's text; None where it is not on this machine."""
    if job.trial.code is None:
        return CodeText("", complete=True)
    folder = job.local_path(job.trial.code)
    return read_code(folder) if folder is not None and folder.exists() else None


def _defined(job: SweepJob | CommandJob) -> Mapping[str, Iterable[str]]:
    searched = job.search_space if isinstance(job, SweepJob) else ()
    return {"inputs": job.inputs, "outputs": job.outputs, "search_space": searched}


def _placeholders(job: SweepJob | CommandJob, command: str, path: KeyPath) -> Iterator[Problem]:
    defined = _defined(job)
    for placeholder in dict.fromkeys((p.kind, p.name) for p in placeholders.find(command)):
        kind, name = placeholder
        if name not in defined[kind]:
            yield found(job, "undefined-placeholder", path, _undefined(kind, name, defined))
    for text in dict.fromkeys(placeholders.unknown(command)):
        message = f"{text} is no placeholder of a command; allowed: ${{{{inputs.x}}}}, "
        message += "${{outputs.x}}, ${{search_space.x}}"
        yield found(job, "unknown-placeholder", path, message)
    if "$[[" in command:
        message = "$[[ ]] marks optional inputs in components; here the shell would get it as it is"
        yield found(job, "optional-block", path, message)
    for placeholder_, context in placeholders.contexts(command):
        if context not in placeholders.SAFE:
            message = (
                f"{placeholder_} stands {context}, where only letters, digits and @%+=:,./-_ can "
                "be written; a trial with any other value fails to start"
            )
            yield found(job, "unsafe-placeholder", path, message)


def _undefined(kind: str, name: str, defined: Mapping[str, Iterable[str]]) -> str:
    near = nearest(name, defined[kind])
    elsewhere = [other for other in defined if other != kind and name in defined[other]]
    if not near and elsewhere:
        near = f"; {name} is one of the {elsewhere[0]}: write ${{{{{elsewhere[0]}.{name}}}}}"
    known = ", ".join(defined[kind]) or "none"
    end = "" if near.endswith("?") else "."
    return f"${{{{{kind}.{name}}}}} is not defined{near}{end} {kind} of the file: {known}"


def _unused(job: SweepJob | CommandJob, command: str, code: CodeText | None) -> Iterator[Problem]:
    used = {(p.kind, p.name) for p in placeholders.find(command)}
    for name in job.search_space if isinstance(job, SweepJob) else ():
        if ("search_space", name) not in used:
            yield from _unused_parameter(job, name, command, code)
    for kind, prefix in (("inputs", "AZURE_ML_INPUT_"), ("outputs", "AZURE_ML_OUTPUT_")):
        for name in _defined(job)[kind]:
            if (kind, name) in used or _mentions(prefix, name, command, code) is not False:
                continue
            message = f"the command does not use ${{{{{kind}.{name}}}}}"
            yield found(job, f"unused-{kind[:-1]}", (kind, name), message)


def _unused_parameter(
    job: SweepJob | CommandJob, name: str, command: str, code: CodeText | None
) -> Iterator[Problem]:
    mentioned = _mentions("AZUREML_SWEEP_", name, command, code)
    if mentioned is True or (code is not None and _TRIAL_PARAMS.search(code.text)):
        return
    variable = f"AZUREML_SWEEP_{name}"
    message = f"the command does not use ${{{{search_space.{name}}}}}"
    if mentioned is None:
        message += f"; fine only if the script reads {variable} from its environment"
    else:
        message += f" and no script reads {variable}: every trial would run without it"
    severity = NOTE if mentioned is None else ERROR
    yield found(job, "unused-parameter", ("search_space", name), message, severity)


def _mentions(prefix: str, name: str, command: str, code: CodeText | None) -> bool | None:
    """Whether command or code read the variable; None where that cannot be told."""
    text = command if code is None else f"{command}\n{code.text}"
    if re.search(rf"{prefix}{re.escape(name)}\b", text):
        return True
    if code is None or not code.complete or prefix in text:
        return None
    return False


def _script(job: SweepJob | CommandJob, command: str, path: KeyPath) -> Iterator[Problem]:
    if re.search(r"(^|[\s;&|(])cd\s", command):
        return
    code = job.trial.code
    folder = job.local_path(code) if code is not None else None
    if code is not None and (folder is None or not folder.exists()):
        return
    for hit in _SCRIPT.finditer(command):
        script = hit[1].strip("'\"")
        if "$" in script or script.startswith("/"):
            continue
        if folder is None:
            message = f"python is to run {script}, but the trial has no code folder"
        elif folder.is_file() and folder.name == script:
            continue
        elif not (folder / script).is_file():
            others = [file.name for file in sorted(folder.glob("*.py"))] if folder.is_dir() else []
            message = f"python is to run {script}, which is not in {code}{nearest(script, others)}"
        else:
            continue
        yield found(job, "missing-script", path, message)


def _metric(job: SweepJob, command: str, code: CodeText | None) -> Iterator[Problem]:
    """A misspelt metric is found by nobody until all trials have run."""
    metric = job.objective.primary_metric
    if not metric.strip() or code is None or not code.complete or "autolog" in code.text:
        return
    written = re.compile(rf"(?<!\w){re.escape(metric)}(?!\w)")
    if written.search(f"{code.text}\n{command}") or not _ANY_LOG.search(code.text):
        return
    near = nearest(metric, code.literals())
    end = "" if near.endswith("?") else ","
    message = (
        f"the text {metric!r} is nowhere in {job.trial.code}{near}{end} "
        "fine only if its name is put together at run time"
    )
    yield found(job, "metric-not-in-code", ("objective", "primary_metric"), message)
