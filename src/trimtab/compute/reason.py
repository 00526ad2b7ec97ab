"""Why an attempt failed, in words: how its command ended, and the end of what it printed."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from trimtab.ports import Exit

_TAIL = 64 * 1024
_LINES = 20
_LETTERS = 4000
_TRACEBACK = "Traceback (most recent call last):"
_UNPRINTABLE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[^\x20-\x7e\t\n\u00a0-\U0010ffff]")


def failure(ended: Exit, log: Path) -> str:
    """A first line that says it all, the script's last traceback or lines, and where the log is."""
    excerpt = _excerpt(tail(log))
    # The exception itself is the last line that starts at the margin.
    exception = (
        [line for line in excerpt if line[:1].strip()][-1:] if _is_traceback(excerpt) else []
    )
    head = ": ".join([_how(ended), *exception])
    return "\n".join([head, *(excerpt or ["It printed nothing."]), f"log: {log}"])


def tail(log: Path, size: int = _TAIL) -> str:
    """The end of the log as text without control characters; empty when it cannot be read."""
    try:
        # A trial may have put a FIFO in the log's place.
        descriptor = os.open(log, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor
            file.seek(max(0, os.fstat(descriptor).st_size - size))
            data = file.read(size)
    except OSError:
        return ""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text)


def _excerpt(text: str) -> list[str]:
    start = text.rfind("\n" + _TRACEBACK)
    if text.startswith(_TRACEBACK) and start < 0:
        start = 0
    lines = [line.rstrip() for line in text[max(start, 0) :].splitlines()]
    lines = [line[:500] for line in lines if line]
    if len(lines) <= _LINES:
        kept = lines
    elif start >= 0:
        kept = [lines[0], "  ...", *lines[2 - _LINES :]]
    else:
        kept = lines[-_LINES:]
    while len(kept) > 1 and sum(map(len, kept)) > _LETTERS:
        del kept[1 if _is_traceback(kept) and len(kept) > 2 else 0]
    return kept


def _is_traceback(lines: list[str]) -> bool:
    return lines[:1] == [_TRACEBACK]


def _how(ended: Exit) -> str:
    if ended.signal is not None:
        return f"killed by {_signal(ended.signal)}"
    code = ended.code or 0
    if code == 126:
        return "exit code 126: a command of the trial is not executable"
    if code == 127:
        return "exit code 127: a command of the trial was not found on this machine"
    if 128 < code <= 128 + 64:
        return f"exit code {code}: a command of the trial was killed by {_signal(code - 128)}"
    return f"exit code {code}"


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    hints = {"SIGKILL": " (out of memory?)", "SIGSEGV": " (a crash in compiled code)"}
    return name + hints.get(name, "")
