"""The commands and their options. Each imports what it needs when it runs: help is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EPILOG = """Exit codes: 0 done; 1 the sweep failed, or lint found errors; 2 bad input; 3 stopped by
trimtab stop; 70 an error of Trimtab's own; 129, 130, 143 stopped by HUP, Ctrl-C, TERM."""

app = typer.Typer(
    name="trimtab",
    help="Tunes the hyperparameters of Python models: one sweep file, an unmodified script.",
    epilog=EPILOG,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Sweep = Annotated[
    str, typer.Argument(metavar="SWEEP", help="A sweep's id, its beginning, or 'latest'.")
]
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home, instead of TRIMTAB_HOME or the nearest .trimtab."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the file; may be repeated."),
]
Name = Annotated[str | None, typer.Option("--name", help="The new sweep's id.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the summary only.")]
NoMlflow = Annotated[bool, typer.Option("--no-mlflow", help="Leave MLflow alone.")]
TrialOption = Annotated[
    int | None, typer.Option("--trial", help="Another trial than the best one.")
]


def _version(wanted: bool) -> None:
    if wanted:
        from trimtab import __version__

        print(f"trimtab {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sweep file, or a command job.")],
    sets: Sets = None,
    name: Name = None,
    home: HomeOption = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_mlflow: NoMlflow = False,
) -> None:
    """Run a sweep file to its end, here and now."""
    from trimtab.cli import conducting

    look = conducting.Look(as_json, quiet, not no_mlflow)
    raise typer.Exit(conducting.run(file, sets or [], name, home, look))


@app.command()
def resume(
    sweep: Sweep = "latest",
    home: HomeOption = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_mlflow: NoMlflow = False,
) -> None:
    """Go on with a sweep that was stopped or whose process died."""
    from trimtab.cli import conducting

    look = conducting.Look(as_json, quiet, not no_mlflow)
    raise typer.Exit(conducting.resume(sweep, home, look))


@app.command()
def refit(
    sweep: Sweep = "latest",
    trial: TrialOption = None,
    sets: Sets = None,
    name: Name = None,
    home: HomeOption = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_mlflow: NoMlflow = False,
) -> None:
    """Run the best parameters once more, with the file changed: --set inputs.trees=2400."""
    from trimtab.cli import conducting

    look = conducting.Look(as_json, quiet, not no_mlflow)
    raise typer.Exit(conducting.refit(sweep, trial, sets or [], name, home, look))


@app.command()
def lint(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sweep file, or a command job.")],
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Check a file: its schema, and what Azure accepts and then fails on."""
    from trimtab.cli import looking

    raise typer.Exit(looking.lint(file, sets or [], as_json))


@app.command("list")
def list_(home: HomeOption = None, as_json: Json = False) -> None:
    """List the sweeps of the home."""
    from trimtab.cli import looking

    looking.list_sweeps(home, as_json)


@app.command()
def show(
    sweep: Sweep = "latest",
    trial: Annotated[
        int | None, typer.Argument(metavar="TRIAL", help="One trial in detail.")
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """Show a sweep and its trials, or one trial."""
    from trimtab.cli import looking

    looking.show(sweep, trial, home, as_json)


@app.command()
def logs(
    sweep: Sweep = "latest",
    trial: Annotated[
        int | None,
        typer.Argument(metavar="TRIAL", help="Default: the last one that started."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the trial ends.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Print what a trial printed."""
    from trimtab.cli import logs as logs_

    logs_.logs(sweep, trial, follow, home)


@app.command()
def stop(
    sweep: Sweep = "latest",
    now: Annotated[
        bool, typer.Option("--now", help="Force running trials to end at once.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="Wait until the sweep has stopped.")] = True,
    home: HomeOption = None,
) -> None:
    """Stop a running sweep; what runs is ended cleanly, and resume goes on later."""
    from trimtab.cli import looking

    looking.stop(sweep, now, wait, home)


@app.command()
def best(
    sweep: Sweep = "latest",
    path: Annotated[
        str | None,
        typer.Option(
            "--path",
            metavar="BELOW",
            help="Print only where this file or folder of the best trial's outputs is; . for all.",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """Print the best trial: its metric, parameters and files."""
    from trimtab.cli import looking

    looking.best(sweep, path, home, as_json)


@app.command()
def register(
    sweep: Sweep = "latest",
    trial: TrialOption = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The model's name; default: the experiment's.")
    ] = None,
    path: Annotated[
        str | None,
        typer.Option("--path", metavar="BELOW", help="The model below the trial's outputs."),
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """Put the best trial's model into the MLflow registry."""
    from trimtab.cli import models

    models.register(sweep, trial, name, path, home, as_json)


@app.command()
def sync(
    sweep: Sweep = "latest",
    timeout: Annotated[float, typer.Option(help="Seconds to try.", min=1)] = 120.0,
    home: HomeOption = None,
) -> None:
    """Bring MLflow up to date with a sweep that ended while MLflow was away."""
    from trimtab.cli import models

    raise typer.Exit(models.sync(sweep, timeout, home))
