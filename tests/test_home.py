from __future__ import annotations

import os
from pathlib import Path

import pytest

from trimtab.errors import HomeError, InputError, UnknownSweepError
from trimtab.home import LAYOUT, Home, SweepFolder, find_home, open_home

STRANGE = ["plain", "sp ace", "quote'\"", "ünï–code", "new\nline", "$HOME;`x`", "-rf"]


def make(home: Home, name: str, at: int) -> SweepFolder:
    staged = home.stage(name)
    staged.document.write_text("{}")
    os.utime(staged.document, (at, at))
    return home.publish(staged)


def test_the_variable_comes_first_then_the_nearest_folder_then_here(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_home({}, deep) == deep / ".trimtab"
    (tmp_path / "a" / ".trimtab").mkdir()
    assert find_home({}, deep) == tmp_path / "a" / ".trimtab"
    assert find_home({"TRIMTAB_HOME": str(tmp_path / "x")}, deep) == tmp_path / "x"


@pytest.mark.parametrize("name", STRANGE)
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    home = open_home(tmp_path / name)
    folder = make(home, "one", 1)
    assert [one.sweep for one in open_home(tmp_path / name).sweeps()] == ["one"]
    assert home.sweep("one") == folder


def test_sweeps_are_found_by_id_beginning_and_age(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    for at, name in enumerate(["brave_otter", "brave_seal", "calm"], 1):
        make(home, name, at)
    assert [one.sweep for one in home.sweeps()] == ["brave_otter", "brave_seal", "calm"]
    assert home.sweep().sweep == "calm"
    assert home.sweep("brave_o").sweep == "brave_otter"
    with pytest.raises(UnknownSweepError, match="brave_otter, brave_seal"):
        home.sweep("brave")
    with pytest.raises(UnknownSweepError, match="trimtab list"):
        home.sweep("nobody")


def test_an_id_may_be_the_beginning_of_another(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    make(home, "a", 1)
    make(home, "ab", 2)
    assert home.sweep("a").sweep == "a"


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnknownSweepError, match="trimtab run"):
        open_home(tmp_path / "home").sweep()


def test_a_staged_sweep_is_unseen_and_may_be_thrown_away(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    staged = home.stage("one")
    staged.document.write_text("{}")
    assert list(home.sweeps()) == []
    home.discard(staged)
    assert list((home.path / "sweeps").iterdir()) == []


def test_a_taken_name_is_refused_at_both_steps(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    first, second = home.stage("one"), home.stage("one")
    home.publish(first)
    with pytest.raises(InputError, match="trimtab resume one"):
        home.publish(second)
    with pytest.raises(InputError, match="already"):
        home.stage("one")


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a b", "ü", "x" * 201, "-x"])
def test_an_unfit_name_is_refused(tmp_path: Path, name: str) -> None:
    home = open_home(tmp_path / "home")
    if not name:
        assert home.stage(None).sweep
        return
    with pytest.raises(InputError, match="cannot be a sweep's"):
        home.stage(name)


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    (home.path / "home.json").write_text(f'{{"layout": {LAYOUT + 1}}}')
    with pytest.raises(HomeError, match="newer release"):
        open_home(home.path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"layout": "x"}', '{"version": 9}', '{"layout": true}']
)
def test_a_damaged_layout_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "home.json").write_text(text)
    with pytest.raises(HomeError, match="is damaged"):
        open_home(tmp_path)


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="TRIMTAB_HOME"):
        open_home(tmp_path / "file" / "home")
    with pytest.raises(HomeError, match="cannot be written"):
        open_home(Path("/proc/trimtab"))
