"""How a run looks as the value of a notebook's cell: one small table, all of it escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from trimtab.api.trials import Trial, counted
from trimtab.errors import UnknownSweepError

if TYPE_CHECKING:
    from trimtab.api.run import Run

SHOWN = 10
"""Trials in the table: the last ones."""


def html_of(run: Run) -> str:
    """The sweep, its best trial, and its last trials."""
    trials = run.trials
    try:
        best: int | None = run.best.number
    except UnknownSweepError:
        best = None
    head = "".join(f"<th>{word}</th>" for word in ("trial", "status", "value", "parameters"))
    rows = "".join(_row(one, one.number == best) for one in _shown(trials, best))
    return (
        f"<p>Sweep <b>{escape(run.name)}</b>: {escape(run.status)}, {counted(trials)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _shown(trials: tuple[Trial, ...], best: int | None) -> list[Trial]:
    last = trials[-SHOWN:]
    return [one for one in trials if one.number == best and one not in last] + list(last)


def _row(trial: Trial, best: bool) -> str:
    value = "" if trial.value is None else f"{trial.value:.5g}"
    params = ", ".join(f"{name}={one}" for name, one in trial.params.items())
    cells = (f"{trial.number}{' (best)' if best else ''}", str(trial.status), value, params)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
