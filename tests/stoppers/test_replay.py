"""Verdicts found again from the facts are those that the scheduler acted on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.play import Theatre, eventful, plan
from trimtab.compute.simulated import Script
from trimtab.errors import StoreError
from trimtab.model.facts import Fact, Outcome, Reported, StopDecided, SweepCreated
from trimtab.model.launch import Launch
from trimtab.model.plan import Plan
from trimtab.model.state import TrialStatus
from trimtab.stoppers import make_stopper
from trimtab.stoppers.replay import Replay, replay

POLICIES: list[dict[str, object]] = [
    {"type": "bandit", "slack_amount": 0.1},
    {"type": "median_stopping"},
    {"type": "truncation_selection", "truncation_percentage": 40},
    {"type": "asha", "reduction_factor": 2},
    {"type": "hyperband", "reduction_factor": 2, "brackets": 2},
    {"type": "patience", "reports": 1, "min_delta": 0.02},
    {"type": "threshold", "lower": 0.4},
]


def sweep(policy: dict[str, object], total: int = 12) -> Plan:
    return replace(plan(total=total, concurrent=3), stopper=policy)


def theatre(policy: dict[str, object], seed: int, total: int = 12) -> Theatre:
    given = sweep(policy, total)
    return Theatre(given, eventful(seed), stopper=make_stopper(given))


@pytest.mark.parametrize("policy", POLICIES, ids=[str(one["type"]) for one in POLICIES])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999))
def test_a_replay_stops_whom_the_scheduler_stopped(policy: dict[str, object], seed: int) -> None:
    played = theatre(policy, seed)
    state = played.run()
    told = replay(played.facts)
    assert told.state == state
    decided = {fact.body.trial for fact in played.facts if isinstance(fact.body, StopDecided)}
    for fact in played.facts:
        if isinstance(fact.body, StopDecided):
            last = told.accounts[fact.body.trial].last
            assert last is not None
            assert (last.sentence, last.report) == (fact.body.reason, fact.body.report)
    stopped = {trial for trial, account in told.accounts.items() if account.stopped}
    assert stopped == decided


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), trial=st.integers(0, 11))
def test_the_closest_call_is_the_smallest_margin_of_the_entries(seed: int, trial: int) -> None:
    played = theatre(POLICIES[0], seed)
    played.run()
    told = replay(played.facts, of=trial)
    reported = [
        fact.body
        for fact in played.facts
        if isinstance(fact.body, Reported) and fact.body.trial == trial
    ]
    assert len(told.entries) == len([one for one in reported if one.value == one.value])
    margins = [
        entry.verdict.margin
        for entry in told.entries
        if entry.verdict is not None and entry.verdict.margin is not None
    ]
    account = told.accounts.get(trial)
    closest = account.closest if account else None
    assert (closest.margin if closest else None) == min(margins, default=None)
    judged = [entry for entry in told.entries if entry.verdict and entry.verdict.bound is not None]
    assert (account.judged if account else 0) == len(judged)


def test_reports_after_a_stop_are_not_judged() -> None:
    def play(launch: Launch) -> Script:
        ticks = tuple((n / 10, "score", 0.1, n) for n in range(1, 30))
        return Script(1000.0, ticks, stubborn=True)

    given = sweep({"type": "threshold", "lower": 0.4, "delay_evaluation": 3}, 1)
    played = Theatre(given, play, stopper=make_stopper(given))
    assert played.run().trials[0].status is TrialStatus.STOPPED
    told = replay(played.facts, of=0)
    verdicts = [entry.verdict for entry in told.entries]
    assert len(verdicts) > 3
    assert [one.stop for one in verdicts if one is not None] == [False, False, True]
    assert verdicts[3:] == [None] * (len(verdicts) - 3)


def test_a_later_attempt_is_judged_anew() -> None:
    def play(launch: Launch) -> Script:
        lost = Outcome.LOST if launch.attempt == 1 else None
        return Script(3.0, ((1.0, "score", 0.5, 1), (2.0, "score", 0.6, 2)), 0, lost)

    given = sweep({"type": "threshold", "lower": 0.4}, 1)
    played = Theatre(given, play, stopper=make_stopper(given))
    played.run()
    told = replay(played.facts, of=0)
    assert [(one.attempt, one.report) for one in told.entries] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert all(entry.verdict is not None for entry in told.entries)


def test_facts_that_do_not_begin_with_a_sweep_are_refused() -> None:
    with pytest.raises(StoreError):
        replay([])
    created = SweepCreated("sweep", {}, {})
    with pytest.raises(StoreError):
        Replay().apply(Fact(2, 0.0, created))
