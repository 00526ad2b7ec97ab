"""The commands that read a home: ``list``, ``show``, ``best``."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from trimtab.cli.homes import existing_home, existing_sweep, sweep_of_trial
from trimtab.cli.output import say, say_json, say_path
from trimtab.errors import InputError, StoreError, TrimtabError, UnknownSweepError
from trimtab.finishing import chosen_from
from trimtab.home import SweepFolder
from trimtab.model.state import SweepState
from trimtab.reading import read_state
from trimtab.stopping import conductor_of
from trimtab.store.sqlite import SqliteStore
from trimtab.view import attempts, data, tables, text
from trimtab.view.summary import counts, standing


def list_sweeps(home: Path | None, as_json: bool) -> None:
    """All sweeps of the home, the oldest first; one that cannot be read says why."""
    try:
        folders = list(existing_home(home).sweeps())
    except UnknownSweepError as error:
        if home is not None:
            raise
        print(error, file=sys.stderr)
        return
    if not folders:
        print("There is no sweep in the home yet.", file=sys.stderr)
    for folder in folders:
        try:
            state = read_state(folder)
        except TrimtabError as error:
            said = {"sweep": folder.sweep, "error": str(error)}
            say_json(said) if as_json else say([f"{folder.sweep}  unreadable: {error}"])
            continue
        if as_json:
            say_json(data.sweep(state) | {"folder": str(folder.path)})
            continue
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(state.created_at))
        best, objective = state.best(), state.the_plan().objective
        led = ""
        if best is not None and objective is not None:
            value = state.curves[best.index].best
            led = f"  {text.clean(objective.metric)} {text.number(value or 0.0)}"
        say([f"{when}  {folder.sweep}  {_standing(folder, state)}  {counts(state)}{led}"])


def _standing(folder: SweepFolder, state: SweepState) -> str:
    """``interrupted`` is what has not ended and is run by nobody.

    ``unfinished`` where the home cannot be written, which it takes to tell the two apart.
    """
    if state.ended is not None:
        return standing(state)
    try:
        return "interrupted" if conductor_of(folder) is None else standing(state)
    except StoreError:
        return "unfinished"


def show(sweep: str, trial: int | None, home: Path | None, as_json: bool) -> None:
    """A sweep with all trials, or one trial."""
    folder = sweep_of_trial(sweep, trial, home)
    state = read_state(folder)
    if trial is not None:
        _show_trial(folder, state, trial, as_json)
        return
    if as_json:
        trials = [data.trial(state, one) for one in state.trials.values()]
        notes = [{"code": note.code, "text": note.text} for note in state.notes]
        say_json(data.sweep(state) | {"folder": str(folder.path), "trials": trials, "notes": notes})
        return
    say([f"Sweep {folder.sweep}: {_standing(folder, state)}, {counts(state)}"])
    say(tables.sweep_page(state, folder.path))


def _show_trial(folder: SweepFolder, state: SweepState, trial: int, as_json: bool) -> None:
    chosen = chosen_from(state, folder, trial)
    told = _history(folder, trial)
    if as_json:
        curve = list(state.curves[trial].values)
        whole = {"folder": str(chosen.folder), "curve": curve, **attempts.data(told)}
        say_json(data.trial(state, chosen.trial) | whole)
        return
    table = []
    if len(told.attempts) > 1:
        table = list(attempts.rows(told.attempts, partial(folder.attempt, trial)))
    say(tables.trial_page(state, chosen.trial, chosen.folder, table))


def _history(folder: SweepFolder, trial: int) -> attempts.History:
    store = SqliteStore.reader(folder.facts)
    try:
        return attempts.history(store.read(), trial)
    finally:
        store.close()


def best(sweep: str, path: str | None, home: Path | None, as_json: bool) -> None:
    """The best trial, or the place of one of its outputs."""
    folder = existing_sweep(sweep, home)
    state = read_state(folder)
    chosen = chosen_from(state, folder)
    outputs = chosen.folder / "outputs"
    if path is not None:
        place = outputs / path
        if not place.resolve().is_relative_to(outputs.resolve()):
            raise InputError(f"{path!r} leads out of the best trial's outputs {outputs}.")
        if not place.exists():
            raise InputError(f"The best trial left no {path!r} in its outputs {outputs}.")
        say_path(place)
        return
    if as_json:
        say_json(data.trial(state, chosen.trial) | {"folder": str(chosen.folder)})
        return
    say(tables.best_page(state, chosen.trial, chosen.folder))
