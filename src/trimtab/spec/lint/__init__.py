"""The linter: what a schema cannot see, what Azure accepts and then fails on."""

from __future__ import annotations

from trimtab.errors import Problem
from trimtab.spec.job import CommandJob, SweepJob
from trimtab.spec.lint import command, files, search, space, stopper
from trimtab.spec.lint.codes import CODES, LINT, LOAD, Code
from trimtab.spec.source import in_file_order

__all__ = ["CODES", "LINT", "LOAD", "Code", "lint"]


def lint(job: SweepJob | CommandJob) -> tuple[Problem, ...]:
    """Everything doubtful or wrong in ``job``, in file order, notes of loading included.

    Looks at the local files that the job names (existence, and the text of the code folder), and
    at nothing else. An ``error`` means that the job cannot do what it says; a ``note`` is worth
    reading once.
    """
    problems = [*job.source.notes, *command.check(job), *files.check(job), *stopper.check(job)]
    if isinstance(job, SweepJob):
        problems += [*space.check(job), *search.check(job)]
    return in_file_order(problems, job.source.file)
