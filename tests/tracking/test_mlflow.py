"""What happens to a sweep in MLflow beyond the contract: deletions, files, neighbours."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.conftest import MlflowGallery
from trimtab.errors import TrackingError
from trimtab.model.facts import Ended, Fact, Outcome, Reported, SweepCreated, Tagged
from trimtab.testing.tracking import Script
from trimtab.tracking import journal
from trimtab.tracking.artifacts import local_folder

pytestmark = pytest.mark.real


def _write(gallery: MlflowGallery, facts: list[Fact]) -> None:
    tracking = gallery.open(facts)
    tracking.write(facts)
    tracking.close()


def _artifacts(gallery: MlflowGallery, trial: int) -> Path:
    tracking = gallery.open(Script().facts)
    tracking.write(Script().facts)
    run_id = tracking.run_id(trial)
    tracking.close()
    store = gallery.store()
    found = local_folder(store.get_run(run_id).info.artifact_uri)
    assert found is not None
    store.engine.dispose()
    return found


def test_a_new_database_is_made_whole(mlflow_template: Path) -> None:
    assert sorted(file.name for file in mlflow_template.parent.iterdir()) == [
        "mlflow.db",
        "mlflow.db.lock",
    ]
    connection = sqlite3.connect(mlflow_template)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.usefixtures("mlflow_template")
def test_a_database_that_cannot_be_opened_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").mkdir()
    gallery = MlflowGallery(tmp_path / "mlflow.db", tmp_path)
    with pytest.raises(TrackingError, match="unable to open database file"):
        _write(gallery, Script().facts)


def test_a_deleted_experiment_is_named_and_restored_it_goes_on(
    mlflow_gallery: MlflowGallery,
) -> None:
    script = Script().trial(0, 0.5)
    _write(mlflow_gallery, script.facts)
    store = mlflow_gallery.store()
    experiment = store.get_experiment_by_name("voyages").experiment_id
    tracking = mlflow_gallery.open(script.facts)
    tracking.write(script.facts)
    store.delete_experiment(experiment)
    script.trial(1, 0.75)
    with pytest.raises(TrackingError, match="experiment"):
        tracking.write(script.facts)
    tracking.close()
    with pytest.raises(TrackingError, match="'voyages' was deleted in MLflow; restore it"):
        _write(mlflow_gallery, script.facts)
    mlflow_gallery.store().restore_experiment(experiment)
    _write(mlflow_gallery, script.facts)
    assert mlflow_gallery.shown()[1].status == "finished"


def test_a_deleted_run_is_left_alone_and_the_others_go_on(mlflow_gallery: MlflowGallery) -> None:
    script = Script().begin(0, 1).begin(1, 1)
    tracking = mlflow_gallery.open(script.facts)
    tracking.write(script.facts)
    deleted = tracking.run_id(0)
    mlflow_gallery.store().delete_run(deleted)
    script.add(Reported(0, 1, "loss", 0.5), Reported(1, 1, "loss", 0.25))
    script.add(Ended(0, 1, Outcome.COMPLETED), Ended(1, 1, Outcome.COMPLETED))
    tracking.write(script.facts)
    tracking.close()
    _write(mlflow_gallery, script.facts)
    shown = mlflow_gallery.shown()
    assert shown[1].metrics["loss"] == [(0, 0.25)]
    assert shown[1].status == "finished"
    assert "loss" not in shown[0].metrics


def test_two_sweeps_share_a_database_and_an_experiment(mlflow_gallery: MlflowGallery) -> None:
    mine = Script().trial(0, 0.5).facts
    created = mine[0].body
    assert isinstance(created, SweepCreated)
    other = SweepCreated("it's another", created.plan, created.document)
    theirs = [Fact(1, mine[0].at, other), *mine[1:]]
    _write(mlflow_gallery, mine)
    for _ in range(2):
        _write(mlflow_gallery, theirs)
    store = mlflow_gallery.store()
    experiment = store.get_experiment_by_name("voyages").experiment_id
    assert len(store.search_runs([experiment], "", 1, 100, None)) == 4
    store.engine.dispose()
    assert mlflow_gallery.shown()[0].metrics["loss"] == [(0, 0.5)]


def test_what_mlflow_refuses_for_good_does_not_hold_up_the_rest(
    mlflow_gallery: MlflowGallery,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from mlflow.exceptions import MlflowException

    store = mlflow_gallery.store()
    log_batch = store.log_batch

    def picky(run_id: str, metrics: list[Any], params: list[Any], tags: list[Any]) -> None:
        if any(metric.key == "poison" for metric in metrics):
            raise MlflowException.invalid_parameter_value("no poison")
        log_batch(run_id, metrics, params, tags)

    monkeypatch.setattr(store, "log_batch", picky)
    script = Script().begin(0, 1)
    script.add(*(Reported(0, 1, name, 0.5) for name in ("loss", "poison", "accuracy")))
    with caplog.at_level(logging.WARNING, "trimtab"):
        _write(mlflow_gallery, script.facts)
    assert set(mlflow_gallery.shown()[0].metrics) == {"loss", "accuracy"}
    assert [record.message for record in caplog.records] == [
        "MLflow refuses a value, which stays out of its run."
    ]


@pytest.mark.parametrize("survived", range(6))
def test_cut_off_after_any_request_the_rest_is_written_next_time(
    mlflow_gallery: MlflowGallery, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    script = Script().trial(0, 0.5).trial(1, 0.75)
    script.facts.insert(6, Fact(7, script.facts[5].at, Tagged(0, 1, "data", "v1")))
    script.facts[7:] = [Fact(one.seq + 1, one.at, one.body) for one in script.facts[7:]]
    tracking = mlflow_gallery.open(script.facts)
    store = mlflow_gallery.store()
    requests = 0

    def cut(call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **kwargs: object) -> object:
            nonlocal requests
            requests += 1
            if requests == survived + 1:
                raise ConnectionError("cut off")
            return call(*args, **kwargs)

        return counted

    with monkeypatch.context() as patch:
        for name in ("create_run", "log_batch", "update_run_info"):
            patch.setattr(store, name, cut(getattr(store, name)))
        with pytest.raises(TrackingError, match="cut off"):
            tracking.write(script.facts)
        tracking.write(script.facts)
    tracking.close()
    shown = mlflow_gallery.shown()
    assert [shown[trial].params for trial in (0, 1)] == [{"lr": "0.5"}, {"lr": "1.5"}]
    assert [shown[trial].status for trial in (0, 1)] == ["finished", "finished"]
    assert [shown[trial].metrics["loss"] for trial in (0, 1)] == [[(0, 0.5)], [(0, 0.75)]]
    assert shown[0].tags["data"] == "v1"
    assert {shown[trial].tags["trimtab.status"] for trial in (0, 1)} == {"completed"}
    experiment = store.get_experiment_by_name("voyages").experiment_id
    assert len(store.search_runs([experiment], "", 3, 100, None)) == 3
    store.engine.dispose()


def test_files_of_an_ended_trial_are_linked_once(mlflow_gallery: MlflowGallery) -> None:
    folder = mlflow_gallery.folder(0, 1)
    (folder / "code" / "outputs" / "deep").mkdir(parents=True)
    (folder / "outputs").symlink_to(Path("code") / "outputs", target_is_directory=True)
    (folder / "outputs" / "deep" / "model.bin").write_bytes(b"m" * 100)
    secret = mlflow_gallery.database.parent / "secret"
    secret.write_text("secret")
    (folder / "outputs" / "stolen").symlink_to(secret)
    (folder / "mlflow" / "artifacts").mkdir(parents=True)
    (folder / "mlflow" / "artifacts" / "plot.txt").write_text("plot")
    script = Script().trial(0, 0.5)
    for _ in range(2):
        _write(mlflow_gallery, script.facts)
    artifacts = _artifacts(mlflow_gallery, 0)
    kept = artifacts / "outputs" / "deep" / "model.bin"
    assert kept.samefile(folder / "outputs" / "deep" / "model.bin")
    assert (artifacts / "plot.txt").read_text() == "plot"
    assert not (artifacts / "outputs" / "stolen").exists()
    assert artifacts.is_relative_to(mlflow_gallery.artifacts)


def test_files_of_a_lost_attempt_are_not_kept(mlflow_gallery: MlflowGallery) -> None:
    for attempt in (1, 2):
        (mlflow_gallery.folder(0, attempt) / "outputs").mkdir(parents=True)
        (mlflow_gallery.folder(0, attempt) / "outputs" / f"from-{attempt}").write_text("x")
    script = Script().trial(0, 0.5, end=Ended(0, 1, Outcome.LOST)).begin(0, 2)
    _write(mlflow_gallery, script.facts)
    _write(mlflow_gallery, script.add(Ended(0, 2, Outcome.COMPLETED, 0)).facts)
    kept = _artifacts(mlflow_gallery, 0) / "outputs"
    assert [file.name for file in kept.iterdir()] == ["from-2"]


def test_a_running_trial_learns_the_id_of_its_run(mlflow_gallery: MlflowGallery) -> None:
    folder = mlflow_gallery.folder(0, 1)
    folder.mkdir(parents=True)
    script = Script().begin(0, 1)
    tracking = mlflow_gallery.open(script.facts)
    tracking.write(script.facts)
    real = journal.read_real_run(folder / "mlflow")
    assert real is not None
    assert real.run_id == tracking.run_id(0)
    tracking.close()


def test_a_damaged_journal_costs_its_damaged_entries_only(mlflow_gallery: MlflowGallery) -> None:
    folder = mlflow_gallery.folder(0, 1) / "mlflow"
    journal.append(folder, "tag", key="good", value="1")
    journal.append(folder, "tag", value="without a key")
    journal.append(folder, "dataset", name="no fields")
    journal.append(folder, "dataset", tags=3)
    journal.append(folder, "model_output", model_id="m-unknown", step=0)
    journal.append(folder, "something newer")
    journal.append(folder, "param", key="p", value="2")
    broken = folder / "models" / "m-1"
    broken.mkdir(parents=True)
    (broken / "model.json").write_text(json.dumps({"model_id": "../../elsewhere"}))
    _write(mlflow_gallery, Script().trial(0, 0.5).facts)
    shown = mlflow_gallery.shown()[0]
    assert shown.status == "finished"
    assert shown.tags["good"] == "1"
    assert shown.params["p"] == "2"
