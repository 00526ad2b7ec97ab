"""Sweep and command files, read, checked and turned into jobs; all problems in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from trimtab.errors import Problem, SweepFileError
from trimtab.spec import properties
from trimtab.spec.document import Document, Tree, parse, read
from trimtab.spec.job import CommandJob, Job, SweepJob
from trimtab.spec.overrides import Overrides, apply
from trimtab.spec.placeholders import modernise
from trimtab.spec.problems import nearest, show, translate
from trimtab.spec.source import KeyPath, Source, in_file_order

_KINDS: Mapping[type[Job], str] = {SweepJob: "sweep", CommandJob: "command"}
AnyJob = TypeVar("AnyJob", SweepJob, CommandJob)


def load_sweep(path: Path, overrides: Overrides = ()) -> SweepJob:
    """The sweep in the YAML file at ``path``.

    ``overrides`` are ``key.path=value`` texts, as ``az ml job create --set`` takes them, or a
    mapping from key paths to plain values. Relative paths in the file start from its folder.
    Raises ``SweepFileError`` with every problem.
    """
    return _finish(_overridden(read(path), overrides), SweepJob, _folder(path))


def load_command(path: Path, overrides: Overrides = ()) -> CommandJob:
    """The command job in the YAML file at ``path``; otherwise as ``load_sweep``."""
    return _finish(_overridden(read(path), overrides), CommandJob, _folder(path))


def load_job(path: Path, overrides: Overrides = ()) -> SweepJob | CommandJob:
    """The job in the YAML file at ``path``, whichever its ``type`` says it is.

    A file without ``type`` is a command job when it has a ``command`` and no ``trial``, and is
    otherwise checked as a sweep that lacks it. Raises ``SweepFileError``.
    """
    document = _overridden(read(path), overrides)
    data = document.data
    command = "command" in data and "trial" not in data
    if data.get("type", "command" if command else "sweep") == "command":
        return _finish(document, CommandJob, _folder(path))
    return _finish(document, SweepJob, _folder(path))


def parse_text(text: str, file: str = "sweep.yml", overrides: Overrides = ()) -> SweepJob:
    """The sweep in ``text``; relative paths start from the folder of ``file``.

    Raises ``SweepFileError``.
    """
    return _finish(_overridden(parse(text, file), overrides), SweepJob, _folder(Path(file)))


def sweep_from_data(data: Mapping[str, Tree], base_dir: Path) -> SweepJob:
    """The sweep that a file with this ``data``, but for ``type``, would hold in ``base_dir``.

    ``data`` is changed. Raises ``SweepFileError``; its problems name keys and no file.
    """
    return _finish(Document("", {**data, "type": "sweep"}), SweepJob, base_dir)


def sweep_from_document(document: Mapping[str, object], base_dir: Path) -> SweepJob:
    """The sweep whose ``document`` this is. Raises ``SweepFileError``."""
    return _build(dict(document), SweepJob, Source(base_dir, "facts"), [])


def command_from_document(document: Mapping[str, object], base_dir: Path) -> CommandJob:
    """The command job whose ``document`` this is. Raises ``SweepFileError``."""
    return _build(dict(document), CommandJob, Source(base_dir, "facts"), [])


def _folder(path: Path) -> Path:
    return path.absolute().parent


def _overridden(document: Document, overrides: Overrides) -> Document:
    apply(document, overrides)
    return document


def _finish(document: Document, model: type[AnyJob], base_dir: Path) -> AnyJob:
    problems = document.problems
    problems += _type_problems(document, model)
    _bring_environment(document, ("trial",) if model is SweepJob else (), base_dir)
    notes = list(_modernise(document, ("trial",) if model is SweepJob else ()))
    source = Source(base_dir, document.file, document.places, tuple(notes))
    return _build(document.data, model, source, problems)


def _build(
    data: dict[str, Tree], model: type[AnyJob], source: Source, problems: list[Problem]
) -> AnyJob:
    problems += _property_problems(data, source)
    try:
        job: AnyJob = model.model_validate({**data, "type": _KINDS[model]})
    except ValidationError as error:
        problems += translate(error, model, data, source)
        raise SweepFileError(in_file_order(dict.fromkeys(problems), source.file)) from None
    if problems:
        raise SweepFileError(in_file_order(dict.fromkeys(problems), source.file))
    notes = (*source.notes, *_changed_numbers(data, job.document, (), source))
    return job.read_from(replace(source, notes=notes))


def _changed_numbers(raw: Tree, read: Tree, path: KeyPath, source: Source) -> Iterator[Problem]:
    """Notes on numbers that count as others than were written."""
    if isinstance(raw, dict) and isinstance(read, dict):
        for key in raw.keys() & read.keys():
            yield from _changed_numbers(raw[key], read[key], (*path, key), source)
    elif isinstance(raw, list) and isinstance(read, list):
        for index, (one, other) in enumerate(zip(raw, read, strict=False)):
            yield from _changed_numbers(one, other, (*path, index), source)
    elif isinstance(raw, float) and isinstance(read, int) and raw != read:
        message = f"{raw} counts as {read}: the fraction is cut off"
        yield source.problem("truncated-number", path, message, "note")
    elif path[-1:] == ("evaluation_interval",) and raw == 0:
        yield source.problem("zero-interval", path, "0 counts as 1: every report", "note")


def _type_problems(document: Document, model: type[Job]) -> Iterator[Problem]:
    source = Source(file=document.file, places=document.places)
    found = document.data.get("type")
    wanted = _KINDS[model]
    if "type" not in document.data:
        if wanted == "sweep":
            message = "the key 'type' is missing, which would make this a command job; "
            yield source.problem("missing-key", ("type",), message + "add 'type: sweep'")
    elif found != wanted:
        near = nearest(found, [wanted]) if isinstance(found, str) else ""
        yield source.problem(
            "wrong-value", ("type",), f"found {show(found)}, allowed here: {wanted}{near}"
        )


def _property_problems(data: Mapping[str, Tree], source: Source) -> Iterator[Problem]:
    given = data.get("properties")
    for name, text in given.items() if isinstance(given, Mapping) else ():
        path: KeyPath = ("properties", name)
        if not name.startswith(properties.PREFIX) or not isinstance(text, str | None):
            continue
        if name not in properties.TABLE:
            known = ", ".join(properties.TABLE)
            near = nearest(name, properties.TABLE)
            message = f"unknown key {name!r}{near}; allowed under trimtab.: {known}"
            yield source.problem("unknown-key", path, message)
            continue
        try:
            properties.TABLE[name].parse(text or "")
        except ValueError as error:
            yield source.problem("wrong-value", path, f"found {show(text)}, expected {error}")


def _bring_environment(document: Document, holder: KeyPath, base_dir: Path) -> None:
    """Replaces ``environment: file:env.yml`` by what that file holds."""
    place = document.data
    for key in holder:
        inner = place.get(str(key))
        if not isinstance(inner, dict):
            return
        place = inner
    wanted = place.get("environment")
    if not isinstance(wanted, str) or not wanted.startswith("file:"):
        return
    path: KeyPath = (*holder, "environment")
    source = Source(base_dir, document.file, document.places)
    file = base_dir / wanted.removeprefix("file:")
    try:
        other = read(file, wanted.removeprefix("file:"))
    except SweepFileError as error:
        document.problems += [
            problem if problem.line else source.problem("missing-file", path, f"{problem}")
            for problem in error.problems
        ]
        place["environment"] = {}
        return
    place["environment"] = _moved(other.data, file.parent, base_dir)
    document.places |= {(*path, *inner): where for inner, where in other.places.items()}
    document.problems += other.problems


def _moved(environment: dict[str, Tree], folder: Path, base_dir: Path) -> dict[str, Tree]:
    """Relative paths of an environment file, made relative to the sweep file's folder."""
    moved = dict(environment)
    conda, build = moved.get("conda_file"), moved.get("build")
    if isinstance(conda, str):
        moved["conda_file"] = _from(folder, conda, base_dir)
    if (
        isinstance(build, dict)
        and isinstance(build.get("path"), str)
        and "://" not in build["path"]
    ):
        moved["build"] = {**build, "path": _from(folder, build["path"], base_dir)}
    return moved


def _from(folder: Path, text: str, base_dir: Path) -> str:
    path = folder / text
    return path.relative_to(base_dir).as_posix() if path.is_relative_to(base_dir) else str(path)


def _modernise(document: Document, holder: KeyPath) -> Iterator[Problem]:
    """Rewrites the placeholders of old files, and says so."""
    inner = document.data.get("trial") if holder else document.data
    if not isinstance(inner, dict) or not isinstance(inner.get("command"), str):
        return
    command = inner["command"]
    inner["command"] = modernise(command)
    if inner["command"] != command:
        source = Source(file=document.file, places=document.places)
        message = (
            "{search_space.x} is the old way to write a placeholder; write ${{search_space.x}}"
        )
        problem = source.problem("old-placeholder", (*holder, "command"), message)
        yield replace(problem, severity="note")
