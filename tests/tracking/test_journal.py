from __future__ import annotations

from pathlib import Path

from trimtab.tracking import journal
from trimtab.tracking.journal import RealRun


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    journal.append(tmp_path / "new", "tag", key="a", value="1\n2")
    journal.append(tmp_path / "new", "dataset", name="d")
    assert list(journal.read(tmp_path / "new")) == [
        {"kind": "tag", "key": "a", "value": "1\n2"},
        {"kind": "dataset", "name": "d"},
    ]


def test_what_is_no_entry_is_left_out(tmp_path: Path) -> None:
    journal.append(tmp_path, "tag", key="a", value="1")
    with (tmp_path / journal.JOURNAL).open("ab") as file:
        file.write(b'[1]\n{"kind": 3}\n\xff\n{"kind": "tag", "ke')
    assert [entry["key"] for entry in journal.read(tmp_path)] == ["a"]
    assert list(journal.read(tmp_path / "absent")) == []


def test_the_real_run_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "attempt" / "mlflow"
    assert journal.read_real_run(folder) is None
    journal.write_real_run(folder, RealRun("r", "e"))
    assert journal.read_real_run(folder) == RealRun("r", "e")
    assert [file.name for file in folder.iterdir()] == [journal.RUN_FILE]
