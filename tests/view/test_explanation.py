"""Why trials were stopped or kept, as people read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.play import Theatre, plan, steady
from trimtab.compute.simulated import Script
from trimtab.model.facts import Outcome
from trimtab.model.launch import Launch
from trimtab.stoppers import make_stopper
from trimtab.stoppers.replay import Replay, replay
from trimtab.view.explanation import entry_data, sweep_data, sweep_page, trial_data, trial_page

BOUNDED = {"type": "threshold", "lower": 0.4, "delay_evaluation": 2}


def play(launch: Launch) -> Script:
    """Trial 0 sinks slowly, 1 is bad, 2 reports once, 3 not at all, 4 is good and lost once."""
    values = [[0.9, 0.5, 0.45], [0.6, 0.25, 0.1, 0.1], [0.7], [], [0.8, 0.8]][launch.trial]
    reports = tuple((float(n), "score", value, n) for n, value in enumerate(values, 1))
    lost = Outcome.LOST if launch.key.endswith("/4/1") else None
    return Script(10.0, reports, 0, lost)


def told(policy: dict[str, object] = BOUNDED, of: int | None = None) -> Replay:
    given = replace(plan(total=5, concurrent=1), stopper=policy)
    theatre = Theatre(given, play, stopper=make_stopper(given))
    theatre.run()
    return replay(theatre.facts, of)


def test_each_trial_has_its_decision() -> None:
    assert list(sweep_page(told())) == [
        "Stopper: threshold (lower 0.4, delay_evaluation 2)",
        "",
        "trial  status     reports  score  decision",
        "0      completed  3        0.9    kept; closest call: 0.45 at report 3 is not below 0.4, "
        "the lower threshold.",
        "1      stopped    2        0.6    stopped: 0.25 at report 2 is below 0.4, the lower "
        "threshold.",
        "2      completed  1        0.7    kept; never judged, at report 1 because the policy is "
        "applied from report 2 on",
        "3      completed  0        -      not judged: it has not reported score",
        "4      completed  2        0.8    kept; closest call: 0.8 at report 2 is not below 0.4, "
        "the lower threshold.",
    ]


def test_each_report_has_its_verdict() -> None:
    replayed = told(of=1)
    assert list(trial_page(replayed, replayed.state.trials[1])) == [
        "Trial 1 of sweep: stopped",
        "  stopped: 0.25 at report 2 is below 0.4, the lower threshold.",
        "Stopper: threshold (lower 0.4, delay_evaluation 2)",
        "",
        "report  score  judged  bound  verdict  compared with",
        "1       0.6    -       -      -        the policy is applied from report 2 on",
        "2       0.25   0.25    0.4    stop     the lower threshold",
    ]


def test_attempts_are_told_apart_where_there_are_several() -> None:
    replayed = told(of=4)
    lines = list(trial_page(replayed, replayed.state.trials[4]))
    assert lines[4].startswith("attempt  report  score")
    assert [line.split()[:2] for line in lines[5:]] == [
        ["1", "1"],
        ["1", "2"],
        ["2", "1"],
        ["2", "2"],
    ]
    assert lines[6].endswith("0.8     0.4    keep     the lower threshold")


@pytest.mark.parametrize("policy", [{}, {"type": "none"}])
def test_without_a_stopper_everybody_is_kept(policy: dict[str, object]) -> None:
    replayed = told(policy, of=0)
    lines = list(sweep_page(replayed))
    assert lines[0] == "Stopper: none"
    assert all(line.endswith("kept: there is no stopper") for line in lines[3:])
    assert list(trial_page(replayed, replayed.state.trials[0]))[-1].endswith("there is no stopper")


def test_a_trial_that_ended_before_its_stop_says_so() -> None:
    given = replace(plan(total=1), stopper=BOUNDED)
    reports = ((1.0, "score", 0.1, 1), (2.0, "score", 0.1, 2))
    theatre = Theatre(given, lambda _: Script(2.0, reports), stopper=make_stopper(given))
    theatre.run()
    replayed = replay(theatre.facts)
    assert list(sweep_page(replayed))[-1].endswith(
        "completed before it was stopped: 0.1 at report 2 is below 0.4, the lower threshold."
    )


def test_a_sweep_that_has_just_begun_has_no_table() -> None:
    theatre = Theatre(plan(total=1), steady())
    assert list(sweep_page(replay(theatre.facts))) == ["Stopper: none"]


def test_as_json() -> None:
    replayed = told(of=1)
    said = sweep_data(replayed)
    assert (said["sweep"], said["stopper"]) == ("sweep", BOUNDED)
    assert [one["trial"] for one in said["trials"]] == [0, 1, 2, 3, 4]
    assert said["trials"][0]["closest"]["margin"] == pytest.approx(0.05)
    assert said["trials"][1] == trial_data(replayed, replayed.state.trials[1])
    assert said["trials"][1]["stop"] == "0.25 at report 2 is below 0.4, the lower threshold."
    assert [one["judged"] for one in said["trials"]] == [2, 1, 0, 0, 2]
    assert [entry_data(entry)["verdict"]["stop"] for entry in replayed.entries] == [False, True]
