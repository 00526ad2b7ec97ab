"""Real runs, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import trimtab
from tests.real.sweeps import REPORT, facts_of, processes_of
from trimtab.errors import SweepFailedError, SweepFileError, SweepInterruptedError
from trimtab.home import SweepFolder
from trimtab.model.facts import ConductorStarted
from trimtab.testing.audit import audit

pytestmark = pytest.mark.real


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with modules that must not stand in for those that Trimtab imports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))
    for name in ("click", "json", "trimtab"):
        Path(f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    yield
    for run in trimtab.runs():
        run.stop(now=True)


def sweep(command: str, total: int = 3) -> trimtab.Sweep:
    return trimtab.sweep(
        command=command,
        environment="azureml:any:1",
        search_space={"x": trimtab.uniform(0, 1)},
        objective=("score", "maximize"),
        limits={"max_total_trials": total, "max_concurrent_trials": 2},
        inputs={"n": 3},
    )


def conductor_pid(run: trimtab.Run) -> int:
    starts = [one.body for one in facts_of(SweepFolder(run.folder))]
    return [one.pid for one in starts if isinstance(one, ConductorStarted)][-1]


def until_reported(run: trimtab.Run) -> None:
    until = time.monotonic() + 30
    while not any(one.curve for one in run.trials):
        assert time.monotonic() < until, run.trials
        time.sleep(0.02)


def test_submit_wait_and_refit() -> None:
    run = sweep(f"echo ${{{{inputs.n}}}} > outputs/told\n{REPORT}").submit(
        name="mine", tracked=False
    )
    assert conductor_pid(run) != os.getpid()
    assert run.wait() == "completed"
    assert run.best.value == max(one.params["x"] for one in run.trials)  # type: ignore[type-var]  # all numbers
    assert (run.best.outputs / "told").read_text() == "3\n"
    assert audit(facts_of(SweepFolder(run.folder))) == []
    again = run.refit({"inputs.n": 4}, tracked=False)
    assert again.wait(timeout=60) == "completed"
    assert (again.parent, again.name) == ("mine", "mine-refit-1")
    assert again.best.params == run.best.params
    assert (again.best.outputs / "told").read_text() == "4\n"


def test_stop_and_resume() -> None:
    command = f"{REPORT}\ntest -e {Path.cwd()}/go || sleep 60"
    run = sweep(command).submit(tracked=False)
    until_reported(run)
    assert run.wait(timeout=0.05) == "running"
    assert run.stop(now=True) == "stopped"
    assert run.reason == "It was stopped with: trimtab stop."
    assert processes_of(run.name) == []
    Path("go").touch()
    assert run.resume(tracked=False) is run
    assert run.wait() == "completed"


def test_stop_right_after_submit_is_heard() -> None:
    run = sweep(f"{REPORT}\nsleep 60").submit(tracked=False)
    assert run.stop(now=True) == "stopped"


def test_a_conductor_that_is_killed() -> None:
    run = sweep(f"{REPORT}\ntest -e {Path.cwd()}/go || sleep 60").submit(tracked=False)
    until_reported(run)
    os.kill(conductor_pid(run), signal.SIGKILL)
    with pytest.raises(SweepInterruptedError, match=r"killed by signal 9.*\n.*run\.resume\(\)"):
        run.wait()
    assert run.status == "interrupted"
    Path("go").touch()
    assert run.resume(tracked=False).wait() == "completed"
    assert {one.attempt for one in run.trials} == {1, 2}


def test_a_sweep_that_fails() -> None:
    run = sweep("echo ${{search_space.x}} && false").submit(tracked=False)
    with pytest.raises(SweepFailedError, match="trials"):
        run.wait()


def test_a_conductor_that_cannot_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    given = sweep(REPORT)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SweepInterruptedError, match="its process ended with exit code 1"):
        given.submit(tracked=False)
    [run] = trimtab.runs()
    assert run.status == "interrupted"


def test_a_sweep_with_errors_is_not_submitted() -> None:
    with pytest.raises(SweepFileError, match="max_total_trials"):
        sweep(REPORT, total=0).submit(tracked=False)
    assert trimtab.runs() == []


def test_a_run_outlives_the_process_that_submitted_it() -> None:
    sweep(f"{REPORT}\nsleep 0.3").save("sweep.yml")
    code = "import trimtab; trimtab.load('sweep.yml').submit(name='left', tracked=False)"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
    run = trimtab.open("left")
    assert run.wait(timeout=60) == "completed"
