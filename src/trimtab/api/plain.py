"""Python values as the plain data of a sweep file, and plain data as the text of one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from trimtab.errors import InputError
from trimtab.spec.document import MAX_DEPTH

if TYPE_CHECKING:
    from trimtab.spec import CommandJob, SweepJob


def plain(value: object, depth: int = 0) -> object:
    """Own copies of mappings and lists; tuples and arrays as lists, NumPy's numbers as Python's.

    Paths become texts. Whatever else is left as it is, for the schema to judge. Raises InputError
    for values nested deeper than 50 levels.
    """
    if depth > MAX_DEPTH:
        raise InputError(f"The sweep's values are nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, Mapping):
        return {plain(key): plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    listed = getattr(value, "tolist", None)
    return plain(listed(), depth + 1) if callable(listed) else value


def plain_keys(given: Mapping[str, object]) -> dict[str, object]:
    """``plain`` of each value, under the keys as they are."""
    return {key: plain(value) for key, value in given.items()}


def plain_input(value: object) -> object:
    """An input: a ``Path`` means the file or folder there, everything else as in a sweep file."""
    if isinstance(value, Path):
        return {"type": "uri_folder" if value.is_dir() else "uri_file", "path": str(value)}
    return plain(value)


def yaml_text(job: SweepJob | CommandJob, folder: Path | None = None) -> str:
    """A file that loads as an equal job; only keys that were given are in it.

    With a ``folder``, local paths are written so that they start from there.
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks."""

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    given = job.model_dump(mode="json", exclude_unset=True)
    if folder is not None:
        _move(given, job, folder)
    data = {"type": job.type, **{key: one for key, one in given.items() if key != "type"}}
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True)


def _move(data: dict[str, object], job: SweepJob | CommandJob, folder: Path) -> None:
    trial = data.get("trial", data)
    holders: list[tuple[object, str]] = [(trial, "code")]
    if isinstance(inputs := data.get("inputs"), dict):
        holders += [(one, "path") for one in inputs.values()]
    if isinstance(trial, dict) and isinstance(environment := trial.get("environment"), dict):
        holders += [(environment, "conda_file"), (environment.get("build"), "path")]
    for holder, key in holders:
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            place = job.local_path(holder[key])
            if place is not None and not Path(holder[key]).is_absolute():
                holder[key] = os.path.relpath(place, folder)
