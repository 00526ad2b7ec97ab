"""``trimtab lint``: what is wrong or doubtful in a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from trimtab.cli.output import problem_data, say, say_json
from trimtab.errors import SweepFileError
from trimtab.spec import load_job
from trimtab.spec.lint import lint as problems_of
from trimtab.view import text

FOUND_ERRORS = 1


def lint(file: Path, sets: Sequence[str], as_json: bool) -> int:
    """Lists the problems of a file; 1 when one of them is an error.

    Raises SweepFileError for a file that cannot be read at all.
    """
    try:
        problems = problems_of(load_job(file, sets))
    except SweepFileError as error:
        if not (file.is_file() and os.access(file, os.R_OK)):
            raise
        problems = error.problems
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        say_json({"file": str(file), "errors": errors, "problems": [*map(problem_data, problems)]})
    else:
        say(_problem_line(str(problem), problem.severity, problem.code) for problem in problems)
        notes = len(problems) - errors
        say([f"{file}: {text.count(errors, 'error')}, {text.count(notes, 'note')}"])
    return FOUND_ERRORS if errors else 0


def _problem_line(said: str, severity: str, code: str) -> str:
    return f"{text.clean(said)} [{severity}: {code}]"
