from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

import pytest

from tests.tracking.conftest import MlflowGallery
from trimtab.model.facts import Fact
from trimtab.testing.tracking import (
    Gallery,
    MemorySystem,
    MemoryTracking,
    Shown,
    TrackingContract,
)


class MemoryGallery:
    def __init__(self) -> None:
        self._system = MemorySystem()

    def open(self, log: Sequence[Fact]) -> MemoryTracking:
        return MemoryTracking(self._system, log)

    def shown(self) -> Mapping[int | None, Shown]:
        return deepcopy(self._system.runs)

    def away(self, away: bool) -> None:
        self._system.away = away


class TestMemoryTracking(TrackingContract):
    @pytest.fixture
    def gallery(self) -> Gallery:
        return MemoryGallery()


@pytest.mark.real
class TestMlflowTracking(TrackingContract):
    @pytest.fixture
    def gallery(self, mlflow_gallery: MlflowGallery) -> Gallery:
        return mlflow_gallery
