"""``explain``: why trials were stopped or kept."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from tests.cli.homes import Cli
from tests.docs.pages import ROOT, read_page, sections, tables
from tests.engine.play import Theatre, plan
from trimtab.compute.simulated import Script
from trimtab.model.launch import Launch
from trimtab.stoppers import make_stopper
from trimtab.stoppers.replay import replay
from trimtab.view import explanation

PAGE = sections(read_page(ROOT / "docs" / "reference" / "cli.md"), 3)


def halved() -> Theatre:
    """Four trials, of which ASHA stops the worse ones at their first report."""

    def play(launch: Launch) -> Script:
        value = (0.9, 0.1, 0.8, 0.95)[launch.trial]
        return Script(5.0, tuple((float(n), "score", value, n) for n in range(1, 4)))

    policy = {"type": "asha", "reduction_factor": 2, "max_reports": 3}
    given = replace(plan(total=4, concurrent=1), stopper=policy)
    theatre = Theatre(given, play, stopper=make_stopper(given))
    theatre.run()
    return theatre


def test_a_sweep_is_explained(cli: Cli) -> None:
    cli.add("one", halved())
    said = cli("explain")
    lines = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert lines[0] == "Stopper: asha (reduction_factor 2, max_reports 3)"
    assert lines[4] == (
        "1      stopped    1        0.1    stopped: 0.1 at report 1 is below 0.9, the worst value "
        "that goes on: the best 1 of 2 at this rung."
    )
    assert cli("explain", "one").out == said.out


def test_a_trial_is_explained(cli: Cli) -> None:
    cli.add("one", halved())
    lines = cli("explain", "one", "3").out.splitlines()
    assert lines[0] == "Trial 3 of one: completed"
    assert lines[-3].split() == "1 0.95 0.95 0.9 keep the worst value that goes on:".split() + (
        "the best 2 of 4 at this rung".split()
    )
    assert lines[-1].endswith("-        no rung is left")


def test_as_json(cli: Cli) -> None:
    cli.add("one", halved())
    sweep = cli("explain", "--json").json
    assert sweep["sweep"] == "one"
    assert [one["stop"] is not None for one in sweep["trials"]] == [False, True, True, False]
    trial = cli("explain", "one", "1", "--json").json
    assert trial["history"][0]["verdict"]["bound"] == 0.9


def test_a_trial_that_is_not_there(cli: Cli) -> None:
    cli.add("one", halved())
    said = cli("explain", "one", "9")
    assert (said.code, said.out) == (2, "")
    assert "has no trial 9" in said.err


@pytest.mark.parametrize("title", ["A decision", "An entry", "A verdict"])
def test_the_page_says_every_key_of_the_json(title: str) -> None:
    told = replay(halved().facts, of=0)
    entry = told.entries[0]
    assert entry.verdict is not None
    said = {
        "A decision": explanation.trial_data(told, told.state.trials[0]),
        "An entry": explanation.entry_data(entry),
        "A verdict": asdict(entry.verdict),
    }[title]
    [rows] = tables(PAGE[title])
    documented = [key.strip("` ") for row in rows for key in row[0].split(",")]
    assert sorted(documented) == sorted(said)
