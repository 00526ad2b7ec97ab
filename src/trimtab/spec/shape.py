"""The shape of the models: which model, and so which keys, a path of the file leads to."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from trimtab.spec.source import KeyPath


def model_at(root: type[BaseModel], loc: KeyPath) -> type[BaseModel] | None:
    """The model that holds the last key of ``loc``, a location in a pydantic error."""
    shape: Any = root
    for part in loc[:-1]:
        shape = _step(shape, part)
    shape = _bare(shape)
    members = get_args(shape) if get_origin(shape) in (Union, UnionType) else (shape,)
    models = [m for m in map(_bare, members) if isinstance(m, type) and issubclass(m, BaseModel)]
    return models[0] if len(models) == 1 else None


def fields_of(root: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """Every field of every model reachable from ``root``, each model once."""
    seen: set[type[BaseModel]] = set()
    waiting: list[Any] = [root]
    while waiting:
        shape = _bare(waiting.pop())
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            if shape in seen:
                continue
            seen.add(shape)
            yield from ((shape, name) for name in shape.model_fields)
            waiting += [field.annotation for field in shape.model_fields.values()]
        else:
            waiting += [arg for arg in get_args(shape) if not isinstance(arg, str | int)]


def _step(shape: Any, part: str | int) -> Any:
    if isinstance(part, str) and (tagged := _tagged(shape, part)) is not None:
        return tagged
    shape = _bare(shape)
    origin = get_origin(shape)
    if origin in (Union, UnionType):
        return next((inner for arg in get_args(shape) if (inner := _step(arg, part))), None)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        field = shape.model_fields.get(str(part))
        return field.annotation if field else None
    if origin is tuple:
        return get_args(shape)[0]
    return get_args(shape)[1] if len(get_args(shape)) == 2 else None


def _tagged(shape: Any, part: str) -> Any:
    """The member of a tagged union that carries the tag ``part``."""
    if get_origin(shape) is Annotated:
        if any(isinstance(extra, Tag) and extra.tag == part for extra in get_args(shape)[1:]):
            return get_args(shape)[0]
        return _tagged(get_args(shape)[0], part)
    if get_origin(shape) in (Union, UnionType):
        return next((hit for arg in get_args(shape) if (hit := _tagged(arg, part))), None)
    return None


def _bare(shape: Any) -> Any:
    while get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    return shape
