from __future__ import annotations

import pytest

from trimtab.ports import Sampler
from trimtab.samplers import FixedSampler, GridSampler, RandomSampler, SobolSampler
from trimtab.space import Branch, Choice, Space
from trimtab.testing.samplers import MakeSampler, SamplerContract


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
