from __future__ import annotations

import pytest

from trimtab.ports import Explains
from trimtab.stoppers import (
    AshaStopper,
    BanditStopper,
    HyperbandStopper,
    MedianStopper,
    PatienceStopper,
    Schedule,
    ThresholdStopper,
    TruncationStopper,
)
from trimtab.testing.stoppers import (
    ExplainsContract,
    MakeExplaining,
    RivalStopperContract,
    StopperContract,
)


class TestBanditFactor(RivalStopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def bandit(interval: int = 1, delay: int = 0) -> Explains:
            return BanditStopper(factor=0.3, schedule=Schedule(interval, delay))

        return bandit


class TestBanditAmount(RivalStopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def bandit(interval: int = 1, delay: int = 0) -> Explains:
            return BanditStopper(amount=2, schedule=Schedule(interval, delay))

        return bandit


class TestMedianStopper(RivalStopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def median(interval: int = 1, delay: int = 0) -> Explains:
            return MedianStopper(Schedule(interval, delay))

        return median


class TestTruncationStopper(RivalStopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def truncation(interval: int = 1, delay: int = 0) -> Explains:
            return TruncationStopper(40, Schedule(interval, delay))

        return truncation


class TestAshaStopper(RivalStopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def asha(interval: int = 1, delay: int = 0) -> Explains:
            return AshaStopper(max(interval, delay), 2)

        return asha


class TestHyperbandStopper(RivalStopperContract, ExplainsContract):
    """Two brackets, taking two trials each in turn; neighbours in a bracket change names."""

    def rename(self, trial: int) -> int:
        return trial ^ 1

    @pytest.fixture
    def make(self) -> MakeExplaining:
        def hyperband(interval: int = 1, delay: int = 0) -> Explains:
            return HyperbandStopper(max(interval, delay), 2, brackets=2)

        return hyperband


class TestPatienceStopper(StopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def patience(interval: int = 1, delay: int = 0) -> Explains:
            return PatienceStopper(2, 0.01, Schedule(interval, delay))

        return patience


class TestThresholdStopper(StopperContract, ExplainsContract):
    @pytest.fixture
    def make(self) -> MakeExplaining:
        def threshold(interval: int = 1, delay: int = 0) -> Explains:
            return ThresholdStopper(4, 6, Schedule(interval, delay))

        return threshold
