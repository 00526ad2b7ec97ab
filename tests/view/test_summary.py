"""What the end of a sweep says: how it ended, the best, where things are, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.engine.play import Theatre, eventful, plan, replay, steady
from tests.view.test_progress import begun, told
from trimtab.compute.simulated import Script
from trimtab.model.facts import Ended, Outcome, Reported, StopRequested, SweepEnded, SweepOutcome
from trimtab.model.launch import Launch
from trimtab.model.state import SweepState
from trimtab.view.summary import SHOWN_FAILURE_LINES, Places, summary


def log_of(trial: int, attempt: int) -> Path:
    return Path(f"/logs/{trial}-{attempt}")


def said(state: SweepState, places: Places | None = None) -> list[str]:
    return list(summary(state, places or Places(log_of)))


def after(lines: Iterable[str], first: str) -> list[str]:
    lines = list(lines)
    return lines[lines.index(first) :]


def test_a_sweep_that_completed() -> None:
    theatre = Theatre(plan(total=3), steady())
    state = theatre.run()
    places = Places(log_of, Path("/the/outputs"), "sqlite:///x.db")
    assert said(state, places) == [
        "Sweep sweep completed after 21s: 3 trials, 3 completed.",
        "",
        "Best: trial 0 with score 0.9",
        "  x  0",
        "Files: /the/outputs",
        "MLflow: sqlite:///x.db",
        "",
        "Next:",
        "  trimtab show sweep                   all trials",
        "  trimtab refit sweep --set KEY=VALUE  run the best once more",
        "  trimtab register sweep --name MODEL  register its model",
    ]


def test_what_mlflow_lacks_is_said_with_the_way_out() -> None:
    state = Theatre(plan(total=1), steady()).run()
    lines = said(state, Places(log_of, unmirrored="7 facts (it is away)"))
    assert "MLflow is behind: 7 facts (it is away); catch up with: trimtab sync sweep" in lines


def test_a_stopped_sweep_can_be_resumed() -> None:
    progress = told(
        plan(),
        *begun(0, 0.0),
        (1.0, StopRequested("It was stopped by SIGINT.")),
        (2.0, Ended(0, 1, Outcome.CANCELED)),
        (2.0, SweepEnded(SweepOutcome.CANCELED, "It was stopped by SIGINT.")),
    )
    lines = said(progress.state)
    assert lines[:2] == [
        "Sweep sweep stopped after 2.0s: 1 trial, 1 canceled.",
        "It was stopped by SIGINT.",
    ]
    assert "  trimtab resume sweep  go on where it stopped" in lines
    assert not any("refit" in line for line in lines)


def test_the_first_failure_is_shown_in_its_own_words() -> None:
    reason = "exit code 1: KeyError: 'a'\nTraceback\n  \x1b[31mline 1\x1b[0m\nKeyError: 'a'"
    progress = told(
        plan(),
        *begun(0, 0.0),
        *begun(1, 0.0),
        (1.0, Ended(1, 1, Outcome.FAILED, 1, reason=reason)),
        (2.0, Ended(0, 1, Outcome.FAILED, 1, reason="another")),
        (2.0, SweepEnded(SweepOutcome.FAILED, "All failed.")),
    )
    lines = after(said(progress.state), "Trial 1 failed:")
    assert lines == [
        "Trial 1 failed:",
        "  exit code 1: KeyError: 'a'",
        "  Traceback",
        "    line 1",
        "  KeyError: 'a'",
        "  log: /logs/1-1",
        "",
        "Next:",
        "  trimtab show sweep    all trials",
        "  trimtab logs sweep 1  the failed trial's log",
    ]


def test_a_long_failure_keeps_its_first_and_last_lines() -> None:
    reason = "exit code 1\n" + "\n".join(f"line {n}" for n in range(100))
    progress = told(plan(), *begun(0, 0.0), (1.0, Ended(0, 1, Outcome.FAILED, 1, reason=reason)))
    lines = after(said(progress.state), "Trial 0 failed:")[1 : 1 + SHOWN_FAILURE_LINES]
    assert lines[:3] == ["  exit code 1", "  ...", "  line 90"]
    assert lines[-1] == "  line 99"


def test_odd_names_are_cleaned() -> None:
    progress = told(
        plan(metric="sc\x1b[31more"), *begun(0, 0.0), (1.0, Reported(0, 1, "sc\x1b[31more", 0.5))
    )
    assert "Best: trial 0 with score 0.5" in said(progress.state)


def test_a_command_says_where_its_files_are() -> None:
    state = Theatre(plan(total=1, metric=None), lambda _: Script(1.0)).run()
    lines = said(state, Places(log_of, Path("/out")))
    assert "Files: /out" in lines
    assert not any(line.startswith("Best") for line in lines)


def test_every_line_of_any_sweep_fits_80_columns_but_paths_and_reasons() -> None:
    for seed in range(6):
        theatre = Theatre(plan(total=9), eventful(seed))
        theatre.run()
        state = replay(theatre.facts)
        state.sweep = "gentle_schooner_ab12cd"
        lines = said(state)
        assert all(len(line) <= 80 for line in after(lines, "Next:"))
        assert not any("\x1b" in line for line in lines)


def test_the_log_of_a_sweep_nobody_ended_is_fine() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0)

    theatre = Theatre(plan(total=2), play)
    theatre.run()
    for end in range(1, len(theatre.facts)):
        state = replay(theatre.facts[:end])
        assert said(state)[0].startswith("Sweep sweep running after")
        assert any("resume" in line for line in said(state))
