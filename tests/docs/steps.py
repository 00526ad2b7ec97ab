"""Executing a page: its files are written and its commands run, in order, in one folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.pages import Block, Page
from trimtab.compute.environment import SHIMS
from trimtab.tracking.environment import trial_environment

SECONDS = 100.0
WILDCARD = "..."
_FOREIGN = ("MLFLOW_", "TRIMTAB_", "AZUREML_", "PYTHON", "COV_")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a console block and the output that the page shows for it."""

    text: str
    shown: str


def commands(block: Block) -> list[Command]:
    """``$ command`` lines (a backslash at the end continues one), each with what follows it."""
    found: list[Command] = []
    lines = block.text.splitlines()
    while lines:
        line = lines.pop(0)
        if not line.startswith("$ "):
            raise ValueError(f"{block}: the block does not begin with a command")
        parts = [line[2:]]
        while parts[-1].endswith("\\"):
            parts.append(lines.pop(0))
        shown: list[str] = []
        while lines and not lines[0].startswith("$ "):
            shown.append(lines.pop(0))
        found.append(Command("\n".join(parts), "\n".join(shown).rstrip()))
    return found


def matches(shown: str, said: str) -> bool:
    """Whether a command said what is shown, where ``...`` stands for anything.

    A line of nothing but ``...`` stands for any lines; within a line it ends with the line.
    """
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == WILDCARD:
            pattern += r"(?:[^\n]*\n)*?"
        else:
            parts = (re.escape(part) for part in line.rstrip().split(WILDCARD))
            pattern += r"[^\n]*?".join(parts) + r"\n"
    lines = "".join(f"{line.rstrip()}\n" for line in said.rstrip().splitlines())
    return re.fullmatch(pattern, lines) is not None


def first_wrong(shown: str, said: str) -> str:
    """The first line shown up to which nothing that was said matches."""
    lines = shown.splitlines()
    for count in range(1, len(lines)):
        if not matches("\n".join([*lines[:count], WILDCARD]), said):
            return lines[count - 1]
    return lines[-1]


def run_page(page: Page, folder: Path) -> None:
    """Writes, runs and compares what the page says, in ``folder``."""
    variables = environment(folder)
    if page.without:
        variables["PYTHONPATH"] = str(hidden(page.without, folder))
    for block in page.blocks:
        if block.not_run:
            continue
        if block.file:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.tag == "console":
            for command in commands(block):
                _run(block, command, folder, variables)
        elif block.tag == "python":
            _run_python(block, folder, variables)


def hidden(library: str, folder: Path) -> Path:
    """A folder for ``PYTHONPATH`` with which ``library`` cannot be imported."""
    place = folder.with_name(f"{folder.name}-without-{library}")
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(f"import sys\nsys.modules[{library!r}] = None\n")
    return place


def _run(block: Block, command: Command, folder: Path, variables: Mapping[str, str]) -> None:
    done = _call(["sh", "-c", command.text], folder, variables)
    where = f"{block}: $ {command.text}\nit printed:\n{done.stdout}"
    if done.returncode != 0:
        pytest.fail(f"exit code {done.returncode} in {where}", pytrace=False)
    if command.shown and not matches(command.shown, done.stdout):
        line = first_wrong(command.shown, done.stdout)
        pytest.fail(f"{where}\nthe page shows what does not follow: {line}", pytrace=False)


def _run_python(block: Block, folder: Path, around: Mapping[str, str]) -> None:
    """As a script of a trial would: with the stand-ins and the trial's MLflow around it."""
    place = folder / ".script"
    place.mkdir(exist_ok=True)
    variables = {
        **around,
        "PYTHONPATH": os.pathsep.join(filter(None, [around.get("PYTHONPATH"), str(SHIMS)])),
        **trial_environment("docs", 0, place, "docs", "sqlite:////nowhere/mlflow.db"),
    }
    done = _call([sys.executable, "-c", block.text], folder, variables)
    if done.returncode != 0:
        pytest.fail(f"{block}: exit code {done.returncode}\n{done.stdout}", pytrace=False)


def _call(
    arguments: list[str], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments,
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )


def environment(folder: Path) -> dict[str, str]:
    """This environment as a newcomer has it: nothing set, the project's commands in the PATH."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TRIMTAB_HOME": str(folder / ".trimtab"),
        "TMPDIR": str(folder.parent),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


def copied(source: Path, target: Path) -> Path:
    """A page's folder once more, for a page that goes on from there."""
    shutil.copytree(source, target, symlinks=True)
    return target
