"""The grid of a space of choices: its size, and any point by its index."""

from __future__ import annotations

import math
from collections.abc import Iterator

from trimtab.errors import InputError
from trimtab.space.distributions import (
    Branch,
    Choice,
    Distribution,
    Entries,
    Scalar,
    Space,
    Value,
    type_name,
)


def grid_size(space: Space) -> int:
    """How many points the grid has: a product over choices, a sum over a choice's branches.

    Raises ``InputError`` for a distribution that is no choice.
    """
    return _grid_size(space.entries, "")


def _grid_size(entries: Entries, prefix: str) -> int:
    return math.prod(_options(entry, prefix + name) for name, entry in entries)


def _options(entry: Distribution | Scalar, path: str) -> int:
    if isinstance(entry, int | float | str):
        return 1
    if not isinstance(entry, Choice):
        raise InputError(
            f"{path}: a grid needs 'choice' parameters, found {type_name(entry)!r}; "
            "list the values to try, or use random sampling"
        )
    return sum(_values_at(value, f"{path}[{i}].") for i, value in enumerate(entry.values))


def _values_at(value: Scalar | Branch, prefix: str) -> int:
    return _grid_size(value.entries, prefix) if isinstance(value, Branch) else 1


def grid_point(space: Space, index: int) -> dict[str, Value]:
    """Point ``index`` of the grid, counted like an odometer: the last parameter turns fastest."""
    if not 0 <= index < grid_size(space):
        raise IndexError(index)
    return _grid_point(space.entries, index)


def _grid_point(entries: Entries, index: int) -> dict[str, Value]:
    params: dict[str, Value] = {}
    for name, entry in reversed(entries):
        index, digit = divmod(index, _options(entry, name))
        params[name] = _option(entry, digit)
    return dict(reversed(params.items()))


def _option(entry: Distribution | Scalar, digit: int) -> Value:
    if isinstance(entry, int | float | str):
        return entry
    for value in entry.values if isinstance(entry, Choice) else ():
        size = _values_at(value, "")
        if digit < size:
            return _grid_point(value.entries, digit) if isinstance(value, Branch) else value
        digit -= size
    raise IndexError(digit)


def grid(space: Space) -> Iterator[dict[str, Value]]:
    """Every point of the grid in order; nothing is stored."""
    return (grid_point(space, index) for index in range(grid_size(space)))
