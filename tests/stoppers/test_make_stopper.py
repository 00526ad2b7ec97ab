"""From the file's ``early_termination`` to a stopper, or to one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from trimtab.errors import InputError
from trimtab.model.plan import Limits, Objective, Plan
from trimtab.ports import Stopper
from trimtab.space import Space
from trimtab.spec.stopper import AZURE as AZURE_WORDS
from trimtab.spec.stopper import STOPPERS
from trimtab.stoppers import (
    AshaStopper,
    BanditStopper,
    HyperbandStopper,
    MedianStopper,
    PatienceStopper,
    Schedule,
    ThresholdStopper,
    TruncationStopper,
    make_stopper,
)
from trimtab.stoppers.making import AZURE, OWN


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
        ({"type": "asha"}, AshaStopper(1, 3, None)),
        (
            {"type": "asha", "min_reports": 2, "reduction_factor": 4, "max_reports": 50},
            AshaStopper(2, 4, 50),
        ),
        ({"type": "hyperband"}, HyperbandStopper(1, 3, None, 3)),
        ({"type": "hyperband", "min_reports": 2, "brackets": 5}, HyperbandStopper(2, 3, None, 5)),
        ({"type": "patience", "reports": 5}, PatienceStopper(5)),
        (
            {"type": "patience", "reports": 5, "min_delta": 0.1, "delay_evaluation": 9},
            PatienceStopper(5, 0.1, Schedule(1, 9)),
        ),
        ({"type": "threshold", "upper": 3}, ThresholdStopper(None, 3.0)),
        (
            {"type": "threshold", "lower": 0, "upper": 0.5, "evaluation_interval": 2},
            ThresholdStopper(0.0, 0.5, Schedule(2)),
        ),
    ],
)
def test_settings_make_the_stopper(settings: dict[str, object], expected: Stopper) -> None:
    assert make_stopper(plan(settings)) == expected


def test_no_policy_is_no_stopper() -> None:
    assert make_stopper(plan({})) is None
    assert make_stopper(plan({"type": "none"})) is None


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
        ({"type": "asha", "min_reports": 0}, "min_reports: found 0, a whole number of 1 or more"),
        ({"type": "asha", "reduction_factor": 1}, "reduction_factor: found 1, .* of 2 or more"),
        ({"type": "asha", "reduction_factor": 2.5}, "reduction_factor: found 2.5"),
        (
            {"type": "asha", "min_reports": 3, "max_reports": 3},
            r"max_reports: found 3; it has to be more than min_reports \(3\)",
        ),
        ({"type": "hyperband", "brackets": 11}, "brackets: found 11, a whole number from 1 to 10"),
        ({"type": "patience"}, "reports: found None, a whole number of 1 or more"),
        ({"type": "patience", "reports": 3, "min_delta": -1}, "min_delta: found -1.0, 0 or more"),
        ({"type": "patience", "reports": 3, "min_delta": "1"}, "min_delta: found '1', a finite"),
        ({"type": "threshold"}, "a threshold needs lower, upper or both"),
        ({"type": "threshold", "lower": 2, "upper": 1}, "lower: found 2.0, which is above upper"),
        ({"type": "threshold", "upper": float("inf")}, "upper: found inf, a finite number"),
    ],
)
def test_what_cannot_be_used_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        make_stopper(plan(settings))
    own = settings.get("type") in ("asha", "hyperband", "patience", "threshold")
    assert str(caught.value).startswith("trimtab.stopper." if own else "early_termination")


def test_what_a_sweep_file_can_name_is_what_there_is() -> None:
    assert tuple(STOPPERS) == OWN
    assert AZURE_WORDS == AZURE


@pytest.mark.parametrize("name", [name for name in STOPPERS if name != "none"])
def test_every_setting_of_a_sweep_file_is_heeded(name: str) -> None:
    """Each setting, changed from its default, makes another stopper."""
    all_need: dict[str, dict[str, object]] = {
        "patience": {"reports": 4},
        "threshold": {"upper": 9.0},
    }
    needed = all_need.get(name, {})
    usual = make_stopper(plan({"type": name, **needed}))
    for key in STOPPERS[name]:
        value = float(8) if key in ("min_delta", "lower", "upper") else 7
        assert make_stopper(plan({"type": name, **needed, key: value})) != usual, key
