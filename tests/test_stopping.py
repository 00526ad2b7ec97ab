from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from trimtab.errors import HomeError
from trimtab.model.facts import StopRequested
from trimtab.stopping import StopSwitch, heeding_signals, write_stop_file


def test_nobody_asked(tmp_path: Path) -> None:
    assert StopSwitch(tmp_path / "stop")() is None


def test_a_second_request_wants_it_at_once(tmp_path: Path) -> None:
    switch = StopSwitch(tmp_path / "stop")
    switch.request("Enough.")
    assert switch() == StopRequested("Enough.", at_once=False)
    switch.request("Enough!")
    assert switch() == StopRequested("Enough!", at_once=True)


@pytest.mark.parametrize("at_once", [False, True])
def test_a_file_asks_for_a_stop(tmp_path: Path, at_once: bool) -> None:
    switch = StopSwitch(tmp_path / "stop")
    write_stop_file(tmp_path / "stop", at_once)
    wanted = switch()
    assert wanted is not None
    assert wanted.at_once is at_once


def test_a_stale_file_is_forgotten(tmp_path: Path) -> None:
    write_stop_file(tmp_path / "stop", at_once=True)
    switch = StopSwitch(tmp_path / "stop")
    switch.forget_file()
    assert switch() is None


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_damaged_file_still_asks(tmp_path: Path, text: str) -> None:
    switch = StopSwitch(tmp_path / "stop")
    (tmp_path / "stop").write_text(text)
    wanted = switch()
    assert wanted is not None
    assert not wanted.at_once


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="cannot be written"):
        write_stop_file(tmp_path / "nowhere" / "stop", at_once=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_are_requests_while_heeded(tmp_path: Path, number: signal.Signals) -> None:
    switch = StopSwitch(tmp_path / "stop")
    before = signal.getsignal(number)
    with heeding_signals(switch):
        signal.raise_signal(number)
        assert switch() == StopRequested(f"It was stopped by {number.name}.")
        signal.raise_signal(number)
    wanted = switch()
    assert wanted is not None
    assert wanted.at_once
    assert signal.getsignal(number) == before


def test_other_threads_leave_signals_alone(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def look() -> None:
        with heeding_signals(StopSwitch(tmp_path / "stop")):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]
