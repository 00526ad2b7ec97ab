from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from trimtab.ports import Exit, Program
from trimtab.runtime.process import ProcessRuntime
from trimtab.testing.runtime import RuntimeContract, alive, program, wait, wait_for_text

pytestmark = pytest.mark.real


@pytest.fixture
def runtime() -> Iterator[ProcessRuntime]:
    runtime = ProcessRuntime()
    yield runtime
    runtime.close()


class TestProcessRuntime(RuntimeContract):
    @pytest.fixture
    def runtime(self) -> Iterator[ProcessRuntime]:
        runtime = ProcessRuntime()
        yield runtime
        runtime.close()


def test_ends_are_told_where_there_are_no_pidfds(
    runtime: ProcessRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    leaves = runtime.start(program(tmp_path / "0", "exit 3"))
    stays = runtime.start(program(tmp_path / "1", "sleep 60"))
    assert wait(leaves) == Exit(3, None)
    assert stays.exit() is None
    stays.end(force=True)
    assert wait(stays) == Exit(None, signal.SIGKILL)


def test_a_posix_shell_does_where_there_is_no_bash(tmp_path: Path) -> None:
    runtime = ProcessRuntime(shell="/bin/sh")
    one = program(tmp_path / "0", "echo $0")
    process = runtime.start(one)
    assert wait(process) == Exit(0, None)
    runtime.close()
    assert one.log.read_text() == "/bin/sh\n"


def test_a_stopped_program_hears_the_question(runtime: ProcessRuntime, tmp_path: Path) -> None:
    one = program(tmp_path / "0", "echo ready; kill -STOP $$; sleep 60")
    process = runtime.start(one)
    wait_for_text(one.log, "ready")
    process.end(force=False)
    assert wait(process) == Exit(None, signal.SIGTERM)


def test_a_program_that_leaves_its_session_and_environment_is_found_while_its_parent_lives(
    runtime: ProcessRuntime, tmp_path: Path
) -> None:
    one = program(tmp_path / "0", "setsid env -i sleep 60 & echo $! ready; wait")
    process = runtime.start(one)
    wait_for_text(one.log, "ready")
    child = int(one.log.read_text().split()[0])
    runtime.close()
    assert process.exit() == Exit(None, signal.SIGKILL)
    assert not alive(child)


def test_programs_of_another_runtime_are_left_alone(
    runtime: ProcessRuntime, tmp_path: Path
) -> None:
    other = ProcessRuntime()
    theirs = other.start(program(tmp_path / "same-key", "sleep 60"))
    ours = runtime.start(program(tmp_path / "same-key", "true"))
    wait(ours)
    ours.close()
    assert theirs.exit() is None
    other.close()


def test_reclaim_ends_what_another_runtime_left_and_spares_its_own(
    runtime: ProcessRuntime, tmp_path: Path
) -> None:
    other = ProcessRuntime()
    marks = {"SWEEP": "s 1"}
    theirs = other.start(program(tmp_path / "0", "trap '' TERM; sleep 60; true", marks))
    unrelated = other.start(program(tmp_path / "1", "sleep 60", {"SWEEP": "s 12"}))
    ours = runtime.start(program(tmp_path / "2", "sleep 60", marks))
    wait_for_mark(theirs.pid)
    assert runtime.reclaim(marks) >= 1
    assert wait(theirs) == Exit(None, signal.SIGKILL)
    assert (unrelated.exit(), ours.exit()) == (None, None)
    other.close()


def wait_for_mark(pid: int) -> None:
    while b"TRIMTAB_CONDUCTOR" not in Path(f"/proc/{pid}/environ").read_bytes():
        pass


def test_exit_codes_are_known_under_an_ignored_sigchld(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import pathlib, sys
        from trimtab.ports import Program
        from trimtab.runtime.process import ProcessRuntime
        from trimtab.testing.runtime import program, wait
        runtime = ProcessRuntime()
        print(wait(runtime.start(program(pathlib.Path(sys.argv[1]) / "0", "exit 4"))).code)
        runtime.close()
    """)
    result = subprocess.run(
        ["sh", "-c", 'trap "" CHLD; exec "$@"', "sh", sys.executable, "-c", script, tmp_path],
        capture_output=True,
        text=True,
    )
    assert (result.stdout, result.stderr) == ("4\n", "")


def test_a_child_that_somebody_else_reaped_has_an_unknown_exit(
    runtime: ProcessRuntime, tmp_path: Path
) -> None:
    process = runtime.start(program(tmp_path / "0", "true"))
    os.waitpid(process.pid, 0)
    assert wait(process) == Exit(None, None)
    process.close()


def test_the_log_may_be_anything_but_a_hang(runtime: ProcessRuntime, tmp_path: Path) -> None:
    from trimtab.errors import TrialError

    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for log in (fifo, tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(TrialError, match="could not be started"):
            runtime.start(Program("k", "true", tmp_path, {}, log))
