"""The contract of ``ports.Store``: what every log of facts must keep to."""

from __future__ import annotations

import math
from typing import Protocol

import pytest

from trimtab.errors import StoreError, SweepBusyError
from trimtab.model.facts import (
    Body,
    CancelRequested,
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Outcome,
    Proposed,
    Reported,
    SpaceExhausted,
    Started,
    StopDecided,
    StopRequested,
    Submitted,
    SweepCreated,
    SweepEnded,
    SweepOutcome,
    Tagged,
)
from trimtab.ports import Store

ONE_OF_EACH: tuple[Body, ...] = (
    SweepCreated("s", {"seed": 0}, {"type": "sweep"}, "sweep.yml"),
    ConductorStarted(12, "host"),
    Proposed(0, {"lr": 0.1, "layers": 3, "kind": "ünï\n'code'", "nested": {"a": 1}}),
    SpaceExhausted(1),
    Submitted(0, 1),
    Started(0, 1, "local"),
    Reported(0, 1, "loss", 0.1 + 0.2, 3),
    Reported(0, 1, "loss", math.inf),
    Tagged(0, 1, "k", "v", "param"),
    StopDecided(0, 1, 4, "0.3 is worse than 0.2."),
    CancelRequested(0, 1, "stopped by the user"),
    Ended(0, 1, Outcome.FAILED, 1, None, "Traceback"),
    StopRequested("Ctrl-C", True),
    Noted("code", "text", 0),
    SweepEnded(SweepOutcome.CANCELED, "stopped"),
)


def numbered(first: int = 1, at: float = 1.5) -> list[Fact]:
    """One fact of each kind, numbered from ``first``."""
    return [Fact(seq, at, body) for seq, body in enumerate(ONE_OF_EACH, first)]


class Shelf(Protocol):
    """One sweep's log: opened by its writer, or by a reader beside it."""

    def writer(self) -> Store: ...

    def reader(self) -> Store: ...


class StoreContract:
    """Subclass it and override ``shelf``."""

    @pytest.fixture
    def shelf(self) -> Shelf:
        pytest.fail("a subclass of StoreContract provides the fixture 'shelf'")

    def test_reads_back_what_was_appended(self, shelf: Shelf) -> None:
        store = shelf.writer()
        store.append(numbered())
        assert list(store.read()) == numbered()
        assert list(store.read(after=13)) == numbered()[13:]
        assert list(store.read(after=99)) == []
        store.close()

    def test_keeps_facts_across_closing(self, shelf: Shelf) -> None:
        store = shelf.writer()
        store.append(numbered()[:2])
        store.close()
        store = shelf.writer()
        store.append(numbered()[2:])
        assert list(store.read()) == numbered()
        store.close()

    def test_a_reader_sees_what_the_writer_appends_later(self, shelf: Shelf) -> None:
        store = shelf.writer()
        store.append(numbered()[:3])
        reader = shelf.reader()
        seen = list(reader.read())
        store.append(numbered()[3:])
        seen += list(reader.read(after=seen[-1].seq))
        assert seen == numbered()
        reader.close()
        store.close()

    def test_there_is_one_writer(self, shelf: Shelf) -> None:
        store = shelf.writer()
        with pytest.raises(SweepBusyError):
            shelf.writer()
        store.close()
        shelf.writer().close()

    @pytest.mark.parametrize("first", [0, 2, 17])
    def test_a_gap_or_a_repetition_is_refused_whole(self, shelf: Shelf, first: int) -> None:
        store = shelf.writer()
        store.append(numbered()[:1])
        wrong = [Fact(2, 1.0, ONE_OF_EACH[1]), Fact(2 + first, 1.0, ONE_OF_EACH[1])]
        with pytest.raises(StoreError):
            store.append(wrong)
        assert list(store.read()) == numbered()[:1]
        store.append(numbered()[1:])
        assert list(store.read()) == numbered()
        store.close()

    def test_a_reader_cannot_write(self, shelf: Shelf) -> None:
        store = shelf.writer()
        store.append(numbered())
        reader = shelf.reader()
        with pytest.raises(StoreError):
            reader.append([Fact(len(ONE_OF_EACH) + 1, 1.0, Noted("a", "b"))])
        reader.close()
        store.close()

    def test_close_may_come_twice(self, shelf: Shelf) -> None:
        store = shelf.writer()
        store.close()
        store.close()
        with pytest.raises(StoreError):
            store.append(numbered())
