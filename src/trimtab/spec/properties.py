"""The ``trimtab.*`` keys in ``properties``: what Azure has no word for.

Azure takes any text under ``properties``, so a file with these keys stays valid there. A new key
is one line in ``TABLE``; its parser raises ``ValueError`` with what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

PREFIX = "trimtab."
Setting: TypeAlias = int | float | bool | str


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


def _count(text: str) -> int:
    number = _whole(text)
    if number < 0:
        raise ValueError("a whole number of 0 or more in quotes")
    return number


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
            _count,
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
