from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab import trial, wire

Lines = Callable[[], list[wire.Message]]


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """The messages that came over a wire of this test."""
    path = tmp_path / "wire"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    monkeypatch.setenv("TRIMTAB_WIRE", str(path))

    def read() -> list[wire.Message]:
        data = b""
        try:
            while True:
                data += os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return [wire.decode(line) for line in data.splitlines()]

    yield read
    os.close(descriptor)


def test_metrics_come_as_they_are_given(lines: Lines) -> None:
    trial.report(loss=0.25)
    trial.report({"val-loss": 1, "auc": 0.5}, step=3)
    trial.report({"a": 1}, b=2)
    trial.report()
    assert lines() == [
        wire.Message(metrics={"loss": 0.25}),
        wire.Message(metrics={"val-loss": 1.0, "auc": 0.5}, step=3),
        wire.Message(metrics={"a": 1.0, "b": 2.0}),
    ]


def test_numbers_of_numpy_are_numbers(lines: Lines) -> None:
    numpy = pytest.importorskip("numpy")
    trial.report(a=numpy.float32(0.5), b=numpy.int64(3), c=numpy.array(2.0), step=numpy.int32(7))
    assert lines() == [wire.Message(metrics={"a": 0.5, "b": 3.0, "c": 2.0}, step=7)]
    with pytest.raises(TypeError, match=r"Metric 'a' is array\(\[1, 2\]\); a metric is one number"):
        trial.report(a=numpy.array([1, 2]))


def test_nan_and_infinities_are_passed_on(lines: Lines) -> None:
    trial.report(a=math.nan, b=-math.inf)
    [message] = lines()
    assert math.isnan(message.metrics["a"])
    assert message.metrics["b"] == -math.inf


@pytest.mark.parametrize("value", ["0.5", b"1", None, [1.0], {}, 1j, 10**400])
def test_what_is_no_number_is_refused(lines: Lines, value: object) -> None:
    with pytest.raises(TypeError, match="Metric 'loss'"):
        trial.report({"loss": value})  # type: ignore[dict-item]  # what users do
    assert lines() == []


@pytest.mark.parametrize("name", ["", "x" * 251, "a\nb", 3])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 to 250 printable letters"):
        trial.report({name: 1.0})


@pytest.mark.parametrize("step", [0.5, "1", math.nan])
def test_a_step_is_a_whole_number(step: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        trial.report(loss=1.0, step=step)  # type: ignore[arg-type]  # what users do


def test_a_whole_float_is_a_step(lines: Lines) -> None:
    trial.report(loss=1.0, step=2.0)  # type: ignore[arg-type]  # what users do
    assert lines() == [wire.Message(metrics={"loss": 1.0}, step=2)]


def test_a_long_report_takes_several_lines(lines: Lines) -> None:
    metrics = {f"metric-{index:03}": index / 3 for index in range(400)}
    trial.report(metrics, step=1)
    messages = lines()
    assert len(messages) > 1
    assert {message.step for message in messages} == {1}
    merged = {name: value for message in messages for name, value in message.metrics.items()}
    assert merged == metrics


@given(st.text(), st.integers(0, 3))
def test_notes_and_tags_of_any_length_fit_their_lines(text: str, factor: int) -> None:
    long = text * 10**factor
    message = wire.Message(tags={"n" * 250: long}, note=long)
    merged = [wire.decode(line) for line in trial._lines(message)]
    notes = [one.note for one in merged if one.note]
    assert bool(notes) == bool(long)
    assert all(long.startswith(note.removesuffix("…")) for note in notes)
    if len(json.dumps(long)) < 3000:
        assert [one.tags["n" * 250] for one in merged if one.tags] == [long]


def test_notes_and_tags_arrive(lines: Lines) -> None:
    trial.note("all is well")
    trial.tag("data", 3)
    with pytest.raises(TypeError, match="it is a text"):
        trial.note(3)  # type: ignore[arg-type]  # what users do
    assert lines() == [wire.Message(note="all is well"), wire.Message(tags={"data": "3"})]


def test_outside_of_a_sweep_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRIMTAB_WIRE", raising=False)
    trial.report(loss=1.0)
    trial.note("nobody hears")
    with pytest.raises(TypeError):
        trial.report(loss="low")  # type: ignore[arg-type]  # what users do
    assert capfd.readouterr() == ("", "")


def test_a_wire_that_nobody_reads_is_complained_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trial, "_pipe", trial._Pipe())
    os.mkfifo(tmp_path / "wire")
    monkeypatch.setenv("TRIMTAB_WIRE", str(tmp_path / "wire"))
    trial.report(loss=1.0)
    trial.report(loss=1.0)
    monkeypatch.setenv("TRIMTAB_WIRE", str(tmp_path / "missing"))
    trial.report(loss=1.0)
    assert capfd.readouterr().err.count("metrics do not reach the sweep") == 1


def test_threads_do_not_mix_their_lines(lines: Lines) -> None:
    def work(number: int) -> None:
        for step in range(20):
            trial.report({f"metric-{number}-{'x' * 200}": step}, step=step)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = lines()
    assert len(messages) == 80
    for number in range(4):
        name = f"metric-{number}-{'x' * 200}"
        assert [one.step for one in messages if name in one.metrics] == list(range(20))


def test_parameters_have_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AZUREML_SWEEP_")]:
        monkeypatch.delenv(name)
    assert trial.params() == {}
    texts = {
        "lr": "1e-05",
        "layers": "3",
        "kind": "adam",
        "flag": "True",
        "odd": "NaN",
        "zip": "007",
        "list": "[1]",
        "opt": '{"name":"sgd","momentum":0.9}',
        "n-estimators": "10",
    }
    for name, text in texts.items():
        monkeypatch.setenv(f"AZUREML_SWEEP_{name}", text)
    assert trial.params() == {
        **texts,
        "lr": 1e-05,
        "layers": 3,
        "opt": {"name": "sgd", "momentum": 0.9},
        "n-estimators": 10,
    }


def test_a_metric_without_its_name_is_told_how() -> None:
    with pytest.raises(TypeError, match=r"report\(loss=0\.5\)"):
        trial.report("loss", 0.5)  # type: ignore[arg-type]  # what a newcomer may write
