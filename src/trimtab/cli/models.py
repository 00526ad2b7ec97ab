"""The commands about MLflow: ``register`` and ``sync``."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

from trimtab import registration, running
from trimtab.cli.homes import existing_home
from trimtab.cli.output import say, say_json
from trimtab.home import Home
from trimtab.wiring import tracking_uri

VARIABLE = "MLFLOW_TRACKING_URI"


def register(
    sweep: str,
    trial: int | None,
    name: str | None,
    path: str | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Registers a trial's model and says under which name and version."""
    place = existing_home(home)
    folder = place.sweep(sweep)
    version = registration.register(place, folder, name=name, trial=trial, path=path)
    if as_json:
        say_json({"name": version.name, "version": version.version, "uri": version.uri})
        return
    say(
        [
            f"Registered {version.name} version {version.version}: {version.uri}",
            f"Get its files: {_where(place)}mlflow artifacts download -u {quote(version.uri)}",
        ]
    )


def _where(home: Home) -> str:
    """What a shell must be told to find the home's MLflow."""
    if os.environ.get(VARIABLE):
        return ""
    return f"{VARIABLE}={quote(tracking_uri(home))} "


def sync(sweep: str, timeout: float, home: Path | None) -> int:
    """Catches MLflow up; the exit code."""
    place = existing_home(home)
    folder = place.sweep(sweep)
    left = running.sync(place, folder, timeout)
    if left.facts:
        say([f"MLflow lacks {left.facts} facts of {folder.sweep} still: {left.reason}"])
        return 1
    say([f"MLflow knows all of {folder.sweep}."])
    return 0
