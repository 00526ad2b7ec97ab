"""What is imported when: pydantic and yaml only for those who read files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from trimtab import spec


def test_every_public_name_is_there() -> None:
    assert all(getattr(spec, name) is not None for name in spec.__all__)
    with pytest.raises(AttributeError, match="no attribute 'load_everything'"):
        spec.__getattr__("load_everything")


@pytest.mark.real
@pytest.mark.parametrize("module", ["trimtab", "trimtab.space", "trimtab.spec.placeholders"])
def test_light_modules_import_no_heavy_library(module: str) -> None:
    code = f"import sys, {module}; print({{'pydantic', 'yaml'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
