"""A local compute to try trials on, and what tests read from its news."""

from __future__ import annotations

import json
import shlex
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trimtab.compute.local import LocalCompute
from trimtab.model.facts import Ended, News, Noted, Reported
from trimtab.model.launch import Launch, Work, attempt_key
from trimtab.ports import Compute
from trimtab.runtime.process import ProcessRuntime
from trimtab.testing.compute import NOTHING, Behaviour, the_end


class LocalLab:
    """A local compute with two slots. ``restart`` forgets the old one, as ``kill -9`` would."""

    def __init__(self, folder: Path, grace: float = 0.3) -> None:
        self.folder = folder
        self.grace = grace
        self._runtimes: list[ProcessRuntime] = []
        self.compute: LocalCompute = self._new()

    def _new(self) -> LocalCompute:
        self._runtimes.append(ProcessRuntime())
        return LocalCompute(self._runtimes[-1], 2, self.folder / "cache", self.grace)

    def launch(
        self,
        trial: int,
        behaviour: Behaviour = NOTHING,
        attempt: int = 1,
        timeout: float | None = None,
    ) -> Launch:
        lines = ["trap '' TERM"] if behaviour.stubborn else []
        for name, value, step in behaviour.reports:
            line = json.dumps({"metrics": {name: value}, "step": step})
            lines.append(f'echo {shlex.quote(line)} > "$TRIMTAB_WIRE"')
        lines.append("while :; do sleep 0.05; done" if behaviour.holds else "true")
        lines.append(f"exit {behaviour.exit_code}")
        return self.of("\n".join(lines), trial, attempt, timeout)

    def of(
        self,
        command: str,
        trial: int = 0,
        attempt: int = 1,
        timeout: float | None = None,
        **work: Any,
    ) -> Launch:
        """A launch of a shell command; ``work`` goes to ``Work``."""
        params = work.pop("params", {})
        return Launch(
            attempt_key("sweep", trial, attempt),
            "sweep",
            trial,
            attempt,
            params,
            Work(command, **work),
            self.folder / "trials" / f"{trial}.{attempt}",
            timeout,
        )

    def run(self, command: str, **options: Any) -> tuple[list[News], Ended]:
        """Runs one trial to its end."""
        launch = self.of(command, **options)
        self.compute.submit(launch)
        news: list[News] = []
        deadline = time.monotonic() + 60.0
        while not any(isinstance(one, Ended) for one in news[-1:]):
            assert time.monotonic() < deadline, news
            news.extend(self.compute.poll(1.0))
        return news, the_end(news, launch.trial)

    def log(self, trial: int = 0) -> str:
        path = self.folder / "trials" / f"{trial}.1" / "user_logs" / "std_log.txt"
        return path.read_text(errors="replace")

    def restart(self) -> Compute:
        self.compute = self._new()
        return self.compute

    def close(self) -> None:
        self.compute.close()
        for runtime in self._runtimes:
            runtime.close()


def python(code: str) -> str:
    """A command that runs Python code."""
    return f"python -c {shlex.quote(textwrap.dedent(code))}"


def noted(news: Sequence[News]) -> list[tuple[str, str]]:
    return [(one.code, one.text) for one in news if isinstance(one, Noted)]


def reported(news: Sequence[News]) -> list[tuple[str, float, int | None]]:
    return [(one.name, one.value, one.step) for one in news if isinstance(one, Reported)]
