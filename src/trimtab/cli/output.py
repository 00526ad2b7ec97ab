"""What the commands print: text for people, JSON for scripts, errors for both."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from trimtab.errors import Problem, SweepFileError, TrimtabError

if TYPE_CHECKING:
    from trimtab.home import SweepFolder
    from trimtab.view.lines import LogOf


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
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    own = stream in (sys.__stdout__, sys.__stderr__)
    if own and stream.write_through:
        # PYTHONUNBUFFERED: such a stream forgets what it could not write.
        return os.fdopen(
            number, "w", encoding=stream.encoding, errors="backslashreplace", closefd=False
        )
    stream.reconfigure(errors="backslashreplace")
    return stream


def refused() -> OSError | None:
    """Why stdout takes no more of what was printed, if so; from then on it swallows all.

    A stream keeps what it could not write, so that this finds out also after the fact.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        return error
    return None


def say(lines: Iterable[str]) -> None:
    """Lines on stdout."""
    for line in lines:
        print(line)


def say_path(path: Path) -> None:
    """A path on stdout exactly as the file system spells it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")


def say_json(value: object) -> None:
    """One line of strict JSON on stdout."""
    from trimtab.view import data

    print(data.encode(value), flush=True)


def log_of(folder: SweepFolder) -> LogOf:
    """Where the logs of a sweep's attempts are."""
    return lambda trial, attempt: folder.attempt(trial, attempt) / "user_logs" / "std_log.txt"


def mention(problems: Iterable[Problem]) -> None:
    """The doubts of the linter on stderr; errors come by ``complain``."""
    for problem in problems:
        print(f"note: {problem}", file=sys.stderr)


def complain(error: TrimtabError, as_json: bool) -> None:
    """An error on stderr, with every problem of a sweep file; with ``--json`` on stdout too."""
    from trimtab.view import text

    problems = error.problems if isinstance(error, SweepFileError) else ()
    for line in str(error).splitlines():
        print(line, file=sys.stderr)
    if problems:
        print(f"{text.count(len(problems), 'problem')}; nothing was run.", file=sys.stderr)
    if as_json:
        with suppress(OSError):
            say_json({"error": str(error), "problems": [problem_data(one) for one in problems]})


def problem_data(problem: Problem) -> dict[str, object]:
    """A problem as JSON."""
    return {name: getattr(problem, name) for name in Problem.__slots__}
