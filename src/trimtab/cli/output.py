"""What the commands print: text for people, JSON for scripts, errors for both."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from trimtab.errors import Problem, SweepFileError, TrimtabError


def say(lines: Iterable[str]) -> None:
    """Lines on stdout."""
    for line in lines:
        print(line)


def say_json(value: object) -> None:
    """One line of strict JSON on stdout."""
    from trimtab.view import data

    print(data.encode(value), flush=True)


def complain(error: TrimtabError, as_json: bool) -> None:
    """An error on stderr, with every problem of a sweep file; with ``--json`` on stdout too."""
    problems = error.problems if isinstance(error, SweepFileError) else ()
    for line in str(error).splitlines():
        print(line, file=sys.stderr)
    if problems:
        noun = "problem" if len(problems) == 1 else "problems"
        print(f"{len(problems)} {noun}; nothing was run.", file=sys.stderr)
    if as_json:
        say_json({"error": str(error), "problems": [problem_data(one) for one in problems]})


def problem_data(problem: Problem) -> dict[str, object]:
    """A problem as JSON."""
    return {name: getattr(problem, name) for name in Problem.__slots__}
