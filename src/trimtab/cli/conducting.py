"""The commands that run trials: ``run``, ``resume``, ``refit``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trimtab import creation, finishing, running
from trimtab.cli.homes import existing_home
from trimtab.cli.output import log_of, mention, refused, say, say_json
from trimtab.cli.warning import warning_people
from trimtab.cli.watching import watcher
from trimtab.errors import UnknownSweepError
from trimtab.home import Home, SweepFolder, open_home
from trimtab.model.facts import SweepOutcome
from trimtab.reading import read_creation, read_state
from trimtab.redaction import redacted
from trimtab.spec import load_job
from trimtab.spec.lint import lint as linter
from trimtab.stopping import StopSwitch
from trimtab.view import data
from trimtab.view.summary import Places, summary
from trimtab.wiring import mlflow_installed, tracking_uri

FAILED = 1
STOPPED = 3
SIGNALED = 128


@dataclass(frozen=True, slots=True)
class Look:
    """How a command shows what happens, and whether MLflow is told."""

    as_json: bool
    quiet: bool
    tracked: bool


def run(file: Path, sets: Sequence[str], name: str | None, home: Path | None, look: Look) -> int:
    """Creates a sweep from a file and conducts it; the exit code."""
    job = load_job(file, sets)
    place = open_home(home)
    folder = creation.create_sweep(job, place, origin=file, name=name or None)
    if not look.quiet:
        mention(linter(job))
    return _conduct(place, folder, look, first=1)


def resume(sweep: str, home: Path | None, look: Look) -> int:
    """Goes on with a sweep; the exit code."""
    place = existing_home(home)
    folder = place.sweep(sweep)
    first = read_state(folder).seq + 1
    return _conduct(place, folder, look, first, again=True)


def refit(
    sweep: str,
    trial: int | None,
    sets: Sequence[str],
    name: str | None,
    home: Path | None,
    look: Look,
) -> int:
    """Runs the best parameters once more; the exit code."""
    place = existing_home(home)
    folder = finishing.create_refit(
        place, place.sweep(sweep), trial=trial, overrides=sets, name=name or None
    )
    if not look.quiet:
        mention(linter(creation.job_of(read_creation(folder))))
    return _conduct(place, folder, look, first=1)


def _conduct(home: Home, folder: SweepFolder, look: Look, first: int, again: bool = False) -> int:
    watch = watcher(folder, first, look.as_json, look.quiet, look.tracked and mlflow_installed())
    switch = StopSwitch(folder.stop_file)
    conduct = running.resume if again else running.conduct
    try:
        with warning_people(home.path):
            done = conduct(
                home,
                folder,
                listeners=(watch.hear,),
                heartbeat=watch.beat,
                switch=switch,
                tracked=look.tracked,
            )
    finally:
        watch.close()
    with suppress(OSError):
        _tell_end(home, folder, done, look)
    lost = refused()
    if lost is not None and not isinstance(lost, BrokenPipeError):
        said = f"the summary cannot be printed: {lost.strerror}; see: trimtab show {folder.sweep}"
        print(f"trimtab: {said}", file=sys.stderr)
    return exit_code(done.state.ended, switch)


def _tell_end(home: Home, folder: SweepFolder, done: running.Conducted, look: Look) -> None:
    state = done.state
    if look.as_json:
        say_json({"kind": "summary", **data.sweep(state)})
        return
    left = done.unmirrored
    try:
        outputs = finishing.chosen_from(state, folder).folder / "outputs"
    except UnknownSweepError:
        outputs = None
    places = Places(
        log_of=log_of(folder),
        outputs=outputs,
        tracking=_tracking(home, look),
        unmirrored=f"{left.facts} facts ({left.reason})" if left.facts else "",
    )
    say(summary(state, places))


def _tracking(home: Home, look: Look) -> str:
    if not look.tracked:
        return ""
    if not mlflow_installed():
        return (
            "not installed, nothing was sent there; install it with: pip install 'trimtab[mlflow]'"
        )
    return redacted(tracking_uri(home))


def exit_code(ended: SweepOutcome | None, switch: StopSwitch) -> int:
    """What ``run`` ends with (see docs/reference/cli.md)."""
    if ended is SweepOutcome.COMPLETED:
        return 0
    if ended is SweepOutcome.FAILED:
        return FAILED
    return SIGNALED + switch.signal if switch.signal is not None else STOPPED
