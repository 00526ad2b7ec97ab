"""The reference of the Python API leaves nothing out."""

from __future__ import annotations

import inspect

import trimtab
from tests.docs.pages import ROOT, read_page, sections, tables
from trimtab.model.state import TrialStatus

PARTS = sections(read_page(ROOT / "docs" / "reference" / "python-api.md"))


def rows(part: str) -> dict[str, str]:
    [table] = tables(PARTS[part])
    return {row[0]: row[1] for row in table}


def test_every_name_is_documented() -> None:
    assert list(rows("Names")) == sorted([*trimtab.__all__, "open"])


def test_every_argument_of_a_sweep_is_documented() -> None:
    assert list(rows("`trimtab.sweep`")) == list(inspect.signature(trimtab.sweep).parameters)


def test_every_attribute_is_documented() -> None:
    for cls in (trimtab.Sweep, trimtab.Run, trimtab.Trial):
        public = [name for name in dir(cls) if not name.startswith("_")]
        assert list(rows(f"`{cls.__name__}`")) == public


def test_signatures_shown_are_those_there_are() -> None:
    for part in ("Sweep", "Run"):
        for name, said in rows(f"`{part}`").items():
            member = inspect.getattr_static(getattr(trimtab, part), name)
            if not inspect.isfunction(member):
                continue
            given = list(inspect.signature(member).parameters.values())[1:]
            shown = [
                one.name if one.default is one.empty else f"{one.name}={one.default!r}"
                for one in given
            ]
            assert said.startswith(f"{name}({', '.join(shown)})`"), said


def test_every_status_is_documented() -> None:
    for status in trimtab.Status:
        assert f"`{status}`" in rows("Names")["Status"]
    for one in TrialStatus:
        assert f"{one}" in rows("`Trial`")["status"]
