from __future__ import annotations

import pytest

from trimtab.ports import Sampler
from trimtab.samplers import (
    BayesianSampler,
    CmaesSampler,
    FixedSampler,
    GridSampler,
    RandomSampler,
    SobolSampler,
)
from trimtab.space import (
    Branch,
    Choice,
    LogUniform,
    Normal,
    QLogUniform,
    QUniform,
    RandInt,
    Space,
    Uniform,
)
from trimtab.testing.samplers import MakeSampler, SamplerContract

NUMBERS = Space.of(
    {
        "n": RandInt(9),
        "x": Uniform(-1, 1),
        "q": QUniform(1, 50, 7),
        "lr": LogUniform(-6, -1),
        "units": QLogUniform(2, 5, 1),
        "w": Normal(10, 3),
    }
)


class TestRandomSampler(SamplerContract):
    @pytest.fixture
    def make(self) -> MakeSampler:
        return RandomSampler


@pytest.mark.real  # scipy takes a second to import
class TestSobolSampler(SamplerContract):
    @pytest.fixture
    def make(self) -> MakeSampler:
        return SobolSampler


class TestGridSampler(SamplerContract):
    seeded = False

    @pytest.fixture
    def make(self) -> MakeSampler:
        def grid(seed: int) -> Sampler:
            return GridSampler()

        return grid

    @pytest.fixture
    def space(self) -> Space:
        branch = Branch((("kind", "deep"), ("layers", Choice((2, 3)))))
        return Space.of({"a": Choice((1, 0.5, "x")), "b": Choice((branch, "flat"))})


class TestFixedSampler(SamplerContract):
    seeded = False

    @pytest.fixture
    def make(self) -> MakeSampler:
        def fixed(seed: int) -> Sampler:
            return FixedSampler(({"a": 1}, {"a": "x"}))

        return fixed

    @pytest.fixture
    def space(self) -> Space:
        return Space.of({"a": Choice((1, "x"))})


@pytest.mark.real  # Optuna takes half a second to import
class TestTpeSampler(SamplerContract):
    @pytest.fixture
    def make(self) -> MakeSampler:
        def tpe(seed: int) -> Sampler:
            return BayesianSampler("tpe", seed)

        return tpe


@pytest.mark.real  # numpy takes a while to import
class TestCmaesSampler(SamplerContract):
    @pytest.fixture
    def make(self) -> MakeSampler:
        return CmaesSampler

    @pytest.fixture
    def space(self) -> Space:
        return NUMBERS


@pytest.mark.real
class TestGpSampler(SamplerContract):
    @pytest.fixture
    def make(self) -> MakeSampler:
        pytest.importorskip("torch", reason="Optuna's Gaussian processes need torch")

        def gp(seed: int) -> Sampler:
            return BayesianSampler("gp", seed)

        return gp

    @pytest.fixture
    def space(self) -> Space:
        return Space.of({**NUMBERS, "kind": Choice(("a", "b", 3))})
