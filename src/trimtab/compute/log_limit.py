"""A bound on a trial's log, so that one that prints without end does not fill the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_TAIL = 64 * 1024


def shorten(log: Path, limit: int) -> int:
    """Cuts the middle out of a log of more than ``limit`` bytes; how many bytes went.

    The first half of ``limit`` and the latest lines stay, with a line between them that says so.
    The trial may go on writing meanwhile, since its descriptor appends; lines it writes during the
    cut may be among those that go. Raises OSError.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(log, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size <= limit:
            return 0
        size = status.st_size
        head, rest = limit // 2, min(_TAIL, limit // 4)
        tail = os.pread(descriptor, rest, size - rest)
        dropped = size - head - len(tail)
        os.ftruncate(descriptor, head)
        notice = f"\n[trimtab: {dropped} bytes of this log were dropped here]\n".encode()
        os.write(descriptor, notice + tail)
        return dropped
    finally:
        os.close(descriptor)
