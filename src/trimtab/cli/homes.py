"""The home and the sweep that a command means; commands that look make no home."""

from __future__ import annotations

from pathlib import Path

from trimtab.errors import UnknownSweepError
from trimtab.home import Home, SweepFolder, find_home, open_home


def existing_home(path: Path | None) -> Home:
    """The home at ``path``, or the one in use; never made. Raises UnknownSweepError, HomeError."""
    place = find_home() if path is None else path.absolute()
    if not place.exists():
        raise UnknownSweepError(
            f"There is no home at {place} and so no sweep yet; "
            "run one with: trimtab run sweep.yml, or name another home with --home."
        )
    return open_home(place)


def existing_sweep(sweep: str, path: Path | None) -> SweepFolder:
    """The sweep of that name in an existing home. Raises UnknownSweepError, HomeError."""
    return existing_home(path).sweep(sweep)


def sweep_of_trial(sweep: str, trial: int | None, path: Path | None) -> SweepFolder:
    """As ``existing_sweep``; a lone number may have been meant as a trial's, and that is said."""
    try:
        return existing_sweep(sweep, path)
    except UnknownSweepError as error:
        if trial is None and sweep.isdecimal():
            said = f"{error}; trial {sweep} of the latest sweep is: latest {sweep}"
            raise UnknownSweepError(said) from error
        raise
