"""What Trimtab warns of while trials run: sentences for people, tracebacks in files."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

import pytest

from trimtab.cli.warning import warning_people

LOG = logging.getLogger("trimtab.tracking.anything")


def test_a_warning_is_a_sentence_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warning_people(tmp_path):
        LOG.warning("It cannot\x1b[2J go on.", extra={"reason": "no \x1b[1mroute\n" + "x" * 999})
        LOG.info("not worth a line")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "trimtab: It cannot go on: no route\n")
    LOG.warning("after it there is no sweep to speak of")
    assert capsys.readouterr().err.count("trimtab: ") == 0


def test_an_error_of_our_own_is_written_into_the_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warning_people(tmp_path):
        error = RuntimeError("a defect")
        LOG.warning("It cannot go on.", extra={"reason": str(error)}, exc_info=error)
    [file] = (tmp_path / "crashes").iterdir()
    assert "RuntimeError: a defect" in file.read_text()
    assert capsys.readouterr().err == (
        "trimtab: It cannot go on: a defect "
        f"What it did is written down in {file}; please report it.\n"
    )


def test_a_stderr_that_is_gone_hurts_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        tried = False

        def write(self, text: str) -> int:
            self.tried = True
            raise BrokenPipeError

    gone = Gone()
    monkeypatch.setattr(sys, "stderr", gone)
    with warning_people(tmp_path):
        LOG.warning("It cannot go on.")
    assert gone.tried
