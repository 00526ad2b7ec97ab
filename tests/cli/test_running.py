"""``run``, ``resume`` and ``refit`` as processes: exit codes, signals, lost outputs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.sweeps import REPORT, processes_of, sweep_text
from trimtab.home import open_home
from trimtab.model.facts import SweepOutcome
from trimtab.model.state import SweepState, TrialStatus
from trimtab.reading import read_state

pytestmark = pytest.mark.real

ENDLESS = f"{REPORT}\necho it began\nexec sleep 60"
SECONDS = 20.0


class Shell:
    """Starts ``trimtab`` in a folder with a file and a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"s{uuid.uuid4().hex[:8]}"  # other tests may run on this machine
        self.started: list[subprocess.Popen[str]] = []

    def file(self, command: str = REPORT, total: int = 2) -> None:
        (self.folder / "sweep.yml").write_text(sweep_text(command, total))

    def start(self, line: str, **variables: str) -> subprocess.Popen[str]:
        """A line for the shell; ``trimtab`` in it is this one, without MLflow."""
        environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("MLFLOW")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "NAME": self.name,
            "TRIMTAB_HOME": str(self.folder / "home"),
            **variables,
        }
        process = subprocess.Popen(
            ["bash", "-c", line],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def __call__(self, line: str, **variables: str) -> tuple[int, str, str]:
        return ended(self.start(line, **variables))

    def state(self) -> SweepState:
        return read_state(open_home(self.folder / "home").sweep(self.name))

    def running(self, trials: int) -> None:
        """Waits until that many trials run and have reported."""

        def reported() -> bool:
            if not (self.folder / "home" / "sweeps" / self.name / "facts.db").exists():
                return False
            state = self.state()
            running = [one for one in state.trials.values() if one.status is TrialStatus.RUNNING]
            return sum("score" in one.metrics for one in running) == trials

        until(reported)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in err
    return process.returncode, out, err


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    work = tmp_path / 'it\'s a "work" ü'
    work.mkdir()
    shell = Shell(work)
    shell.file()
    yield shell
    for process in shell.started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    for left in processes_of(shell.name):
        left.kill()


RUN = "exec trimtab run sweep.yml --name $NAME --no-mlflow"


def test_a_sweep_from_its_file_to_its_summary(shell: Shell) -> None:
    code, out, err = shell(RUN)
    assert (code, err) == (0, "")
    assert ": 2 trials, 2 at once, looking for the highest score" in out.splitlines()[0]
    assert sum(" completed after " in line for line in out.splitlines()) == 3
    best = shell.state().best()
    assert best is not None
    outputs = shell.folder / f"home/sweeps/{shell.name}/trials/{best.index}/attempt-1/outputs"
    assert f"Files: {outputs}" in out.splitlines()
    assert out.count("Trials run in this Python environment") == 1


def test_as_json_every_fact_is_a_line_and_the_summary_the_last(shell: Shell) -> None:
    code, out, _ = shell(f"{RUN} --json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["kind"] for line in lines[:: len(lines) - 1]] == ["sweep_created", "summary"]
    assert [line["seq"] for line in lines[:-1]] == list(range(1, len(lines)))
    assert lines[-1]["counts"] == {"completed": 2}


def test_the_linter_s_doubts_are_told_when_a_sweep_is_run(shell: Shell) -> None:
    code, out, err = shell(f"{RUN} --set inputs.typo=1 --quiet")
    assert (code, err) == (0, "")
    assert out.startswith(f"Sweep {shell.name} completed after ")
    code, out, err = shell("exec trimtab refit $NAME --no-mlflow --set inputs.tyop=1")
    assert code == 0
    assert "inputs.tyop: the command does not use" in err
    assert f"Sweep {shell.name}-refit-1 completed" in out


def test_a_script_that_fails_is_quoted_and_its_log_named(shell: Shell) -> None:
    (shell.folder / "train.py").write_text(
        "def f():\n    raise ValueError('a [bold]reason')\nf()\n"
    )
    shell.file("python train.py ${{search_space.x}}")
    code, out, _ = shell(RUN)
    assert code == 1
    assert "  ValueError: a [bold]reason" in out.splitlines()
    assert any(line.endswith("user_logs/std_log.txt") for line in out.splitlines())
    assert f"trimtab logs {shell.name} " in out


def test_a_metric_that_nobody_logs_fails_the_sweep_and_is_named(shell: Shell) -> None:
    code, out, _ = shell(f"{RUN} --set objective.primary_metric=accuracy")
    assert code == 1
    assert "No trial logged the primary metric 'accuracy'." in out.splitlines()
    assert "it logged 'score'" in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly_and_resume_goes_on(shell: Shell, number: int, code: int) -> None:
    shell.file(ENDLESS)
    process = shell.start(RUN)
    shell.running(2)
    process.send_signal(number)
    said, out, err = ended(process)
    assert (said, err) == (code, "")
    assert f"  trimtab resume {shell.name}" in out
    assert shell.state().ended is SweepOutcome.CANCELED
    assert not processes_of(shell.name)
    if number == signal.SIGINT:
        again = shell.start("exec trimtab resume --no-mlflow")
        shell.running(2)
        assert {trial.attempt for trial in shell.state().trials.values()} == {2}
        again.send_signal(signal.SIGINT)
        assert ended(again)[0] == 130


def test_a_second_ctrl_c_ends_at_once(shell: Shell) -> None:
    shell.file(f"trap '' INT TERM\n{REPORT}\nwhile true; do sleep 0.1; done")
    process = shell.start(RUN)
    shell.running(2)
    process.send_signal(signal.SIGINT)
    until(lambda: bool(shell.state().stop_reason))
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    code, out, _ = ended(process)
    assert code == 130
    assert time.monotonic() - begin < 5.0
    assert "stopping at once" in out
    assert not processes_of(shell.name)


def test_stop_from_another_shell(shell: Shell) -> None:
    shell.file(ENDLESS)
    process = shell.start(RUN)
    shell.running(2)
    code, out, err = shell("trimtab resume; echo $?; trimtab stop --now")
    assert code == 0, err
    assert "is being run by process " in err
    assert out == f"2\nStopped {shell.name}; go on with: trimtab resume {shell.name}\n"
    assert ended(process)[0] == 3
    assert shell.state().stop_at_once


def test_after_kill_9_the_sweep_is_interrupted_and_resume_ends_it(shell: Shell) -> None:
    go = shell.folder.parent / "go"
    shell.file(f"{REPORT}\ntest -e '{go}' || sleep 60")
    process = shell.start(RUN)
    shell.running(2)
    process.kill()
    process.wait()
    assert f"  {shell.name}  interrupted  2 trials" in shell("exec trimtab list")[1]
    go.touch()
    code, out, err = shell("exec trimtab resume --no-mlflow")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].endswith("resumed: 0 of 2 trials have ended")
    assert shell.state().counts[TrialStatus.COMPLETED] == 2


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        (f"{RUN} --json | head -1; exit ${{PIPESTATUS[0]}}", 0, ""),
        (f"{RUN} >&- 2>&- <&-", 0, ""),
        (f"{RUN} --json >/dev/full", 0, "cannot be printed: No space left"),
    ],
    ids=["unread", "closed", "full"],
)
def test_a_lost_output_does_not_hurt_the_sweep(
    shell: Shell, line: str, code: int, err: str
) -> None:
    said = shell(line.replace("exec ", ""), PYTHONUNBUFFERED="1")
    assert said[0] == code
    assert err in said[2]
    assert bool(said[2]) == bool(err)
    assert shell.state().counts[TrialStatus.COMPLETED] == 2


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_one_sentence(shell: Shell, unbuffered: str) -> None:
    line = "for it in --help 'lint sweep.yml'; do trimtab $it > /dev/full; echo $?; done"
    code, out, err = shell(line, PYTHONUNBUFFERED=unbuffered)
    assert (code, out) == (0, "1\n1\n")
    assert set(err.splitlines()) == {
        "trimtab: the output cannot be written: No space left on device."
    }


