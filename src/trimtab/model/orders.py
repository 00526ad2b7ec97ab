"""Orders: what the scheduler wants done. Obeying one begins with writing the fact down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from trimtab.model.facts import SweepOutcome
from trimtab.space import Params


@dataclass(frozen=True, slots=True)
class Propose:
    """Trial ``trial`` exists from now on, with these parameters."""

    trial: int
    params: Params


@dataclass(frozen=True, slots=True)
class Exhaust:
    """There is no further point in the space."""

    total: int


@dataclass(frozen=True, slots=True)
class Submit:
    trial: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End a trial early, because of its metric."""

    trial: int
    attempt: int
    report: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """End a trial for another reason; ``at_once`` without grace."""

    trial: int
    attempt: int
    reason: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Tell the user, once."""

    code: str
    text: str
    trial: int = -1


@dataclass(frozen=True, slots=True)
class End:
    """The sweep is over."""

    outcome: SweepOutcome
    reason: str


Order: TypeAlias = Propose | Exhaust | Submit | Stop | Cancel | Note | End
