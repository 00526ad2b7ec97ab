"""Parameters as text and spaces as JSON.

The JSON of a space is Azure's REST encoding: ``{"lr": ["uniform", [0.01, 0.9]]}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, fields
from typing import TypeAlias, TypeGuard, cast

from trimtab.errors import InputError
from trimtab.space.distributions import (
    TYPES,
    Branch,
    Choice,
    Distribution,
    Entries,
    Params,
    RandInt,
    Scalar,
    Space,
    Value,
    type_name,
)

Json: TypeAlias = "int | float | str | list[Json] | dict[str, Json]"


def text(value: Value) -> str:
    """``value`` as a command line or a variable shows it; a mapping as compact JSON."""
    if isinstance(value, Mapping):
        return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return value if isinstance(value, str) else repr(value)


def _plain(value: Value) -> Json:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return value


def flat(params: Params) -> dict[str, str]:
    """Suffix of ``AZUREML_SWEEP_`` -> text: ``p`` for each parameter, ``p_k`` inside a mapping too.

    Where a nested name meets the name of a parameter, the parameter has it.
    """
    suffixes = {name: text(value) for name, value in params.items()}
    for name, value in params.items():
        for suffix, inner in _flat(name, value):
            suffixes.setdefault(suffix, inner)
    return suffixes


def _flat(prefix: str, value: Value) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        yield f"{prefix}_{name}", text(inner)
        yield from _flat(f"{prefix}_{name}", inner)


def to_json(space: Space) -> dict[str, Json]:
    """``space`` in Azure's REST encoding, ready for ``json.dumps``."""
    return {name: _encode(entry) for name, entry in space.entries}


def _encode(entry: Distribution | Scalar | Branch) -> Json:
    if isinstance(entry, int | float | str):
        return entry
    if isinstance(entry, Branch):
        return {name: _encode(inner) for name, inner in entry.entries}
    if isinstance(entry, Choice):
        return ["choice", [[_encode(value) for value in entry.values]]]
    return [type_name(entry), list(astuple(entry))]


def from_json(encoded: object) -> Space:
    """The space that ``to_json`` wrote. Raises ``InputError`` for anything else."""
    entries = _table(encoded, "search_space")
    for name, entry in entries:
        if isinstance(entry, int | float | str):
            raise InputError(f"search_space.{name}: found {entry!r}, a distribution was expected")
    return Space(tuple((n, e) for n, e in entries if not isinstance(e, int | float | str)))


def _table(encoded: object, path: str) -> Entries:
    if not isinstance(encoded, Mapping) or not all(isinstance(name, str) for name in encoded):
        raise InputError(f"{path}: found {encoded!r}, an object was expected")
    return tuple((name, _decode(entry, f"{path}.{name}")) for name, entry in encoded.items())


def _decode(encoded: object, path: str) -> Distribution | Scalar:
    if _is_scalar(encoded):
        return encoded
    match encoded:
        case ["choice", [[*values]]]:
            return Choice(tuple(_decode_value(value, path) for value in values))
        case ["randint", [int(upper)]] if not isinstance(upper, bool):
            return RandInt(upper)
        case [str(name), [*arguments]] if name in TYPES and all(map(_is_number, arguments)):
            make = cast("Callable[..., Distribution]", TYPES[name])
            if len(arguments) == len(fields(TYPES[name])) and name not in ("choice", "randint"):
                return make(*arguments)
    raise InputError(f"{path}: found {encoded!r}, expected [type, [arguments]] or a constant")


def _decode_value(encoded: object, path: str) -> Scalar | Branch:
    if _is_scalar(encoded):
        return encoded
    return Branch(_table(encoded, path))


def _is_number(encoded: object) -> TypeGuard[int | float]:
    return isinstance(encoded, int | float) and not isinstance(encoded, bool)


def _is_scalar(encoded: object) -> TypeGuard[Scalar]:
    return isinstance(encoded, str) or _is_number(encoded)
