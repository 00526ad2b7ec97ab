"""Azure's own client on the same files, where it is installed: pip install azure-ai-ml==1.35.2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spec.files import make_folder, with_yaml
from tests.spec.test_load import ACCEPTED, REFUSED, STRICTER

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def azure() -> Any:
    return pytest.importorskip("azure.ai.ml", reason="azure-ai-ml is not installed")


def takes(azure: Any, file: Path, path: str, text: str) -> bool:
    file.write_text(with_yaml(path, text))
    try:
        azure.load_job(str(file))._to_rest_object()
    except Exception:  # noqa: BLE001 - the client raises many kinds, some by accident
        return False
    return True


@pytest.mark.parametrize("path", ACCEPTED)
def test_azure_takes_what_we_take(azure: Any, path: str, tmp_path: Path) -> None:
    file = make_folder(tmp_path)
    (tmp_path / "data.csv").write_text("")
    assert [text for text in ACCEPTED[path] if not takes(azure, file, path, text)] == []


@pytest.mark.parametrize("path", REFUSED)
def test_azure_refuses_what_we_refuse(azure: Any, path: str, tmp_path: Path) -> None:
    file = make_folder(tmp_path)
    assert [text for text in REFUSED[path] if takes(azure, file, path, text)] == []


@pytest.mark.parametrize("path", STRICTER)
def test_azure_takes_what_only_we_refuse(azure: Any, path: str, tmp_path: Path) -> None:
    file = make_folder(tmp_path)
    assert [text for text in STRICTER[path] if not takes(azure, file, path, text)] == []
