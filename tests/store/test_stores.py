from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from pathlib import Path
from typing import cast

import pytest

from trimtab.errors import StoreError, SweepBusyError, UnknownSweepError
from trimtab.model.facts import FORMAT
from trimtab.ports import Store
from trimtab.store import sqlite as module
from trimtab.store.memory import MemoryLog, MemoryStore
from trimtab.store.sqlite import SqliteStore, _open, holder_of
from trimtab.testing.store import Shelf, StoreContract, numbered


class NoRoom:
    """A connection whose statements fail as on a disk that cannot be written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, *_arguments: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    def close(self) -> None:
        self._connection.close()


class MemoryShelf:
    def __init__(self) -> None:
        self.log = MemoryLog()

    def writer(self) -> Store:
        return MemoryStore(self.log)

    def reader(self) -> Store:
        return MemoryStore(self.log, writable=False)


class SqliteShelf:
    def __init__(self, path: Path) -> None:
        self.path = path

    def writer(self) -> Store:
        return SqliteStore.writer(self.path)

    def reader(self) -> Store:
        return SqliteStore.reader(self.path)


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def shelf(self) -> Shelf:
        return MemoryShelf()


class TestSqliteStore(StoreContract):
    @pytest.fixture(params=["facts.db", "sp ace 'quote' ünï #?%.db", "new\nline.db"])
    def shelf(self, request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
        return SqliteShelf(tmp_path / request.param)

    def test_names_the_process_that_writes(self, tmp_path: Path) -> None:
        store = SqliteStore.writer(tmp_path / "facts.db")
        with pytest.raises(SweepBusyError, match=r"run by process \d+ on .*trimtab stop"):
            SqliteStore.writer(tmp_path / "facts.db")
        store.close()

    def test_looking_who_writes_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        assert holder_of(path) is None
        store = SqliteStore.writer(path)
        store.append(numbered())
        assert str(os.getpid()) in (holder_of(path) or "")
        store.close()
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        assert holder_of(path) is None
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before

    def test_whoever_only_looks_does_not_keep_a_writer_out(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        SqliteStore.writer(path).close()
        with (tmp_path / "facts.db.lock").open() as looker:
            fcntl.flock(looker, fcntl.LOCK_SH)
            threading.Timer(0.03, looker.close).start()
            SqliteStore.writer(path).close()

    @pytest.mark.parametrize("closed", [True, False])
    def test_facts_are_read_where_nothing_can_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: bool
    ) -> None:
        path = tmp_path / "facts.db"
        store = SqliteStore.writer(path)
        store.append(numbered())
        if closed:
            store.close()

        def no_room(path: Path, mode: str) -> sqlite3.Connection:
            connection = _open(path, mode)
            return cast(sqlite3.Connection, NoRoom(connection)) if mode == "ro" else connection

        monkeypatch.setattr(module, "_open", no_room)
        reader = SqliteStore.reader(path)
        assert list(reader.read()) == numbered()
        reader.close()
        store.close()

    def test_a_newer_format_is_refused_by_writer_and_reader(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        SqliteStore.writer(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA user_version={FORMAT + 1}")
        connection.close()
        for opener in (SqliteStore.writer, SqliteStore.reader, SqliteStore.writer):
            with pytest.raises(StoreError, match="newer release"):
                opener(path)

    def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        path.write_text("not a database" * 100)
        for opener in (SqliteStore.writer, SqliteStore.reader, SqliteStore.writer):
            with pytest.raises(StoreError, match="cannot be read"):
                opener(path)

    def test_a_reader_does_not_create_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownSweepError):
            SqliteStore.reader(tmp_path / "facts.db")
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_loses_nothing_that_was_written(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        store = SqliteStore.writer(path)
        store.append(numbered()[:5])
        limit = store._open_connection().execute("PRAGMA page_count").fetchone()[0]
        store._open_connection().execute(f"PRAGMA max_page_count={limit}")
        big = [type(one)(one.seq + 5, one.at, one.body) for one in numbered()]

        def fill() -> None:
            for lap in range(200):
                store.append([type(one)(one.seq + 15 * lap, one.at, one.body) for one in big])

        with pytest.raises(StoreError, match=r"full.*trimtab resume"):
            fill()
        kept = list(store.read())
        assert kept[:5] == numbered()[:5]
        assert len(kept) % 15 == 5
        store.close()

    def test_a_fact_of_an_unknown_kind_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        SqliteStore.writer(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT INTO facts VALUES (1, 0.0, 'miracle', '{}')")
        connection.close()
        reader = SqliteStore.reader(path)
        with pytest.raises(StoreError, match="miracle"):
            list(reader.read())
        reader.close()

    @pytest.mark.parametrize("body", ["{", "[]", '{"nobody":1}', '{"trial":1}'])
    def test_a_damaged_fact_is_refused(self, tmp_path: Path, body: str) -> None:
        path = tmp_path / "facts.db"
        SqliteStore.writer(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT INTO facts VALUES (1, 0.0, 'proposed', ?)", (body,))
        connection.close()
        reader = SqliteStore.reader(path)
        with pytest.raises(StoreError, match="cannot be read"):
            list(reader.read())
        reader.close()
