"""Bringing a trial's files to where MLflow keeps artifacts."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_log = logging.getLogger(__name__)

Edit = Callable[[str], str]


def local_folder(uri: str) -> Path | None:
    """The folder that an artifact URI names on this machine; None for a remote one."""
    parts = urlsplit(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(uri) if uri.startswith("/") else None


def bring(
    source: Path, uri: str, place: str = "", tracking_uri: str = "", edit: Edit | None = None
) -> None:
    """Puts the files below ``source`` under ``place`` of an artifact URI. Repeating it is harmless.

    On this machine files are hard links where the file system can, so they take no room twice;
    else copies. ``edit`` rewrites the text of files named ``MLmodel``, which are then copies.
    Links that leave ``source`` are left out. ``tracking_uri`` is where a server that keeps the
    artifacts itself is asked. Raises OSError or MlflowException.
    """
    if not source.is_dir():
        return
    target = local_folder(uri)
    if target is None:
        _upload(source, uri, place, tracking_uri, edit)
        return
    for file in files_below(source):
        _put(file, target / place / file.relative_to(source), edit)


def files_below(folder: Path) -> Iterator[Path]:
    """All regular files below ``folder``, sorted; links that leave it are logged and left out."""
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(parent, name)
            if file.is_symlink() and not file.resolve().is_relative_to(root):
                _log.warning(
                    "A link that leaves its folder is not kept.", extra={"path": str(file)}
                )
            elif file.is_file():
                yield file


def _put(file: Path, target: Path, edit: Edit | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    if edit is not None and file.name == "MLmodel":
        draft.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        if target.exists() and target.samefile(file):
            return
        _link_or_copy(file.resolve(), draft)
    draft.replace(target)


def _link_or_copy(file: Path, target: Path) -> None:
    try:
        target.hardlink_to(file)
    except OSError:
        shutil.copy2(file, target)


def _upload(source: Path, uri: str, place: str, tracking_uri: str, edit: Edit | None) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    repository: Any = get_artifact_repository(uri, tracking_uri=tracking_uri or None)
    for file in files_below(source):
        folder = str(Path(place) / file.relative_to(source).parent)
        where = None if folder == "." else folder
        if edit is not None and file.name == "MLmodel":
            with tempfile.TemporaryDirectory(prefix="trimtab-") as aside:
                draft = Path(aside, file.name)
                draft.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
                repository.log_artifact(str(draft), where)
        else:
            repository.log_artifact(str(file), where)
