"""What a training script may import: its metrics, its parameters, a word to the user.

Standard library only. Every function does nothing harmful when the script runs by hand, outside
of a sweep: the arguments are still checked, and nothing is sent.

    from trimtab.trial import params, report

    lr = params().get("lr", 0.1)
    for epoch in range(10):
        report(loss=train(lr), step=epoch)
"""

from __future__ import annotations

import errno
import json
import math
import os
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

if TYPE_CHECKING:
    from trimtab.wire import Message

Param: TypeAlias = "int | float | str | dict[str, Any]"
_PARAMS = "AZUREML_SWEEP_"


def report(
    values: Mapping[str, SupportsFloat] | None = None,
    /,
    step: int | None = None,
    **metrics: SupportsFloat,
) -> None:
    """Logs metrics: ``report(loss=0.3)``, or ``report({"val-loss": 0.3}, step=4)``.

    Values are numbers, numpy's and one-element tensors included; NaN and infinities are logged as
    they are. Returns once they are on their way. Raises TypeError for what is no number, and
    ValueError for a name that no metric can have.
    """
    from trimtab.wire import Message

    if values is not None and not isinstance(values, Mapping):
        raise TypeError(
            f"report got {values!r}; it takes metrics by name: report(loss=0.5), or "
            'report({"val-loss": 0.5}, step=4).'
        )
    numbers = {
        _name(name): _number(name, one) for name, one in {**(values or {}), **metrics}.items()
    }
    if numbers:
        send(Message(metrics=numbers, step=_step(step)))


def note(text: str) -> None:
    """A sentence for whoever watches the sweep; it is cut to what one line of the wire holds."""
    from trimtab.wire import Message

    if not isinstance(text, str):
        raise TypeError(f"A note is {text!r}; it is a text.")
    send(Message(note=text))


def tag(name: str, value: object) -> None:
    """A word about this trial, for example ``tag("data", "v3")``; the latest value counts."""
    from trimtab.wire import Message

    send(Message(tags={_name(name): str(value)}))


def params() -> dict[str, Param]:
    """The trial's parameters by name; empty outside of a sweep.

    They come from ``AZUREML_SWEEP_<name>``, as on Azure ML: texts that are JSON numbers or objects
    are those, others stay text. The parts of a nested choice are there as ``name_part`` too.
    """
    return {
        name.removeprefix(_PARAMS): _parsed(text)
        for name, text in os.environ.items()
        if name.startswith(_PARAMS)
    }


def send(message: Message) -> None:
    """Sends a message over the wire, cut into as many lines as it takes; texts are shortened.

    Waits while the node is a megabyte behind. Outside of a sweep nothing is sent; a wire that
    breaks is complained of once, on standard error.
    """
    from trimtab import wire

    for line in _lines(message):
        _pipe.write(line, os.environ.get(wire.VARIABLE, ""))


class _Pipe:
    """The wire, opened with the first line. One descriptor serves all threads and forks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path = ""
        self._descriptor = -1
        self._complained = False

    def write(self, line: bytes, path: str) -> None:
        if not path:
            return
        try:
            with self._lock:
                descriptor = self._open(path)
            # One write of at most MAX_LINE bytes: lines of several writers never mix.
            os.write(descriptor, line)
        except OSError as error:
            self._complain(error)

    def _open(self, path: str) -> int:
        if path != self._path:
            self._path = path
            self._descriptor = -1
            # Not waiting: nobody may be listening when a script runs by hand in this environment.
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            os.set_blocking(descriptor, True)
            self._descriptor = descriptor
        if self._descriptor < 0:
            raise OSError(errno.ENXIO, "nobody listens")
        return self._descriptor

    def _complain(self, error: OSError) -> None:
        if self._complained:
            return
        self._complained = True
        reason = error.strerror or error
        print(f"trimtab: metrics do not reach the sweep ({reason})", file=sys.stderr)


_pipe = _Pipe()


def _lines(message: Message) -> list[bytes]:
    from trimtab.wire import Message, WireError, encode

    try:
        return [encode(message)]
    except WireError:
        parts = [
            Message(metrics={name: one}, step=message.step) for name, one in message.metrics.items()
        ]
        parts += [Message(params={name: _cut(one, name)}) for name, one in message.params.items()]
        parts += [Message(tags={name: _cut(one, name)}) for name, one in message.tags.items()]
        parts += [Message(note=_cut(message.note))] if message.note else []
        return [encode(part) for part in parts]


def _cut(text: str, name: str = "") -> str:
    """``text``, cut so that it fits a line together with ``name``."""
    from trimtab.wire import MAX_LINE

    room = MAX_LINE - 64 - len(json.dumps(name))
    if len(json.dumps(text)) <= room:
        return text
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if len(json.dumps(text[:middle])) <= room - 6 else (low, middle - 1)
        )
    return text[:low] + "…"


def _number(name: str, value: object) -> float:
    if not isinstance(value, str | bytes | bytearray) and value is not None:
        try:
            return float(value)  # type: ignore[arg-type]  # what has no __float__ raises
        except (TypeError, ValueError, RuntimeError):
            pass  # arrays and tensors of several numbers say it in their own ways
        except OverflowError as error:
            raise TypeError(f"Metric {name!r} is too large for a float.") from error
    shown = repr(value) if len(repr(value)) <= 60 else f"a {type(value).__name__}"
    raise TypeError(f"Metric {name!r} is {shown}; a metric is one number.")


def _name(name: object) -> str:
    from trimtab.wire import MAX_NAME

    if isinstance(name, str) and 0 < len(name) <= MAX_NAME and name.isprintable():
        return name
    shown = repr(name)[:80]
    raise ValueError(
        f"The name {shown} cannot be used; a name is 1 to {MAX_NAME} printable letters."
    )


def _step(step: object) -> int | None:
    if step is None:
        return None
    try:
        return step.__index__()  # type: ignore[attr-defined,no-any-return]  # asked of any object
    except AttributeError:
        if isinstance(step, float) and step.is_integer():
            return int(step)
        raise TypeError(f"The step is {step!r}; it is a whole number.") from None


def _parsed(text: str) -> Param:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, dict):
        return value
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return value if numeric and math.isfinite(value) else text
