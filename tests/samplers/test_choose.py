"""Which sampler a sweep gets, and why."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

import pytest

from trimtab.model.plan import Limits, Objective, Plan
from trimtab.samplers import choose_sampler, make_sampler
from trimtab.space import Branch, Choice, Space, Uniform

LINE = Space.of({"x": Uniform(0, 1)})
SIX = Space.of({"a": Choice((1, 2, 3)), "b": Choice(("x", Branch((("n", 1),))))})
RANDOM: Mapping[str, object] = {"type": "random", "rule": "random"}


def chosen(
    wanted: str | None,
    algorithm: Mapping[str, object] = RANDOM,
    space: Space = LINE,
    trials: int = 20,
) -> tuple[Mapping[str, object], str]:
    found = choose_sampler(algorithm, wanted, space, Limits(trials, 1))
    return found.settings, found.why


def test_without_the_property_the_file_says_it_all() -> None:
    given = {"type": "random", "rule": "sobol", "seed": 3}
    assert chosen(None, given) == (given, "")
    assert chosen(None, {"type": "grid"}) == ({"type": "grid"}, "")


def test_azures_word_is_tpe_and_the_sweep_says_so() -> None:
    settings, why = chosen(None, {"type": "bayesian"})
    assert settings == {"type": "bayesian", "engine": "tpe"}
    assert "bayesian is done by TPE (Optuna)" in why


@pytest.mark.parametrize("word", ["tpe", "gp", "cmaes"])
def test_the_property_goes_first_and_seed_and_logbase_stay(word: str) -> None:
    settings, why = chosen(word, {"type": "random", "rule": "sobol", "seed": 3, "logbase": 10})
    assert settings == {"type": "bayesian", "engine": word, "seed": 3, "logbase": 10}
    assert why == ""


def test_qmc_is_the_sobol_sequence() -> None:
    assert chosen("qmc", {"type": "random", "rule": "random", "seed": 3}) == (
        {"type": "random", "rule": "sobol", "seed": 3},
        "",
    )


@pytest.mark.parametrize(
    ("space", "trials", "missing", "settings", "why"),
    [
        (SIX, 6, (), {"type": "grid"}, "auto chose grid: all 6 combinations fit into 6 trials."),
        (SIX, 5, (), {"type": "random", "rule": "sobol"}, "auto chose qmc: 5 trials are too few"),
        (LINE, 10, (), {"type": "random", "rule": "sobol"}, "10 trials are too few to learn from."),
        (LINE, 10, ("scipy",), {"type": "random"}, "auto chose random: 10 trials are too few"),
        (LINE, 11, (), {"type": "bayesian", "engine": "tpe"}, "auto chose tpe: with 11 trials"),
        (LINE, 11, ("optuna",), {"type": "random", "rule": "sobol"}, "needs pip install 'trimtab["),
        (Space(), 20, (), {"type": "bayesian", "engine": "tpe"}, "auto chose tpe"),
    ],
)
def test_auto_says_which_and_why(
    space: Space,
    trials: int,
    missing: tuple[str, ...],
    settings: Mapping[str, object],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in missing else real("json")
    )
    found = chosen("auto", RANDOM, space, trials)
    assert found[0] == settings
    assert why in found[1]


@pytest.mark.parametrize("wanted", [None, "auto", "tpe", "cmaes", "qmc"])
def test_what_is_chosen_can_be_made(wanted: str | None) -> None:
    space = Space.of({"x": Uniform(0, 1), "y": Uniform(0, 1)})
    settings, _ = chosen(wanted, RANDOM, space)
    make_sampler(Plan(Objective("loss", False), Limits(20, 1), space, sampler=settings))
