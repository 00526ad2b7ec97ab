"""How verdicts are put: what was judged, what it was compared with, and one sentence on both.

A stopper answers for every report with a ``Finding``, which is cheap; most are never put in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.curves import Curve
from trimtab.ports import Verdict
from trimtab.stoppers.common import number, numbers, tied


@dataclass(frozen=True, slots=True)
class Judged:
    """What is judged of a trial: a value of its reports, and which one, in words."""

    report: int
    value: float
    which: str

    @classmethod
    def best(cls, curve: Curve) -> Judged | None:
        """The best report so far; None before the first."""
        if curve.best is None:
            return None
        report = len(curve.values)
        if curve.best == curve.values[-1]:
            return cls(report, curve.best, f" at report {report}")
        return cls(report, curve.best, f", the best up to report {report},")

    @classmethod
    def last(cls, curve: Curve) -> Judged | None:
        """The last report; None before the first."""
        report = len(curve.values)
        return cls(report, curve.values[-1], f" at report {report}") if report else None

    def left_alone(self, why: str) -> Finding:
        """No comparison was made."""
        return Finding(self, None, why)

    def against(
        self,
        bound: float,
        below: bool,
        holds: bool,
        compared: str,
        *others: float,
        stop: bool | None = None,
    ) -> Finding:
        """Whether ``holds`` that the value is below (or else above) the bound, which is a stop.

        Where it is the other way round, ``stop`` says so. ``compared`` says what the bound is;
        ``{0}``, ``{1}``... in it stand for the figures ``others``, written with as many digits.
        """
        return Finding(self, bound, compared, below, holds, holds if stop is None else stop, others)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict that is not yet in words. See ``Judged.against`` for the fields."""

    judged: Judged
    bound: float | None
    compared: str
    below: bool = False
    holds: bool = False
    stop: bool = False
    others: tuple[float, ...] = ()

    @property
    def margin(self) -> float | None:
        """How far the trial is from a stop; None when it is one, or nothing was compared."""
        return None if self.stop or self.bound is None else abs(self.judged.value - self.bound)

    def verdict(self) -> Verdict:
        report, value, which = self.judged.report, self.judged.value, self.judged.which
        if self.bound is None:
            sentence = f"{number(value)}{which} is not judged: {self.compared}."
            return Verdict(report, value, None, self.compared, False, None, sentence)
        source = max(map(abs, self.others), default=0.0)
        level = not self.holds and tied(value, self.bound, source)
        own, bound, *figures = numbers(self.bound if level else value, self.bound, *self.others)
        compared = self.compared.format(*figures)
        side = ("" if self.holds else "not ") + ("below" if self.below else "above")
        sentence = f"{own}{which} is {side} {bound}, {compared}."
        return Verdict(report, value, self.bound, compared, self.stop, self.margin, sentence)


def reason(finding: Finding | None) -> str | None:
    """What ``judge`` answers: the sentence of a stop."""
    return finding.verdict().sentence if finding is not None and finding.stop else None


def told(finding: Finding | None) -> Verdict | None:
    """What ``verdict`` answers."""
    return None if finding is None else finding.verdict()
