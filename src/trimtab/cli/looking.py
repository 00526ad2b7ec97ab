"""The commands that read: ``lint``, ``list``, ``show``, ``best``; and ``stop``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from trimtab.cli.output import problem_data, say, say_json
from trimtab.errors import InputError, SweepFileError, TrimtabError
from trimtab.finishing import choose
from trimtab.home import SweepFolder, open_home
from trimtab.reading import read_state
from trimtab.stopping import conductor_of, write_stop_file
from trimtab.view import data, tables, text
from trimtab.view.summary import counts, standing

FOUND_ERRORS = 1
LOOK_SECONDS = 0.1
"""Between two looks at a sweep that is to stop."""


def lint(file: Path, sets: Sequence[str], as_json: bool) -> int:
    """Lists the problems of a file; 1 when one of them is an error."""
    from trimtab.spec import load_job
    from trimtab.spec.lint import lint as problems_of

    try:
        problems = problems_of(load_job(file, sets))
    except SweepFileError as error:
        if any(problem.code == "missing-file" and not problem.line for problem in error.problems):
            raise
        problems = error.problems
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        say_json({"file": str(file), "errors": errors, "problems": [*map(problem_data, problems)]})
    else:
        say(_problem_line(str(problem), problem.severity, problem.code) for problem in problems)
        notes = len(problems) - errors
        say([f"{file}: {text.count(errors, 'error')}, {text.count(notes, 'note')}"])
    return FOUND_ERRORS if errors else 0


def _problem_line(said: str, severity: str, code: str) -> str:
    return f"{text.clean(said)} [{severity}: {code}]"


def list_sweeps(home: Path | None, as_json: bool) -> None:
    """All sweeps of the home, the oldest first; one that cannot be read says why."""
    for folder in open_home(home).sweeps():
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
        say([f"{when}  {folder.sweep}  {_standing(folder)}  {counts(state)}{led}"])


def _standing(folder: SweepFolder) -> str:
    """``interrupted`` is what has not ended and is run by nobody."""
    word = standing(read_state(folder))
    return "interrupted" if word == "running" and conductor_of(folder) is None else word


def show(sweep: str, trial: int | None, home: Path | None, as_json: bool) -> None:
    """A sweep with all trials, or one trial."""
    folder = open_home(home).sweep(sweep)
    state = read_state(folder)
    if trial is not None:
        chosen = choose(folder, trial)
        if as_json:
            say_json(
                data.trial(state, chosen.trial)
                | {"folder": str(chosen.folder), "curve": list(state.curves[trial].values)}
            )
        else:
            say(tables.trial_page(state, chosen.trial, chosen.folder))
        return
    if as_json:
        trials = [data.trial(state, one) for one in state.trials.values()]
        notes = [{"code": note.code, "text": note.text} for note in state.notes]
        say_json(data.sweep(state) | {"folder": str(folder.path), "trials": trials, "notes": notes})
        return
    say([f"Sweep {folder.sweep}: {_standing(folder)}, {counts(state)}"])
    say(tables.sweep_page(state, folder.path))


def best(sweep: str, path: str | None, home: Path | None, as_json: bool) -> None:
    """The best trial, or the place of one of its outputs."""
    folder = open_home(home).sweep(sweep)
    state = read_state(folder)
    chosen = choose(folder)
    outputs = chosen.folder / "outputs"
    if path is not None:
        place = outputs / path
        if not place.exists():
            raise InputError(f"The best trial left no {path!r} in its outputs {outputs}.")
        say([str(place)])
        return
    if as_json:
        say_json(data.trial(state, chosen.trial) | {"folder": str(chosen.folder)})
        return
    say(tables.best_page(state, chosen.trial, chosen.folder))


def stop(sweep: str, now: bool, wait: bool, home: Path | None) -> None:
    """Asks the conductor to stop, and waits until it has."""
    folder = open_home(home).sweep(sweep)
    holder = conductor_of(folder)
    if holder is None:
        raise InputError(f"Nobody runs the sweep {folder.sweep}; there is nothing to stop.")
    write_stop_file(folder.stop_file, now)
    if not wait:
        say([f"Asked {holder} to stop {folder.sweep}."])
        return
    while conductor_of(folder) is not None:
        time.sleep(LOOK_SECONDS)
    say([f"Stopped {folder.sweep}; go on with: trimtab resume {folder.sweep}"])
