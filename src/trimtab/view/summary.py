"""What the end of a sweep says: how it ended, the best, where things are, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trimtab.model.facts import SweepOutcome
from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.view import text
from trimtab.view.lines import LogOf

SHOWN_FAILURE_LINES = 12
_WORDS = (
    (TrialStatus.COMPLETED, "completed"),
    (TrialStatus.STOPPED, "stopped early"),
    (TrialStatus.FAILED, "failed"),
    (TrialStatus.CANCELED, "canceled"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things of a sweep are: the outputs of its best trial, logs, and MLflow.

    ``tracking`` is empty when MLflow was left alone; ``unmirrored`` says what it lacks, if so.
    """

    log_of: LogOf
    outputs: Path | None = None
    tracking: str = ""
    unmirrored: str = ""


def summary(state: SweepState, places: Places) -> Iterator[str]:
    """The lines. The log of an unfinished sweep is fine."""
    yield f"{_headline(state)}: {counts(state)}."
    reason = state.end_reason or state.stop_reason
    if reason:
        yield text.first_line(reason, 2000)
    yield from _best(state, places)
    yield from _failure(state, places)
    if places.tracking:
        yield f"MLflow: {places.tracking}"
    if places.unmirrored:
        behind = text.first_line(places.unmirrored)
        yield f"MLflow is behind: {behind}; catch up with: trimtab sync {state.sweep}"
    yield from _next(state)


def counts(state: SweepState) -> str:
    """``12 trials, 10 completed, 2 failed``."""
    parts = [text.count(len(state.trials), "trial")]
    for status, word in _WORDS:
        amount = state.counts.get(status, 0)
        if amount:
            parts.append(f"{amount} {word}")
    return ", ".join(parts)


def _headline(state: SweepState) -> str:
    lasted = text.duration(state.elapsed(state.last_at))
    return f"Sweep {state.sweep} {standing(state)} after {lasted}"


def standing(state: SweepState) -> str:
    """How the sweep stands, in one word: ``running`` when it has not ended."""
    if state.ended is SweepOutcome.CANCELED:
        return "stopped"
    return str(state.ended) if state.ended else "running"


def _best(state: SweepState, places: Places) -> Iterator[str]:
    best, objective = state.best(), state.the_plan().objective
    if best is not None and objective is not None:
        value = state.curves[best.index].best
        shown = "" if value is None else text.number(value)
        yield ""
        yield f"Best: trial {best.index} with {text.clean(objective.metric)} {shown}"
        width = max((len(text.clean(name)) for name in best.params), default=0)
        for name, given in best.params.items():
            yield f"  {text.clean(name):<{width}}  {text.value(given)}"
    if places.outputs is not None:
        yield f"Files: {places.outputs}"


def _failure(state: SweepState, places: Places) -> Iterator[str]:
    """The first failed trial with its own words; the others tend to say the same."""
    failed = _first_failed(state)
    if failed is None:
        return
    yield ""
    yield f"Trial {failed.index} failed:"
    lines = [line for line in text.clean(failed.reason, newlines=True).splitlines() if line]
    if len(lines) > SHOWN_FAILURE_LINES:
        lines = [lines[0], "...", *lines[2 - SHOWN_FAILURE_LINES :]]
    yield from (f"  {line}" for line in lines)
    log = str(places.log_of(failed.index, failed.attempt))
    if log not in failed.reason:
        yield f"  log: {log}"


def _first_failed(state: SweepState) -> Trial | None:
    trials = (state.trials[index] for index in state.finished)
    return next((trial for trial in trials if trial.status is TrialStatus.FAILED), None)


def _next(state: SweepState) -> Iterator[str]:
    yield ""
    yield "Next:"
    for command, purpose in _steps(state):
        yield f"  trimtab {command:<{max(len(one) for one, _ in _steps(state))}}  {purpose}"


def _steps(state: SweepState) -> list[tuple[str, str]]:
    sweep = state.sweep
    steps = [(f"show {sweep}", "all trials")]
    if state.ended is SweepOutcome.CANCELED or state.ended is None:
        steps.append((f"resume {sweep}", "go on where it stopped"))
    failed = _first_failed(state)
    if failed is not None:
        steps.append((f"logs {sweep} {failed.index}", "the failed trial's log"))
    if state.best() is not None:
        steps.append((f"refit {sweep} --set KEY=VALUE", "run the best once more"))
        steps.append((f"register {sweep} --name MODEL", "register its model"))
    return steps
