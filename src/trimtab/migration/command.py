"""The command of a trial, from a script, its arguments and the searched parameters."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trimtab.migration.hyperdrive import Data, Job, Unread
from trimtab.migration.layout import Open


@dataclass(slots=True)
class Command:
    """The text, or what is open about it; ``inputs`` as a sweep file's; ``notes``."""

    text: str | Open
    inputs: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def parameter_names(given: Iterable[str]) -> dict[str, str]:
    """HyperDrive's name (``--learning-rate``) -> a sweep file's (``learning_rate``), each once."""
    names: dict[str, str] = {}
    for name in given:
        names[name] = _fresh(name, names.values())
    return names


def _fresh(text: str, taken: Iterable[str]) -> str:
    name = re.sub(r"[^a-zA-Z0-9_]", "_", text.lstrip("-")) or "parameter"
    name = f"p_{name}" if name[0].isdigit() else name
    used, number, fresh = set(taken), 1, name
    while fresh in used:
        number += 1
        fresh = f"{name}_{number}"
    return fresh


def command_of(job: Job, parameters: Mapping[str, str]) -> Command:
    """``parameters`` are HyperDrive's names and ours. HyperDrive appends each as ``--name value``
    to what is fixed, so here they come last, too.
    """
    command = Command("")
    flags = [_flag(name) for name in parameters]
    start = _start(job)
    if isinstance(start, Open):
        command.text = start
        return command
    fixed = _fixed(job.arguments, flags, command)
    searched = (
        f"{shlex.quote(flag)} ${{{{search_space.{name}}}}}"
        for flag, name in zip(flags, parameters.values(), strict=True)
    )
    words = [*start, *fixed, *searched]
    command.text = " ".join(word for word in words if word)
    return command


def _flag(name: str) -> str:
    return name if name.startswith("-") else f"--{name}"


def _start(job: Job) -> list[str] | Open:
    match job.command, job.script:
        case str(text), _ if text.strip():
            return [" ".join(text.split("\n"))]
        case list(words), _ if words and all(isinstance(one, str | int | float) for one in words):
            return [shlex.quote(str(one)) for one in words]
        case None, str(script) if script.strip():
            return ["python", shlex.quote(script)]
        case ((None | []), None):
            return Open("the command; the configuration names no script")
    unread = job.script if job.command in (None, []) else job.command
    if isinstance(unread, list):
        unread = next((one for one in unread if isinstance(one, Unread | Data)), "a list")
    return Open(f"the command; {unread}")


def _fixed(arguments: object, flags: list[str], command: Command) -> list[str]:
    """The fixed arguments, without those that the search space takes over."""
    if arguments is None:
        return []
    if isinstance(arguments, str):
        return [" ".join(arguments.split("\n"))]
    if not isinstance(arguments, list):
        command.inputs["arguments"] = Open(f"the arguments of the script; {arguments}")
        return ["${{inputs.arguments}}"]
    words: list[str] = []
    overridden = {flag.lstrip("-") for flag in flags}
    skip = False
    for index, argument in enumerate(arguments):
        before = arguments[index - 1] if index else ""
        if skip:
            skip = False
            if not _is_flag(argument):
                continue
        if _is_flag(argument) and str(argument).partition("=")[0].lstrip("-") in overridden:
            skip = "=" not in str(argument)
            command.notes.append(f"The fixed {argument} is left out: the search space has it.")
            continue
        words.append(_word(argument, before, command))
    return words


def _is_flag(value: object) -> bool:
    return isinstance(value, str) and re.match(r"--?[a-zA-Z]", value) is not None


def _word(argument: object, before: object, command: Command) -> str:
    if isinstance(argument, Data):
        name = _fresh(argument.name or _named_after(before), command.inputs)
        path = argument.path or Open(f"where its data is; {argument}")
        command.inputs[name] = {"type": "uri_folder", "mode": argument.mode, "path": path}
        command.notes.append(
            f"The input {name} was {argument.code}: a sweep file names data as an input, a folder "
            "(or uri_file) that may be on this machine."
        )
        return f"${{{{inputs.{name}}}}}"
    if isinstance(argument, str | int | float):
        return shlex.quote(str(argument))
    name = _fresh(_named_after(before), command.inputs)
    command.inputs[name] = Open(str(argument))
    return f"${{{{inputs.{name}}}}}"


def _named_after(before: object) -> str:
    return str(before) if _is_flag(before) else "argument"
