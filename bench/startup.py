"""How long commands take to start, beside a bare Python: the goals are 150 ms for the import and
250 ms for the help.

    python -m bench.startup [--rounds 15]

Bytecode is compiled first, as installers do. The commands take turns, round after round, so that
a busy moment of the machine hits all of them. Prints the median, the fastest and the slowest run
in milliseconds, and the median of the differences to the bare Python of the same round. Exits with
1 when a goal is missed. ``list`` reads a home with one sweep of 20 trials.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click

import trimtab
from tests.engine.play import Theatre, plan, steady
from trimtab.home import open_home
from trimtab.store.sqlite import SqliteStore

BARE = "bare Python"
GOALS = {"import trimtab": 0.150, "trimtab --help": 0.250}
"""Seconds above bare Python."""


def commands() -> dict[str, list[str]]:
    console = str(Path(sys.executable).with_name("trimtab"))
    return {
        BARE: [sys.executable, "-c", "pass"],
        "import trimtab": [sys.executable, "-c", "import trimtab"],
        "trimtab --help": [console, "--help"],
        "trimtab list": [console, "list"],
    }


def make_home(folder: Path) -> None:
    theatre = Theatre(plan(total=20, concurrent=4), steady())
    theatre.run()
    home = open_home(folder)
    staged = home.stage("sweep")
    staged.document.write_text("{}")
    store = SqliteStore.writer(staged.facts)
    store.append(theatre.facts)
    store.close()
    home.publish(staged)


def once(command: list[str], environment: Mapping[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def measure(rounds: int, environment: Mapping[str, str]) -> dict[str, list[float]]:
    """Seconds of every round; one more round before them warms the disk's cache."""
    taken: dict[str, list[float]] = {name: [] for name in commands()}
    for number in range(rounds + 1):
        for name, command in commands().items():
            seconds = once(command, environment)
            if number:
                taken[name].append(seconds)
    return taken


def report(taken: Mapping[str, list[float]]) -> bool:
    """Prints the table; whether all goals are met."""
    print(f"{'ms':<16}{'median':>8}{'fastest':>9}{'slowest':>9}{'above bare':>12}{'goal':>7}")
    met = True
    for name, seconds in taken.items():
        above = statistics.median(
            one - bare for one, bare in zip(seconds, taken[BARE], strict=True)
        )
        goal = GOALS.get(name)
        met = met and (goal is None or above <= goal)
        figures = [statistics.median(seconds), min(seconds), max(seconds), above]
        cells = [f"{1000 * figure:.0f}" for figure in figures]
        last = "" if goal is None else f"{1000 * goal:.0f}"
        print(f"{name:<16}{cells[0]:>8}{cells[1]:>9}{cells[2]:>9}{cells[3]:>12}{last:>7}")
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for package in (trimtab, click):
        compileall.compile_dir(Path(str(package.__file__)).parent, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        make_home(Path(folder, "home"))
        environment = {**os.environ, "TRIMTAB_HOME": str(Path(folder, "home"))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        met = report(measure(rounds, environment))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {rounds} rounds")
    print("all goals are met" if met else "a goal is missed")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
