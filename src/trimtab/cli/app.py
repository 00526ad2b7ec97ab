"""The commands and their options. Each imports what it needs when it runs: help is quick.

A command returns its exit code, or None for 0.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from trimtab import __version__

EPILOG = """\b
Exit codes:
  0   done
  1   the sweep failed, lint found errors, or something could not be done
  2   bad input, or another process runs the sweep
  3   the sweep was stopped by: trimtab stop
  70  an error of Trimtab's own
  129, 130, 143  ended by HUP, Ctrl-C, TERM
"""

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Decorator = Callable[[_Command], _Command]


def _sweep() -> _Decorator[Any]:
    return click.argument("sweep", metavar="[SWEEP]", default="latest")


def _file() -> _Decorator[Any]:
    return click.argument("file", metavar="FILE", type=click.Path(path_type=Path))


def _trial_argument() -> _Decorator[Any]:
    return click.argument("trial", metavar="[TRIAL]", required=False, type=int)


def _home() -> _Decorator[Any]:
    said = "The home, instead of TRIMTAB_HOME or the nearest .trimtab."
    return click.option("--home", metavar="FOLDER", type=click.Path(path_type=Path), help=said)


def _json() -> _Decorator[Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")


def _sets() -> _Decorator[Any]:
    said = "Change a key of the file, for example limits.max_total_trials=4. May be repeated."
    return click.option("--set", "sets", metavar="KEY=VALUE", multiple=True, help=said)


def _name(said: str) -> _Decorator[Any]:
    return click.option("--name", metavar="NAME", help=said)


def _trial() -> _Decorator[Any]:
    said = "Another trial than the best one."
    return click.option("--trial", metavar="TRIAL", type=int, help=said)


def _conducting(command: _Command) -> _Command:
    """The options of the commands that run trials."""
    mlflow = click.option("--no-mlflow", is_flag=True, help="Leave MLflow alone.")
    quiet = click.option("--quiet", "-q", is_flag=True, help="Print the summary only.")
    decorated: _Command = _home()(_json()(quiet(mlflow(command))))
    return decorated


class _InOrder(click.Group):
    """Lists its commands as they stand here: in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        return list(self.commands)


@click.group(
    cls=_InOrder,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, prog_name="trimtab", message="%(prog)s %(version)s", help="Print the version."
)
def app() -> None:
    """Tunes the hyperparameters of Python models.

    It takes one sweep file and an unmodified training script. SWEEP is a sweep's id or its
    beginning; the default is the one last created.
    """


@app.command()
@_file()
@_sets()
@_name("The new sweep's id; default: name in the file, else one made up.")
@_conducting
def run(
    file: Path,
    sets: tuple[str, ...],
    name: str | None,
    home: Path | None,
    as_json: bool,
    quiet: bool,
    no_mlflow: bool,
) -> int:
    """Run a sweep file, or a command job, to its end.

    Ctrl-C stops the sweep cleanly, a second one at once; "trimtab resume" goes on.
    """
    from trimtab.cli import conducting

    look = conducting.Look(as_json, quiet, not no_mlflow)
    return conducting.run(file, sets, name, home, look)


@app.command()
@_sweep()
@_conducting
def resume(sweep: str, home: Path | None, as_json: bool, quiet: bool, no_mlflow: bool) -> int:
    """Go on with a sweep that was stopped or whose process died."""
    from trimtab.cli import conducting

    return conducting.resume(sweep, home, conducting.Look(as_json, quiet, not no_mlflow))


@app.command()
@_sweep()
@_trial()
@_sets()
@_name("The new sweep's id; default: the old one's with -refit-1.")
@_conducting
def refit(
    sweep: str,
    trial: int | None,
    sets: tuple[str, ...],
    name: str | None,
    home: Path | None,
    as_json: bool,
    quiet: bool,
    no_mlflow: bool,
) -> int:
    """Run the best parameters once more, with the file changed.

    For example on all data: trimtab refit --set inputs.rows=100000
    """
    from trimtab.cli import conducting

    look = conducting.Look(as_json, quiet, not no_mlflow)
    return conducting.refit(sweep, trial, sets, name, home, look)


@app.command()
@_file()
@_sets()
@_json()
def lint(file: Path, sets: tuple[str, ...], as_json: bool) -> int:
    """Check a file, also for what Azure accepts and then fails on."""
    from trimtab.cli import linting

    return linting.lint(file, sets, as_json)


@app.command()
@_file()
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the sweep file there instead of printing it.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of --output.")
def migrate(file: Path, output: Path | None, force: bool) -> int:
    """Turn a HyperDrive configuration into a sweep file.

    FILE is Python, a notebook or JSON. It is read, not run.
    """
    from trimtab.cli import migrate as migrate_

    return migrate_.migrate(file, output, force)


@app.command("list")
@_home()
@_json()
def list_(home: Path | None, as_json: bool) -> None:
    """List the sweeps of the home, the oldest first."""
    from trimtab.cli import looking

    looking.list_sweeps(home, as_json)


@app.command()
@_sweep()
@_trial_argument()
@_home()
@_json()
def show(sweep: str, trial: int | None, home: Path | None, as_json: bool) -> None:
    """Show a sweep and its trials, or one trial."""
    from trimtab.cli import looking

    looking.show(sweep, trial, home, as_json)


@app.command()
@_sweep()
@_trial_argument()
@_home()
@_json()
def explain(sweep: str, trial: int | None, home: Path | None, as_json: bool) -> None:
    """Say why trials were stopped early or kept."""
    from trimtab.cli import explain as explain_

    explain_.explain(sweep, trial, home, as_json)


@app.command()
@_sweep()
@_trial_argument()
@click.option("--follow", "-f", is_flag=True, help="Go on until the trial ends.")
@_home()
def logs(sweep: str, trial: int | None, follow: bool, home: Path | None) -> None:
    """Print what a trial printed; by default the last that started."""
    from trimtab.cli import logs as logs_

    logs_.logs(sweep, trial, follow, home)


@app.command()
@_sweep()
@click.option("--now", is_flag=True, help="Leave running trials no time to end by themselves.")
@click.option("--wait/--no-wait", default=True, help="Wait until the sweep has stopped (default).")
@_home()
def stop(sweep: str, now: bool, wait: bool, home: Path | None) -> None:
    """Stop a running sweep cleanly; "trimtab resume" goes on."""
    from trimtab.cli import stop as stop_

    stop_.stop(sweep, now, wait, home)


@app.command()
@_sweep()
@click.option(
    "--path",
    metavar="BELOW",
    help="Print only where this file or folder of the trial's outputs is; . for all of them.",
)
@_home()
@_json()
def best(sweep: str, path: str | None, home: Path | None, as_json: bool) -> None:
    """Print the best trial: its metric, parameters and files."""
    from trimtab.cli import looking

    looking.best(sweep, path, home, as_json)


@app.command()
@_sweep()
@_trial()
@_name("The model's name; default: the experiment's.")
@click.option("--path", metavar="BELOW", help="Where the model is, below the trial's outputs.")
@_home()
@_json()
def register(
    sweep: str,
    trial: int | None,
    name: str | None,
    path: str | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Put the best trial's model into the MLflow registry."""
    from trimtab.cli import models

    models.register(sweep, trial, name, path, home, as_json)


@app.command()
@_sweep()
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    default=120.0,
    show_default=True,
    help="How long to try.",
)
@_home()
def sync(sweep: str, timeout: float, home: Path | None) -> int:
    """Bring MLflow up to date after it was away."""
    from trimtab.cli import models

    return models.sync(sweep, timeout, home)
