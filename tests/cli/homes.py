"""Homes with sweeps that were played, not run; and commands called in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.play import Theatre, plan, steady
from trimtab.cli import main
from trimtab.home import SweepFolder, open_home
from trimtab.model.facts import Fact, SweepCreated
from trimtab.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """Calls ``trimtab`` as its console script does, in the home ``home``."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capture = capture

    def __call__(self, *arguments: str | Path) -> Said:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main([str(one) for one in arguments])
        out, err = self._capture.readouterr()
        assert "Traceback" not in err
        return Said(int(exit_.value.code or 0), out, err)

    def add(
        self,
        name: str,
        theatre: Theatre | None = None,
        facts: int | None = None,
        bodies: Sequence[Fact] = (),
    ) -> SweepFolder:
        """A sweep with the first ``facts`` facts of a played one, and the folders it left."""
        if theatre is None:
            theatre = played()
        home = open_home(self.home)
        staged = home.stage(name)
        staged.document.write_text("{}")
        store = SqliteStore.writer(staged.facts)
        first = theatre.facts[0].body
        assert isinstance(first, SweepCreated)
        created = replace(
            theatre.facts[0], body=replace(first, sweep=name, document={"type": "sweep"})
        )
        store.append([created, *theatre.facts[1:facts], *bodies])
        store.close()
        folder = home.publish(staged)
        for trial in range(3):
            outputs = folder.attempt(trial, 1) / "outputs"
            outputs.mkdir(parents=True)
            (outputs / "model.txt").write_text("a model")
            log = folder.attempt(trial, 1) / "user_logs" / "std_log.txt"
            log.parent.mkdir()
            log.write_text(f"trial {trial} printed this\n")
        return folder


def played(total: int = 3) -> Theatre:
    """A sweep to its end: trial 0 is the best."""
    theatre = Theatre(plan(total=total, concurrent=1), steady())
    theatre.run()
    return theatre
