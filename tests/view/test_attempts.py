"""A trial's history: all of its own facts, and none of the others'."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.play import Theatre, eventful, plan
from trimtab.model.facts import (
    Body,
    Ended,
    Fact,
    Outcome,
    Proposed,
    Reported,
    Started,
    Submitted,
    Tagged,
)
from trimtab.testing.faults import Fuse
from trimtab.view import attempts
from trimtab.view.attempts import history

BODIES: list[Body] = [
    Proposed(0, {"x": 0}),
    Submitted(0, 1),
    Started(0, 1, "a\x1b[1mb"),
    Reported(0, 1, "score", 0.5, 3),
    Tagged(0, 1, "kind", "tree"),
    Ended(0, 1, Outcome.LOST, reason="The node\nvanished."),
    Submitted(0, 2),
]


def test_attempts_reports_and_tags_in_order() -> None:
    told = history((Fact(seq, 100.0 + seq, body) for seq, body in enumerate(BODIES)), 0)
    assert attempts.data(told) == {
        "attempts": [
            {
                "attempt": 1,
                "node": "a\x1b[1mb",
                "started_at": 102.0,
                "ended_at": 105.0,
                "outcome": "lost",
                "exit_code": None,
                "signal": None,
                "reason": "The node\nvanished.",
            },
            {
                "attempt": 2,
                "node": "",
                "started_at": None,
                "ended_at": None,
                "outcome": None,
                "exit_code": None,
                "signal": None,
                "reason": "",
            },
        ],
        "reports": [{"at": 103.0, "attempt": 1, "name": "score", "value": 0.5, "step": 3}],
        "tags": [{"attempt": 1, "role": "tag", "key": "kind", "value": "tree"}],
    }
    rows = list(attempts.rows(told.attempts, lambda number: Path(f"/{number}")))
    assert rows[1:] == [
        ("1", "ab", "3.0s", "lost", "/1  (The node)"),
        ("2", "-", "-", "-", "/2"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_state_after_any_sweep(seed: int) -> None:
    theatre = Theatre(plan(total=8, concurrent=3), eventful(seed))
    state = theatre.run_through([Fuse(at=20)])
    for trial in state.trials.values():
        told = history(theatre.facts, trial.index)
        assert [one.number for one in told.attempts] == list(range(1, trial.attempt + 1))
        seconds = [one.seconds or 0.0 for one in told.attempts]
        assert sum(seconds) == pytest.approx(trial.seconds)
        assert told.attempts[-1].outcome is trial.outcome
        assert {one.name for _, one in told.reports} == set(trial.metrics)
