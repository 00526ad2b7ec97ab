"""The contract of ``ports.Tracking``: what every place where people look at runs must show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from trimtab.errors import TrackingError
from trimtab.model.facts import (
    Body,
    ConductorStarted,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    StopDecided,
    Submitted,
    SweepCreated,
    SweepEnded,
    SweepOutcome,
    Tagged,
)
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import SweepState, TrialStatus
from trimtab.ports import Tracking
from trimtab.space import Space, Uniform, flat

PLAN = Plan(
    objective=Objective("loss", maximize=False),
    limits=Limits(max_total_trials=4, max_concurrent_trials=2),
    space=Space((("lr", Uniform(0.0, 1.0)),)),
    seed=7,
)
SHOWN: Mapping[TrialStatus | SweepOutcome, str] = {
    TrialStatus.PROPOSED: "scheduled",
    TrialStatus.SUBMITTED: "running",
    TrialStatus.RUNNING: "running",
    TrialStatus.COMPLETED: "finished",
    TrialStatus.STOPPED: "killed",
    TrialStatus.FAILED: "failed",
    TrialStatus.CANCELED: "killed",
    SweepOutcome.COMPLETED: "finished",
    SweepOutcome.FAILED: "failed",
    SweepOutcome.CANCELED: "killed",
}


@dataclass(slots=True)
class Shown:
    """One run as people see it; metrics are (step, value) in the order of their times."""

    status: str = "running"
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, list[tuple[int, float]]] = field(default_factory=dict)


class Gallery(Protocol):
    """A tracking system with one sweep in it, which outlives what writes to it."""

    def open(self, log: Sequence[Fact]) -> Tracking:
        """Something that writes; it may read earlier facts of ``log``."""
        ...

    def shown(self) -> Mapping[int | None, Shown]:
        """All runs of the sweep by trial; its own under None."""
        ...

    def away(self, away: bool) -> None:
        """Takes the system down, or brings it back."""
        ...


class Script:
    """A sweep's log, told in bodies; a second apart."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.add(
            SweepCreated("calm_sail", plan_to_json(PLAN), {"type": "sweep"}, "sweep.yml"),
            ConductorStarted(1, "host"),
        )

    def add(self, *bodies: Body) -> Script:
        for body in bodies:
            self.facts.append(Fact(len(self.facts) + 1, 1_000.0 + len(self.facts), body))
        return self

    def trial(self, index: int, *values: float, end: Ended | None = None) -> Script:
        """A trial that reports ``loss`` at steps 0, 1, ... and ends (default: completed)."""
        self.begin(index, attempt=1)
        self.add(*(Reported(index, 1, "loss", one, step) for step, one in enumerate(values)))
        return self.add(end or Ended(index, 1, Outcome.COMPLETED, 0))

    def begin(self, index: int, attempt: int) -> Script:
        if attempt == 1:
            self.add(Proposed(index, {"lr": 0.5 + index}))
        return self.add(Submitted(index, attempt), Started(index, attempt, "node-1"))


