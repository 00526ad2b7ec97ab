"""What a trial logs to MLflow as messages of the wire, each short enough for one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trimtab import wire

_ROOM = wire.MAX_LINE - 64
_PER_METRIC = 32
"""Bytes of a number and the punctuation around it, at most."""
_PER_LETTER = 12
"""Bytes of a letter in JSON, at most: two escapes of six."""


def messages_of(metrics: Iterable[tuple[str, float, int]]) -> Iterator[wire.Message]:
    """(name, value, step) in order; neighbours of one step share a message, up to a line's size."""
    values: dict[str, float] = {}
    current, size = 0, 0
    for name, value, step in metrics:
        needed = _PER_METRIC + (len(name) if name.isascii() else _PER_LETTER * len(name))
        if values and (step != current or name in values or size + needed > _ROOM):
            yield wire.Message(metrics=values, step=current)
            values, size = {}, 0
        values[name] = value
        current, size = step, size + needed
    if values:
        yield wire.Message(metrics=values, step=current)


def texts_of(
    params: Mapping[str, str], tags: Mapping[str, str]
) -> Iterator[wire.Message | tuple[str, str, str]]:
    """All in one message if a line holds them, else one each.

    An entry too long for any line comes as (role, name, value), its role ``param`` or ``tag``.
    """
    if not params and not tags:
        return
    together = wire.Message(params=params, tags=tags)
    if _fits(together):
        yield together
        return
    for role, entries in (("param", params), ("tag", tags)):
        for name, value in entries.items():
            one = {name: value}
            message = wire.Message(params=one) if role == "param" else wire.Message(tags=one)
            yield message if _fits(message) else (role, name, value)


def _fits(message: wire.Message) -> bool:
    try:
        wire.encode(message)
    except wire.WireError:
        return False
    return True
