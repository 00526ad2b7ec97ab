"""A script run as a trial: its environment, its wire, and what came over it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trimtab import wire
from trimtab.tracking.environment import trial_environment

EXPERIMENT = "voyages"
SWEEP = "calm_sail"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a script left: the wire's messages, its text, its exit code."""

    messages: list[wire.Message]
    text: str
    code: int

    def metrics(self) -> dict[str, list[tuple[int | None, float]]]:
        found: dict[str, list[tuple[int | None, float]]] = {}
        for message in self.messages:
            for name, value in message.metrics.items():
                found.setdefault(name, []).append((message.step, value))
        return found

    def params(self) -> dict[str, str]:
        return {k: v for message in self.messages for k, v in message.params.items()}

    def tags(self) -> dict[str, str]:
        return {k: v for message in self.messages for k, v in message.tags.items()}


def run_as_trial(script: str, folder: Path, uri: str, trial: int = 0, local: bool = True) -> Ran:
    """Runs ``script`` in the environment of a trial whose attempt has ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    fifo, code, work = folder / "wire", folder / "script.py", folder / "work"
    os.mkfifo(fifo)
    code.write_text(script)
    work.mkdir()
    tracking = trial_environment(SWEEP, trial, folder, EXPERIMENT, uri, local)
    environment = {**_inherited(), **tracking, wire.VARIABLE: str(fifo)}
    lines: list[bytes] = []
    reader = os.open(fifo, os.O_RDWR)
    listener = threading.Thread(target=_listen, args=(reader, lines))
    listener.start()
    process = subprocess.run(
        [sys.executable, "-W", "ignore", str(code)],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    os.write(reader, b"end\n")
    listener.join()
    os.close(reader)
    messages = [wire.decode(line) for line in lines]
    return Ran(messages, process.stdout + process.stderr, process.returncode)


def _inherited() -> Mapping[str, str]:
    kept = ("PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _listen(reader: int, lines: list[bytes]) -> None:
    rest = b""
    while True:
        *whole, rest = (rest + os.read(reader, 65536)).split(b"\n")
        if whole and whole[-1] == b"end":
            lines += whole[:-1]
            return
        lines += whole
