"""Calls and names of the SDK, as they were read from Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trimtab.errors import InputError
from trimtab.migration.hyperdrive import Unread

_MAX_SIZE = 20_000


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of the SDK that is not called, such as ``PrimaryMetricGoal.MAXIMIZE``."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the SDK, or of a method: ``name`` is the function's or ``Class.method``.

    ``on`` is what a method was called on; ``settings`` are attributes set afterwards;
    ``spread`` is what ``*args`` or ``**kwargs`` stood for, where that is unknown.
    """

    name: str
    arguments: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    on: object = None
    settings: tuple[tuple[str, object, str], ...] = ()
    spread: Unread | None = None
    code: str = field(default="", compare=False)
    place: str = field(default="", compare=False)
    dotted: str = field(default="", compare=False)

    def bound(self, *names: str) -> dict[str, object]:
        """The arguments by name. Raises InputError when there are more than ``names``."""
        if len(self.arguments) > len(names):
            raise InputError(
                f"{self.place}: {self.name} takes at most {len(names)} arguments by position "
                f"({', '.join(names)}), found {len(self.arguments)}"
            )
        found = dict(zip(names, self.arguments, strict=False)) | dict(self.keywords)
        if self.spread is not None:
            found = dict.fromkeys(names, self.spread) | found
        return found

    @property
    def unread(self) -> Unread:
        """The call as something that nobody can tell the value of."""
        return Unread(self.code, self.place)


def check_size(value: object) -> None:
    """Raises ValueError for a value that would take forever to write down."""
    left, waiting = _MAX_SIZE, [value]
    while waiting:
        left -= 1
        if left < 0:
            raise ValueError
        match waiting.pop():
            case (list() | tuple()) as items:
                waiting += items
            case dict() as items:
                waiting += items.values()
            case Call() as call:
                waiting += [*call.arguments, *call.keywords.values(), call.on]
