"""The node's end of the wire: a FIFO that any process of the trial may write to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from trimtab import wire
from trimtab.model.facts import News, Noted, Reported, Tagged

_AT_ONCE = 1 << 16
_CAPACITY = 1 << 20
"""Bytes a trial may be ahead of its node before its reports wait (Linux grants users 1 MiB)."""


class WirePipe:
    """Turns what a trial writes into news. Lines that cannot be read are noted, never fatal."""

    def __init__(self, path: Path, trial: int, attempt: int) -> None:
        """Opens the FIFO ``path``. Raises OSError."""
        self._trial = trial
        self._attempt = attempt
        # Open for writing too: the wire has no end while the trial has no writer.
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        _enlarge(self._descriptor)
        self._rest = b""
        self._skipping = False
        self._bad = 0
        self._reports = 0

    def fileno(self) -> int:
        return self._descriptor

    def read(self) -> list[News]:
        """The news of what is there, up to 64 KiB of lines; never waits."""
        try:
            data = os.read(self._descriptor, _AT_ONCE)
        except BlockingIOError:
            return []
        return [news for line in self._lines(data) for news in self._news(line)]

    def finish(self) -> list[News]:
        """All that is left once no writer is left; closes the FIFO."""
        news: list[News] = []
        # Bounded: a process that escaped may go on writing for ever.
        for _ in range(_CAPACITY // _AT_ONCE + 1):
            try:
                data = os.read(self._descriptor, _AT_ONCE)
            except BlockingIOError:
                break
            news += [one for line in self._lines(data) for one in self._news(line)]
        if self._rest:
            news += self._refused("the last line was cut off")
        if self._bad > 1:
            text = f"{self._bad} lines of the wire could not be read, the first one is noted above."
            news.append(Noted("wire", text, self._trial))
        self.close()
        return news

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _lines(self, data: bytes) -> Iterator[bytes]:
        *lines, rest = (self._rest + data).split(b"\n")
        if lines and self._skipping:
            del lines[0]
            self._skipping = False
        yield from lines
        if len(rest) > wire.MAX_LINE or self._skipping:
            if not self._skipping:
                yield rest[: wire.MAX_LINE + 1]  # too long: refused as such
            self._skipping, rest = True, b""
        self._rest = rest

    def _news(self, line: bytes) -> list[News]:
        if not line.strip():
            return []
        try:
            message = wire.decode(line)
        except wire.WireError as error:
            return self._refused(str(error))
        trial, attempt = self._trial, self._attempt
        news: list[News] = []
        for name, value in message.metrics.items():
            self._reports += 1
            news.append(Reported(trial, attempt, name, value, message.step, self._reports))
        news += [Tagged(trial, attempt, *one, role="param") for one in message.params.items()]
        news += [Tagged(trial, attempt, *one) for one in message.tags.items()]
        if message.note:
            news.append(Noted("note", message.note, trial))
        return news

    def _refused(self, reason: str) -> list[News]:
        self._bad += 1
        if self._bad > 1:
            return []
        return [Noted("wire", f"A report could not be read: {reason}", self._trial)]


def _enlarge(descriptor: int) -> None:
    import fcntl

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _CAPACITY)
    except OSError:
        return  # the user's pipes are used up; the usual 64 KiB do
