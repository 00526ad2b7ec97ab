"""Pages about a sweep that nobody watches."""

from __future__ import annotations

import math
from pathlib import Path

from tests.engine.play import Theatre, plan, steady
from tests.view.test_progress import begun, told
from trimtab.model.facts import Ended, Noted, Outcome, Reported
from trimtab.view.tables import SHOWN_REPORTS, best_page, columns, sweep_page, trial_page

FOLDER = Path("/home/sweeps/sweep")


def test_columns_stand_under_each_other() -> None:
    assert list(columns([("a", "b", "c"), ("long", "", "d e")])) == ["a     b  c", "long     d e"]


def test_trials_are_sorted_best_first_and_those_without_a_value_last() -> None:
    progress = told(
        plan(),
        *[one for trial in range(4) for one in begun(trial, 0.0)],
        (1.0, Reported(1, 1, "score", 0.5)),
        (1.0, Reported(2, 1, "score", 0.75)),
        (1.0, Reported(3, 1, "score", math.nan)),
        (2.0, Ended(1, 1, Outcome.FAILED, 1, reason="exit code 1: boom\nTraceback")),
        (2.0, Noted("code", "Mind \x1b[1mthis.")),
    )
    assert list(sweep_page(progress.state, FOLDER)) == [
        "Files: /home/sweeps/sweep",
        "Note: Mind this.",
        "",
        "trial  status   score  reports  time  parameters and reason",
        "2      running  0.75   1        0.0s  x=2",
        "1      failed   0.5    1        2.0s  x=1  (exit code 1: boom)",
        "0      running  -      0        0.0s  x=0",
        "3      running  -      0        0.0s  x=3",
    ]


def test_for_a_goal_to_minimize_the_lowest_comes_first() -> None:
    given = plan()
    assert given.objective is not None
    lower = type(given)(type(given.objective)("score", maximize=False), given.limits, given.space)
    bodies = [one for trial in range(2) for one in begun(trial, 0.0)]
    values = [(1.0, Reported(0, 1, "score", 0.5)), (1.0, Reported(1, 1, "score", 0.25))]
    lines = list(sweep_page(told(lower, *bodies, *values).state, FOLDER))
    assert [line[0] for line in lines[-2:]] == ["1", "0"]


def test_one_trial_in_detail() -> None:
    state = Theatre(plan(total=1), steady()).run()
    lines = list(trial_page(state, state.trials[0], FOLDER))
    assert lines[0] == "Trial 0 of sweep: completed"
    assert lines[1:3] == ["  attempts  1", f"  node      {state.trials[0].node}"]
    assert lines[4:] == [
        "  time      10s",
        "  files     /home/sweeps/sweep",
        "  log       /home/sweeps/sweep/user_logs/std_log.txt",
        "Parameters:",
        "  x  0",
        "Last metrics:",
        "  score  0.9",
        "score by report: 0.9 0.9 0.9",
    ]


def test_of_many_reports_the_last_are_shown() -> None:
    reports = [(1.0, Reported(0, 1, "score", n / 4, n)) for n in range(SHOWN_REPORTS + 5)]
    state = told(plan(), *begun(0, 0.0), *reports).state
    last = list(trial_page(state, state.trials[0], FOLDER))[-1]
    assert last.startswith("score by report: ... 1.25 1.5")
    assert last.endswith(" 6")


def test_a_trial_that_never_started() -> None:
    state = told(plan(), begun(0, 0.0)[0]).state
    lines = list(trial_page(state, state.trials[0], FOLDER))
    assert lines[:3] == ["Trial 0 of sweep: proposed", "  attempts  0", "  node      -"]
    assert not any("started" in line for line in lines)


def test_the_best_page() -> None:
    state = Theatre(plan(total=2), steady()).run()
    best = state.best()
    assert best is not None
    assert list(best_page(state, best, FOLDER)) == [
        "Best of sweep: trial 0 with score 0.9",
        "Parameters:",
        "  x  0",
        "Files: /home/sweeps/sweep/outputs",
    ]
