"""What happened to one trial: its attempts, and everything its script logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trimtab.model.facts import Ended, Fact, Outcome, Reported, Started, Submitted, Tagged
from trimtab.view import text

FolderOf = Callable[[int], Path]
"""The folder of an attempt, by its number."""


@dataclass(slots=True)
class Attempt:
    """One launch. Times are seconds since the epoch; ``outcome`` is None until it has ended."""

    number: int
    node: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None
    exit_code: int | None = None
    signal: int | None = None
    reason: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it ran, once it has ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, self.ended_at - self.started_at)


@dataclass(slots=True)
class History:
    """One trial's attempts, reports with their times, and tags, in the order they happened."""

    attempts: list[Attempt] = field(default_factory=list)
    reports: list[tuple[float, Reported]] = field(default_factory=list)
    tags: list[Tagged] = field(default_factory=list)


def history(facts: Iterable[Fact], trial: int) -> History:
    """The history of ``trial``. ``facts`` are a sweep's, in order."""
    told = History()
    for fact in facts:
        match fact.body:
            case Submitted(trial=number) as body if number == trial:
                told.attempts.append(Attempt(body.attempt))
            case Started(trial=number) as body if number == trial:
                last = told.attempts[-1]
                last.node, last.started_at = body.node, fact.at
            case Reported(trial=number) as body if number == trial:
                told.reports.append((fact.at, body))
            case Tagged(trial=number) as body if number == trial:
                told.tags.append(body)
            case Ended(trial=number) as body if number == trial:
                last = told.attempts[-1]
                last.ended_at, last.outcome, last.reason = fact.at, body.outcome, body.reason
                last.exit_code, last.signal = body.exit_code, body.signal
    return told


def data(told: History) -> dict[str, Any]:
    """A history as JSON: ``attempts``, ``reports`` and ``tags``."""
    return {
        "attempts": [
            {
                "attempt": one.number,
                "node": one.node,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
                "outcome": str(one.outcome) if one.outcome else None,
                "exit_code": one.exit_code,
                "signal": one.signal,
                "reason": one.reason,
            }
            for one in told.attempts
        ],
        "reports": [
            {
                "at": at,
                "attempt": one.attempt,
                "name": one.name,
                "value": one.value,
                "step": one.step,
            }
            for at, one in told.reports
        ],
        "tags": [
            {"attempt": one.attempt, "role": one.role, "key": one.key, "value": one.value}
            for one in told.tags
        ],
    }


def rows(attempts: Sequence[Attempt], folder_of: FolderOf) -> Iterator[tuple[str, ...]]:
    """A table of attempts, with its head."""
    yield ("attempt", "node", "time", "ended", "files and reason")
    for one in attempts:
        lasted = one.seconds
        reason = text.first_line(one.reason)
        yield (
            str(one.number),
            text.clean(one.node) or "-",
            "-" if lasted is None else text.duration(lasted),
            str(one.outcome or "-"),
            f"{folder_of(one.number)}" + (f"  ({reason})" if reason else ""),
        )
