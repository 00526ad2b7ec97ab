"""``trimtab explain``: why trials were stopped or kept."""

from __future__ import annotations

from pathlib import Path

from trimtab.cli.homes import sweep_of_trial
from trimtab.cli.output import say, say_json
from trimtab.finishing import choose
from trimtab.stoppers.replay import replay
from trimtab.store.sqlite import SqliteStore
from trimtab.view import explanation


def explain(sweep: str, trial: int | None, home: Path | None, as_json: bool) -> None:
    """All trials of a sweep, or every report of one trial."""
    folder = sweep_of_trial(sweep, trial, home)
    chosen = None if trial is None else choose(folder, trial).trial.index
    store = SqliteStore.reader(folder.facts)
    try:
        told = replay(store.read(), of=chosen)
    finally:
        store.close()
    if chosen is None:
        say_json(explanation.sweep_data(told)) if as_json else say(explanation.sweep_page(told))
        return
    one = told.state.trials[chosen]
    if as_json:
        history = [explanation.entry_data(entry) for entry in told.entries]
        say_json(explanation.trial_data(told, one) | {"history": history})
    else:
        say(explanation.trial_page(told, one))
