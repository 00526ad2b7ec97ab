"""Small real sweeps: shell commands that report over the wire, on the local compute."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from trimtab.creation import create_sweep
from trimtab.home import Home, SweepFolder, open_home
from trimtab.model.facts import Fact
from trimtab.running import Conducted, conduct
from trimtab.spec import parse_text
from trimtab.store.sqlite import SqliteStore

REPORT = """printf '{"metrics":{"score":%s},"step":1}\\n' ${{search_space.x}} > "$TRIMTAB_WIRE" """
SWEEP = """
type: sweep
trial:
  command: |
{command}
  environment: azureml:any:1
  code: {code}
search_space:
  x: {{type: uniform, min_value: 0, max_value: 1}}
sampling_algorithm: random
objective: {{primary_metric: score, goal: maximize}}
limits: {{max_total_trials: {total}, max_concurrent_trials: 2}}
{more}
"""


def sweep_text(command: str, total: int = 4, more: str = "", code: str = ".") -> str:
    indented = "\n".join(f"    {line}" for line in command.splitlines())
    return SWEEP.format(command=indented, total=total, more=more, code=code)


def make(
    folder: Path, command: str, total: int = 4, more: str = "", name: str | None = None
) -> tuple[Home, SweepFolder]:
    """A sweep in ``folder``/home, from a file in ``folder``/work that was never written."""
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    home = open_home(folder / "home")
    job = parse_text(sweep_text(command, total, more), str(work / "sweep.yml"))
    return home, create_sweep(job, home, name=name)


def run(home: Home, folder: SweepFolder) -> Conducted:
    return conduct(home, folder, tracked=False)


def facts_of(folder: SweepFolder) -> list[Fact]:
    store = SqliteStore.reader(folder.facts)
    try:
        return list(store.read())
    finally:
        store.close()


CONDUCT = """
import sys
from pathlib import Path
from trimtab.home import open_home
from trimtab.running import conduct
home = open_home(Path(sys.argv[1]))
conduct(home, home.sweep(sys.argv[2]), tracked=False)
"""


def conductor(home: Home, folder: SweepFolder) -> subprocess.Popen[bytes]:
    """Another process that conducts the sweep."""
    return subprocess.Popen(
        [sys.executable, "-c", CONDUCT, str(home.path), folder.sweep], start_new_session=True
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def processes_of(sweep: str) -> Sequence[psutil.Process]:
    """Processes on this machine that belong to a sweep's trials."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("TRIMTAB_SWEEP") == sweep:
                found.append(process)
        except psutil.Error:
            continue
    return found
