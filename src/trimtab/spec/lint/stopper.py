"""Lint of ``trimtab.stopper`` and its settings."""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.errors import Problem
from trimtab.spec.job import CommandJob, SweepJob
from trimtab.spec.lint.codes import found
from trimtab.spec.problems import nearest
from trimtab.spec.source import KeyPath
from trimtab.spec.stopper import NAME, STOPPERS, stopper_of


def check(job: SweepJob | CommandJob) -> Iterator[Problem]:
    given = [name for name in job.properties if name == NAME or name.startswith(f"{NAME}.")]
    if not given:
        return
    if isinstance(job, CommandJob):
        message = "a command is a single trial that nothing stops early; leave it out"
        yield found(job, "stopper-without-sweep", _at(given[0]), message)
        return
    if NAME not in given:
        message = f"a setting of no stopper: name one in {NAME}; allowed: {', '.join(STOPPERS)}"
        yield found(job, "stopper-setting", _at(given[0]), message)
        return
    if job.early_termination is not None:
        message = f"the file has early_termination ({job.early_termination.type}) too; keep one"
        yield found(job, "two-stoppers", _at(NAME), message)
    yield from _settings(job, given)
    yield from _values(job)


def _settings(job: SweepJob, given: list[str]) -> Iterator[Problem]:
    """Those that another stopper has, and this one has not."""
    stopper = job.settings[NAME]
    allowed = [f"{NAME}.{key}" for key in STOPPERS[str(stopper)]]
    for name in given:
        if name == NAME or name in allowed:
            continue
        near = nearest(name.removeprefix(NAME), [one.removeprefix(NAME) for one in allowed])
        near = near.replace("'.", f"'{NAME}.")
        listed = ", ".join(allowed) or "none at all"
        end = "" if near else "."
        message = f"{stopper} has no such setting{near}{end} Allowed with it: {listed}"
        yield found(job, "stopper-setting", _at(name), message)


def _values(job: SweepJob) -> Iterator[Problem]:
    """What is missing, or does not fit together."""
    given = stopper_of(job.settings)
    match given["type"]:
        case "patience" if "reports" not in given:
            message = f"patience needs {NAME}.reports: after how many reports without a better one"
            yield found(job, "stopper-incomplete", _at(NAME), message)
        case "threshold" if "lower" not in given and "upper" not in given:
            message = f"threshold needs {NAME}.lower, {NAME}.upper or both"
            yield found(job, "stopper-incomplete", _at(NAME), message)
        case "threshold" if "lower" in given and "upper" in given:
            lower, upper = float(given["lower"]), float(given["upper"])
            if lower > upper:
                message = f"lower {lower:g} is above upper {upper:g}, so every report is outside"
                yield found(job, "thresholds-crossed", _at(f"{NAME}.lower"), message)
        case "asha" | "hyperband" if "max_reports" in given:
            first, most = int(given.get("min_reports", 1)), int(given["max_reports"])
            if most <= first:
                message = (
                    f"found {most}; the first rung is report {first} and has to come before it, "
                    "or no trial is ever judged"
                )
                yield found(job, "no-rung", _at(f"{NAME}.max_reports"), message)


def _at(name: str) -> KeyPath:
    return ("properties", name)
