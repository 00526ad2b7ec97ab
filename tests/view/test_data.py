"""What ``--json`` prints is strict JSON that says all."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from tests.engine.play import Theatre, eventful, plan, replay, steady
from trimtab.model.facts import Ended, Fact, Outcome, Reported
from trimtab.model.state import TrialStatus
from trimtab.view import data


def strict(text: str) -> Any:
    def refuse(word: str) -> NoReturn:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def test_numbers_that_are_none_become_words() -> None:
    value = {"a": [math.nan, {"b": math.inf}], "c": -math.inf, "d": (1.5, None, True, "NaN")}
    assert strict(data.encode(value)) == {
        "a": ["NaN", {"b": "Infinity"}],
        "c": "-Infinity",
        "d": [1.5, None, True, "NaN"],
    }


def test_a_line_is_one_line_of_ascii() -> None:
    line = data.encode({"text": "two\nlines\u2028 \ud800 ü \x1b[31m"})
    assert "\n" not in line
    assert line.isascii()
    assert "\x1b" not in line


def test_every_fact_of_an_eventful_sweep_is_strict_json() -> None:
    theatre = Theatre(plan(total=30, concurrent=4), eventful(3))
    theatre.run()
    lines = [strict(data.encode(data.fact(one))) for one in theatre.facts]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert {"sweep_created", "proposed", "reported", "ended", "sweep_ended"} <= {
        line["kind"] for line in lines
    }


def test_a_fact_says_its_fields() -> None:
    body = Reported(3, 1, "score", math.nan, 7, 2)
    assert data.fact(Fact(9, 12.5, body)) | {"value": None} == {
        "seq": 9,
        "at": 12.5,
        "kind": "reported",
        "trial": 3,
        "attempt": 1,
        "name": "score",
        "value": None,
        "step": 7,
        "line": 2,
    }
    ended = data.fact(Fact(10, 13.0, Ended(3, 1, Outcome.LOST)))
    assert json.loads(data.encode(ended))["outcome"] == "lost"


def test_a_sweep_and_its_best_trial() -> None:
    theatre = Theatre(plan(total=4), steady())
    theatre.run()
    state = replay(theatre.facts)
    said = strict(data.encode(data.sweep(state)))
    assert said["sweep"] == "sweep"
    assert said["outcome"] == "completed"
    assert (said["metric"], said["goal"]) == ("score", "maximize")
    assert (said["trials"], said["counts"]) == (4, {"completed": 4})
    assert said["best"] == {
        "trial": 0,
        "status": "completed",
        "value": 0.9,
        "params": {"x": 0},
        "metrics": {"score": 0.9},
        "attempt": 1,
        "node": state.trials[0].node,
        "started_at": state.trials[0].started_at,
        "ended_at": state.trials[0].ended_at,
        "seconds": state.trials[0].seconds,
        "reason": "",
    }


def test_a_sweep_that_has_only_begun_has_no_best() -> None:
    state = replay(Theatre(plan(metric=None), steady()).facts)
    said = data.sweep(state)
    assert (said["outcome"], said["best"], said["metric"], said["goal"]) == (None,) * 4
    assert said["trials"] == 0
    assert TrialStatus.PROPOSED not in said["counts"]
