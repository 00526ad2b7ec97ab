"""Finding the model among what a trial left behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from trimtab.errors import InputError

DESCRIPTION = "MLmodel"
"""The file that makes a folder an MLflow model."""


class ModelKind(StrEnum):
    """An MLflow model says itself how it is loaded; plain files do not."""

    MLFLOW = "mlflow_model"
    CUSTOM = "custom_model"


@dataclass(frozen=True, slots=True)
class FoundModel:
    """Where a model is: a folder, or a single file of kind CUSTOM."""

    path: Path
    kind: ModelKind


def model_at(path: Path) -> FoundModel:
    """The model that is ``path``. Raises InputError when nothing is there, or links leave it."""
    if path.is_file():
        return FoundModel(path, ModelKind.CUSTOM)
    if not path.is_dir():
        raise InputError(f"{path}: there is no model file or folder.")
    check_links(path)
    if (path / DESCRIPTION).is_file():
        return FoundModel(path, ModelKind.MLFLOW)
    if not any(one.is_file() for one in path.rglob("*")):
        raise InputError(f"{path}: the folder is empty, so it holds no model.")
    return FoundModel(path, ModelKind.CUSTOM)


def find_model(places: Sequence[Path]) -> FoundModel:
    """The model below one of ``places`` (an attempt's outputs, its MLflow folder...), in order.

    A folder with a file ``MLmodel`` is the model; where several are, the one logged last, and one
    that lies highest in its place before those inside it. Without any, the only file or folder
    that the first place with something in it holds. Raises InputError with what was looked for.
    """
    for place in places:
        found = _mlflow_models(place)
        if found:
            return model_at(
                max(found, key=lambda folder: (folder / DESCRIPTION).stat().st_mtime_ns)
            )
    for place in places:
        entries = _entries(place)
        if len(entries) == 1:
            return model_at(entries[0])
        if entries:
            names = ", ".join(repr(entry.name) for entry in entries[:5])
            raise InputError(
                f"{place}: no file {DESCRIPTION!r} is anywhere below, and which of {names}"
                f"{' and others' if len(entries) > 5 else ''} is the model is not clear; let the "
                "script save it with mlflow.<flavor>.save_model('outputs/model'), or name its path."
            )
    looked = ", ".join(str(place) for place in places)
    raise InputError(
        f"The trial left no model: {looked} hold no files. Let the script save it below "
        "'outputs', or log it with mlflow.<flavor>.log_model."
    )


def check_links(folder: Path) -> None:
    """Raises InputError when a link below ``folder`` leads out of it."""
    root = folder.resolve()
    for entry in folder.rglob("*"):
        if entry.is_symlink() and not entry.resolve().is_relative_to(root):
            raise InputError(
                f"{entry}: this link leads out of the model's folder; put the file itself there."
            )


def _mlflow_models(place: Path) -> list[Path]:
    """The outermost folders below ``place`` that hold a description."""
    folders = sorted(file.parent for file in place.rglob(DESCRIPTION) if file.is_file())
    return [folder for folder in folders if not _inside(folder, folders)]


def _inside(folder: Path, others: Iterable[Path]) -> bool:
    return any(other in folder.parents for other in others)


def _entries(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(entry for entry in place.iterdir() if not entry.name.startswith("."))
