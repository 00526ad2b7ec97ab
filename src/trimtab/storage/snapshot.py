"""A sweep's own copy of the code, so that editing goes on while it runs.

What ``.amlignore`` names (or ``.gitignore`` where there is none) stays out, as on Azure ML; so do
version control folders, and a home that lies inside the code folder.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.errors import InputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_BYTES = 300 * 1024 * 1024
"""Size of a code folder above which Azure ML refuses it; a sign that data lies in it."""
_NEVER = frozenset({".git", ".hg", ".svn", "__pycache__", ".trimtab"})


def snapshot(code: Path, target: Path, home: Path | None = None) -> None:
    """Copies a code folder, or one file, into the new folder ``target``.

    ``home`` stays out where it lies inside the code. Links that leave the folder are refused.
    Raises InputError when the code is not there, is too large, or cannot be copied.
    """
    if not code.exists():
        raise InputError(f"The code {code} is not there; trial.code names a folder or a file.")
    try:
        target.mkdir(parents=True)
        if code.is_file():
            shutil.copy2(code, target / code.name)
            return
        _copy(code, target, home or target)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise InputError(
            f"The code {code} cannot be copied to {target}: {error.strerror}{place}."
        ) from error


def _copy(code: Path, target: Path, home: Path) -> None:
    ignored = _ignored(code)
    root, total = code.resolve(), 0
    # The list is complete before the first copy, which may land inside the folder.
    for path in list(_files(code, ignored, home.resolve())):
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            raise InputError(f"The link {path} leads out of the code folder; copy the file in.")
        if not stat.S_ISREG(path.stat().st_mode):
            continue
        total += path.stat().st_size
        if total > MAX_BYTES:
            raise InputError(
                f"The code {code} is larger than {MAX_BYTES // 2**20} MB; pass data as inputs, "
                "or name what is not code in a file .amlignore there."
            )
        copy = target / path.relative_to(code)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)


def _files(code: Path, ignored: GitIgnoreSpec | None, home: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(code):
        here = Path(folder)
        names[:] = sorted(
            name
            for name in names
            if name not in _NEVER
            and (here / name).resolve() != home
            and not _matches(ignored, code, here / name, "/")
        )
        linked = [name for name in names if (here / name).is_symlink()]
        for name in linked:
            raise InputError(f"{here / name} is a link to a folder; put the folder there itself.")
        for name in sorted(files):
            if not _matches(ignored, code, here / name):
                yield here / name


def _matches(ignored: GitIgnoreSpec | None, code: Path, path: Path, suffix: str = "") -> bool:
    return ignored is not None and ignored.match_file(path.relative_to(code).as_posix() + suffix)


def _ignored(code: Path) -> GitIgnoreSpec | None:
    for name in (".amlignore", ".gitignore"):
        file = code / name
        if file.is_file():
            from pathspec import GitIgnoreSpec

            return GitIgnoreSpec.from_lines(file.read_text(errors="replace").splitlines())
    return None
