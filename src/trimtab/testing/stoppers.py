"""The contracts of ``ports.Stopper`` and ``ports.Explains``: pure, on time, and able to explain.

``StopperContract`` is for every stopper; ``RivalStopperContract`` adds what holds for those that
compare trials with each other, ``ExplainsContract`` what holds for those that give verdicts.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import pytest

from trimtab.model.facts import Body, Fact, Proposed, Reported, Started, Submitted, SweepCreated
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import SweepState
from trimtab.ports import Explains, Stopper, Verdict
from trimtab.space import Space

TRIALS, REPORTS = 10, 6

Report = tuple[int, float]
"""A trial and the value it reported."""


def started_sweep(maximize: bool, trials: int) -> SweepState:
    """The state of a sweep in which ``trials`` trials run and none has reported."""
    plan = Plan(Objective("score", maximize), Limits(trials, trials), Space())
    bodies: list[Body] = [SweepCreated("sweep", plan_to_json(plan), {})]
    for trial in range(trials):
        bodies += [Proposed(trial, {}), Submitted(trial, 1), Started(trial, 1, "node")]
    state = SweepState()
    for seq, body in enumerate(bodies, 1):
        state.apply(Fact(seq, 0.0, body))
    return state


def replayed(maximize: bool, reports: Sequence[Report], trials: int = TRIALS) -> SweepState:
    """A state that no stopper has seen, in which ``reports`` came in this order."""
    state = started_sweep(maximize, trials)
    for report in reports:
        add_report(state, report)
    return state


def add_report(state: SweepState, report: Report) -> None:
    """The next fact of the sweep: a trial reports the primary metric."""
    trial, value = report
    state.apply(Fact(state.seq + 1, 0.0, Reported(trial, 1, "score", value)))


def some_reports(maximize: bool, seed: int = 0) -> list[Report]:
    """Every trial reports; trial 9 is by far the best, 0 the worst, and the others close behind."""
    rng = random.Random(seed)  # noqa: S311 (a made-up sweep, no secret)
    order = [trial for trial in range(TRIALS) for _ in range(REPORTS)]
    rng.shuffle(order)
    sign = 1.0 if maximize else -1.0
    return [(trial, 5.0 + sign * (0.4 * trial + rng.uniform(0, 0.3))) for trial in order]


def best_of(values: Sequence[float], maximize: bool) -> float:
    return max(values) if maximize else min(values)


class MakeStopper(Protocol):
    """A stopper of its own for each call, with this schedule."""

    def __call__(self, interval: int = 1, delay: int = 0) -> Stopper: ...


class StopperContract:
    """Subclass it and override ``make`` with a policy that is strict enough to stop somebody."""

    @pytest.fixture
    def make(self) -> MakeStopper:
        raise NotImplementedError

    @pytest.fixture(params=[True, False], ids=["maximize", "minimize"])
    def maximize(self, request: pytest.FixtureRequest) -> bool:
        return bool(request.param)

    def test_somebody_is_stopped_and_somebody_is_not(
        self, make: MakeStopper, maximize: bool
    ) -> None:
        answers = [answer for _, _, answer in _judged(make(), maximize)]
        assert any(answers)
        assert not all(answers)

    def test_the_same_state_gets_the_same_answer(self, make: MakeStopper, maximize: bool) -> None:
        reports, steady = some_reports(maximize), make()
        state = started_sweep(maximize, TRIALS)
        for number, report in enumerate(reports, 1):
            add_report(state, report)
            answer = steady.judge(report[0], state)
            assert steady.judge(report[0], state) == answer
            assert make().judge(report[0], replayed(maximize, reports[:number])) == answer

    def test_the_state_is_left_as_it_is(self, make: MakeStopper, maximize: bool) -> None:
        state = replayed(maximize, some_reports(maximize))
        before = copy.deepcopy(state)
        for trial in range(TRIALS):
            make().judge(trial, state)
        assert state == before

    def test_nothing_is_judged_before_the_delay(self, make: MakeStopper, maximize: bool) -> None:
        stopped = {report for _, report, answer in _judged(make(delay=4), maximize) if answer}
        assert stopped
        assert min(stopped) >= 4

    def test_only_every_interval_is_judged(self, make: MakeStopper, maximize: bool) -> None:
        stopped = {report for _, report, answer in _judged(make(interval=3), maximize) if answer}
        assert stopped
        assert stopped <= {3, 6}

    def test_a_trial_without_reports_is_left_alone(self, make: MakeStopper, maximize: bool) -> None:
        reports = [report for report in some_reports(maximize) if report[0] != 0]
        assert make().judge(0, replayed(maximize, reports)) is None

    def rename(self, trial: int) -> int:
        """Another numbering of the trials that must not matter; overridden where some do."""
        return TRIALS - 1 - trial

    def test_the_numbers_of_the_trials_do_not_matter(
        self, make: MakeStopper, maximize: bool
    ) -> None:
        reports, stopper = some_reports(maximize), make()
        renamed = [(self.rename(trial), value) for trial, value in reports]
        assert renamed != reports
        state, other = started_sweep(maximize, TRIALS), started_sweep(maximize, TRIALS)
        for one, two in zip(reports, renamed, strict=True):
            add_report(state, one)
            add_report(other, two)
            assert stopper.judge(one[0], state) == stopper.judge(two[0], other)

    def test_a_stop_is_explained_in_one_sentence(self, make: MakeStopper, maximize: bool) -> None:
        for state, trial, answer in _walk(make(), maximize):
            if answer is None:
                continue
            values = state.curves[trial].values
            assert re.fullmatch(r"[^\n]*[^\s.]\.", answer)
            assert ". " not in answer
            value, report = _figures(answer)[:2]
            assert any(value == pytest.approx(each, rel=1e-3) for each in values)
            assert report == len(values)


class RivalStopperContract(StopperContract):
    """For a policy that compares trials with each other: the best of all is safe."""

    def test_the_leader_is_never_stopped(self, make: MakeStopper, maximize: bool) -> None:
        best: list[float] = []
        for state, trial, answer in _walk(make(), maximize):
            best.append(state.curves[trial].values[-1])
            if state.curves[trial].best == best_of(best, maximize):
                assert answer is None

    def test_what_is_judged_is_the_best_so_far(self, make: MakeStopper, maximize: bool) -> None:
        for state, trial, answer in _walk(make(), maximize):
            if answer is not None:
                best = best_of(state.curves[trial].values, maximize)
                assert _figures(answer)[0] == pytest.approx(best, rel=1e-3)


class MakeExplaining(Protocol):
    """As ``MakeStopper``, of a stopper that gives verdicts."""

    def __call__(self, interval: int = 1, delay: int = 0) -> Explains: ...


class ExplainsContract:
    """Subclass it beside ``StopperContract``; the same ``make`` will do."""

    @pytest.fixture
    def make(self) -> MakeExplaining:
        raise NotImplementedError

    @pytest.mark.parametrize("maximize", [True, False], ids=["maximize", "minimize"])
    def test_the_answer_is_the_verdict(self, make: MakeExplaining, maximize: bool) -> None:
        stopper = make(delay=2)
        for state, trial, answer in _walk(stopper, maximize):
            verdict = stopper.verdict(trial, state)
            assert verdict is not None
            assert answer == (verdict.sentence if verdict.stop else None)

    @pytest.mark.parametrize("maximize", [True, False], ids=["maximize", "minimize"])
    def test_every_verdict_is_whole(self, make: MakeExplaining, maximize: bool) -> None:
        for state, trial, verdict in _verdicts(make(delay=2), maximize):
            values = state.curves[trial].values
            assert verdict.report == len(values)
            assert verdict.value in values
            assert verdict.compared in verdict.sentence
            assert re.fullmatch(r"[^\n]*[^\s.]\.", verdict.sentence)
            value, report = _figures(verdict.sentence)[:2]
            assert value == pytest.approx(verdict.value, rel=1e-3)
            assert report == len(values)
            if verdict.bound is None:
                assert " is not judged: " in verdict.sentence
                assert not verdict.stop
                assert verdict.margin is None
            else:
                assert (verdict.margin is None) == verdict.stop
                assert verdict.margin is None or verdict.margin >= 0

    @pytest.mark.parametrize("maximize", [True, False], ids=["maximize", "minimize"])
    def test_a_margin_is_the_way_to_a_stop(self, make: MakeExplaining, maximize: bool) -> None:
        found = [verdict for _, _, verdict in _verdicts(make(delay=2), maximize)]
        kept = [one for one in found if one.margin is not None and one.bound is not None]
        assert kept
        for one in kept:
            assert one.bound is not None
            assert one.margin == abs(one.value - one.bound)

    def test_a_trial_without_reports_has_no_verdict(self, make: MakeExplaining) -> None:
        assert make().verdict(0, started_sweep(True, TRIALS)) is None


def _figures(sentence: str) -> list[float]:
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?", sentence)]


def _verdicts(stopper: Explains, maximize: bool) -> Iterator[tuple[SweepState, int, Verdict]]:
    for state, trial, _ in _walk(stopper, maximize):
        verdict = stopper.verdict(trial, state)
        assert verdict is not None
        yield state, trial, verdict


def _walk(stopper: Stopper, maximize: bool) -> Iterator[tuple[SweepState, int, str | None]]:
    state = started_sweep(maximize, TRIALS)
    for report in some_reports(maximize):
        add_report(state, report)
        yield state, report[0], stopper.judge(report[0], state)


def _judged(stopper: Stopper, maximize: bool) -> list[tuple[int, int, str | None]]:
    return [
        (trial, len(state.curves[trial].values), answer)
        for state, trial, answer in _walk(stopper, maximize)
    ]
