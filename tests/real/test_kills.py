"""The conductor's process is killed at random instants, with real trials running."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.real.sweeps import REPORT, conductor, facts_of, kill, make, processes_of, run
from trimtab.home import SweepFolder
from trimtab.model.facts import Ended, Outcome, Proposed, Started, SweepOutcome
from trimtab.reading import read_state
from trimtab.running import resume
from trimtab.space import Params
from trimtab.testing.audit import audit

pytestmark = pytest.mark.real

ENDS = (Outcome.COMPLETED, Outcome.FAILED)


@pytest.mark.timeout(300)
def test_nothing_is_lost_however_often_the_conductor_dies(tmp_path: Path) -> None:
    total, dice = 16, random.Random(5)
    command = f"{REPORT}\nsleep 0.1"
    home, folder = make(tmp_path, command, total=total)
    _, whole = make(tmp_path, command, total=total)
    deaths = 0
    while deaths < 10 and read_state(folder).ended is None:
        wanted = read_state(folder).seq + dice.randint(1, 20)
        process = conductor(home, folder)
        while read_state(folder).seq < wanted and process.poll() is None:
            time.sleep(dice.random() / 50)  # the instant of death is what is tested
        if process.poll() is None:
            kill(process)
            deaths += 1
            _wait_until_gone(folder.sweep)
    if read_state(folder).ended is None:
        resume(home, folder)
    assert deaths >= 5
    state = read_state(folder)
    facts = facts_of(folder)
    assert state.ended is SweepOutcome.COMPLETED
    assert audit(facts) == []
    finals = [
        fact.body.trial
        for fact in facts
        if isinstance(fact.body, Ended) and fact.body.outcome in ENDS
    ]
    assert sorted(finals) == list(range(total))
    run(home, whole)
    assert proposals(folder) == proposals(whole)


def proposals(folder: SweepFolder) -> dict[int, Params]:
    bodies = [fact.body for fact in facts_of(folder)]
    return {body.trial: body.params for body in bodies if isinstance(body, Proposed)}


def test_no_process_of_a_trial_outlives_its_conductor(tmp_path: Path) -> None:
    command = (
        f"{REPORT}\n(trap '' TERM; sleep 100) &\nsetsid sleep 101 &\n"
        "sh -c 'sleep 102 & wait'\nsleep 103"
    )
    home, folder = make(tmp_path, command, total=2)
    process = conductor(home, folder)
    while sum(isinstance(fact.body, Started) for fact in facts_of(folder)) < 2:
        assert process.poll() is None
    while len(processes_of(folder.sweep)) < 6:
        assert process.poll() is None
    kill(process)
    _wait_until_gone(folder.sweep)


def _wait_until_gone(sweep: str) -> None:
    deadline = time.monotonic() + 10
    while processes_of(sweep):
        assert time.monotonic() < deadline, [one.cmdline() for one in processes_of(sweep)]
        time.sleep(0.02)  # the warden needs some milliseconds after the death
