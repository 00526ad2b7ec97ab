"""Runs as readers: what they say of facts that somebody else writes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import trimtab
from tests.real.sweeps import make
from trimtab.errors import (
    InputError,
    MissingExtraError,
    SweepBusyError,
    SweepFailedError,
    SweepInterruptedError,
    UnknownSweepError,
)
from trimtab.home import Home, SweepFolder
from trimtab.model.facts import (
    Body,
    ConductorStarted,
    Ended,
    Fact,
    Noted,
    Outcome,
    Proposed,
    Reported,
    Started,
    Submitted,
    SweepEnded,
    SweepOutcome,
)
from trimtab.space import Params
from trimtab.store.sqlite import SqliteStore

FIRST: tuple[Body, ...] = (ConductorStarted(1, "here"),)
COMPLETED = SweepEnded(SweepOutcome.COMPLETED)


def ran(trial: int, params: Params, *values: float) -> tuple[Body, ...]:
    reports = tuple(Reported(trial, 1, "score", value) for value in values)
    return (
        Proposed(trial, params),
        Submitted(trial, 1),
        Started(trial, 1, "node"),
        *reports,
        Ended(trial, 1, Outcome.COMPLETED, 0),
    )


def write(folder: SweepFolder, *bodies: Body) -> None:
    store = SqliteStore.writer(folder.facts)
    try:
        known = sum(1 for _ in store.read())
        store.append([Fact(known + n, 1e9 + n, body) for n, body in enumerate(bodies, 1)])
    finally:
        store.close()


@pytest.fixture
def made(tmp_path: Path) -> tuple[Home, SweepFolder]:
    return make(tmp_path, "echo ${{search_space.x}}", name="mine")


@pytest.fixture
def folder(made: tuple[Home, SweepFolder]) -> SweepFolder:
    return made[1]


@pytest.fixture
def run(made: tuple[Home, SweepFolder]) -> trimtab.Run:
    return trimtab.open("mine", made[0].path)


def test_runs_are_found_in_their_home(tmp_path: Path, run: trimtab.Run) -> None:
    make(tmp_path, "echo ${{search_space.x}}", name="other")
    home = tmp_path / "home"
    assert [one.name for one in trimtab.runs(home)] == ["mine", "other"]
    assert trimtab.open(home=home).name == "other"
    assert trimtab.open("mi", str(home)).folder == run.folder
    with pytest.raises(UnknownSweepError, match="'nobody'"):
        trimtab.open("nobody", home)


def test_a_home_may_begin_with_a_tilde(
    tmp_path: Path, run: trimtab.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert trimtab.open(home="~/home").folder == run.folder


def test_a_run_follows_the_facts(folder: SweepFolder, run: trimtab.Run) -> None:
    assert list(run.trials) == []
    with pytest.raises(UnknownSweepError, match="no best trial"):
        _ = run.best
    write(folder, *FIRST, *ran(0, {"x": 0.5}, 3.0, 1.0), Noted("code", "A sentence."))
    [first] = run.trials
    assert (first.number, first.status, first.params) == (0, "completed", {"x": 0.5})
    assert (first.value, first.curve, first.metrics) == (3.0, (3.0, 1.0), {"score": 1.0})
    assert first.folder == folder.attempt(0, 1)
    assert first.outputs == first.folder / "outputs"
    assert first.log == first.folder / "user_logs" / "std_log.txt"
    assert run.notes[-1] == "A sentence."
    write(folder, *ran(1, {"x": 0.75}, 4.0), COMPLETED)
    assert run.best.number == 1
    assert [one.number for one in run.trials] == [0, 1]
    assert first == run.trials[0]


def test_a_trial_that_was_read_does_not_change(folder: SweepFolder, run: trimtab.Run) -> None:
    write(folder, *FIRST, *ran(0, {"x": 0.5}, 3.0)[:-1])
    [before] = run.trials
    write(folder, Reported(0, 1, "score", 9.0))
    assert (before.value, before.metrics, before.curve) == (3.0, {"score": 3.0}, (3.0,))
    assert run.trials[0].value == 9.0


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(SweepOutcome.COMPLETED, "completed"), (SweepOutcome.CANCELED, "stopped")],
)
def test_waiting_for_what_has_ended(
    folder: SweepFolder, run: trimtab.Run, outcome: SweepOutcome, status: str
) -> None:
    write(folder, *FIRST, SweepEnded(outcome, "So it is."))
    assert run.wait() == run.status == status
    assert run.reason == "So it is."
    assert run.stop() == status


def test_waiting_for_what_has_failed(folder: SweepFolder, run: trimtab.Run) -> None:
    write(folder, *FIRST, SweepEnded(SweepOutcome.FAILED, "All trials failed."))
    with pytest.raises(SweepFailedError, match=r"The sweep mine has failed\. All trials failed\."):
        run.wait()
    assert run.status == "failed"


def test_waiting_for_what_nobody_conducts(folder: SweepFolder, run: trimtab.Run) -> None:
    write(folder, *FIRST)
    assert run.status == "interrupted"
    with pytest.raises(SweepInterruptedError, match=r"run\.resume\(\) or: trimtab resume mine"):
        run.wait()
    assert run.stop() == "interrupted"
    assert not folder.stop_file.exists()


def test_what_somebody_else_conducts(folder: SweepFolder, run: trimtab.Run) -> None:
    write(folder, *FIRST)
    store = SqliteStore.writer(folder.facts)
    try:
        assert run.status == "running"
        assert run.wait(timeout=0) == "running"
        assert run.wait(timeout=0.01) == "running"
        with pytest.raises(SweepBusyError, match="process"):
            run.resume()
        assert run.stop(wait=False) == "running"
        assert folder.stop_file.exists()
    finally:
        store.close()


def test_nothing_to_resume(folder: SweepFolder, run: trimtab.Run) -> None:
    write(folder, *FIRST, COMPLETED)
    with pytest.raises(InputError, match="nothing to resume"):
        run.resume()


@pytest.mark.real
def test_a_table_of_trials(folder: SweepFolder, run: trimtab.Run) -> None:
    assert list(run.to_pandas().columns) == ["status", "value"]
    write(folder, *FIRST, *ran(0, {"x": 0.5, "m": {"kind": "a", "depth": 3}}, 3.0))
    write(folder, Proposed(1, {"x": 0.25}))
    frame = run.to_pandas()
    assert list(frame.index) == [0, 1]
    assert frame.index.name == "trial"
    assert list(frame["params.x"]) == [0.5, 0.25]
    assert frame.loc[0, "params.m.kind"] == "a"
    assert frame.loc[0, "params.m.depth"] == 3
    assert frame.loc[0, "metrics.score"] == frame.loc[0, "value"] == 3.0
    assert frame.loc[1, "status"] == "proposed"
    assert str(frame["ended_at"].dtype).endswith("UTC]")
    assert frame["ended_at"].isna().tolist() == [False, True]


def test_without_pandas(run: trimtab.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'trimtab\[pandas\]'"):
        run.to_pandas()


def test_a_notebook_shows_a_table_of_harmless_text(folder: SweepFolder, run: trimtab.Run) -> None:
    evil = "<script>alert('x')</script>"
    others = [body for number in range(1, 14) for body in ran(number, {"x": 0.5}, 1.0)]
    write(folder, *FIRST, *ran(0, {"x": evil}, 9.0), *others)
    shown = run._repr_html_()
    assert "<script>" not in shown
    assert "x=&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in shown
    assert "<td>0 (best)</td>" in shown
    assert "<td>13</td>" in shown
    assert "<td>1</td><td>completed</td>" not in shown
    assert "<b>mine</b>: interrupted, 14 trials" in shown
    assert repr(run) == "<Run mine: interrupted, 14 trials>"
