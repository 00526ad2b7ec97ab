from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.play import Counting, Theatre, Threshold, plan, replay, steady
from trimtab.compute.simulated import Script
from trimtab.model.facts import (
    CancelRequested,
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Outcome,
    StopDecided,
    StopRequested,
    SweepCreated,
    SweepEnded,
    SweepOutcome,
)
from trimtab.model.launch import Launch
from trimtab.model.orders import End
from trimtab.model.plan import Limits, Objective, Plan, plan_to_json
from trimtab.model.state import MAX_LOSSES, TrialStatus
from trimtab.samplers import make_sampler
from trimtab.scheduler import Scheduler
from trimtab.space import Space, Uniform
from trimtab.stoppers import make_stopper
from trimtab.testing.audit import audit


def ended(theatre: Theatre) -> SweepEnded:
    body = theatre.facts[-1].body
    assert isinstance(body, SweepEnded)
    return body


def test_runs_every_trial_and_names_the_best() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0, ((0.5, "score", launch.trial / 10, 1), (0.6, "score", 0.0, 2)))

    theatre = Theatre(plan(total=5), play)
    state = theatre.run()
    assert ended(theatre) == SweepEnded(SweepOutcome.COMPLETED)
    assert state.counts[TrialStatus.COMPLETED] == 5
    best = state.best()
    assert best is not None
    assert (best.index, state.best_value(best.index)) == (4, 0.4)
    assert audit(theatre.facts) == []


@pytest.mark.parametrize(("concurrent", "nodes", "expected"), [(2, 4, 2), (9, 3, 3)])
def test_concurrency_is_the_smaller_of_limit_and_capacity(
    concurrent: int, nodes: int, expected: int
) -> None:
    theatre = Theatre(plan(total=10, concurrent=concurrent), steady(), nodes)
    theatre.run()
    most = 0
    state = replay(theatre.facts[:1])
    for fact in theatre.facts[1:]:
        state.apply(fact)
        most = max(most, len(state.open))
    assert most == expected
    bounded = [note.text for note in state.notes if note.code == "concurrency-bounded"]
    said = "The compute runs 3 at once; the file would allow 9."
    assert bounded == ([said] if nodes < concurrent else [])


def test_a_finite_space_ends_the_sweep() -> None:
    theatre = Theatre(plan(total=100), steady(), sampler=Counting(3))
    state = theatre.run()
    assert state.exhausted
    assert len(state.trials) == 3
    assert ended(theatre).outcome is SweepOutcome.COMPLETED


def test_the_stopper_ends_a_trial_and_its_sentence_is_a_fact() -> None:
    def play(launch: Launch) -> Script:
        value = 0.9 if launch.trial % 2 else 0.1
        return Script(9.0, tuple((float(n), "score", value, n) for n in range(1, 6)))

    theatre = Theatre(plan(total=4), play, stopper=Threshold())
    state = theatre.run()
    assert [state.trials[n].status for n in range(4)] == [
        TrialStatus.STOPPED,
        TrialStatus.COMPLETED,
    ] * 2
    stops = [fact.body for fact in theatre.facts if isinstance(fact.body, StopDecided)]
    assert stops[0] == StopDecided(0, 1, 2, "0.1 at report 2 is below 0.5.")
    assert state.trials[0].reason == "0.1 at report 2 is below 0.5."
    assert len(state.curves[0].values) == 2
    assert audit(theatre.facts, Threshold()) == []


def test_a_stopped_trial_that_was_faster_has_completed() -> None:
    def play(launch: Launch) -> Script:
        return Script(2.0, ((1.0, "score", 0.1, 1), (2.0, "score", 0.1, 2)))

    theatre = Theatre(plan(total=1), play, stopper=Threshold())
    assert theatre.run().trials[0].status is TrialStatus.COMPLETED


def test_the_sweep_timeout_cancels_what_runs() -> None:
    theatre = Theatre(plan(total=50, timeout=25.0), steady(10.0), start_seconds=0.0)
    state = theatre.run()
    assert state.last_at == 1025.0
    assert ended(theatre) == SweepEnded(
        SweepOutcome.COMPLETED, "The sweep's timeout of 25 s was reached."
    )
    assert state.counts[TrialStatus.COMPLETED] == 4
    assert state.counts[TrialStatus.CANCELED] == 2
    assert state.trials[5].reason == "The sweep's timeout of 25 s was reached."


@given(created=st.floats(0, 2e9), away=st.floats(0, 1e6), timeout=st.floats(0.001, 1e7))
def test_at_its_own_moment_the_timeout_is_over(created: float, away: float, timeout: float) -> None:
    scheduler = Scheduler(Counting(), None, 2)
    first = SweepCreated("sweep", plan_to_json(plan(timeout=timeout)), {})
    scheduler.apply(Fact(1, created, first))
    scheduler.apply(Fact(2, created + away, ConductorStarted(1, "host")))
    moment = scheduler.next_moment()
    assert moment is not None
    assert isinstance(scheduler.orders(moment)[0], End)


