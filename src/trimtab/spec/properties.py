"""The ``trimtab.*`` keys in ``properties``: what Azure has no word for.

Azure takes any text under ``properties``, so a file with these keys stays valid there. A new key
is one line in ``TABLE``; its parser raises ``ValueError`` with what is allowed.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trimtab.spec import stopper
from trimtab.spec.stopper import Setting as Setting  # the type of settings' values

PREFIX = "trimtab."


@dataclass(frozen=True, slots=True)
class Property:
    """One key: how its text becomes a value, and what it does."""

    name: str
    parse: Callable[[str], Setting]
    doc: str


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("a whole number in quotes") from None


def _from(least: int, most: int | None = None) -> Callable[[str], int]:
    """A parser of whole numbers from ``least`` on, up to ``most`` where it is given."""
    allowed = f"of {least} or more" if most is None else f"from {least} to {most}"

    def parse(text: str) -> int:
        number = _whole(text)
        if number < least or (most is not None and number > most):
            raise ValueError(f"a whole number {allowed} in quotes")
        return number

    return parse


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("a finite number in quotes")
    return number


def _positive_or_0(text: str) -> float:
    number = _number(text)
    if number < 0:
        raise ValueError("a number of 0 or more in quotes")
    return number


def _stopper(text: str) -> str:
    word = text.strip().lower()
    if word in stopper.STOPPERS:
        return word
    known = ", ".join(stopper.STOPPERS)
    if word in stopper.AZURE:
        raise ValueError(f"{known}; {word} is written under early_termination")
    close = difflib.get_close_matches(word, stopper.STOPPERS, n=1, cutoff=0.6)
    raise ValueError(f"{known}; did you mean {close[0]!r}?" if close else known)


SAMPLERS = ("auto", "tpe", "gp", "cmaes", "qmc")


def _sampler(text: str) -> str:
    word = text.strip().lower()
    if word not in SAMPLERS:
        raise ValueError(f"one of {', '.join(SAMPLERS)}")
    return word


TABLE: Mapping[str, Property] = {
    entry.name: entry
    for entry in (
        Property(
            "trimtab.max_failures",
            _from(0),
            "How many failed trials a sweep bears before it fails; without it, a sweep fails when "
            "its first 3 trials all failed, or none succeeded.",
        ),
        Property(
            "trimtab.sampler",
            _sampler,
            "Who proposes the trials here, whatever sampling_algorithm says to Azure: tpe, gp, "
            "cmaes, qmc, or auto, which chooses and says why.",
        ),
        Property(
            "trimtab.seed",
            _whole,
            "The seed of every sampler, also of those that take no seed in sampling_algorithm; "
            "a seed written there comes first.",
        ),
        Property(
            "trimtab.stopper",
            _stopper,
            "A stopper of Trimtab's own instead of early_termination.",
        ),
        Property(
            "trimtab.stopper.min_reports",
            _from(1),
            "The report of the first rung; 1 without it.",
        ),
        Property(
            "trimtab.stopper.reduction_factor",
            _from(2),
            "Of so many trials at a rung one goes on, to as many times the reports; 3 without it.",
        ),
        Property(
            "trimtab.stopper.max_reports",
            _from(1),
            "How many reports a trial makes in all: no rung there or later.",
        ),
        Property(
            "trimtab.stopper.brackets",
            _from(1, 10),
            "How many brackets there are; 3 without it.",
        ),
        Property(
            "trimtab.stopper.reports",
            _from(1),
            "So many reports in a row without a better one end a trial.",
        ),
        Property(
            "trimtab.stopper.min_delta",
            _positive_or_0,
            "A report counts as better if it is so by more than this; 0 without it.",
        ),
        Property("trimtab.stopper.lower", _number, "A report below this ends a trial."),
        Property("trimtab.stopper.upper", _number, "A report above this ends a trial."),
        Property(
            "trimtab.stopper.evaluation_interval",
            _from(1),
            "Judge at every n-th report; 1 without it.",
        ),
        Property(
            "trimtab.stopper.delay_evaluation",
            _from(0),
            "Not before this report; 0 without it.",
        ),
    )
}


def settings(properties: Mapping[str, str | None]) -> dict[str, Setting]:
    """The values of the ``trimtab.*`` keys in ``properties``; others are left out.

    Raises ``ValueError`` (allowed values) or ``KeyError`` (unknown name).
    """
    return {
        name: TABLE[name].parse(text or "")
        for name, text in properties.items()
        if name.startswith(PREFIX)
    }
