"""The kinds of value that keys take, read as leniently as Azure's client reads them.

Numbers may stand in quotes, whole numbers drop their fraction (5.5 is 5), words ignore case
(``Random`` is ``random``; some also ignore CamelCase, see ``word``). Booleans are never numbers
and nothing but a text is a text. Every refusal is a ``PydanticCustomError`` whose ``expected``
says what is allowed.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, model_validator
from pydantic_core import PydanticCustomError

NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_INT64 = 1 << 63


class Strict(BaseModel):
    """A frozen model that refuses unknown keys; ``ignored`` ones are dropped, as Azure does."""

    # Deferred: each validator is built once, when the first job is read (half the import time).
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    ignored: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_ignored(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if key not in cls.ignored}


def wrong(expected: str, hint: str = "") -> PydanticCustomError:
    """The error for a value that is not ``expected`` (words after "found 3, expected ...")."""
    return PydanticCustomError("wrong", "{expected}", {"expected": expected, "hint": hint})


def wrong_word(allowed: Sequence[str]) -> PydanticCustomError:
    """The error for a word that is none of ``allowed``."""
    return PydanticCustomError("wrong_word", "{allowed}", {"allowed": ", ".join(allowed)})


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise wrong("a text")


def _integer(value: object) -> int:
    if isinstance(value, str):
        value = _int_in(value)
    elif isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("a whole number")
    if not -_INT64 <= value < _INT64:
        raise wrong("a whole number of at most 64 bits")
    return value


def _int_in(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    whole = _float_in(text)
    hint = f"write {int(whole)}" if whole is not None and whole == int(whole) else ""
    raise wrong("a whole number", hint)


def _float_in(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number(value: object) -> int | float:
    if isinstance(value, str):
        value = _float_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("a number")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise wrong("a finite number")
    return value


_TRUE = {"true", "t", "1", "yes", "y", "on"}
_FALSE = {"false", "f", "0", "no", "n", "off"}


def _flag(value: object) -> bool:
    word = str(value).lower() if isinstance(value, str | int) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise wrong("true or false")


def scalar_text(value: object) -> str:
    """A scalar as Azure sends it: ``str(value)``, so that YAML's ``true`` becomes ``True``."""
    if isinstance(value, float) and not math.isfinite(value):
        raise wrong("a text, a finite number or a boolean")
    if isinstance(value, str | int | float):
        return str(value)
    raise wrong("a text, a number or a boolean")


def variable_text(value: object) -> str:
    """As ``scalar_text``; an environment variable may also be null (empty) or a date."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime.date) else scalar_text(value)


def _version(value: object) -> str:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise wrong("a text or a whole number", "put it in quotes")


def word(*allowed: str, camel: bool = False) -> BeforeValidator:
    """One of ``allowed``, whatever its case; with ``camel``, CamelCase is read as snake_case."""

    def check(value: object) -> str:
        if isinstance(value, str):
            for form in (value.lower(), snake(value) if camel else ""):
                if form in allowed:
                    return form
        raise wrong_word(allowed)

    return BeforeValidator(check)


def snake(text: str) -> str:
    """``MedianStopping`` and ``AMLToken`` as ``median_stopping`` and ``aml_token``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text).lower()


def _name(value: object) -> str:
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    raise wrong("a name of letters, digits and underscores that starts with no digit")


def variant(allowed: Sequence[str], read: Callable[[str], str] = str.lower) -> Discriminator:
    """Picks the model of a mapping by its key ``type``; the tags are ``<uniform>`` and so on."""

    def tag(value: object) -> str | None:
        kind = value.get("type") if isinstance(value, Mapping) else getattr(value, "type", None)
        kind = read(kind) if isinstance(kind, str) else None
        return f"<{kind}>" if kind in allowed else None

    return Discriminator(
        tag,
        custom_error_type="wrong_variant",
        # The translator lists these; a context would make the union unhashable.
        custom_error_message=", ".join(allowed),
    )


def _given(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "leave the key out instead of writing null")
    return value


T = TypeVar("T")
# What may be left out, and then is None; an explicit null is refused.
Given = Annotated[T | None, BeforeValidator(_given)]

Text: TypeAlias = Annotated[str, BeforeValidator(_text)]
Integer: TypeAlias = Annotated[int, BeforeValidator(_integer)]
Number: TypeAlias = Annotated[int | float, BeforeValidator(_number)]
Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
Version: TypeAlias = Annotated[str, BeforeValidator(_version)]
Name: TypeAlias = Annotated[str, BeforeValidator(_name)]
Variable: TypeAlias = Annotated[str, BeforeValidator(variable_text)]
