"""Arithmetic on values that were read from Python, within bounds; a fault raises."""

from __future__ import annotations

import ast
import math
import operator
import posixpath
from collections.abc import Callable, Mapping, Sequence

_MAX_LENGTH = 10_000
_MAX_NUMBER = 1e300
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    f"{module}.{name}": getattr(math, name)
    for module in ("math", "numpy")
    for name in ("exp", "log", "log2", "log10", "sqrt")
}


def called(dotted: str, arguments: Sequence[object]) -> object:
    """What a known function gives; TypeError for any other."""
    if dotted in FUNCTIONS and arguments:
        return FUNCTIONS[dotted](*map(number, arguments))
    match dotted, arguments:
        case "range", _:
            span = range(*map(whole, arguments))
            check_length(span)
            return list(span)
        case "list", [list() | tuple() as items]:
            return list(items)
        case "tuple", [list() | tuple() as items]:
            return tuple(items)
        case (("int" | "float" | "str"), [int() | float() | str() as text]):
            return {"int": int, "float": float, "str": str}[dotted](text)
        case "os.getcwd", []:
            return "."
        case "os.path.join", _ if arguments:
            return posixpath.join(*map(text_of, arguments))
    raise TypeError


def combined(kind: ast.operator, left: object, right: object) -> object:
    if isinstance(kind, ast.Add):
        if isinstance(left, list) and isinstance(right, list):
            check_length(left + right)
            return left + right
        if isinstance(left, str) and isinstance(right, str):
            check_length(left + right)
            return left + right
    one, other = number(left), number(right)
    if isinstance(kind, ast.Pow):
        if abs(other) > 64 or abs(one) > 1_000_000:
            return float(one) ** other
        return one**other
    result = _OPERATORS[type(kind)](one, other)
    if abs(result) > _MAX_NUMBER:
        raise ValueError
    return result


def number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def text_of(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def check_length(items: Sequence[object]) -> None:
    if len(items) > _MAX_LENGTH:
        raise ValueError
