"""The contract of ``ports.Runtime``: what every way to start a trial's command must keep to.

A subclass provides the fixture ``runtime``. Commands use only a POSIX shell and its usual tools.
"""

from __future__ import annotations

import selectors
import shlex
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from trimtab.errors import TrialError
from trimtab.ports import Exit, Process, Program, Runtime

STRANGE = (
    "a space",
    "single ' quote",
    'double " quote',
    "ünï 漢字 🚤",
    "new\nline",
    "$HOME `id` $(id)",
    "-dash",
    "back\\slash*?",
)
"""Names that break what is quoted carelessly."""
SECONDS = 20.0
"""How long a test waits for something that takes milliseconds."""


def program(folder: Path, command: str, environment: Mapping[str, str] | None = None) -> Program:
    """A program in ``folder`` whose log is ``log.txt`` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", **(environment or {})}
    log = folder.parent / f"{folder.name}.log"
    return Program(f"sweep/{folder.name}", command, folder, variables, log)


def wait(process: Process) -> Exit:
    """How the process ended, learnt by its descriptor alone."""
    with selectors.DefaultSelector() as selector:
        selector.register(process.fileno(), selectors.EVENT_READ)
        if not selector.select(SECONDS):
            pytest.fail(f"the descriptor of process {process.pid} told no end")
    result = process.exit()
    assert result is not None
    return result


def wait_for_text(log: Path, text: str) -> None:
    """Returns once the log holds ``text``."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if log.exists() and text in log.read_text(errors="replace"):
            return
        time.sleep(0.005)
    pytest.fail(f"{text!r} never came; the log holds {log.read_bytes()!r}")


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat[stat.rindex(")") + 2] not in "ZX"


