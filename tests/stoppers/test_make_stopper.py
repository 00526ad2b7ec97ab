"""From the file's ``early_termination`` to a stopper, or to one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from trimtab.errors import InputError
from trimtab.model.plan import Limits, Objective, Plan
from trimtab.ports import Stopper
from trimtab.space import Space
from trimtab.stoppers import (
    BanditStopper,
    MedianStopper,
    Schedule,
    TruncationStopper,
    make_stopper,
)


def plan(stopper: Mapping[str, object]) -> Plan:
    return Plan(Objective("acc", True), Limits(10, 2), Space(), stopper=stopper)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"type": "bandit", "slack_factor": 0.2}, BanditStopper(factor=0.2)),
        ({"type": "bandit", "slack_amount": 1, "slack_factor": 0}, BanditStopper(amount=1.0)),
        ({"type": "bandit", "slack_factor": 1, "slack_amount": None}, BanditStopper(factor=1.0)),
        ({"type": "median_stopping"}, MedianStopper()),
        (
            {"type": "median_stopping", "evaluation_interval": 0, "delay_evaluation": None},
            MedianStopper(Schedule(1, 0)),
        ),
        (
            {"type": "median_stopping", "evaluation_interval": 2, "delay_evaluation": 5},
            MedianStopper(Schedule(2, 5)),
        ),
        (
            {"type": "truncation_selection", "truncation_percentage": 20},
            TruncationStopper(20),
        ),
        (
            {"type": "truncation_selection", "truncation_percentage": 20.7},
            TruncationStopper(20),
        ),
    ],
)
def test_settings_make_the_stopper(settings: dict[str, object], expected: Stopper) -> None:
    assert make_stopper(plan(settings)) == expected


def test_no_policy_is_no_stopper() -> None:
    assert make_stopper(plan({})) is None


def test_no_objective_is_no_stopper() -> None:
    assert make_stopper(replace(plan({"type": "median_stopping"}), objective=None)) is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"type": "halving"}, "found 'halving'; available are bandit, median_stopping"),
        ({"slack_factor": 0.1}, "type: found None"),
        ({"type": "bandit"}, "either slack_factor or slack_amount.*found neither"),
        ({"type": "bandit", "slack_factor": 0, "slack_amount": 0}, "found neither"),
        ({"type": "bandit", "slack_factor": 0.1, "slack_amount": 0.1}, "found both"),
        ({"type": "bandit", "slack_factor": -0.1}, r"slack_factor: found -0\.1"),
        ({"type": "bandit", "slack_amount": float("nan")}, "slack_amount: found nan"),
        ({"type": "bandit", "slack_amount": "0.1"}, "slack_amount: found '0.1'"),
        ({"type": "median_stopping", "evaluation_interval": -1}, "evaluation_interval: found -1"),
        ({"type": "median_stopping", "delay_evaluation": 1.5}, "delay_evaluation: found 1.5"),
        ({"type": "median_stopping", "delay_evaluation": True}, "delay_evaluation: found True"),
        ({"type": "truncation_selection"}, "truncation_percentage: found None"),
        (
            {"type": "truncation_selection", "truncation_percentage": 101},
            "found 101, a whole number from 1 to 99",
        ),
    ],
)
def test_what_cannot_be_used_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        make_stopper(plan(settings))
    assert str(caught.value).startswith("early_termination")
