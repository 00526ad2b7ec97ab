"""Facts: what happened, written down once and never changed.

A fact is a body (one of the frozen classes below) with its place in the sweep's log and its time.
Bodies are JSON objects with a ``kind``; a release reads the facts of the release before it, so a
field that is added later needs a default.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeAlias

from trimtab.errors import StoreError
from trimtab.space import Params

FORMAT = 1
"""Version of the bodies below; a log with a higher one is refused."""


class Outcome(StrEnum):
    """How an attempt ended. ``LOST`` and ``PREEMPTED`` are the infrastructure's doing."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"
    TIMED_OUT = "timed_out"
    LOST = "lost"
    PREEMPTED = "preempted"
    UNKNOWN = "unknown"

    @property
    def retried(self) -> bool:
        """Whether the trial gets another attempt; an unknown word is never taken for an end."""
        return self in (Outcome.LOST, Outcome.PREEMPTED, Outcome.UNKNOWN)


class SweepOutcome(StrEnum):
    """How a sweep ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class SweepCreated:
    """First fact of every log. ``plan`` and ``document`` are JSON; ``origin`` is the file's path.

    ``parent`` names the sweep whose best parameters this one runs again (a refit).
    """

    sweep: str
    plan: Mapping[str, Any]
    document: Mapping[str, Any]
    origin: str = ""
    parent: str = ""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class ConductorStarted:
    """A process took over the sweep; the first one, or one that resumes it."""

    pid: int
    host: str


@dataclass(frozen=True, slots=True)
class Proposed:
    trial: int
    params: Params


@dataclass(frozen=True, slots=True)
class SpaceExhausted:
    """The sampler has no further point: all of a grid is proposed."""

    total: int


@dataclass(frozen=True, slots=True)
class Submitted:
    trial: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt's command runs on a node."""

    trial: int
    attempt: int
    node: str


@dataclass(frozen=True, slots=True)
class Reported:
    """One value of one metric, as the script logged it.

    ``line`` numbers the reports of one attempt from 1, so that a compute may tell them again after
    a restart of the conductor; 0 when the compute never repeats itself.
    """

    trial: int
    attempt: int
    name: str
    value: float
    step: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Tagged:
    """The script's own parameters (``role`` ``param``) and tags (``tag``)."""

    trial: int
    attempt: int
    key: str
    value: str
    role: str = "tag"


@dataclass(frozen=True, slots=True)
class StopDecided:
    """The stopper ends a trial early; ``reason`` is its explaining sentence."""

    trial: int
    attempt: int
    report: int
    reason: str


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A trial is to end for another reason than its metric; ``at_once`` without grace."""

    trial: int
    attempt: int
    reason: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt is over. ``reason`` is empty for a clean end."""

    trial: int
    attempt: int
    outcome: Outcome
    exit_code: int | None = None
    signal: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Somebody wants the sweep to end; ``at_once`` leaves running trials no grace."""

    reason: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A sentence for the user. ``code`` makes it countable; ``trial`` is -1 for the whole sweep."""

    code: str
    text: str
    trial: int = -1


@dataclass(frozen=True, slots=True)
class SweepEnded:
    outcome: SweepOutcome
    reason: str = ""


Body: TypeAlias = (
    SweepCreated
    | ConductorStarted
    | Proposed
    | SpaceExhausted
    | Submitted
    | Started
    | Reported
    | Tagged
    | StopDecided
    | CancelRequested
    | Ended
    | StopRequested
    | Noted
    | SweepEnded
)

News: TypeAlias = Started | Reported | Tagged | Noted | Ended
"""What a compute may tell; the conductor writes it down as it is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A body at its place: ``seq`` counts from 1, ``at`` is in seconds since the epoch."""

    seq: int
    at: float
    body: Body


KINDS: Mapping[str, type[Body]] = {
    "sweep_created": SweepCreated,
    "conductor_started": ConductorStarted,
    "proposed": Proposed,
    "space_exhausted": SpaceExhausted,
    "submitted": Submitted,
    "started": Started,
    "reported": Reported,
    "tagged": Tagged,
    "stop_decided": StopDecided,
    "cancel_requested": CancelRequested,
    "ended": Ended,
    "stop_requested": StopRequested,
    "noted": Noted,
    "sweep_ended": SweepEnded,
}
_NAMES = {cls: name for name, cls in KINDS.items()}
_FIELDS = {cls: tuple(field.name for field in fields(cls)) for cls in KINDS.values()}
_ENUMS: Mapping[type[Body], type[StrEnum]] = {Ended: Outcome, SweepEnded: SweepOutcome}
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def kind_of(body: Body) -> str:
    """The body's word in the log, for example ``reported``."""
    return _NAMES[type(body)]


def body_fields(body: Body) -> dict[str, Any]:
    """The body's fields as JSON-able values."""
    return {name: getattr(body, name) for name in _FIELDS[type(body)]}


def encode_body(body: Body) -> str:
    """The body's fields as one line of JSON (NaN and infinities as Python writes them)."""
    return _encode(body_fields(body))


def decode_body(kind: str, text: str) -> Body:
    """The body that ``encode_body`` wrote. Raises StoreError for a kind or field it cannot know."""
    cls = KINDS.get(kind)
    if cls is None:
        raise StoreError(f"The log has a fact of unknown kind {kind!r}; a newer release wrote it.")
    try:
        values = json.loads(text)
        enum = _ENUMS.get(cls)
        if enum is not None:
            values["outcome"] = enum(values["outcome"])
        return cls(**values)
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"A fact of kind {kind!r} cannot be read: {error}.") from error
