"""Scripts that use MLflow as scripts do, run as trials in processes of their own."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.conftest import MlflowGallery
from tests.tracking.trial import Ran, run_as_trial
from trimtab.model.facts import Ended, Outcome, Reported, Tagged
from trimtab.testing.tracking import Script
from trimtab.tracking import journal
from trimtab.tracking.environment import own_run_id
from trimtab.trial_tracking import model_registry_store, tracking_store

pytestmark = pytest.mark.real

COMMON = """
import mlflow, os, sys
mlflow.set_experiment("whatever the author likes")
with mlflow.start_run(run_name="my run") as run:
    mlflow.log_params({"lr": 0.1, "layers": [1, 2]})
    mlflow.log_param("lr", 0.1)
    mlflow.log_metric("loss", 0.5)
    mlflow.log_metric("loss", float("nan"), step=1)
    mlflow.log_metric("loss", float("inf"), step=2)
    mlflow.log_metrics({"a": 1, "b": 2.5}, step=4)
    mlflow.set_tags({"data": "v1", "long": "z" * 7000})
    mlflow.log_metric("later", 0.25, synchronous=False).wait()
    mlflow.MlflowClient().log_metric(run.info.run_id, "direct", 1.0, step=3)
    mlflow.log_text("hello", "notes/hi.txt")
    mlflow.log_dict({"a": 1}, "d.json")
    os.mkdir("plots")
    open("plots/one.txt", "w").write("one")
    mlflow.log_artifact("plots/one.txt", "single")
    mlflow.log_artifacts("plots", "all")
    assert mlflow.get_run(run.info.run_id).data.metrics["a"] == 1.0
    assert len(mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")) == 3
    assert mlflow.active_run().info.run_id == run.info.run_id
    for call in (
        lambda: mlflow.log_metric("bad[0]", 1.0),
        lambda: mlflow.log_param("lr", 0.2),
        lambda: mlflow.MlflowClient().delete_run(run.info.run_id),
    ):
        try:
            call()
        except mlflow.MlflowException as error:
            print("refused:", str(error).splitlines()[0])
mlflow.flush_async_logging()
print("run", run.info.run_id)

os.environ["MLFLOW_RUN_ID"] = run.info.run_id  # as a process started by the script may have it
mlflow.log_metric("implicit", 0.5)
mlflow.end_run()
mlflow.start_run(run_id=run.info.run_id)
mlflow.end_run("FAILED")
mlflow.log_metric("after the end", 1.0)
mlflow.log_param("lr", 0.3)
assert mlflow.active_run().info.run_id == run.info.run_id
try:
    mlflow.start_run(nested=True)
except mlflow.MlflowException as error:
    print("refused:", str(error).splitlines()[0])
print("sqlalchemy store", "mlflow.store.tracking.sqlalchemy_store" in sys.modules)
"""


@pytest.fixture(scope="module")
def common(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    folder = tmp_path_factory.mktemp("strange #1") / "attempt 'é\n1"
    return run_as_trial(COMMON, folder, "sqlite:////nowhere/at/all.db", local=False), folder


class TestCommonCalls:
    def test_the_script_runs_and_opens_no_database(self, common: tuple[Ran, Path]) -> None:
        ran, _ = common
        assert ran.code == 0, ran.text
        assert f"run {own_run_id('calm_sail', 0)}" in ran.text
        assert "sqlalchemy store False" in ran.text

    def test_metrics_come_over_the_wire(self, common: tuple[Ran, Path]) -> None:
        metrics = common[0].metrics()
        assert [step for step, _ in metrics["loss"]] == [0, 1, 2]
        assert math.isnan(metrics["loss"][1][1])
        assert metrics["loss"][2][1] == math.inf
        assert metrics["a"] == [(4, 1.0)]
        assert metrics["b"] == [(4, 2.5)]
        assert metrics["later"] == [(0, 0.25)]
        assert metrics["direct"] == [(3, 1.0)]
        assert metrics["implicit"] == [(0, 0.5)]
        assert metrics["after the end"] == [(0, 1.0)]
        assert "bad[0]" not in metrics

    def test_parameters_and_tags_come_over_the_wire(self, common: tuple[Ran, Path]) -> None:
        assert common[0].params() == {"lr": "0.3", "layers": "[1, 2]"}
        assert common[0].messages[1].params["lr"] == "0.1"
        assert common[0].tags() == {
            "mlflow.runName": "my run",
            "data": "v1",
            "trimtab.script_status": "FAILED",
        }

    def test_a_long_text_goes_to_the_journal(self, common: tuple[Ran, Path]) -> None:
        entries = list(journal.read(common[1] / "mlflow"))
        assert entries == [{"kind": "tag", "key": "long", "value": "z" * 7000}]

    def test_artifacts_lie_in_the_trials_folder(self, common: tuple[Ran, Path]) -> None:
        artifacts = common[1] / "mlflow" / "artifacts"
        assert (artifacts / "notes" / "hi.txt").read_text() == "hello"
        assert json.loads((artifacts / "d.json").read_text()) == {"a": 1}
        assert (artifacts / "single" / "one.txt").read_text() == "one"
        assert (artifacts / "all" / "one.txt").read_text() == "one"
        assert [file.name for file in (common[1] / "work").iterdir()] == ["plots"]

    def test_what_every_mlflow_refuses_is_refused(self, common: tuple[Ran, Path]) -> None:
        refused = [line for line in common[0].text.splitlines() if line.startswith("refused:")]
        assert 'Invalid value "bad[0]"' in refused[0]
        assert "Changing param values is not allowed" in refused[1]
        assert "belongs to the sweep that runs this script" in refused[2]

    def test_what_needs_the_real_mlflow_says_that_it_cannot_be_reached(
        self, common: tuple[Ran, Path]
    ) -> None:
        refused = [line for line in common[0].text.splitlines() if line.startswith("refused:")]
        assert "cannot be reached from this node" in refused[3]


@pytest.mark.usefixtures("mlflow_template")
def test_outside_of_a_trial_the_scheme_explains_itself() -> None:
    from mlflow.exceptions import MlflowException

    for call in (tracking_store, model_registry_store):
        with pytest.raises(MlflowException, match="works only inside a trial of a sweep"):
            call("trimtab://trial")


@pytest.mark.usefixtures("mlflow_template")
def test_waiting_for_the_real_run_ends(tmp_path: Path) -> None:
    from mlflow.exceptions import MlflowException

    from trimtab.tracking.delegate import RealStore

    store = RealStore("a" * 32, "1", "http://user:secret@server", tmp_path, patience=0.0)
    with pytest.raises(MlflowException, match="has not appeared for 0 seconds") as caught:
        store.method("search_runs")()
    assert "http://server" in str(caught.value)
    assert "secret" not in str(caught.value)


MODELS = """
import mlflow, mlflow.pyfunc, sys
class Adder(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[float]) -> list[float]:
        return [one + 1 for one in model_input]
options = dict(python_model=Adder(), pip_requirements=["mlflow"])
with mlflow.start_run() as run:
    info = mlflow.pyfunc.log_model(name="adder", **options)
    assert mlflow.pyfunc.load_model(info.model_uri).predict([1.0]) == [2.0]
    assert mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/adder").predict([2.0]) == [3.0]
    mlflow.set_logged_model_tags(info.model_id, {"colour": "blue"})
    mlflow.pyfunc.save_model("outputs/model", **options)
    import numpy, pandas
    dataset = mlflow.data.from_pandas(pandas.DataFrame({"x": [1.0]}), name="points")
    mlflow.log_input(dataset, context="training")
    mlflow.log_input(dataset, context="training")
    mlflow.set_experiment_tag("team", "north")
    mlflow.sklearn.autolog(log_models=False, silent=True)
    from sklearn.linear_model import LinearRegression
    LinearRegression().fit(numpy.arange(3.0).reshape(3, 1), numpy.arange(3.0))
    assert "mlflow.store.tracking.sqlalchemy_store" not in sys.modules
    with mlflow.start_run(nested=True, run_name="fold 1") as child:
        mlflow.log_metric("fold_loss", 0.125)
    mlflow.log_metric("loss", 0.5)
    found = mlflow.search_runs(filter_string="run_name = 'fold 1'", output_format="list")
    assert found[0].data.metrics == {"fold_loss": 0.125}
    version = mlflow.register_model(info.model_uri, "from the script")
    again = mlflow.register_model(f"runs:/{run.info.run_id}/adder", "from the script")
    assert (version.version, again.version) in ((1, 2), ("1", "2"))
print(info.model_id)
"""


class TestWithTheMirror:
    """A script's models, datasets and child runs, brought to MLflow around its trial's run."""

    @pytest.fixture
    def mirrored(self, mlflow_gallery: MlflowGallery) -> tuple[Any, str, Ran]:
        folder = mlflow_gallery.folder(0, 1)
        folder.mkdir(parents=True)
        script = Script().begin(0, 1)
        tracking = mlflow_gallery.open(script.facts)
        tracking.write(script.facts)
        ran = run_as_trial(MODELS, folder, mlflow_gallery.uri)
        assert ran.code == 0, ran.text
        (folder / "outputs").mkdir()
        (folder / "outputs" / "plot.txt").write_text("plot")
        (folder / "user_logs").mkdir()
        (folder / "user_logs" / "std_log.txt").write_text("said")
        for message in ran.messages:
            script.add(*(Reported(0, 1, k, v, message.step) for k, v in message.metrics.items()))
            script.add(*(Tagged(0, 1, k, v) for k, v in message.tags.items()))
        script.add(Ended(0, 1, Outcome.COMPLETED, 0))
        for _ in range(2):
            tracking.write(script.facts)
        run_id = tracking.run_id(0)
        assert run_id is not None
        tracking.close()
        return mlflow_gallery.store(), run_id, ran

    def test_all_of_it_arrives_once(self, mirrored: tuple[Any, str, Ran]) -> None:
        from mlflow.artifacts import download_artifacts
        from mlflow.tracking import MlflowClient

        store, run_id, ran = mirrored
        run = store.get_run(run_id)
        assert run.info.status == "FINISHED"
        assert run.data.metrics["loss"] == 0.5
        assert run.data.metrics["training_r2_score"] == pytest.approx(1.0)
        assert ran.params()["fit_intercept"] == "True"
        names = sorted(one.dataset.name for one in run.inputs.dataset_inputs)
        assert names == ["dataset", "points"]
        experiment = store.get_experiment(run.info.experiment_id)
        assert (experiment.name, experiment.tags["team"]) == ("voyages", "north")
        artifacts = Path(download_artifacts(run.info.artifact_uri))
        assert (artifacts / "outputs" / "plot.txt").read_text() == "plot"
        assert (artifacts / "user_logs" / "std_log.txt").read_text() == "said"

        models = store.search_logged_models([run.info.experiment_id])
        assert [model.name for model in models] == ["adder"]
        model = models[0]
        assert model.source_run_id == run_id
        assert model.tags["colour"] == "blue"
        assert model.tags["trimtab.model"] in ran.text
        assert [one.model_id for one in run.outputs.model_outputs] == [model.model_id]
        described = Path(download_artifacts(model.artifact_location), "MLmodel").read_text()
        assert f"model_id: {model.model_id}" in described
        assert f"run_id: {run_id}" in described
        assert own_run_id("calm_sail", 0) not in described
        assert Path(download_artifacts(model.artifact_location), "python_model.pkl").is_file()

        version = MlflowClient(store.db_uri, store.db_uri).get_model_version("from the script", "2")
        assert version.source == model.artifact_location
        assert version.run_id == run_id
        assert '"from the script"' in model.tags["mlflow.modelVersions"]

        children = store.search_runs([run.info.experiment_id], "run_name = 'fold 1'", 1, 10, None)
        assert children[0].data.tags["mlflow.parentRunId"] == run_id
        assert children[0].data.metrics == {"fold_loss": 0.125}
