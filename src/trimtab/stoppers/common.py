"""What the stoppers share: when a policy is applied, what counts as worse, how numbers read."""

from __future__ import annotations

import math
from dataclasses import dataclass

TIE = 1e-12
"""Numbers nearer than this, relative to the figures they come from, tie: sums carry rounding."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A policy is applied at report n if ``n % interval == 0`` and ``n >= delay``."""

    interval: int = 1
    delay: int = 0

    def due(self, report: int) -> bool:
        return report > 0 and report % self.interval == 0 and report >= self.delay

    def why_not(self, report: int) -> str:
        """Why the policy is not applied at a report that is not due."""
        if report < self.delay:
            return f"the policy is applied from report {self.delay} on"
        return f"the policy is applied at every report that is a multiple of {self.interval}"


EVERY_REPORT = Schedule()


def worse(own: float, bound: float, maximize: bool, source: float = 0.0) -> bool:
    """Whether ``own`` is worse than ``bound``; ``source`` is a figure the bound was made from."""
    gap = bound - own if maximize else own - bound
    return gap > TIE * max(abs(own), abs(bound), abs(source))


def tied(own: float, bound: float, source: float = 0.0) -> bool:
    """Whether neither is worse than the other, in either direction."""
    return not worse(own, bound, True, source) and not worse(own, bound, False, source)


def numbers(own: float, bound: float, *others: float) -> list[str]:
    """All as short text: 4 significant digits, or as many as tell ``own`` from ``bound``."""
    digits, most = 4, 4 if own == bound else 17
    while digits < most and float(number(own, digits)) == float(number(bound, digits)):
        digits += 1
    return [number(each, digits) for each in (own, bound, *others)]


def number(value: float, digits: int = 4) -> str:
    """``value`` with so many significant digits; whole parts of up to 15 places stay whole."""
    if value == 0 or not math.isfinite(value):
        return f"{value + 0.0:g}"
    places = math.floor(math.log10(abs(value))) + 1
    return f"{value:.{max(digits, places) if places <= 15 else digits}g}"
