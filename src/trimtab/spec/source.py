"""Where the keys of a sweep file stand, and where the file itself lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from trimtab.errors import Problem

KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file; line and column count from 1, 0 is unknown."""

    file: str = ""
    line: int = 0
    column: int = 0


def dotted(path: KeyPath) -> str:
    """``("search_space", "p", "values", 0)`` as ``search_space.p.values[0]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a job was read from.

    ``base_dir`` is what relative paths start from. ``places`` (key path -> place) and ``notes``
    (what reading the file brought up that is no error) never count in comparisons: a job read
    from a file equals the same job read from facts.
    """

    base_dir: Path = field(default_factory=Path)
    file: str = field(default="", compare=False)
    places: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False)
    notes: tuple[Problem, ...] = field(default=(), compare=False)

    def place(self, path: KeyPath) -> Place:
        """Where ``path`` stands, or the nearest key above it that is known."""
        return nearest_place(self.places, path, self.file)

    def problem(self, code: str, path: KeyPath, message: str, severity: str = "error") -> Problem:
        place = self.place(path)
        key = dotted(path)
        return Problem(code, message, place.file, place.line, place.column, key, severity)


def nearest_place(places: Mapping[KeyPath, Place], path: KeyPath, file: str) -> Place:
    for length in range(len(path), -1, -1):
        if found := places.get(path[:length]):
            return found
    return Place(file)


def in_file_order(problems: Iterable[Problem], first: str) -> tuple[Problem, ...]:
    """Sorted by place; those in the file ``first`` come first, other files as they are met."""
    files = {first: 0}
    listed = [(files.setdefault(p.file, len(files)), p.line, p.column, p) for p in problems]
    return tuple(entry[3] for entry in sorted(listed, key=lambda entry: entry[:3]))
