"""The conductor may die at any call: nothing is lost, and nothing that finished runs twice."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.engine.play import Theatre, Threshold, eventful, plan, replay
from trimtab.model.facts import Ended, Fact, Outcome, Proposed
from trimtab.testing.audit import audit
from trimtab.testing.faults import Fuse

ENDS = (Outcome.COMPLETED, Outcome.FAILED, Outcome.TIMED_OUT)


def proposals(facts: list[Fact]) -> dict[int, object]:
    return {one.body.trial: one.body.params for one in facts if isinstance(one.body, Proposed)}


def ends_of(theatre: Theatre) -> dict[int, object]:
    state = replay(theatre.facts)
    return {
        trial.index: (trial.status, list(state.curves[trial.index].values))
        for trial in state.trials.values()
    }


fuses = st.lists(
    st.builds(Fuse, at=st.integers(1, 60), after=st.booleans()), min_size=0, max_size=8
)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    fuses=fuses,
    survives=st.booleans(),
    repeats=st.booleans(),
    total=st.integers(1, 12),
    concurrent=st.integers(1, 5),
    timeout=st.sampled_from([None, 5.0, 20.0]),
    trial_timeout=st.sampled_from([None, 2.0]),
)
@example(0, [Fuse(1, True)], True, False, 3, 2, None, None)
def test_whenever_the_conductor_dies(
    seed: int,
    fuses: list[Fuse],
    survives: bool,
    repeats: bool,
    total: int,
    concurrent: int,
    timeout: float | None,
    trial_timeout: float | None,
) -> None:
    theatre = Theatre(
        plan(total, concurrent, timeout, trial_timeout, max_failures=total),
        eventful(seed),
        survives=survives,
        repeats=repeats,
        stopper=Threshold(),
    )
    state = theatre.run_through(fuses)
    facts = list(theatre.facts)
    assert audit(facts, Threshold()) == []
    assert replay(facts) == state
    assert proposals(facts) == {n: {"x": n} for n in range(len(state.trials))}
    finals = [
        one.body.trial for one in facts if isinstance(one.body, Ended) and one.body.outcome in ENDS
    ]
    assert len(finals) == len(set(finals))
    assert theatre.heard[-len(facts) :] == facts


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), at=st.integers(1, 80), after=st.booleans())
def test_a_crash_changes_no_result(seed: int, at: int, after: bool) -> None:
    whole, broken = (Theatre(plan(8, 3, max_failures=9), eventful(seed, False)) for _ in "ab")
    whole.run()
    broken.run_through([Fuse(at, after)])
    assert ends_of(broken) == ends_of(whole)


def test_every_single_call_of_a_sweep_may_be_the_last() -> None:
    whole = Theatre(plan(3, 2, max_failures=9), eventful(7))
    fuse = Fuse()
    whole.run(fuse)
    for at in range(1, fuse.calls + 1):
        for after in (False, True):
            for survives in (False, True):
                theatre = Theatre(plan(3, 2, max_failures=9), eventful(7), survives=survives)
                theatre.run_through([Fuse(at, after)])
                assert audit(theatre.facts) == [], (at, after, survives)
