from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trimtab.errors import InputError, TrackingError
from trimtab.models.registry import MlflowRegistry, check_name
from trimtab.tracking.database import sqlite_uri

MLMODEL = """\
artifact_path: file:///gone
flavors:
  python_function:
    loader_module: mlflow.sklearn
model_id: m-0123
model_uuid: m-0123
run_id: 0000
utc_time_created: '2026-01-01'
"""


@pytest.mark.parametrize("name", ["faq matcher", "päivä", "a.b-c_d", "x" * 250])
def test_allowed_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a:b", "..", ".x", "a\nb", "x" * 251, "a\\b"])
def test_refused_names(name: str) -> None:
    with pytest.raises(InputError, match="is not allowed"):
        check_name(name)


def test_a_folder_without_a_model_is_refused_before_mlflow_is_used(tmp_path: Path) -> None:
    def never() -> None:
        raise AssertionError("MLflow is not needed to refuse")

    registry = MlflowRegistry("sqlite:///x", tmp_path, never)
    with pytest.raises(InputError, match="no model file or folder"):
        registry.register("m", tmp_path / "absent", {}, None)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "attempt #1" / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "data" / "weights.bin").write_bytes(b"w")
    return folder


@pytest.mark.real
class TestMlflow:
    @pytest.fixture
    def made(self, database: Path) -> tuple[MlflowRegistry, Any]:
        from mlflow.tracking import MlflowClient

        uri = sqlite_uri(database)
        artifacts = database.parent / "artifacts"
        return MlflowRegistry(uri, artifacts, lambda: None), MlflowClient(uri, uri)

    def test_versions_count_up_and_carry_their_tags(
        self, made: tuple[MlflowRegistry, Any], model: Path
    ) -> None:
        registry, client = made
        tags = {"trimtab.sweep": "calm_sail", "metric.a[0]": "0.1", "long": "v" * 10_000}
        tags |= {"a//b": "1", "../c": "2", "/": "3", "k" * 300: "4"}
        first = registry.register("faq matcher", model, tags, None)
        second = registry.register("faq matcher", model, {}, None)
        assert (first.version, second.version) == ("1", "2")
        assert first.uri == "models:/faq matcher/1"
        shown = client.get_model_version("faq matcher", "1")
        assert shown.tags["trimtab.sweep"] == "calm_sail"
        assert shown.tags["trimtab.model_kind"] == "mlflow_model"
        assert shown.tags["trimtab.model_digest"].startswith("sha256:")
        assert shown.tags["metric.a_0_"] == "0.1"
        assert (shown.tags["a__b"], shown.tags["_"], shown.tags["k" * 250]) == ("1", "3", "4")
        assert len(shown.tags["long"]) == 5_000

    def test_the_version_keeps_its_own_copy_with_ids_that_mean_something(
        self, made: tuple[MlflowRegistry, Any], model: Path
    ) -> None:
        import mlflow

        registry, client = made
        experiment = client.create_experiment("e", artifact_location=str(model.parent / "store"))
        run = client.create_run(experiment).info
        version = registry.register("m", model, {}, run.run_id)
        (model / "data" / "weights.bin").unlink()
        source = client.get_model_version_download_uri("m", version.version)
        assert source.startswith(Path(run.artifact_uri).as_uri())
        kept = Path(mlflow.artifacts.download_artifacts(source))
        assert (kept / "data" / "weights.bin").read_bytes() == b"w"
        described = (kept / "MLmodel").read_text()
        assert f"run_id: {run.run_id}" in described
        assert "m-0123" not in described
        assert "python_function" in described

    def test_a_single_file_is_a_custom_model(
        self, made: tuple[MlflowRegistry, Any], tmp_path: Path
    ) -> None:
        registry, client = made
        file = tmp_path / "weights.pt"
        file.write_bytes(b"w")
        registry.register("m", file, {}, None)
        shown = client.get_model_version("m", "1")
        assert shown.tags["trimtab.model_kind"] == "custom_model"
        assert shown.source.startswith("file://")

    @pytest.mark.parametrize("text", ["flavors: [", "- 1", "flavors: 3"])
    def test_a_damaged_description_is_refused(
        self, made: tuple[MlflowRegistry, Any], model: Path, text: str
    ) -> None:
        (model / "MLmodel").write_text(text)
        with pytest.raises(InputError, match="MLmodel"):
            made[0].register("m", model, {}, None)

    def test_a_server_wants_the_run_first(self, database: Path, model: Path) -> None:
        registry = MlflowRegistry("http://127.0.0.1:9", database.parent, lambda: None)
        with pytest.raises(TrackingError, match="let the mirror catch up first"):
            registry.register("m", model, {}, None)

    def test_an_unknown_run_is_a_tracking_error(
        self, made: tuple[MlflowRegistry, Any], model: Path
    ) -> None:
        with pytest.raises(TrackingError, match="'m' could not be registered"):
            made[0].register("m", model, {}, "0" * 32)