def test_the_sweep_timeout_counts_when_all_trials_are_out() -> None:
    theatre = Theatre(plan(total=2, timeout=5.0), steady(10.0))
    theatre.run()
    assert ended(theatre).reason == "The sweep's timeout of 5 s was reached."


def test_a_trial_over_its_time_is_canceled_and_still_counts() -> None:
    theatre = Theatre(plan(total=1, trial_timeout=6.0), steady(10.0, value=0.7))
    state = theatre.run()
    assert (state.trials[0].status, state.trials[0].outcome) == (
        TrialStatus.CANCELED,
        Outcome.TIMED_OUT,
    )
    best = state.best()
    assert best is not None
    assert state.best_value(best.index) == 0.7
    assert ended(theatre).outcome is SweepOutcome.COMPLETED


def failing(*trials: int) -> Theatre:
    def play(launch: Launch) -> Script:
        return Script(1.0, ((0.5, "score", 0.5, 1),), exit_code=int(launch.trial in trials))

    return Theatre(plan(total=8, concurrent=1), play)


def test_three_failures_at_the_start_end_the_sweep() -> None:
    theatre = failing(0, 1, 2)
    state = theatre.run()
    assert len(state.trials) == 3
    assert ended(theatre).outcome is SweepOutcome.FAILED
    assert "first 3 trials all failed" in ended(theatre).reason
    assert "exit code 1" in ended(theatre).reason


def test_later_failures_do_not_end_the_sweep() -> None:
    theatre = failing(0, 1, 3, 4, 5, 6, 7)
    state = theatre.run()
    assert ended(theatre).outcome is SweepOutcome.COMPLETED
    assert state.counts[TrialStatus.FAILED] == 7


def test_max_failures_replaces_the_rule() -> None:
    theatre = failing(0, 1, 2, 4)
    theatre.plan = plan(total=8, concurrent=1, max_failures=3)
    theatre.__post_init__()
    state = theatre.run()
    assert ended(theatre) == SweepEnded(
        SweepOutcome.FAILED, "4 trials failed; trimtab.max_failures allows 3."
    )
    assert len(state.trials) == 5


def test_a_sweep_of_failures_has_failed() -> None:
    theatre = failing(0, 1)
    theatre.plan = plan(total=2)
    theatre.__post_init__()
    theatre.run()
    assert ended(theatre).outcome is SweepOutcome.FAILED
    assert ended(theatre).reason.startswith("All trials failed. The last one: ")


def test_a_failed_trial_is_best_only_when_there_is_no_other() -> None:
    def play(launch: Launch) -> Script:
        first = launch.trial == 0
        return Script(1.0, ((0.5, "score", 0.9 if first else 0.1, 1),), exit_code=int(first))

    theatre = Theatre(plan(total=2, concurrent=1), play)
    state = theatre.run()
    best = state.best()
    assert best is not None
    assert best.index == 1


def test_a_missing_primary_metric_is_said_once_with_what_was_logged() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0, ((0.5, "val_score", 0.5, 1), (0.6, "loss", 0.1, 1)))

    theatre = Theatre(plan(total=4), play)
    state = theatre.run()
    [note] = [one for one in state.notes if one.code == "primary-metric-missing"]
    assert "Trial 0" in note.text
    assert "'score'; it logged 'loss', 'val_score'" in note.text
    seqs = [fact.seq for fact in theatre.facts if isinstance(fact.body, Ended | Noted)]
    assert isinstance(theatre.facts[seqs[1] - 1].body, Noted | Ended)
    assert ended(theatre) == SweepEnded(
        SweepOutcome.FAILED, "No trial logged the primary metric 'score'."
    )


def test_nan_counts_for_nothing_and_is_said_once() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0, ((0.5, "score", float("nan"), 1), (0.6, "score", 0.25, 2)))

    theatre = Theatre(plan(total=3), play)
    state = theatre.run()
    assert [note.code for note in state.notes] == ["metric-not-finite"]
    assert list(state.curves[0].values) == [0.25]
    assert ended(theatre).outcome is SweepOutcome.COMPLETED


def test_a_sweep_of_nothing_but_nan_says_so() -> None:
    theatre = Theatre(plan(total=2), lambda launch: Script(1.0, ((0.5, "score", float("inf"), 1),)))
    theatre.run()
    assert ended(theatre).reason == "No trial logged a finite value of the primary metric 'score'."


def test_a_lost_trial_runs_again_with_the_same_parameters() -> None:
    def play(launch: Launch) -> Script:
        if launch.attempt < 3:
            return Script(1.0, ((0.2, "score", 0.1, 1),), outcome=Outcome.LOST)
        return Script(1.0, ((0.2, "score", 0.8, 1),))

    theatre = Theatre(plan(total=2, concurrent=1), play)
    state = theatre.run()
    assert {launch.attempt: launch.params for launch in theatre.launches if launch.trial == 0} == {
        n: {"x": 0} for n in (1, 2, 3)
    }
    assert list(state.curves[0].values) == [0.8]
    assert audit(theatre.facts) == []


