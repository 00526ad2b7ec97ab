"""One attempt whose command runs: its deadlines, how it is ended, and what is told of its end."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from trimtab.compute.layout import Layout, no_space
from trimtab.compute.reason import failure
from trimtab.compute.wire_pipe import WirePipe
from trimtab.model.facts import Ended, Outcome
from trimtab.model.launch import Launch
from trimtab.ports import Exit, Process

_PATIENCE = 30.0
"""Seconds after which a killed process counts as stuck in the kernel."""
_FULL = 1 << 20
"""Free bytes below which a disk counts as full."""


class Stage(IntEnum):
    """How far the end of an attempt has come."""

    RUNS = 0
    ASKED = 1
    FORCED = 2
    GIVEN_UP = 3


@dataclass(slots=True)
class Running:
    """``deadline`` is the moment (monotonic seconds) at which ``press`` is due next."""

    launch: Launch
    layout: Layout
    process: Process
    pipe: WirePipe
    grace: float
    deadline: float = math.inf
    stage: Stage = Stage.RUNS
    verdict: Outcome | None = None

    def end(self, verdict: Outcome, at_once: bool, now: float) -> None:
        """Asks the command to end, or forces it; the first verdict stands."""
        if self.verdict is None:
            self.verdict = verdict
        wanted = Stage.FORCED if at_once else Stage.ASKED
        if self.stage >= wanted:
            return
        self.stage = wanted
        self.process.end(force=at_once)
        self.deadline = now + (_PATIENCE if at_once else self.grace)

    def press(self, now: float) -> None:
        """The deadline has passed: the next stage, up to giving up."""
        if self.stage is Stage.RUNS:
            self.end(Outcome.TIMED_OUT, at_once=False, now=now)
        elif self.stage is Stage.ASKED:
            self.end(Outcome.TIMED_OUT, at_once=True, now=now)
        else:
            self.stage, self.deadline = Stage.GIVEN_UP, math.inf

    def ended(self) -> Ended:
        """The news of the end, once the process has ended or was given up."""
        exit_ = self.process.exit() or Exit(None, None)
        outcome = self.verdict or _outcome(exit_)
        reason = self._reason(outcome, exit_)
        launch = self.launch
        return Ended(launch.trial, launch.attempt, outcome, exit_.code, exit_.signal, reason)

    def _reason(self, outcome: Outcome, exit_: Exit) -> str:
        log = self.layout.log
        if self.stage is Stage.GIVEN_UP:
            pid = self.process.pid
            return (
                f"It was killed, and process {pid} still hangs in the system (a dead disk or "
                f"network share?); it is left behind. log: {log}"
            )
        if outcome is Outcome.TIMED_OUT:
            forced = (
                f", and was killed {self.grace:g} s later" if self.stage is Stage.FORCED else ""
            )
            return f"It ran longer than its limit of {self.launch.timeout:g} s{forced}. log: {log}"
        if outcome is Outcome.UNKNOWN:
            return f"Its exit code was taken by another part of this process. log: {log}"
        if outcome is not Outcome.FAILED:
            return ""
        text = failure(exit_, log)
        return f"{no_space(log)}\n{text}" if _is_full(log) else text


def _outcome(exit_: Exit) -> Outcome:
    if exit_.code is None and exit_.signal is None:
        return Outcome.UNKNOWN
    return Outcome.COMPLETED if exit_.code == 0 else Outcome.FAILED


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _FULL
    except OSError:
        return False
