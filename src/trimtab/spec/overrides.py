"""``--set key.path=value``: changes to a file's data before it is checked.

The value is read as one YAML value (``4``, ``[1, 2]``, ``{type: grid}``); for keys that hold texts
only (``command``, ``path``, those below ``tags``...) it stays as written. List items are ``a.0.b``
or ``a[0].b``; the index one after the last appends. Keys below ``tags``, ``properties`` and
``environment_variables`` may hold dots. What the result means is the schema's business, and told
with the override's own text. In Python, overrides may also be a mapping from key paths to values,
which are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from trimtab.errors import Problem, SweepFileError
from trimtab.spec.document import Document, Tree, parse_value
from trimtab.spec.source import KeyPath, Place, dotted

Overrides: TypeAlias = Sequence[str] | Mapping[str, Tree]

_TEXTS = ("tags", "properties", "environment_variables")
_TEXT_KEYS = ("command", "code", "description", "display_name", "experiment_name", "name", "path")


def apply(document: Document, overrides: Overrides) -> None:
    """Changes ``document``; whatever cannot be applied is added to its problems."""
    if isinstance(overrides, Mapping):
        for key, value in overrides.items():
            _apply_value(document, key, value)
        return
    for override in overrides:
        _apply_text(document, override)


def _apply_value(document: Document, key: str, value: Tree) -> None:
    label, parts = f"overrides[{key!r}]", _parts(key)
    if not all(parts):
        _refuse(document, label, (), f"{key!r} is not of the form key.path")
        return
    _set(document, label, parts, value)


def _apply_text(document: Document, override: str) -> None:
    key, equals, text = override.partition("=")
    label, parts = f"--set {override}", _parts(key)
    if not equals or not parts or not all(parts):
        _refuse(document, label, (), f"{override!r} is not of the form key.path=value")
        return
    try:
        value = text if _holds_text(parts) else parse_value(text)
    except SweepFileError as error:
        _refuse(document, label, tuple(parts), error.problems[0].message)
        return
    _set(document, label, parts, value)


def _holds_text(parts: list[str]) -> bool:
    return parts[-1] in _TEXT_KEYS or (len(parts) > 1 and parts[-2] in _TEXTS)


def _parts(key: str) -> list[str]:
    parts = re.sub(r"\[(\d+)\]", r".\1", key.strip()).split(".")
    for index, part in enumerate(parts[:-1]):
        if part in _TEXTS:
            return [*parts[: index + 1], ".".join(parts[index + 1 :])]
    return parts


def _set(document: Document, label: str, parts: list[str], value: Tree) -> None:
    holder: Tree = document.data
    path: KeyPath = ()
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        if isinstance(holder, dict):
            path = (*path, part)
            if part not in holder:
                document.places[path] = Place(label)
            holder[part] = value if last else holder.get(part, {})
            holder = holder[part]
        elif isinstance(holder, list):
            if not part.isdecimal() or int(part) > len(holder):
                allowed = f"an index from 0 to {len(holder)}"
                _refuse(document, label, path, f"found {part!r} below a list, allowed: {allowed}")
                return
            index = int(part)
            path = (*path, index)
            if index == len(holder):
                holder.append({})
            holder[index] = value if last else holder[index]
            holder = holder[index]
        else:
            _refuse(document, label, path, f"holds {holder!r} and so cannot have {part!r} below")
            return
    gone = [known for known in document.places if known[: len(path)] == path]
    for known in gone:
        del document.places[known]
    document.places[path] = Place(label)


def _refuse(document: Document, label: str, path: KeyPath, message: str) -> None:
    document.problems.append(Problem("override", message, label, key=dotted(path)))
