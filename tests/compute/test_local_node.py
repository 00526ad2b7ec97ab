"""Nodes with a runtime of this test: what no real process does on demand."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from trimtab.compute import running
from trimtab.compute.download import Downloads
from trimtab.compute.node import Node
from trimtab.compute.preparation import Surroundings
from trimtab.model.facts import Ended, News, Outcome, Started
from trimtab.model.launch import Launch, Work
from trimtab.ports import Exit, Process, Program


class FakeProcess:
    """Ends when ``finish`` is called, or forced if it is not ``stuck``."""

    pid = 4242

    def __init__(self, stuck: bool) -> None:
        self.stuck = stuck
        self.asked: list[bool] = []
        self.closed = False
        self._exit: Exit | None = None
        self._reader, self._writer = os.pipe()

    def fileno(self) -> int:
        return self._reader

    def exit(self) -> Exit | None:
        return self._exit

    def end(self, force: bool) -> None:
        self.asked.append(force)
        if force and not self.stuck:
            self.finish(Exit(None, 9))

    def finish(self, exit_: Exit) -> None:
        self._exit = exit_
        os.write(self._writer, b"x")

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self._reader)
            os.close(self._writer)


class FakeRuntime:
    def __init__(self) -> None:
        self.stuck = False
        self.started: list[FakeProcess] = []
        self.programs: list[Program] = []

    def start(self, program: Program) -> Process:
        self.programs.append(program)
        self.started.append(FakeProcess(self.stuck))
        return self.started[-1]

    def close(self) -> None: ...


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture
def node(tmp_path: Path, runtime: FakeRuntime) -> Iterator[Node]:
    surroundings = Surroundings(tmp_path / "cache", Downloads(tmp_path / "cache"), 1)
    node = Node(runtime, surroundings, grace=0.02)
    yield node
    node.close()


def launch(folder: Path, timeout: float | None = None, work: Work | None = None) -> Launch:
    return Launch("s/0/1", "s", 0, 1, {}, work or Work("true"), folder / "0", timeout)


def until(node: Node, kind: type[News]) -> News:
    """Polls until the latest news is of a kind, and returns it."""
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        for news in node.poll(1.0):
            if isinstance(news, kind):
                return news
    pytest.fail(f"no {kind.__name__} came")


def end_of(node: Node) -> Ended:
    news = until(node, Ended)
    assert isinstance(news, Ended)
    return news


def test_a_process_that_cannot_be_killed_is_left_behind(
    node: Node, runtime: FakeRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_PATIENCE", 0.02)
    runtime.stuck = True
    node.run(launch(tmp_path, timeout=0.01), "local-1")
    end = end_of(node)
    assert end.outcome is Outcome.TIMED_OUT
    assert "process 4242 still hangs in the system" in end.reason
    assert runtime.started[0].asked == [False, True]
    assert runtime.started[0].closed
    assert node.busy == frozenset()


def test_the_first_verdict_stands(node: Node, runtime: FakeRuntime, tmp_path: Path) -> None:
    node.run(launch(tmp_path, timeout=60.0), "local-1")
    until(node, Started)
    node.cancel("s/0/1", at_once=False)
    node.cancel("s/0/1", at_once=False)
    end = end_of(node)
    assert end == Ended(0, 1, Outcome.CANCELED, signal=9)
    assert runtime.started[0].asked == [False, True]


def test_who_ended_before_the_cancel_ended_by_itself(
    node: Node, runtime: FakeRuntime, tmp_path: Path
) -> None:
    node.run(launch(tmp_path), "local-1")
    until(node, Started)
    runtime.started[0].finish(Exit(0, None))
    node.cancel("s/0/1", at_once=True)
    assert end_of(node) == Ended(0, 1, Outcome.COMPLETED, exit_code=0)
    assert runtime.started[0].asked == []


def test_an_exit_that_nobody_knows_is_unknown(
    node: Node, runtime: FakeRuntime, tmp_path: Path
) -> None:
    node.run(launch(tmp_path), "local-1")
    until(node, Started)
    runtime.started[0].finish(Exit(None, None))
    end = end_of(node)
    assert end.outcome is Outcome.UNKNOWN
    assert end.reason


def test_a_full_disk_fails_the_trial_with_a_sentence(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "code").mkdir()
    for name in ("a", "b"):
        (tmp_path / "code" / name).touch()
    copied = []

    def full(source: str, target: str) -> str:
        copied.append(source)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)

    monkeypatch.setattr(shutil, "copy2", full)
    node.run(launch(tmp_path, work=Work("true", code=tmp_path / "code")), "local-1")
    end = end_of(node)
    assert end.outcome is Outcome.FAILED
    assert end.reason == (
        f"No space is left on the disk of {tmp_path}/0/code; free some, then resume the sweep."
    )
    assert len(copied) == 1


def test_a_folder_that_cannot_be_made_is_named(node: Node, tmp_path: Path) -> None:
    (tmp_path / "0").write_text("a file in the way")
    node.run(launch(tmp_path), "local-1")
    end = end_of(node)
    assert end.outcome is Outcome.FAILED
    assert end.reason.startswith("The trial could not be prepared: ")
    assert str(tmp_path / "0") in end.reason


def test_special_files_in_the_code_are_named(node: Node, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    os.mkfifo(tmp_path / "code" / "pipe")
    node.run(launch(tmp_path, work=Work("true", code=tmp_path / "code")), "local-1")
    end = end_of(node)
    assert end.outcome is Outcome.FAILED
    assert f"{tmp_path}/code/pipe" in end.reason


def test_a_fault_of_ours_is_no_lost_slot(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.compute.preparation.trial_environment", None)
    node.run(launch(tmp_path), "local-1")
    assert end_of(node).outcome is Outcome.FAILED
    assert node.busy == frozenset()


@pytest.mark.real
def test_a_disk_that_is_really_full(tmp_path: Path, node: Node, runtime: FakeRuntime) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a small file system")
    try:
        code = tmp_path / "data.bin"
        code.write_bytes(b"x" * 200_000)
        node.run(launch(small, work=Work("true", code=code)), "local-1")
        assert end_of(node).reason.startswith(f"No space is left on the disk of {small}")
        (small / "0" / "code" / "data.bin").unlink(missing_ok=True)
        shutil.rmtree(small / "0")
        node.run(launch(small), "local-1")
        until(node, Started)
        with pytest.raises(OSError, match="No space"):
            (small / "fill").write_bytes(b"x" * 200_000)
        runtime.started[0].finish(Exit(1, None))
        end = end_of(node)
        assert end.reason.splitlines()[0].startswith("No space is left on the disk of")
        assert "exit code 1" in end.reason
    finally:
        subprocess.run(["umount", str(small)], check=True)
