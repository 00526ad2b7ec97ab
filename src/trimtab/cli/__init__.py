"""The command line: ``trimtab``. It reads facts, starts and resumes sweeps, and may say stop."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime

from trimtab.cli.app import app
from trimtab.cli.output import complain
from trimtab.errors import TrimtabError

CRASHED = 70
"""Exit code after an error of Trimtab's own (EX_SOFTWARE of sysexits.h)."""


def main() -> None:
    """Runs the command of ``sys.argv`` and exits with its code (see docs/reference/cli.md)."""
    as_json = "--json" in sys.argv
    try:
        app()
    except TrimtabError as error:
        complain(error, as_json)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback for a user
        place = _keep_traceback()
        print(
            f"trimtab: something is wrong in Trimtab itself: {type(error).__name__}: {error}\n"
            f"What it did is written down in {place}; please report it.",
            file=sys.stderr,
        )
        sys.exit(CRASHED)


def _keep_traceback() -> str:
    """Writes the current traceback into the home, or shows it where that fails."""
    from trimtab.home import find_home

    name = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        folder = find_home() / "crashes"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(traceback.format_exc())
    except OSError:
        traceback.print_exc()
        return "the lines above"
    return str(folder / name)
