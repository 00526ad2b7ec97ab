from __future__ import annotations

import pytest

from trimtab.ports import Stopper
from trimtab.stoppers import BanditStopper, MedianStopper, Schedule, TruncationStopper
from trimtab.testing.stoppers import MakeStopper, StopperContract


class TestBanditFactor(StopperContract):
    @pytest.fixture
    def make(self) -> MakeStopper:
        def bandit(interval: int = 1, delay: int = 0) -> Stopper:
            return BanditStopper(factor=0.3, schedule=Schedule(interval, delay))

        return bandit


class TestBanditAmount(StopperContract):
    @pytest.fixture
    def make(self) -> MakeStopper:
        def bandit(interval: int = 1, delay: int = 0) -> Stopper:
            return BanditStopper(amount=2, schedule=Schedule(interval, delay))

        return bandit


class TestMedianStopper(StopperContract):
    @pytest.fixture
    def make(self) -> MakeStopper:
        def median(interval: int = 1, delay: int = 0) -> Stopper:
            return MedianStopper(Schedule(interval, delay))

        return median


class TestTruncationStopper(StopperContract):
    @pytest.fixture
    def make(self) -> MakeStopper:
        def truncation(interval: int = 1, delay: int = 0) -> Stopper:
            return TruncationStopper(40, Schedule(interval, delay))

        return truncation
