"""Bad input ends in one clear sentence and exit code 2, never in a traceback."""

import sys
from collections.abc import Callable


class BadInputError(Exception):
    """Something the user gave cannot be used; the message says where, what, and what to do."""


def run(main: Callable[[], None]) -> None:
    """Run a script's `main`; on bad input print its sentence on stderr and exit with code 2."""
    try:
        main()
    except BadInputError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
