"""Trials of a run as values, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trimtab.errors import MissingExtraError
from trimtab.home import SweepFolder
from trimtab.model.state import SweepState, TrialStatus
from trimtab.model.state import Trial as TrialState
from trimtab.space import Params

if TYPE_CHECKING:
    import pandas as pd


class Status(StrEnum):
    """How a sweep stands, in the words of ``trimtab list``."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as it stood when it was asked for.

    ``value`` is the best value of the primary metric, ``curve`` all its values in order,
    ``metrics`` the last value of every metric. ``folder`` is that of the latest attempt.
    ``started_at`` and ``ended_at`` are in seconds since the epoch, ``seconds`` is the running time
    of all attempts.
    """

    number: int
    status: TrialStatus
    params: Params
    value: float | None
    curve: tuple[float, ...]
    metrics: Mapping[str, float]
    attempt: int
    started_at: float | None
    ended_at: float | None
    seconds: float
    reason: str
    folder: Path

    @property
    def outputs(self) -> Path:
        """What the script left in ``./outputs``."""
        return self.folder / "outputs"

    @property
    def log(self) -> Path:
        """The file with what the script printed."""
        return self.folder / "user_logs" / "std_log.txt"


def trial_of(state: SweepState, folder: SweepFolder, one: TrialState) -> Trial:
    """The value of a trial now."""
    curve = state.curves[one.index]
    return Trial(
        number=one.index,
        status=one.status,
        params=dict(one.params),
        value=curve.best,
        curve=tuple(curve.values),
        metrics=dict(one.metrics),
        attempt=one.attempt,
        started_at=one.started_at,
        ended_at=one.ended_at,
        seconds=one.seconds,
        reason=one.reason,
        folder=folder.attempt(one.index, one.attempt),
    )


def counted(trials: Sequence[Trial]) -> str:
    """``1 trial``, ``2 trials``."""
    return "1 trial" if len(trials) == 1 else f"{len(trials)} trials"


def frame_of(trials: Sequence[Trial]) -> pd.DataFrame:
    """One row per trial, indexed by its number. Raises MissingExtraError without pandas."""
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise MissingExtraError("pandas", "pandas", "A table of trials") from error
    frame = pd.DataFrame([_row(one) for one in trials])
    if frame.empty:
        return pd.DataFrame(columns=["trial", "status", "value"]).set_index("trial")
    for moment in ("started_at", "ended_at"):
        frame[moment] = pd.to_datetime(frame[moment].astype(float), unit="s", utc=True)
    return frame.set_index("trial")


def _row(one: Trial) -> dict[str, Any]:
    return {
        "trial": one.number,
        "status": str(one.status),
        "value": one.value,
        **dict(_columns("params", one.params)),
        **{f"metrics.{name}": value for name, value in one.metrics.items()},
        "attempt": one.attempt,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "seconds": one.seconds,
        "reason": one.reason,
    }


def _columns(above: str, params: Params) -> Iterator[tuple[str, object]]:
    for name, value in params.items():
        if isinstance(value, Mapping):
            yield from _columns(f"{above}.{name}", value)
        else:
            yield f"{above}.{name}", value
