"""The command line: ``trimtab``. It reads facts, starts and resumes sweeps, and may say stop."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from trimtab.cli.app import app
from trimtab.cli.output import complain, mend_streams, refused
from trimtab.errors import TrimtabError

UNWRITTEN = 1
"""Exit code when the output could not be written, for example on a full disk."""
CRASHED = 70
"""Exit code after an error of Trimtab's own (EX_SOFTWARE of sysexits.h)."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its code (see docs/reference/cli.md).

    ``arguments`` are those of this process unless given.
    """
    mend_streams()
    code = _guarded(list(sys.argv[1:] if arguments is None else arguments))
    error = refused()
    if error is not None:
        code = _output_lost(error)
    sys.exit(code)


def _guarded(arguments: list[str]) -> int:
    try:
        with app.make_context("trimtab", arguments) as context:
            return int(app.invoke(context) or 0)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TrimtabError as error:
        complain(error, "--json" in arguments)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback for a user
        lost = refused() if isinstance(error, OSError) else None
        return _crashed(error) if lost is None else _output_lost(lost)


def _output_lost(error: OSError) -> int:
    """Whoever read the output has seen enough, or there is no room for it."""
    if isinstance(error, BrokenPipeError):
        return 0
    print(f"trimtab: the output cannot be written: {error.strerror}.", file=sys.stderr)
    return UNWRITTEN


def _crashed(error: Exception) -> int:
    from trimtab.cli.warning import REPORT, keep_traceback

    print(
        f"trimtab: something is wrong in Trimtab itself: {type(error).__name__}: {error}\n"
        f"{REPORT.format(place=keep_traceback(error))}",
        file=sys.stderr,
    )
    return CRASHED
