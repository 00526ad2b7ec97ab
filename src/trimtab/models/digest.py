"""What data looked like: a SHA-256 over a file, or over the names and contents of a folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trimtab.errors import InputError

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """``sha256`` is hexadecimal; ``size`` is the sum of all files' sizes in bytes."""

    sha256: str
    files: int
    size: int

    def __str__(self) -> str:
        return f"sha256:{self.sha256} ({self.files} files, {self.size} bytes)"


def digest(path: Path) -> Digest:
    """The digest of a file or folder; files are read in portions of a megabyte.

    A file's is its plain SHA-256. A folder's is the SHA-256 over one line ``<sha256> <size>
    <name>`` per file (relative, with slashes; newlines and backslashes escaped), in the order of
    the names' bytes. Links are followed; empty folders, times and permissions do not count.
    Raises InputError when there is nothing at ``path``, something is unreadable, or links form a
    circle.
    """
    try:
        if path.is_file():
            return _of_file(path)
        if path.is_dir():
            return _of_folder(path)
    except OSError as error:
        raise InputError(f"{path}: the digest cannot be made: {error}.") from error
    raise InputError(f"{path}: there is no file or folder to make a digest of.")


def _of_file(path: Path) -> Digest:
    state, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
            size += len(chunk)
    return Digest(state.hexdigest(), 1, size)


def _of_folder(path: Path) -> Digest:
    state, count, size = hashlib.sha256(), 0, 0
    for name, file in sorted((os.fsencode(file.relative_to(path)), file) for file in _files(path)):
        one = _of_file(file)
        shown = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")
        state.update(b"%s %d %s\n" % (one.sha256.encode(), one.size, shown))
        count, size = count + 1, size + one.size
    return Digest(state.hexdigest(), count, size)


def _files(path: Path) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(path, followlinks=True, onerror=_raise):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:
            raise InputError(f"{parent}: a link leads back to a folder that contains it.")
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        yield from (file for name in names if (file := Path(parent, name)).is_file())


def _raise(error: OSError) -> None:
    raise error
