"""From HyperDrive to a sweep file: reads a configuration, executes nothing of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trimtab.errors import InputError
from trimtab.migration.draft import Draft, draft
from trimtab.migration.from_json import from_json
from trimtab.migration.from_python import from_python
from trimtab.migration.hyperdrive import HyperDrive
from trimtab.migration.layout import open_places, write
from trimtab.migration.notebook import code_of, is_notebook

__all__ = ["Migrated", "migrate"]

MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Migrated:
    """A sweep file's text; ``notes`` on what differs; ``places`` that must be filled in.

    Without ``places`` the text loads; with them it is refused until they are filled in.
    """

    text: str
    notes: tuple[str, ...]
    places: tuple[str, ...]


def migrate(path: Path, folder: Path | None = None) -> Migrated:
    """The HyperDrive configuration in ``path`` (Python, a notebook, or JSON) as a sweep file.

    ``folder`` is where the sweep file will lie (default: beside ``path``). Raises InputError.
    """
    made = draft(_read(path))
    if folder is not None:
        _move(made, Path(os.path.relpath(path.absolute().parent, folder.absolute())))
    places = tuple(one.what for one in open_places(made.tree))
    return Migrated(write(made.tree, _head(path, made.notes)), tuple(made.notes), places)


def _head(path: Path, notes: list[str]) -> list[str]:
    title = f"The HyperDrive configuration of {path.name} as a sweep file."
    return [title, *([""] if notes else []), *(f"- {note}" for note in notes)]


def _read(path: Path) -> HyperDrive:
    text = _text(path)
    if path.suffix == ".py" or not (
        path.suffix in (".json", ".ipynb") or text.lstrip().startswith(("{", "["))
    ):
        return from_python(text, lambda line: f"{path}:{line}" if line else str(path))
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}:{error.lineno}: this is no valid JSON: {error.msg}; expected Python that "
            "makes a HyperDriveConfig, a notebook, or the JSON of a HyperDrive run"
        ) from None
    except (ValueError, RecursionError):
        raise InputError(f"{path}: this JSON cannot be read: nested too deep") from None
    if isinstance(document, dict) and is_notebook(document):
        return from_python(*code_of(document, str(path)))
    return from_json(document, str(path), path.absolute().parent)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: the file is not UTF-8; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path}: the file cannot be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: the file is larger than 16 MiB, which no configuration is")
    return text


def _move(made: Draft, way: Path) -> None:
    """Lets relative paths start from the folder where the sweep file will lie."""
    trial = made.tree["trial"]
    if way == Path() or not isinstance(trial, dict):
        return
    if isinstance(trial["code"], str):
        trial["code"] = _moved(trial["code"], way)
    environment = trial["environment"]
    if isinstance(environment, dict) and isinstance(environment.get("conda_file"), str):
        file = _moved(environment["conda_file"], way)
        trial["environment"] = {**environment, "conda_file": file}


def _moved(text: str, way: Path) -> str:
    if PurePosixPath(text).is_absolute() or "://" in text:
        return text
    return os.path.normpath(way / text)
