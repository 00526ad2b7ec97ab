"""The wire: how a running trial tells its node something, one JSON object per line.

The trial's environment names a FIFO (``TRIMTAB_WIRE``). A line is at most ``MAX_LINE`` bytes with
its newline, the size up to which POSIX makes writes to a FIFO atomic, so that several processes of
one trial never mix their lines. Keys of a line, all optional:

    metrics  name -> number          step  integer, belongs to the metrics
    params   name -> text            tags  name -> text
    note     a sentence for the user
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

VARIABLE = "TRIMTAB_WIRE"
MAX_LINE = 4096
MAX_NAME = 250
_KEYS = frozenset({"metrics", "step", "params", "tags", "note"})


class WireError(ValueError):
    """A line that is not of the wire's form; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one line says."""

    metrics: Mapping[str, float] = field(default_factory=dict)
    step: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def encode(message: Message) -> bytes:
    """One line with its newline. Raises WireError when it would exceed ``MAX_LINE`` bytes."""
    fields = {
        "metrics": dict(message.metrics),
        "step": message.step,
        "params": dict(message.params),
        "tags": dict(message.tags),
        "note": message.note,
    }
    kept = {key: value for key, value in fields.items() if value or value == 0}
    line = json.dumps(kept, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE:
        raise WireError(
            f"A report of {len(line)} bytes is too long for one line of {MAX_LINE}; "
            "report fewer or shorter values at a time."
        )
    return line


def decode(line: bytes) -> Message:
    """The message of a line, its newline stripped or not. Raises WireError."""
    if len(line) > MAX_LINE:
        raise WireError(f"A line of {len(line)} bytes exceeds {MAX_LINE}.")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"A line is not JSON: {line[:80]!r}.") from error
    if not isinstance(data, dict) or not data.keys() <= _KEYS:
        raise WireError(f"A line is not an object with the keys {sorted(_KEYS)}: {line[:80]!r}.")
    return Message(
        metrics=_numbers(data.get("metrics", {})),
        step=_step(data.get("step")),
        params=_texts(data.get("params", {}), "params"),
        tags=_texts(data.get("tags", {}), "tags"),
        note=_text(data.get("note", ""), "note"),
    )


def _numbers(data: object) -> Mapping[str, float]:
    numbers: dict[str, float] = {}
    for name, value in _named(data, "metrics"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WireError(f"Metric {name!r} is {value!r}; a metric is a number.")
        try:
            numbers[name] = float(value)
        except OverflowError as error:
            raise WireError(f"Metric {name!r} is too large for a float.") from error
    return numbers


def _texts(data: object, key: str) -> Mapping[str, str]:
    return {name: _text(value, f"{key}.{name}") for name, value in _named(data, key)}


def _named(data: object, key: str) -> list[tuple[str, object]]:
    if not isinstance(data, dict):
        raise WireError(f"{key!r} is {type(data).__name__}; it is an object.")
    for name in data:
        if not name or len(name) > MAX_NAME or not name.isprintable():
            allowed = f"1 to {MAX_NAME} printable letters"
            raise WireError(f"A name in {key!r} is {name[:80]!r}; allowed are {allowed}.")
    return list(data.items())


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise WireError(f"{key!r} is {type(value).__name__}; it is text.")
    return value


def _step(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise WireError(f"'step' is {value!r}; it is an integer.")
