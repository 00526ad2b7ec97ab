"""The picture of a running sweep: all there where there is room, and never too wide."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.engine.play import Theatre, eventful, plan
from tests.view.test_progress import begun, shown, told
from trimtab.model.facts import Ended, Outcome, Reported, StopRequested
from trimtab.view.frame import Screen, frame
from trimtab.view.progress import Progress

NOW = 1030.0


def drawn(progress: Progress, screen: Screen, now: float = NOW, ending: str = "") -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=screen.width, height=screen.height, color_system=None)
    console.print(frame(progress, now, screen, ending))
    return out.getvalue().splitlines()


def sweep_of(trials: int, ended: int = 0) -> Progress:
    bodies = [one for trial in range(trials) for one in begun(trial, 0.0)]
    for trial in range(trials):
        bodies.append((5.0, Reported(trial, 1, "score", trial / 8, 1)))
    for trial in range(ended):
        bodies.append((20.0, Ended(trial, 1, Outcome.COMPLETED)))
    return told(plan(total=20, concurrent=trials), *bodies)


def test_at_80_columns_everything_is_there() -> None:
    said = drawn(sweep_of(3, ended=1), Screen(80, 24))
    assert [line.rstrip() for line in said] == [
        "sweep  30s",
        f"{'━' * 2}{'─' * 38} 1/20 trials, 1m 53s left",
        "2 running, 1 completed",
        "best score 0.25 trial 2  x=2",
        "trial  for  reports   last   best  parameters",
        "    1  30s        1  0.125  0.125  x=1",
        "    2  30s        1   0.25   0.25  x=2",
        "Ctrl-C stops the sweep",
    ]


def test_at_40_columns_parameters_give_way() -> None:
    said = drawn(sweep_of(3, ended=1), Screen(40, 24))
    assert "trial  for   last" in [line.rstrip() for line in said]
    assert any(line.endswith(" 1/20 trials, 1m 53s left") for line in said)
    assert max(map(len, said)) <= 40


@pytest.mark.parametrize("width", [1, 10, 20, 39, 40, 59, 60, 80, 200])
@pytest.mark.parametrize("letters", ["x" * 300, "漢字" * 100, "[bold]" * 60, "\x1b[2J\n" * 50])
def test_no_line_is_wider_than_the_screen(width: int, letters: str) -> None:
    given = plan(total=3, metric=letters)
    bodies = [*begun(0, 0.0), (1.0, Reported(0, 1, letters, 0.5))]
    progress = told(given, *bodies)
    progress.state.trials[0].params = {letters: letters}
    for unicode in (True, False):
        said = drawn(progress, Screen(width, 24, unicode))
        assert max(map(cell_len, said)) <= max(width, 1)
        assert not any("\x1b" in line for line in said)


def test_no_frame_is_higher_than_the_screen() -> None:
    for height in (10, 12, 24, 50):
        assert len(drawn(sweep_of(40), Screen(80, height))) <= height


def test_trials_that_do_not_fit_are_counted() -> None:
    said = drawn(sweep_of(20), Screen(80, 12))
    assert [line.strip() for line in said][-2] == "+16"
    assert said[2] == "20 running"


def test_without_unicode_there_is_only_ascii() -> None:
    progress = sweep_of(3, ended=1)
    progress.state.trials[2].params = {"name": "long " * 30}
    said = drawn(progress, Screen(50, 24, unicode=False))
    assert "\n".join(said).isascii()
    assert said[1].startswith("#--")


def test_markup_in_words_of_the_script_is_shown_as_it_is() -> None:
    bodies = [*begun(0, 0.0), (1.0, Reported(0, 1, "[red]a[/red]", 0.5))]
    said = drawn(told(plan(metric="[red]a[/red]"), *bodies), Screen(80, 24))
    assert "best [red]a[/red] 0.5 trial 0  x=0" in said


def test_the_hint_says_what_ctrl_c_does_next() -> None:
    running = begun(0, 0.0)
    assert drawn(told(plan(), *running), Screen(80, 24))[-1] == "Ctrl-C stops the sweep"
    once = told(plan(), *running, (2.0, StopRequested("enough")))
    assert drawn(once, Screen(80, 24))[-1] == "Stopping, 1 trial to go; Ctrl-C: at once"
    twice = told(plan(), *running, (2.0, StopRequested("enough", at_once=True)))
    assert drawn(twice, Screen(80, 24))[-1] == "Stopping at once, 1 trial to go"
    assert drawn(once, Screen(80, 24), ending="The last word")[-1] == "The last word"


def test_a_command_has_no_metric_and_shows_none() -> None:
    said = drawn(told(plan(total=1, metric=None), *begun(0, 0.0)), Screen(80, 24))
    assert said[-3].split() == ["trial", "for", "parameters"]
    assert not any(line.startswith("best") for line in said)


def test_before_the_first_fact_there_is_a_frame_too() -> None:
    assert drawn(Progress(), Screen(80, 24)) == ["starting"]
    only = told(plan())
    assert drawn(only, Screen(80, 24))[2] == "0 running"


def test_a_rest_that_may_be_over_any_moment_is_not_told() -> None:
    progress = sweep_of(2, ended=1)
    progress.state.exhausted = True
    assert drawn(progress, Screen(80, 24), 1010.0)[1].endswith(" 1/2 trials, 10s left")
    assert drawn(progress, Screen(80, 24), 1021.0)[1].endswith(" 1/2 trials")


@pytest.mark.parametrize("seed", range(4))
def test_every_moment_of_an_eventful_sweep_can_be_drawn(seed: int) -> None:
    theatre = Theatre(plan(total=10, concurrent=3, timeout=60), eventful(seed))
    theatre.run()
    facts = list(theatre.facts)
    for end in range(1, len(facts) + 1, 7):
        said = drawn(shown(facts[:end]), Screen(60, 15), facts[end - 1].at)
        assert len(said) >= 4
