"""No trial survives a killed conductor: ``kill -9`` at any moment, by the warden or at resume."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from trimtab.compute.local import LocalCompute
from trimtab.model.facts import Ended, Outcome
from trimtab.model.launch import Launch, Work
from trimtab.runtime.process import ProcessRuntime

pytestmark = pytest.mark.real

CONDUCTOR = textwrap.dedent("""
    import sys
    from pathlib import Path
    from trimtab.compute.local import LocalCompute
    from trimtab.model.facts import Ended, Started
    from trimtab.model.launch import Launch, Work
    from trimtab.runtime.process import ProcessRuntime

    folder, slots, *commands = Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
    runtime = ProcessRuntime()
    compute = LocalCompute(runtime, slots, folder / "cache")
    trial = 0
    def submit():
        global trial
        work = Work(commands[trial % len(commands)])
        key = f"s/{trial}/1"
        compute.submit(Launch(key, "s", trial, 1, {}, work, folder / str(trial)))
        trial += 1
    for _ in range(slots):
        submit()
    while True:
        for news in compute.poll(60.0):
            print(type(news).__name__, runtime.guard, flush=True)
            if isinstance(news, Ended):
                submit()
""")
FORKER = "for i in $(seq 400); do (setsid sleep 60 &) ; done; sleep 60"
COMMANDS = (
    "sleep 60",
    "trap '' TERM HUP INT; sleep 60; true",
    "setsid sleep 60 & sleep 60",
    "(setsid sh -c 'sleep 60 & sleep 60' &); true",
    FORKER,
)


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """In the environment of this test's trials and their children, and of no other process.

    The cache's path is in no conductor's own environment, so the conductor does not match.
    """
    mark = b"TRIMTAB_CACHE=" + os.fsencode(tmp_path / "cache")
    yield mark
    for pid in marked(mark):
        os.kill(pid, signal.SIGKILL)


def marked(mark: bytes) -> list[int]:
    """Living processes with the mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            environ = (entry / "environ").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError):
            continue
        if mark in environ and state not in "ZX":
            found.append(int(entry.name))
    return found


def none_left(mark: bytes, seconds: float = 20.0) -> bool:
    """Whether no marked process is left, and none comes back, within a time."""
    deadline = time.monotonic() + seconds
    calm = 0
    while calm < 3:
        calm = 0 if marked(mark) else calm + 1
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def conductor(folder: Path, slots: int, commands: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CONDUCTOR, folder, str(slots), *commands],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def first_words(process: subprocess.Popen[str]) -> list[str]:
    """The first line that the conductor prints: a trial has started."""
    assert process.stdout is not None
    return process.stdout.readline().split()


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    process.send_signal(number)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_trial_survives(tmp_path: Path, mark: bytes, command: str) -> None:
    process = conductor(tmp_path, 1, (command,))
    assert first_words(process)[0] == "Started"
    time.sleep(0.05)  # some of what it starts
    end(process)
    assert none_left(mark)


def test_none_survives_whatever_the_moment(tmp_path: Path, mark: bytes) -> None:
    moments = random.Random(1)
    for _ in range(6):
        process = conductor(tmp_path, 3, ("true", "sleep 0.01 & sleep 0.02", *COMMANDS[:3]))
        first_words(process)
        time.sleep(moments.uniform(0.0, 0.15))
        end(process)
        assert none_left(mark)


def test_a_group_kill_spares_the_warden(tmp_path: Path, mark: bytes) -> None:
    process = conductor(tmp_path, 2, COMMANDS[1:3])
    first_words(process)
    os.killpg(process.pid, signal.SIGKILL)
    end(process)
    assert none_left(mark)


def test_a_warden_that_was_killed_is_replaced(tmp_path: Path, mark: bytes) -> None:
    process = conductor(tmp_path, 2, ("sleep 0.05", "sleep 60"))
    warden = int(first_words(process)[1])
    os.kill(warden, signal.SIGKILL)
    words = first_words(process)
    while int(words[1]) == warden:
        words = first_words(process)
    end(process)
    assert none_left(mark)


def test_what_the_warden_missed_is_ended_at_resume(tmp_path: Path, mark: bytes) -> None:
    process = conductor(tmp_path, 1, (COMMANDS[1],))
    words = first_words(process)
    os.kill(int(words[1]), signal.SIGKILL)
    end(process)
    assert marked(mark)
    compute = LocalCompute(ProcessRuntime(), 1, tmp_path / "cache")
    launch = Launch("s/0/1", "s", 0, 1, {}, Work("true"), tmp_path / "0")
    compute.attach([launch])
    assert not marked(mark)
    [news] = compute.poll(0.0)
    assert isinstance(news, Ended)
    assert news.outcome is Outcome.LOST
    assert news.reason
    compute.close()


def test_a_sweep_within_a_trial_leaves_nothing_either(tmp_path: Path, mark: bytes) -> None:
    inner = tmp_path / "inner"
    script = tmp_path / "conductor.py"
    script.write_text(CONDUCTOR)
    command = f"python {script} {inner} 1 '{COMMANDS[1]}'"
    outer = conductor(tmp_path, 1, (command,))
    inner_mark = b"TRIMTAB_CACHE=" + os.fsencode(inner / "cache")
    first_words(outer)
    deadline = time.monotonic() + 20.0
    while not marked(inner_mark):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    end(outer)
    assert none_left(mark)
    assert none_left(inner_mark)


def test_a_clean_end_leaves_no_warden(tmp_path: Path) -> None:
    runtime = ProcessRuntime()
    compute = LocalCompute(runtime, 1, tmp_path / "cache")
    compute.submit(Launch("s/0/1", "s", 0, 1, {}, Work("sleep 60"), tmp_path / "0"))
    compute.poll(10.0)
    warden = runtime.guard
    assert warden is not None
    compute.close()
    assert not Path(f"/proc/{warden}").exists()
