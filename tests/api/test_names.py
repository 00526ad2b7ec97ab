"""The names of ``trimtab`` itself: there, lazy, and none that would shadow a builtin."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest

import trimtab
from trimtab import api


def test_every_name_of_the_api_is_one_of_trimtab() -> None:
    assert {*trimtab.__all__, "open"} == set(api.__all__)
    for name in api.__all__:
        assert getattr(trimtab, name) is getattr(api, name)
    assert set(api.__all__) <= set(dir(trimtab))


def test_a_star_import_shadows_no_builtin() -> None:
    assert [name for name in trimtab.__all__ if hasattr(builtins, name)] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'trimtab' has no attribute 'sweeep'"):
        _ = trimtab.sweeep  # type: ignore[attr-defined]  # the point of the test


@pytest.mark.real
def test_importing_trimtab_imports_nothing_else() -> None:
    code = "import sys, trimtab; print([m for m in sys.modules if m.startswith('trimtab.')])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
    code = (
        "import sys, trimtab; trimtab.uniform(0, 1); trimtab.Run\n"
        "print(sorted({'pydantic', 'yaml', 'pandas', 'mlflow', 'rich', 'click'} & {*sys.modules}))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
