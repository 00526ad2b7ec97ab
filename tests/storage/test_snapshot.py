from __future__ import annotations

import os
from pathlib import Path

import pytest

from trimtab.errors import InputError
from trimtab.storage import snapshot as module
from trimtab.storage.snapshot import snapshot


def tree(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_copies_a_folder_without_what_is_no_code(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "train.py", "lib/a.py", ".git/config", "lib/__pycache__/a.pyc")
    write(code, ".trimtab/sweeps/x", ".hidden", "sp ace/ü.txt")
    snapshot(code, tmp_path / "copy")
    assert tree(tmp_path / "copy") == [".hidden", "lib/a.py", "sp ace/ü.txt", "train.py"]


def test_a_home_or_copy_inside_the_code_stays_out(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "train.py", "home/sweeps/x/facts.db")
    snapshot(code, code / "home" / "copy", code / "home")
    assert tree(code / "home" / "copy") == ["train.py"]
    snapshot(code, code / "copy")
    assert tree(code / "copy") == ["home/copy/train.py", "home/sweeps/x/facts.db", "train.py"]


def test_copies_a_single_file(tmp_path: Path) -> None:
    write(tmp_path, "train.py", "other.py")
    snapshot(tmp_path / "train.py", tmp_path / "copy")
    assert tree(tmp_path / "copy") == ["train.py"]


def test_amlignore_wins_over_gitignore(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "train.py", "data/big.csv", "data/keep.csv", "notes.md")
    (code / ".gitignore").write_text("notes.md\n")
    snapshot(code, tmp_path / "one")
    assert tree(tmp_path / "one") == [".gitignore", "data/big.csv", "data/keep.csv", "train.py"]
    (code / ".amlignore").write_text("# data\ndata/*\n!data/keep.csv\n")
    snapshot(code, tmp_path / "two")
    assert "data/keep.csv" in tree(tmp_path / "two")
    assert "data/big.csv" not in tree(tmp_path / "two")
    assert "notes.md" in tree(tmp_path / "two")


def test_keeps_permissions_and_resolves_links_inside(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "run.sh")
    (code / "run.sh").chmod(0o755)
    (code / "same.sh").symlink_to("run.sh")
    snapshot(code, tmp_path / "copy")
    assert os.access(tmp_path / "copy" / "run.sh", os.X_OK)
    assert (tmp_path / "copy" / "same.sh").read_text() == "run.sh"
    assert not (tmp_path / "copy" / "same.sh").is_symlink()


@pytest.mark.parametrize("target", ["../secret", "/etc/hostname", ".."])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    code = write(tmp_path / "code", "train.py")
    write(tmp_path, "secret")
    (code / "link").symlink_to(target)
    with pytest.raises(InputError, match="link"):
        snapshot(code, tmp_path / "copy")


def test_a_fifo_is_passed_over(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "train.py")
    os.mkfifo(code / "pipe")
    snapshot(code, tmp_path / "copy")
    assert tree(tmp_path / "copy") == ["train.py"]


def test_code_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="is not there"):
        snapshot(tmp_path / "nowhere", tmp_path / "copy")
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    code = write(tmp_path / "code", "a-file-of-17-bytes")
    with pytest.raises(InputError, match=r"\.amlignore"):
        snapshot(code, tmp_path / "copy")


def test_a_dangling_link_is_refused_in_one_sentence(tmp_path: Path) -> None:
    code = write(tmp_path / "code", "train.py")
    (code / "gone").symlink_to("nowhere.py")
    with pytest.raises(InputError, match=r"gone"):
        snapshot(code, tmp_path / "copy")
