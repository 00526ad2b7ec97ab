"""Facts in one SQLite file per sweep (WAL): one writer, any number of readers.

The writer holds a lock on ``<file>.lock`` for as long as it lives; the kernel drops the lock when
the process dies, however it dies. The lock file names the holder, so that a second conductor can
say who is at work.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from trimtab.errors import StoreError, SweepBusyError, UnknownSweepError
from trimtab.model.facts import FORMAT, Fact, decode_body, encode_body, kind_of
from trimtab.store.memory import check_sequence

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
) STRICT
"""
_BUSY_SECONDS = 10.0
_READ_BATCH = 5_000
_LOOKERS = 5
_NO_ROOM_BESIDE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
)


class SqliteStore:
    """The facts of one sweep. Make one by ``writer`` or ``reader``."""

    def __init__(self, connection: sqlite3.Connection, path: Path, lock: int | None) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._path = path
        self._lock = lock
        self._last = self._count() if lock is not None else 0

    @classmethod
    def writer(cls, path: Path) -> SqliteStore:
        """Opens for writing, creating the file if need be.

        Raises SweepBusyError while another process writes, StoreError when the file cannot be
        opened, is damaged, or was written by a newer release.
        """
        lock = _take_lock(path)
        try:
            connection = _open(path, "rwc")
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                _check_format(connection, path)
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA user_version={FORMAT}")
                return cls(connection, path, lock)
            except (sqlite3.Error, StoreError):
                connection.close()
                raise
        except sqlite3.Error as error:
            os.close(lock)
            raise _unusable(path, error) from error
        except StoreError:
            os.close(lock)
            raise

    @classmethod
    def reader(cls, path: Path) -> SqliteStore:
        """Opens for reading beside a writer, or after it. Raises StoreError, UnknownSweepError."""
        if not path.exists():
            raise UnknownSweepError(f"There are no facts at {path}.")
        try:
            connection = _open_to_read(path)
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from error
        return cls(connection, path, None)

    def append(self, facts: Sequence[Fact]) -> None:
        connection = self._open_connection()
        if self._lock is None:
            raise StoreError(f"{self._path} is opened for reading.")
        check_sequence(facts, self._last)
        rows = [(one.seq, one.at, kind_of(one.body), encode_body(one.body)) for one in facts]
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise _unwritable(self._path, error) from error
        self._last += len(rows)

    def read(self, after: int = 0) -> Iterator[Fact]:
        connection = self._open_connection()
        query = "SELECT seq, at, kind, body FROM facts WHERE seq > ? ORDER BY seq LIMIT ?"
        while True:
            try:
                rows = connection.execute(query, (after, _READ_BATCH)).fetchall()
            except sqlite3.Error as error:
                raise _unusable(self._path, error) from error
            for seq, at, kind, body in rows:
                yield Fact(seq, at, decode_body(kind, body))
            if len(rows) < _READ_BATCH:
                return
            after = rows[-1][0]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError(f"{self._path} is closed.")
        return self._connection

    def _count(self) -> int:
        row = self._open_connection().execute("SELECT max(seq) FROM facts").fetchone()
        return int(row[0] or 0)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > FORMAT:
        raise StoreError(
            f"{path} was written by a newer release of Trimtab (format {found}, this one reads up "
            f"to {FORMAT}); upgrade with: pip install -U trimtab"
        )


def _take_lock(path: Path) -> int:
    try:
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be written: {error.strerror}.") from error
    try:
        _lock(lock)
    except OSError as error:
        holder = _named(lock)
        os.close(lock)
        raise SweepBusyError(
            f"The sweep at {path.parent} is being run by {holder}; "
            "wait for it, or end it with: trimtab stop",
            holder,
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
    return lock


def _lock(lock: int) -> None:
    """Takes the writer's lock; whoever only looks holds a shared one for some microseconds."""
    for _ in range(_LOOKERS):
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
    return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def holder_of(path: Path) -> str | None:
    """Who writes the facts at ``path`` now, for example ``process 12 on host``; None for nobody.

    Changes nothing, and needs no right to write.
    """
    try:
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _named(lock)
    finally:
        os.close(lock)
    return None


def _named(lock: int) -> str:
    return os.pread(lock, 200, 0).decode(errors="replace").strip() or "another process"


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A connection for reading, also where nothing can be written beside the file.

    SQLite needs a file for shared memory beside a log that is in WAL mode. Where it cannot be made,
    a database without unmerged pages is read as it is, and any other in a copy.
    """
    connection = _open(path, "ro")
    try:
        _check_format(connection, path)
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _NO_ROOM_BESIDE:
            raise
    except (sqlite3.Error, StoreError):
        connection.close()
        raise
    else:
        return connection
    unmerged = path.with_name(path.name + "-wal")
    if unmerged.exists() and unmerged.stat().st_size:
        return _open_copy(path, unmerged)
    connection = _open(path, "ro&immutable=1")
    _check_format(connection, path)
    return connection


def _open_copy(path: Path, unmerged: Path) -> sqlite3.Connection:
    with tempfile.TemporaryDirectory(prefix="trimtab-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(unmerged, copy.with_name(copy.name + "-wal"))
        source = _open(copy, "rw")
        try:
            _check_format(source, path)
            connection = sqlite3.connect(":memory:", isolation_level=None)
            source.backup(connection)
            return connection
        finally:
            source.close()


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(f"The facts at {path} cannot be read: {error}.")


def _unwritable(path: Path, error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"The facts at {path} cannot be written: {error}; nothing that was written is lost. "
        "Make room or repair the disk, then go on with: trimtab resume"
    )
