"""How verdicts are put: what was judged, what it was compared with, and one sentence on both."""

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

    def left_alone(self, why: str) -> Verdict:
        """No comparison was made."""
        sentence = f"{number(self.value)}{self.which} is not judged: {why}."
        return Verdict(self.report, self.value, None, why, False, None, sentence)

    def against(
        self,
        bound: float,
        below: bool,
        holds: bool,
        compared: str,
        *others: float,
        stop: bool | None = None,
    ) -> Verdict:
        """Whether ``holds`` that the value is below (or else above) the bound, which is a stop.

        Where it is the other way round, ``stop`` says so. ``compared`` says what the bound is;
        ``{0}``, ``{1}``... in it stand for the figures ``others``, written with as many digits.
        """
        stop = holds if stop is None else stop
        source = max(map(abs, others), default=0.0)
        level = not holds and tied(self.value, bound, source)
        own, limit, *figures = numbers(bound if level else self.value, bound, *others)
        said = compared.format(*figures)
        side = ("" if holds else "not ") + ("below" if below else "above")
        sentence = f"{own}{self.which} is {side} {limit}, {said}."
        margin = None if stop else abs(self.value - bound)
        return Verdict(self.report, self.value, bound, said, stop, margin, sentence)


def reason(verdict: Verdict | None) -> str | None:
    """What ``judge`` answers: the sentence of a stop."""
    return verdict.sentence if verdict is not None and verdict.stop else None
