from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.homes import Cli


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line with a home of its own, in a folder of its own."""
    home = tmp_path / "home"
    monkeypatch.setenv("TRIMTAB_HOME", str(home))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return Cli(home, capsys)