def test_a_trial_that_is_lost_for_ever_has_failed() -> None:
    theatre = Theatre(plan(total=1), lambda launch: Script(1.0, outcome=Outcome.PREEMPTED))
    state = theatre.run()
    assert state.trials[0].status is TrialStatus.FAILED
    assert state.trials[0].attempt == MAX_LOSSES
    assert audit(theatre.facts) == []


def test_a_checkpointed_attempt_continues_its_curve() -> None:
    def play(launch: Launch) -> Script:
        if launch.attempt == 1:
            reports = tuple((n / 10, "score", n / 10, n) for n in range(1, 5))
            return Script(1.0, reports, outcome=Outcome.PREEMPTED)
        return Script(1.0, tuple((n / 10, "score", n / 10 + 0.01, n) for n in range(3, 7)))

    state = Theatre(plan(total=1), play).run()
    assert list(state.curves[0].values) == pytest.approx([0.1, 0.2, 0.31, 0.41, 0.51, 0.61])
    assert state.trials[0].steps == [1, 2, 3, 4, 5, 6]


class Asked:
    """A stop that is asked for at a moment of the clock, and once more later."""

    def __init__(self, first: float, second: float | None = None) -> None:
        self.first, self.second = first, second
        self.theatre: Theatre | None = None

    def __call__(self) -> StopRequested | None:
        assert self.theatre is not None
        now = self.theatre.clock.now()
        if self.second is not None and now >= self.second:
            return StopRequested("Stopped by the user.", at_once=True)
        return StopRequested("Stopped by the user.") if now >= self.first else None


def asked(theatre: Theatre, first: float, second: float | None = None) -> Theatre:
    theatre.stop = signal = Asked(first, second)
    signal.theatre = theatre
    return theatre


def test_a_stop_cancels_and_resume_runs_the_rest() -> None:
    theatre = asked(Theatre(plan(total=6), steady(10.0)), 1012.0)
    state = theatre.run()
    assert state.ended is SweepOutcome.CANCELED
    assert state.counts[TrialStatus.COMPLETED] == 2
    assert state.counts[TrialStatus.CANCELED] == 2
    asked(theatre, float("inf"))
    state = theatre.run()
    assert state.ended is SweepOutcome.COMPLETED
    assert state.counts[TrialStatus.COMPLETED] == 6
    assert state.trials[2].attempt == 2
    assert audit(theatre.facts) == []


def test_a_second_request_ends_stubborn_trials_at_once() -> None:
    def play(launch: Launch) -> Script:
        ticks = tuple((n / 2, "score", 0.5, n) for n in range(1, 100))
        return Script(1000.0, ticks, stubborn=True)

    theatre = asked(Theatre(plan(total=2), play, start_seconds=0.0), 1010.0, 1012.0)
    state = theatre.run()
    assert state.last_at == 1012.0
    cancels = [fact.body for fact in theatre.facts if isinstance(fact.body, CancelRequested)]
    assert [one.at_once for one in cancels] == [False, False, True, True]


def test_one_request_leaves_stubborn_trials_their_grace() -> None:
    def play(launch: Launch) -> Script:
        ticks = tuple((n / 2, "score", 0.5, n) for n in range(1, 100))
        return Script(1000.0, ticks, stubborn=True)

    state = asked(Theatre(plan(total=2), play, start_seconds=0.0), 1010.0).run()
    assert state.last_at == 1015.0


def test_a_command_job_needs_no_objective() -> None:
    theatre = Theatre(plan(total=1, metric=None), lambda launch: Script(1.0))
    assert theatre.run().ended is SweepOutcome.COMPLETED


@pytest.mark.parametrize(
    "policy",
    [
        {"type": "bandit", "slack_factor": 0.1, "delay_evaluation": 2},
        {"type": "median_stopping", "delay_evaluation": 2},
        {"type": "truncation_selection", "truncation_percentage": 30},
        {"type": "asha"},
        {"type": "asha", "min_reports": 2, "reduction_factor": 2, "max_reports": 10},
        {"type": "hyperband", "reduction_factor": 2, "brackets": 4},
        {"type": "threshold", "lower": 0.5},
    ],
)
def test_each_policy_stops_some_of_many_and_the_log_replays(policy: dict[str, object]) -> None:
    def play(launch: Launch) -> Script:
        base = launch.params["x"]
        assert isinstance(base, float)
        return Script(11.0, tuple((float(n), "score", base + n / 100, n) for n in range(1, 11)))

    limits = Limits(200, 20)
    sweep = Plan(
        Objective("score", maximize=True), limits, Space.of({"x": Uniform(0, 1)}), stopper=policy
    )
    stopper = make_stopper(sweep)
    theatre = Theatre(sweep, play, nodes=20, sampler=make_sampler(sweep), stopper=stopper)
    state = theatre.run()
    assert audit(theatre.facts, stopper) == []
    assert replay(theatre.facts) == state
    assert 20 < state.counts[TrialStatus.STOPPED] < 199
    best = max(state.trials.values(), key=lambda trial: float(str(trial.params["x"])))
    assert best.status is TrialStatus.COMPLETED
    assert state.best() == best