def test_logs_are_followed_until_their_trial_ends(shell: Shell) -> None:
    shell.file(ENDLESS)
    process = shell.start(RUN)
    shell.running(2)
    follower = shell.start("exec trimtab logs $NAME 0 --follow")
    assert follower.stdout is not None
    assert follower.stdout.readline() == "it began\n"
    assert follower.poll() is None
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 130
    assert ended(follower)[0] == 0


def test_a_command_job_runs_once(shell: Shell) -> None:
    (shell.folder / "job.yml").write_text(
        "type: command\ncommand: echo done > outputs/file\nenvironment: azureml:any:1\ncode: .\n"
    )
    code, out, err = shell("exec trimtab run job.yml --name $NAME --no-mlflow")
    assert (code, err) == (0, "")
    assert out.splitlines()[-3:] == ["", "Next:", f"  trimtab show {shell.name}  all trials"]
    code, out, _ = shell("exec trimtab best --path file")
    assert Path(out.strip()).read_text() == "done\n"
    assert shell("exec trimtab refit")[0] == 2


def test_letters_that_the_terminal_lacks_are_spelled_out(shell: Shell) -> None:
    shell(RUN)
    code, out, _ = shell("exec trimtab show", PYTHONIOENCODING="ascii")
    assert code == 0
    assert 'it\'s a "work" \\xfc/home' in out
    code, out, _ = shell("exec python -m trimtab best --path .", PYTHONIOENCODING="ascii")
    assert Path(out.strip()).is_dir()
