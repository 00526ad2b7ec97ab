from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.errors import InputError
from trimtab.models.digest import digest


def _tree(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_of_a_file_is_its_plain_sha256(tmp_path: Path) -> None:
    data = os.urandom((1 << 20) + 7)
    (tmp_path / "data.bin").write_bytes(data)
    found = digest(tmp_path / "data.bin")
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.files, found.size) == (1, len(data))


def test_of_a_folder_counts_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    one = _tree(tmp_path / "one", {"a/b.csv": b"1", "c": b"22"})
    two = _tree(tmp_path / "two", {"c": b"22", "a/b.csv": b"1"})
    (two / "empty").mkdir()
    (two / "c").chmod(0o600)
    os.utime(two / "c", (1, 1))
    assert digest(one) == digest(two)
    assert (digest(one).files, digest(one).size) == (2, 3)


@pytest.mark.parametrize(
    "files",
    [
        {"a": b"1", "b": b"3"},
        {"a": b"1", "c": b"2"},
        {"a": b"12", "b": b""},
        {"a": b"1"},
        {"a": b"1", "b": b"2", "d": b""},
        {"a\nb": b"12"},
    ],
)
def test_any_change_shows(tmp_path: Path, files: dict[str, bytes]) -> None:
    before = digest(_tree(tmp_path / "before", {"a": b"1", "b": b"2"}))
    assert digest(_tree(tmp_path / "after", files)).sha256 != before.sha256


def test_names_cannot_imitate_lines(tmp_path: Path) -> None:
    inner = hashlib.sha256(b"x").hexdigest()
    one = _tree(tmp_path / "one", {"a": b"x", "b": b"x"})
    two = _tree(tmp_path / "two", {f"a\n{inner} 1 b": b"x"})
    assert digest(one).sha256 != digest(two).sha256


def test_follows_links_and_refuses_circles(tmp_path: Path) -> None:
    real = _tree(tmp_path / "real", {"a": b"1"})
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "a").symlink_to(real / "a")
    assert digest(tmp_path / "linked") == digest(real)
    (real / "again").symlink_to(real)
    with pytest.raises(InputError, match="leads back"):
        digest(real)


def test_says_that_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file or folder"):
        digest(tmp_path / "absent")


@given(st.dictionaries(st.from_regex(r"[a-zé ]{1,8}", fullmatch=True), st.binary(max_size=8)))
def test_order_of_creation_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    one = tmp_path_factory.mktemp("one")
    two = tmp_path_factory.mktemp("two")
    _tree(one, files)
    _tree(two, dict(reversed(files.items())))
    assert digest(one) == digest(two)
