"""Pages of text about a sweep that is not being watched: its trials, one trial, the best one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.view import text

SHOWN_REPORTS = 20
SHOWN_REASON = (120, 300)
"""Letters of a reason in a table: of a failure, whose text may be anything, and of a stop."""


def sweep_page(state: SweepState, folder: Path) -> Iterator[str]:
    """Notes, then all trials, the best first, those without a value last."""
    if state.end_reason or state.stop_reason:
        yield text.first_line(state.end_reason or state.stop_reason, 2000)
    if state.parent:
        yield f"Refit of {state.parent}"
    yield f"Files: {folder}"
    for note in state.notes:
        yield f"Note: {text.first_line(note.text, 2000)}"
    if state.trials:
        yield ""
        yield from _trials(state)


def _trials(state: SweepState) -> Iterator[str]:
    objective = state.the_plan().objective
    metric = text.clean(objective.metric) if objective else "value"
    rows = [("trial", "status", metric, "reports", "time", "parameters and reason")]
    sign = -1.0 if objective and objective.maximize else 1.0
    values = {index: state.best_value(index) for index in state.trials}

    def rank(trial: Trial) -> tuple[bool, float, int]:
        value = values[trial.index]
        return (value is None, sign * (value or 0.0), trial.index)

    for trial in sorted(state.trials.values(), key=rank):
        value = values[trial.index]
        reason = text.first_line(trial.reason, SHOWN_REASON[trial.status is TrialStatus.STOPPED])
        rows.append(
            (
                str(trial.index),
                str(trial.status),
                "-" if value is None else text.number(value),
                str(len(state.curves[trial.index].values)),
                text.duration(trial.seconds),
                text.params(trial.params) + (f"  ({reason})" if reason else ""),
            )
        )
    yield from columns(rows)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with their cells under each other; the last column is as wide as it likes."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()


def trial_page(
    state: SweepState, trial: Trial, folder: Path, attempts: Sequence[Sequence[str]] = ()
) -> Iterator[str]:
    """Everything about one trial; ``folder`` is its last attempt's.

    ``attempts`` is a table of them with its head, for a trial that had more than one.
    """
    yield f"Trial {trial.index} of {state.sweep}: {trial.status}"
    if trial.reason:
        yield from (f"  {line}" for line in text.clean(trial.reason, True).splitlines())
    facts = [("attempts", str(trial.attempt)), ("node", text.clean(trial.node) or "-")]
    if trial.started_at is not None:
        started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(trial.started_at))
        facts.append(("started", started))
    facts.append(("time", text.duration(trial.seconds)))
    facts.append(("files", str(folder)))
    facts.append(("log", str(folder / "user_logs" / "std_log.txt")))
    yield from columns([(f"  {name}", value) for name, value in facts])
    if attempts:
        yield from (f"  {line}" for line in columns(attempts))
    yield from _block("Parameters", [(k, text.value(v)) for k, v in trial.params.items()])
    metrics = [(text.clean(k), text.number(v)) for k, v in sorted(trial.metrics.items())]
    yield from _block("Last metrics", metrics)
    objective, values = state.the_plan().objective, state.curves[trial.index].values
    if objective is not None and len(values) > 1:
        shown = [text.number(value) for value in values[-SHOWN_REPORTS:]]
        more = "... " if len(values) > SHOWN_REPORTS else ""
        yield f"{text.clean(objective.metric)} by report: {more}{' '.join(shown)}"


def best_page(state: SweepState, trial: Trial, folder: Path) -> Iterator[str]:
    """The best trial: metric, parameters, files."""
    objective, value = state.the_plan().objective, state.best_value(trial.index)
    said = ""
    if objective is not None and value is not None:
        said = f" with {text.clean(objective.metric)} {text.number(value)}"
    yield f"Best of {state.sweep}: trial {trial.index}{said}"
    yield from _block("Parameters", [(k, text.value(v)) for k, v in trial.params.items()])
    yield f"Files: {folder / 'outputs'}"


def _block(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield f"{title}:"
        yield from columns([(f"  {text.clean(name)}", value) for name, value in rows])