class TrackingContract:
    """Subclass it and give a ``gallery`` fixture with an empty tracking system."""

    def test_a_sweep_and_its_trials_appear(self, gallery: Gallery) -> None:
        script = Script().trial(0, 0.5, 0.25).trial(1, 0.75)
        _write(gallery, script)
        shown = gallery.shown()
        assert set(shown) == {None, 0, 1}
        assert shown[0].params == {"lr": "0.5"}
        assert shown[1].params == {"lr": "1.5"}
        assert shown[0].metrics["loss"] == [(0, 0.5), (1, 0.25)]
        assert shown[0].tags["trimtab.sweep"] == "calm_sail"
        assert shown[0].tags["trimtab.trial"] == "calm_sail/0"
        assert shown[0].tags["trimtab.status"] == "completed"

    def test_a_trial_that_has_not_started_is_not_shown(self, gallery: Gallery) -> None:
        script = Script().trial(0, 0.5).add(Proposed(1, {"lr": 0.1}), Submitted(1, 1))
        _write(gallery, script)
        assert set(gallery.shown()) == {None, 0}

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            (Outcome.COMPLETED, "finished"),
            (Outcome.FAILED, "failed"),
            (Outcome.CANCELED, "killed"),
            (Outcome.TIMED_OUT, "killed"),
            (Outcome.LOST, "scheduled"),
            (Outcome.PREEMPTED, "scheduled"),
            (Outcome.UNKNOWN, "scheduled"),
        ],
    )
    def test_an_end_shows_what_it_is(self, gallery: Gallery, outcome: Outcome, status: str) -> None:
        _write(gallery, Script().trial(0, 0.5, end=Ended(0, 1, outcome, None, None, "why")))
        shown = gallery.shown()[0]
        assert shown.status == status
        if outcome is not Outcome.COMPLETED:
            assert shown.tags["trimtab.reason"] == "why"

    def test_an_early_stop_shows_its_sentence(self, gallery: Gallery) -> None:
        reason = "0.61 at report 6 is below 0.70, the median of 9 running averages."
        script = Script().begin(0, 1).add(Reported(0, 1, "loss", 0.61, 0))
        script.add(StopDecided(0, 1, 1, reason), Ended(0, 1, Outcome.CANCELED))
        _write(gallery, script)
        shown = gallery.shown()[0]
        assert shown.status == "killed"
        assert shown.tags["trimtab.status"] == "stopped"
        assert shown.tags["trimtab.reason"] == reason

    def test_what_the_script_says_of_itself(self, gallery: Gallery) -> None:
        script = (
            Script()
            .begin(0, 1)
            .add(
                Tagged(0, 1, "epochs", "3", "param"),
                Tagged(0, 1, "lr", "0.50", "param"),
                Tagged(0, 1, "data", "v1"),
                Tagged(0, 1, "data", "v2"),
                Tagged(0, 1, "trimtab.sweep", "another"),
            )
        )
        _write(gallery, script)
        shown = gallery.shown()[0]
        assert shown.params == {"lr": "0.5", "epochs": "3"}
        assert shown.tags["param.lr"] == "0.50"
        assert shown.tags["data"] == "v2"
        assert shown.tags["trimtab.sweep"] == "calm_sail"

    def test_a_lost_trial_goes_on_in_its_run(self, gallery: Gallery) -> None:
        script = Script().trial(0, 0.5, end=Ended(0, 1, Outcome.LOST)).begin(0, 2)
        script.add(Reported(0, 2, "loss", 0.4, 1))
        _write(gallery, script)
        assert gallery.shown()[0].status == "running"
        script.add(Ended(0, 2, Outcome.COMPLETED, 0))
        _write(gallery, script)
        shown = gallery.shown()[0]
        assert shown.status == "finished"
        assert shown.metrics["loss"] == [(0, 0.5), (1, 0.4)]
        assert shown.tags["trimtab.attempt"] == "2"

    def test_the_same_facts_again_change_nothing(self, gallery: Gallery) -> None:
        script = _whole_sweep()
        _write(gallery, script)
        before = gallery.shown()
        tracking = gallery.open(script.facts)
        tracking.write(script.facts)
        tracking.write(script.facts)
        tracking.close()
        assert gallery.shown() == before

    @pytest.mark.parametrize("cut", [1, 4, 7, 11])
    def test_a_later_process_goes_on_where_the_first_stopped(
        self, gallery: Gallery, cut: int
    ) -> None:
        script = _whole_sweep()
        for facts in (script.facts[:cut], script.facts[cut - 1 :]):
            tracking = gallery.open(script.facts)
            tracking.write(facts)
            tracking.close()
        shown = gallery.shown()
        assert shown[0].metrics["loss"] == [(0, 0.5), (1, 0.25)]
        assert shown[1].status == "failed"
        assert shown[None].tags["best.trial"] == "calm_sail/0"

    def test_the_end_names_the_best_trial(self, gallery: Gallery) -> None:
        _write(gallery, _whole_sweep())
        shown = gallery.shown()[None]
        assert shown.status == "finished"
        assert shown.tags["best.trial"] == "calm_sail/0"
        assert shown.tags["best.value"] == "0.25"
        assert shown.tags["best.param.lr"] == "0.5"
        assert shown.metrics["loss"] == [(0, 0.25)]

    def test_a_resumed_sweep_runs_again(self, gallery: Gallery) -> None:
        script = Script().trial(0, 0.5).add(SweepEnded(SweepOutcome.CANCELED, "Ctrl-C"))
        _write(gallery, script)
        assert gallery.shown()[None].status == "killed"
        _write(gallery, script.add(ConductorStarted(2, "host")))
        assert gallery.shown()[None].status == "running"

    def test_values_that_are_no_finite_numbers_are_shown(self, gallery: Gallery) -> None:
        _write(gallery, Script().trial(0, math.nan, math.inf, -math.inf, 0.5))
        values = [value for _, value in gallery.shown()[0].metrics["loss"]]
        assert math.isnan(values[0])
        assert values[1] > 1e300
        assert values[2] < -1e300
        assert values[3] == 0.5

    def test_strange_names_and_long_texts_hold_nothing_up(self, gallery: Gallery) -> None:
        script = Script().begin(0, 1)
        names = ("loss[0]", "a//b", "../up", "päivä/määrä", "tab\u2003and \U0001f680", "x" * 240)
        script.add(*(Reported(0, 1, name, 1.0, 10**30) for name in names))
        script.add(Tagged(0, 1, "k?y", "v" * 20_000), Tagged(0, 1, "p?", "v" * 20_000, "param"))
        script.add(Reported(0, 1, "loss", 0.5, 1))
        _write(gallery, script)
        shown = gallery.shown()[0]
        assert len(shown.metrics) == len(names) + 1
        assert shown.metrics["loss"] == [(1, 0.5)]

    def test_away_it_refuses_and_back_it_catches_up(self, gallery: Gallery) -> None:
        script = _whole_sweep()
        tracking = gallery.open(script.facts)
        tracking.write(script.facts[:5])
        gallery.away(True)
        with pytest.raises(TrackingError):
            tracking.write(script.facts[5:])
        gallery.away(False)
        tracking.write(script.facts[5:])
        tracking.close()
        assert gallery.shown()[0].metrics["loss"] == [(0, 0.5), (1, 0.25)]
        assert gallery.shown()[None].status == "finished"

    def test_closing_twice_and_writing_nothing(self, gallery: Gallery) -> None:
        tracking = gallery.open(())
        tracking.write(())
        tracking.close()
        tracking.close()
        assert gallery.shown() == {}


