"""Watching a sweep while it runs: a live view, plain lines, JSON, or nothing.

All is called on the conductor's thread. A terminal that goes away, or a full disk under a
redirected output, ends the watching and never the sweep.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from trimtab.cli.output import log_of
from trimtab.home import SweepFolder
from trimtab.model.facts import Fact, SweepEnded
from trimtab.view import data
from trimtab.view.lines import Line, Lines, Weight
from trimtab.view.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live

FRAME_SECONDS = 0.12
"""Between two frames of the live view, at least."""
_LOST = (OSError, ValueError, SystemExit)
"""What a terminal that went away raises; where a pipe breaks, Rich wants to exit."""
_STYLES = {Weight.GOOD: "green", Weight.NOTE: "yellow", Weight.BAD: "red"}


ENDING = "bringing MLflow up to date; Ctrl-C leaves that to: trimtab sync"


class Watcher(Protocol):
    """``hear`` gets every fact, ``beat`` comes at least every quarter of a second."""

    def hear(self, fact: Fact) -> None: ...

    def beat(self) -> None: ...

    def close(self) -> None: ...


class Silent:
    """Watches without a word."""

    def hear(self, fact: Fact) -> None: ...

    def beat(self) -> None: ...

    def close(self) -> None: ...


class JsonLines:
    """Facts from number ``first`` on, as lines of JSON."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._print: Callable[[str], None] = _printer()

    def hear(self, fact: Fact) -> None:
        if fact.seq >= self._first:
            self._print(data.encode(data.fact(fact)))

    def beat(self) -> None: ...

    def close(self) -> None: ...


class PlainLines:
    """A line per event, for logs and pipes."""

    def __init__(self, folder: SweepFolder, first: int, tracked: bool = False) -> None:
        self._first = first
        self._tracked = tracked
        self._progress = Progress()
        self._lines = Lines(self._progress, log_of(folder))
        self._print: Callable[[str], None] = _printer()

    def hear(self, fact: Fact) -> None:
        self._progress.apply(fact)
        if fact.seq < self._first:
            return
        line = self._lines.of(fact)
        if line is not None:
            self._put(fact, line.text)
        if isinstance(fact.body, SweepEnded) and self._tracked:
            self._put(fact, ENDING)

    def _put(self, fact: Fact, said: str) -> None:
        self._print(f"{time.strftime('%H:%M:%S', time.localtime(fact.at))} {said}")

    def beat(self) -> None: ...

    def close(self) -> None: ...


class LiveView:
    """A picture that is drawn again and again, with notes and failures as lines above it."""

    def __init__(self, folder: SweepFolder, first: int, tracked: bool = False) -> None:
        from rich.console import Console
        from rich.live import Live

        self._first = first
        self._tracked = tracked
        self._progress = Progress()
        self._lines = Lines(self._progress, log_of(folder))
        self._console: Console | None = Console(highlight=False)
        self._live: Live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stderr=sys.stderr.isatty(),
        )
        self._drawn = 0.0
        self._ending = ""
        self._live.start()

    def hear(self, fact: Fact) -> None:
        self._progress.apply(fact)
        if fact.seq < self._first:
            return
        line = self._lines.of(fact)
        if line is not None and line.weight is not Weight.PLAIN:
            self._say(line)
        if isinstance(fact.body, SweepEnded):
            self._ending = ENDING if self._tracked else ""
            self._draw()

    def beat(self) -> None:
        if time.monotonic() - self._drawn >= FRAME_SECONDS:
            self._draw()

    def close(self) -> None:
        with suppress(*_LOST):
            self._live.stop()

    def _say(self, line: Line) -> None:
        """Prints a line above the picture, which shows the same moment."""
        from rich.text import Text

        def put(console: Console) -> None:
            self._update(console)
            console.print(Text(line.text, _STYLES[line.weight]))

        self._guarded(put)

    def _draw(self) -> None:
        def draw(console: Console) -> None:
            self._update(console)
            self._live.refresh()

        self._guarded(draw)

    def _update(self, console: Console) -> None:
        from trimtab.view.frame import Screen, frame

        self._drawn = time.monotonic()
        unicode = "utf" in (console.encoding or "").lower()
        screen = Screen(console.width, console.height, unicode)
        self._live.update(frame(self._progress, time.time(), screen, self._ending))

    def _guarded(self, draw: Callable[[Console], None]) -> None:
        if self._console is None:
            return
        try:
            draw(self._console)
        except _LOST:
            self._console = None
            self.close()


def _printer() -> Callable[[str], None]:
    """Prints until the output breaks, and nothing from then on."""
    broken = False

    def put(line: str) -> None:
        nonlocal broken
        if broken:
            return
        try:
            print(line, flush=True)
        except (OSError, ValueError):
            broken = True

    return put


def watcher(
    folder: SweepFolder, first: int, as_json: bool, quiet: bool, tracked: bool = False
) -> Watcher:
    """The watcher that suits the options and the terminal; facts before ``first`` are history."""
    if as_json:
        return JsonLines(first)
    if quiet:
        return Silent()
    if sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb"):
        return LiveView(folder, first, tracked)
    return PlainLines(folder, first, tracked)
