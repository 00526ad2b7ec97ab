from __future__ import annotations

import os
from pathlib import Path

import pytest

from trimtab.errors import InputError
from trimtab.models.find import FoundModel, ModelKind, find_model, model_at


def _file(path: Path, text: str = "x", age: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (10_000 - age, 10_000 - age))
    return path


def test_a_folder_with_a_description_anywhere_below(tmp_path: Path) -> None:
    _file(tmp_path / "outputs" / "plot.png")
    _file(tmp_path / "outputs" / "best" / "model" / "MLmodel")
    found = find_model([tmp_path / "outputs"])
    assert found == FoundModel(tmp_path / "outputs" / "best" / "model", ModelKind.MLFLOW)


def test_outputs_may_be_a_link_to_the_scripts_folder(tmp_path: Path) -> None:
    _file(tmp_path / "code" / "outputs" / "model" / "MLmodel")
    (tmp_path / "outputs").symlink_to(Path("code") / "outputs", target_is_directory=True)
    found = find_model([tmp_path / "outputs"])
    assert found == FoundModel(tmp_path / "outputs" / "model", ModelKind.MLFLOW)


def test_the_first_place_with_a_description_wins_over_files(tmp_path: Path) -> None:
    _file(tmp_path / "outputs" / "weights.bin")
    _file(tmp_path / "mlflow" / "models" / "m-1" / "artifacts" / "MLmodel")
    found = find_model([tmp_path / "outputs", tmp_path / "mlflow"])
    assert found.kind is ModelKind.MLFLOW
    assert found.path == tmp_path / "mlflow" / "models" / "m-1" / "artifacts"


def test_of_several_the_one_logged_last_and_outermost(tmp_path: Path) -> None:
    _file(tmp_path / "old" / "MLmodel", age=100)
    _file(tmp_path / "new" / "MLmodel", age=10)
    _file(tmp_path / "new" / "parts" / "MLmodel", age=0)
    assert find_model([tmp_path]).path == tmp_path / "new"


@pytest.mark.parametrize("name", ["model.pkl", "model/weights.bin"])
def test_the_only_entry_is_the_model(tmp_path: Path, name: str) -> None:
    _file(tmp_path / "outputs" / name)
    _file(tmp_path / "outputs" / ".hidden")
    found = find_model([tmp_path / "absent", tmp_path / "outputs"])
    assert found == FoundModel(tmp_path / "outputs" / name.split("/")[0], ModelKind.CUSTOM)


def test_several_files_are_not_guessed_among(tmp_path: Path) -> None:
    for name in "abcdef":
        _file(tmp_path / name)
    with pytest.raises(InputError, match=r"'a', 'b', 'c', 'd', 'e' and others is the model"):
        find_model([tmp_path])


def test_nothing_left_says_where_was_looked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"outputs hold no files\. Let the script save"):
        find_model([tmp_path / "outputs"])


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model" / "deep").mkdir(parents=True)
    with pytest.raises(InputError, match="is empty"):
        model_at(tmp_path / "model")


def test_links_must_stay_inside(tmp_path: Path) -> None:
    secret = _file(tmp_path / "secret")
    _file(tmp_path / "model" / "MLmodel")
    (tmp_path / "model" / "same").symlink_to("MLmodel")
    assert model_at(tmp_path / "model").kind is ModelKind.MLFLOW
    (tmp_path / "model" / "out").symlink_to(secret)
    with pytest.raises(InputError, match="leads out of the model's folder"):
        model_at(tmp_path / "model")