@dataclass(slots=True)
class MemorySystem:
    """A tracking system in memory: the runs by trial, and whether it answers."""

    runs: dict[int | None, Shown] = field(default_factory=dict)
    points: set[tuple[int, int]] = field(default_factory=set)
    away: bool = False


class MemoryTracking:
    """The reference of the port: what any tracking system is to show, and nothing else."""

    def __init__(self, system: MemorySystem, log: Sequence[Fact]) -> None:
        self._system = system
        self._log = log

    def write(self, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        if self._system.away:
            raise TrackingError("The tracking system is away.")
        state = SweepState()
        for fact in self._log[: facts[-1].seq]:
            state.apply(fact)
        for fact in facts:
            self._show(fact, state)
        self._sum_up(state, facts)

    def close(self) -> None: ...

    def _show(self, fact: Fact, state: SweepState) -> None:
        match fact.body:
            case SweepCreated() | ConductorStarted():
                self._run(None, state)
            case Started() | Ended() as body:
                self._run(body.trial, state)
            case Reported() as body if (body.trial, fact.seq) not in self._system.points:
                self._system.points.add((body.trial, fact.seq))
                history = self._run(body.trial, state).metrics.setdefault(body.name, [])
                history.append((body.step or 0, body.value))
            case Tagged() as body if body.role == "param":
                run = self._run(body.trial, state)
                if run.params.setdefault(body.key, body.value) != body.value:
                    run.tags[f"param.{body.key}"] = body.value
            case Tagged() as body if body.key not in ("trimtab.sweep", "trimtab.trial"):
                self._run(body.trial, state).tags[body.key] = body.value

    def _run(self, trial: int | None, state: SweepState) -> Shown:
        if trial not in self._system.runs:
            run = self._system.runs[trial] = Shown(tags={"trimtab.sweep": state.sweep})
            if trial is not None:
                run.tags["trimtab.trial"] = f"{state.sweep}/{trial}"
                run.params = flat(state.trials[trial].params)
        return self._system.runs[trial]

    def _sum_up(self, state: SweepState, facts: Sequence[Fact]) -> None:
        for index, run in self._system.runs.items():
            if index is None:
                run.status = "running" if state.ended is None else SHOWN[state.ended]
                continue
            trial = state.trials[index]
            run.status = SHOWN[trial.status]
            run.tags |= {"trimtab.status": trial.status, "trimtab.attempt": str(trial.attempt)}
            if trial.reason:
                run.tags["trimtab.reason"] = trial.reason
        best = state.best()
        if best is None or not any(isinstance(fact.body, SweepEnded) for fact in facts):
            return
        value, parent = state.best_value(best.index), self._run(None, state)
        parent.tags |= {"best.trial": f"{state.sweep}/{best.index}", "best.value": repr(value)}
        parent.tags |= {f"best.param.{name}": text for name, text in flat(best.params).items()}
        parent.metrics["loss"] = [(0, value)] if value is not None else []


def _write(gallery: Gallery, script: Script) -> None:
    tracking = gallery.open(script.facts)
    tracking.write(script.facts)
    tracking.close()


def _whole_sweep() -> Script:
    script = Script().trial(0, 0.5, 0.25)
    script.trial(1, 0.75, end=Ended(1, 1, Outcome.FAILED, 1, None, "exit code 1"))
    return script.add(SweepEnded(SweepOutcome.COMPLETED))
