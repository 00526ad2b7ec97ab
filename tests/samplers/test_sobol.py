"""Sobol sampling: scipy's sequence, the same from any block, and more even than random."""

from __future__ import annotations

import sys
import warnings

import pytest

from trimtab.errors import InputError, MissingExtraError
from trimtab.ports import Sampler
from trimtab.samplers import RandomSampler, SobolSampler
from trimtab.samplers.sobol import BLOCK, MAX_DIMENSIONS, MAX_POINTS
from trimtab.space import Choice, RandInt, Space, Uniform
from trimtab.testing.samplers import sweep_state

SQUARE = Space.of({name: Uniform(0, 1) for name in "abcd"})


def units(sampler: Sampler, count: int, space: Space = SQUARE) -> list[list[float]]:
    state = sweep_state(space)
    points = [sampler.propose(index, state) or {} for index in range(count)]
    return [[float(str(value)) for value in params.values()] for params in points]


@pytest.mark.real  # scipy takes a second to import
class TestWithScipy:
    def test_blocks_continue_one_sequence(self) -> None:
        from scipy.stats import qmc

        points = units(SobolSampler(5), 4 * BLOCK)
        columns = list(zip(*points, strict=True))
        for column in columns:
            assert sorted(int(unit * 4 * BLOCK) for unit in column) == list(range(4 * BLOCK))
        assert qmc.discrepancy(points) < 2e-4

    def test_points_are_more_even_than_random_ones(self) -> None:
        from scipy.stats import qmc

        for seed in range(5):
            even = qmc.discrepancy(units(SobolSampler(seed), 256))
            assert even < qmc.discrepancy(units(RandomSampler(seed), 256)) / 5

    def test_no_count_of_trials_warns(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert len(units(SobolSampler(17), 7)) == 7

    def test_each_choice_gets_its_share_early(self) -> None:
        space = Space.of({"a": Choice(("x", "y", "z", "w")), "b": RandInt(8)})
        state, sampler = sweep_state(space), SobolSampler(3)
        points = [sampler.propose(index, state) or {} for index in range(32)]
        assert [[p["a"] for p in points].count(value) for value in "xyzw"] == [8] * 4
        assert [[p["b"] for p in points].count(value) for value in range(8)] == [4] * 8

    def test_a_space_without_parameters_has_one_point(self) -> None:
        assert SobolSampler(0).propose(3, sweep_state(Space())) == {}

    def test_the_limit_is_that_of_scipy(self) -> None:
        from scipy.stats import qmc

        assert qmc.Sobol.MAXDIM == MAX_DIMENSIONS


def test_the_sequence_ends() -> None:
    assert SobolSampler(0).propose(MAX_POINTS, sweep_state(SQUARE)) is None


def test_too_many_parameters_are_refused() -> None:
    space = Space.of({f"p{n}": RandInt(2) for n in range(MAX_DIMENSIONS + 1)})
    with pytest.raises(InputError, match=r"found 21202 parameters.*goes up to 21201"):
        SobolSampler(0).check(space)


def test_an_absent_scipy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scipy", "scipy.stats"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'trimtab\[sobol\]'"):
        SobolSampler(0).check(SQUARE)
    with pytest.raises(MissingExtraError, match="Sobol sampling"):
        SobolSampler(-99).propose(0, sweep_state(SQUARE))
