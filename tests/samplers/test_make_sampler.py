"""From the file's ``sampling_algorithm`` to a sampler, or to one clear sentence."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Mapping

import pytest

from trimtab.errors import InputError, MissingExtraError
from trimtab.model.plan import Limits, Objective, Plan, plan_from_json, plan_to_json
from trimtab.ports import Sampler
from trimtab.samplers import (
    BayesianSampler,
    CmaesSampler,
    FixedSampler,
    GridSampler,
    RandomSampler,
    SobolSampler,
    make_sampler,
)
from trimtab.space import Branch, Choice, Space, Uniform

CHOICES = Space.of({"a": Choice((1, 2))})


def plan(sampler: Mapping[str, object], space: Space = CHOICES) -> Plan:
    return Plan(Objective("acc", True), Limits(10, 2), space, seed=42, sampler=sampler)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, RandomSampler(42)),
        ({"type": "random"}, RandomSampler(42)),
        (
            {"type": "random", "rule": None, "seed": None, "logbase": None},
            RandomSampler(42, math.e),
        ),
        ({"type": "random", "rule": "random", "seed": 0, "logbase": "e"}, RandomSampler(0)),
        ({"type": "random", "seed": -3, "logbase": 10}, RandomSampler(-3, 10.0)),
        ({"type": "random", "rule": "sobol", "logbase": 0.5}, SobolSampler(42, 0.5)),
        ({"type": "random", "rule": "sobol", "seed": 3}, SobolSampler(3)),
        ({"type": "grid"}, GridSampler()),
        ({"type": "bayesian"}, BayesianSampler("tpe", 42)),
        ({"type": "bayesian", "engine": "tpe", "seed": 3}, BayesianSampler("tpe", 3)),
        ({"type": "bayesian", "logbase": 10}, BayesianSampler("tpe", 42, 10.0)),
        ({"type": "fixed", "points": [{"a": 1}]}, FixedSampler(({"a": 1},))),
        (
            {"type": "fixed", "points": [{"m": {"k": "x", "n": {"z": 0.5}}}, {}]},
            FixedSampler(({"m": {"k": "x", "n": {"z": 0.5}}}, {})),
        ),
    ],
)
def test_settings_make_the_sampler(settings: dict[str, object], expected: Sampler) -> None:
    assert make_sampler(plan(settings)) == expected
    assert make_sampler(plan_from_json(plan_to_json(plan(settings)))) == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"type": "bayesian", "engine": "annealing"}, "engine: found 'annealing'; allowed are tpe"),
        ({"type": "bayesian", "seed": "1"}, "seed: found '1'"),
        ({"type": "bayesian", "logbase": 1}, "logbase: found 1"),
        ({"type": "annealing"}, "type: found 'annealing'; available are random"),
        ({"type": None}, "type: found None"),
        ({"type": "random", "rule": "halton"}, "rule: found 'halton'; allowed are random and"),
        ({"type": "random", "seed": "1"}, "seed: found '1'"),
        ({"type": "random", "seed": True}, "seed: found True"),
        ({"type": "random", "seed": 1.5}, "seed: found 1.5"),
        ({"type": "random", "logbase": "foo"}, "logbase: found 'foo'; allowed are e and"),
        ({"type": "random", "logbase": -1}, "logbase: found -1"),
        ({"type": "random", "logbase": 0}, "logbase: found 0"),
        ({"type": "random", "logbase": 1}, "logbase: found 1"),
        ({"type": "random", "logbase": True}, "logbase: found True"),
        ({"type": "random", "logbase": math.inf}, "logbase: found inf"),
        ({"type": "random", "logbase": math.nan}, "logbase: found nan"),
        ({"type": "fixed"}, "points: a list of parameter mappings is needed.*found None"),
        ({"type": "fixed", "points": {"a": 1}}, "points: a list"),
        ({"type": "fixed", "points": [1]}, "points: a list"),
        ({"type": "fixed", "points": [{"a": [1]}]}, "points: a list"),
        ({"type": "fixed", "points": [{"a": {"b": None}}]}, "points: a list"),
        ({"type": "fixed", "points": [{1: 1}]}, "points: a list"),
    ],
)
def test_what_cannot_be_used_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        make_sampler(plan(settings))
    assert str(caught.value).startswith("sampling_algorithm")


def test_a_grid_over_numbers_is_refused_before_the_first_trial() -> None:
    with pytest.raises(InputError, match="lr: a grid needs 'choice' parameters"):
        make_sampler(plan({"type": "grid"}, Space.of({"lr": Uniform(0, 1)})))


def test_cmaes_is_made_for_numbers() -> None:
    space = Space.of({"x": Uniform(0, 1), "y": Uniform(0, 1)})
    assert make_sampler(plan({"type": "bayesian", "engine": "cmaes"}, space)) == CmaesSampler(42)


@pytest.mark.parametrize(
    ("engine", "space", "message"),
    [
        ("cmaes", CHOICES, "search_space.a: cmaes takes numbers, not choices; tpe takes both"),
        ("cmaes", Space.of({"x": Uniform(0, 1)}), "search_space: cmaes needs two parameters"),
        ("gp", Space.of({"m": Choice((Branch(()),))}), "search_space.m: gp takes no nested"),
    ],
)
def test_a_space_that_does_not_suit_is_refused_before_the_first_trial(
    engine: str, space: Space, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        make_sampler(plan({"type": "bayesian", "engine": engine}, space))


@pytest.mark.parametrize(
    ("engine", "library", "extra"),
    [("tpe", "optuna", "search"), ("gp", "torch", "gp"), ("cmaes", "cmaes", "search")],
)
def test_an_absent_library_is_named_before_the_first_trial(
    engine: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == library else object()
    )
    space = Space.of({"x": Uniform(0, 1), "y": Uniform(0, 1)})
    with pytest.raises(MissingExtraError, match=rf"'{library}'.*trimtab\[{extra}\]"):
        make_sampler(plan({"type": "bayesian", "engine": engine}, space))


def test_an_absent_scipy_is_named_before_the_first_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingExtraError, match="Sobol sampling"):
        make_sampler(plan({"type": "random", "rule": "sobol"}))
