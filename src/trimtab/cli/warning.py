"""What Trimtab itself warns of while it runs trials, and what it does about its own errors."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from trimtab.home import find_home
from trimtab.view import text

REPORT = "What it did is written down in {place}; please report it."
_LONGEST = 300


@contextmanager
def warning_people(home: Path) -> Iterator[None]:
    """While it lasts, warnings are sentences on stderr, and tracebacks files in the home."""
    handler = _Sentences(home)
    logger = logging.getLogger("trimtab")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def keep_traceback(error: BaseException, home: Path | None = None) -> str:
    """Writes an error's traceback into the home and says where, or shows it where that fails."""
    name = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.txt"
    folder = (home or find_home()) / "crashes"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(traceback.format_exception(error)))
    except OSError:
        traceback.print_exception(error)
        return "the lines above"
    return str(folder / name)


class _Sentences(logging.Handler):
    """Writes to the stderr of the moment, which a live view takes care of."""

    def __init__(self, home: Path) -> None:
        super().__init__(logging.WARNING)
        self._home = home

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(f"trimtab: {self._sentence(record)}", file=sys.stderr)
        except (OSError, ValueError):
            return  # nobody reads stderr any more, and the sweep goes on

    def _sentence(self, record: logging.LogRecord) -> str:
        said = text.first_line(record.getMessage(), _LONGEST)
        reason = text.first_line(str(getattr(record, "reason", "")), _LONGEST)
        if reason:
            said = f"{said.rstrip('.')}: {reason}"
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return said
        return f"{said} {REPORT.format(place=keep_traceback(error, self._home))}"
