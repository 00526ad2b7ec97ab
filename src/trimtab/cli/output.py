"""What the commands print: text for people, JSON for scripts, errors for both."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from trimtab.errors import Problem, SweepFileError, TrimtabError


class OutputError(Exception):
    """Stdout takes no more. ``unread`` when its reader has gone, which is no fault."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.unread = isinstance(error, BrokenPipeError)


def mend_streams() -> None:
    """Makes stdin, stdout and stderr exist, and able to print every letter.

    A closed stream would give its number to the next file that is opened, a database perhaps,
    and whatever prints would write into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = _mended(sys.stdout, 1)
    sys.stderr = _mended(sys.stderr, 2)


def _mended(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:
        return os.fdopen(number, "w", closefd=False)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def silence() -> None:
    """Lets go of stdout, so that Python does not complain while it ends."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def say(lines: Iterable[str]) -> None:
    """Lines on stdout. Raises OutputError."""
    for line in lines:
        try:
            print(line)
        except OSError as error:
            raise OutputError(error) from error


def say_path(path: Path) -> None:
    """A path on stdout exactly as the file system spells it. Raises OutputError."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    except OSError as error:
        raise OutputError(error) from error


def say_json(value: object) -> None:
    """One line of strict JSON on stdout. Raises OutputError."""
    from trimtab.view import data

    say([data.encode(value)])


def complain(error: TrimtabError, as_json: bool) -> None:
    """An error on stderr, with every problem of a sweep file; with ``--json`` on stdout too."""
    problems = error.problems if isinstance(error, SweepFileError) else ()
    for line in str(error).splitlines():
        print(line, file=sys.stderr)
    if len(problems) > 1:
        print(f"{len(problems)} problems; nothing was run.", file=sys.stderr)
    if as_json:
        with suppress(OutputError):
            say_json({"error": str(error), "problems": [problem_data(one) for one in problems]})


def problem_data(problem: Problem) -> dict[str, object]:
    """A problem as JSON."""
    return {name: getattr(problem, name) for name in Problem.__slots__}