class RuntimeContract:
    """Subclass it and override ``runtime``."""

    @pytest.fixture
    def runtime(self) -> Iterator[Runtime]:
        pytest.fail("a subclass of RuntimeContract provides the fixture 'runtime'")

    @contextmanager
    def started(self, runtime: Runtime, one: Program) -> Iterator[Process]:
        with closing(runtime.start(one)) as process:
            yield process

    def run(self, runtime: Runtime, one: Program) -> Exit:
        with self.started(runtime, one) as process:
            return wait(process)

    @pytest.mark.parametrize("code", [0, 1, 3, 255])
    def test_tells_the_exit_code(self, runtime: Runtime, tmp_path: Path, code: int) -> None:
        assert self.run(runtime, program(tmp_path / "0", f"exit {code}")) == Exit(code, None)

    @pytest.mark.parametrize("number", [6, 9, 15])
    def test_tells_the_signal(self, runtime: Runtime, tmp_path: Path, number: int) -> None:
        result = self.run(runtime, program(tmp_path / "0", f"kill -{number} $$"))
        assert result == Exit(None, number)

    def test_the_exit_is_none_while_it_runs_and_stays_after_the_close(
        self, runtime: Runtime, tmp_path: Path
    ) -> None:
        process = runtime.start(program(tmp_path / "0", "sleep 60"))
        assert process.exit() is None
        process.end(force=True)
        assert wait(process) == Exit(None, 9)
        process.close()
        process.close()
        process.end(force=True)
        assert process.exit() == Exit(None, 9)

    def test_the_environment_is_the_programs_and_nothing_else(
        self, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("INHERITED", "no")
        given = {
            "EMPTY": "",
            "EQUALS": "a=b",
            "LINES": "one\ntwo",
            "WORDS": "ünï 漢字 '\"$x",
            "HY-PHEN": "1",
        }
        one = program(tmp_path / "0", "env -0", given)
        assert self.run(runtime, one) == Exit(0, None)
        entries = one.log.read_text().rstrip("\0").split("\0")
        seen = dict(entry.split("=", 1) for entry in entries)
        own = {name for name in seen if name.startswith("TRIMTAB_")} | {"PWD", "SHLVL", "_"}
        assert {name: seen[name] for name in seen.keys() - own} == dict(one.environment)

    @pytest.mark.parametrize("name", STRANGE)
    def test_runs_in_its_folder_whatever_the_name(
        self, runtime: Runtime, tmp_path: Path, name: str
    ) -> None:
        one = program(tmp_path / name, "pwd -P; printf %s here > file")
        assert self.run(runtime, one) == Exit(0, None)
        assert one.log.read_text() == f"{tmp_path.resolve() / name}\n"
        assert (tmp_path / name / "file").read_text() == "here"

    @pytest.mark.parametrize("text", STRANGE)
    def test_the_command_reaches_the_shell_as_it_is(
        self, runtime: Runtime, tmp_path: Path, text: str
    ) -> None:
        one = program(tmp_path / "0", f"printf %s {shlex.quote(text)}")
        assert self.run(runtime, one) == Exit(0, None)
        assert one.log.read_text() == text

    def test_both_outputs_are_appended_to_the_log(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "echo out; echo err >&2; printf '\\377\\000\\001'")
        one.log.write_bytes(b"before\n")
        assert self.run(runtime, one) == Exit(0, None)
        assert one.log.read_bytes() == b"before\nout\nerr\n\xff\x00\x01"

    def test_a_large_output_is_whole(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "head -c 20000000 /dev/zero")
        assert self.run(runtime, one) == Exit(0, None)
        assert one.log.stat().st_size == 20_000_000

    def test_the_log_can_be_followed_while_it_runs(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "echo begun; sleep 60")
        with self.started(runtime, one) as process:
            wait_for_text(one.log, "begun")
            assert process.exit() is None

    def test_standard_input_is_empty(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "cat; echo end")
        assert self.run(runtime, one) == Exit(0, None)
        assert one.log.read_text() == "end\n"

    def test_asked_to_end_it_may_say_goodbye(self, runtime: Runtime, tmp_path: Path) -> None:
        command = "trap 'echo saved; exit 7' TERM; echo ready; while :; do sleep 0.01; done"
        one = program(tmp_path / "0", command)
        with self.started(runtime, one) as process:
            wait_for_text(one.log, "ready")
            process.end(force=False)
            process.end(force=False)
            assert wait(process) == Exit(7, None)
        assert "saved" in one.log.read_text()

    def test_who_ignores_the_question_is_forced(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "trap '' TERM; echo ready; while :; do sleep 0.01; done")
        with self.started(runtime, one) as process:
            wait_for_text(one.log, "ready")
            process.end(force=False)
            assert process.exit() is None
            process.end(force=True)
            assert wait(process) == Exit(None, 9)

    def test_the_question_reaches_the_children_too(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "sleep 60 & echo ready $!; wait; true")
        with self.started(runtime, one) as process:
            wait_for_text(one.log, "ready")
            process.end(force=False)
            assert wait(process) == Exit(None, 15)
            child = int(one.log.read_text().split()[1])
            assert self.gone(child)

    @pytest.mark.parametrize(
        "child",
        ["sleep 60", "sh -c \"trap '' TERM HUP; sleep 60\"", "setsid sleep 60"],
        ids=["plain", "deaf", "of its own session"],
    )
    def test_close_leaves_no_child(self, runtime: Runtime, tmp_path: Path, child: str) -> None:
        one = program(tmp_path / "0", f"{child} & echo $! done")
        with self.started(runtime, one) as process:
            assert wait(process) == Exit(0, None)
        assert self.gone(int(one.log.read_text().split()[0]))

    def test_closing_the_runtime_ends_what_runs(self, runtime: Runtime, tmp_path: Path) -> None:
        one = program(tmp_path / "0", "echo ready; sleep 60")
        process = runtime.start(one)
        wait_for_text(one.log, "ready")
        runtime.close()
        assert self.gone(process.pid)
        runtime.close()

    def test_many_at_once_do_not_mix(self, runtime: Runtime, tmp_path: Path) -> None:
        many = [
            program(tmp_path / str(index), f"echo $MINE; exit {index}", {"MINE": str(index)})
            for index in range(20)
        ]
        processes = [runtime.start(one) for one in many]
        assert [wait(process).code for process in processes] == list(range(20))
        for process in processes:
            process.close()
        assert [one.log.read_text() for one in many] == [f"{index}\n" for index in range(20)]

    def test_one_end_leaves_the_others_alone(self, runtime: Runtime, tmp_path: Path) -> None:
        stays = runtime.start(program(tmp_path / "stays", "sleep 60"))
        goes = runtime.start(program(tmp_path / "goes", "true"))
        wait(goes)
        goes.close()
        assert stays.exit() is None
        stays.close()
        assert stays.exit() == Exit(None, 9)

    def test_what_cannot_start_is_a_trial_error_and_harms_no_other(
        self, runtime: Runtime, tmp_path: Path
    ) -> None:
        gone = Program("sweep/gone", "true", tmp_path / "nowhere", {}, tmp_path / "gone.log")
        with pytest.raises(TrialError, match="nowhere"):
            runtime.start(gone)
        with pytest.raises(TrialError):
            runtime.start(program(tmp_path / "nul", "echo a\0b"))
        with pytest.raises(TrialError, match="file"):
            runtime.start(program(tmp_path / "long", "true " + "x" * 3_000_000))
        assert self.run(runtime, program(tmp_path / "fine", "true")) == Exit(0, None)

    def gone(self, pid: int) -> bool:
        """Whether a process of this machine has ended, or does so within moments."""
        deadline = time.monotonic() + SECONDS
        while alive(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True
