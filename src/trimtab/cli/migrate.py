"""``trimtab migrate``: a HyperDrive configuration as a sweep file."""

from __future__ import annotations

import sys
from pathlib import Path

from trimtab.cli.output import say
from trimtab.errors import InputError
from trimtab.migration import Migrated
from trimtab.migration import migrate as migrated
from trimtab.view import text

INCOMPLETE = 1
"""Exit code for a sweep file with places that its user must fill in."""


def migrate(file: Path, output: Path | None, force: bool) -> int:
    """Prints or writes the sweep file; 1 when places in it are left to fill in.

    Raises InputError for a configuration that cannot become a sweep file, and for an ``output``
    that exists, unless ``force``.
    """
    made = migrated(file, None if output is None else output.parent)
    if output is None:
        say(made.text.splitlines())
        for line in _to_fill_in(made):
            print(text.clean(line), file=sys.stderr)
    else:
        if output.exists() and output.samefile(file):
            raise InputError(f"{output} is the configuration itself; name another file")
        _write(made.text, output, force)
        say(map(text.clean, _summary(made, output)))
    return INCOMPLETE if made.places else 0


def _summary(made: Migrated, output: Path) -> list[str]:
    notes = [f"note: {note}" for note in made.notes]
    return [*notes, *_to_fill_in(made), f"Wrote {output}. Check it with: trimtab lint {output}"]


def _to_fill_in(made: Migrated) -> list[str]:
    return [f"fill in: {place}" for place in made.places]


def _write(content: str, output: Path, force: bool) -> None:
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(
            f"{output} exists already; name another file, or add --force to overwrite it"
        ) from None
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from None
