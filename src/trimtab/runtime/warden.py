"""The warden: ends the trials of a process that died without a goodbye.

Run by path with ``python -I -S`` (standard library only, up in some 20 ms) as

    warden.py VARIABLE=TOKEN PID

with standard input a pipe whose write end only process ``PID`` holds. Lines on it: ``+<session>``
and ``-<session>`` for sessions that begin and end, ``bye`` before a clean end. When the pipe ends
or the process does, without ``bye``, the warden kills until nothing is left: every process of this
user that has ``VARIABLE=TOKEN`` in its environment, that belongs to an open session, or that
descends from one of these.

The functions here also serve the runtime itself. Linux only: they read ``/proc``.
"""

# pathlib takes longer to import than the warden to start:
# ruff: noqa: PTH116, PTH208
from __future__ import annotations

import os
import select
import signal
import sys
import time

Marks = frozenset[bytes]
"""Entries of an environment, ``NAME=value``; a process matches that has all of them."""

VARIABLE = b"TRIMTAB_WARDEN=1"
"""In every warden's environment: a trial's end must spare the warden of a sweep run within it."""
_QUIET = 0.5
_PATIENCE = 60.0


def find(marks: Marks, sessions: set[int], sparing: Marks = frozenset()) -> dict[int, int]:
    """Living processes of this user that match, with their descendants: pid -> process group.

    Those whose environment has one of ``sparing`` are left out. This process never matches.
    """
    pids = _pids()
    found = {pid for pid in pids if _matches(pid, marks, sessions)}
    if not any(_status(pid) for pid in found):
        return {}
    # Reading what all processes are costs more; it is done only when there is something to end.
    status = {pid: known for pid in pids if (known := _status(pid)) and not _spared(pid, sparing)}
    found &= status.keys()
    new = found
    while new:
        new = {pid for pid, (parent, _) in status.items() if parent in found} - found
        found |= new
    return {pid: status[pid][1] for pid in found}


def _pids() -> list[int]:
    own = os.getpid()
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != own]


def _matches(pid: int, marks: Marks, sessions: set[int]) -> bool:
    try:
        if sessions and os.getsid(pid) in sessions:
            return True
        environ = _read(pid, "environ")
    except OSError:
        return False
    return bool(marks) and all(mark in environ for mark in marks) and marks <= _entries(environ)


def _spared(pid: int, sparing: Marks) -> bool:
    try:
        entries = _entries(_read(pid, "environ"))
    except OSError:
        return True
    return VARIABLE in entries or not sparing.isdisjoint(entries)


def _status(pid: int) -> tuple[int, int] | None:
    """Parent and group of a living process of this user; None for any other."""
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.geteuid():
            return None
        stat = _read(pid, "stat")
    except OSError:
        return None
    state, parent, group = stat[stat.rindex(b")") + 2 :].split(b" ", 3)[:3]
    return None if state in b"ZX" else (int(parent), int(group))


def _entries(environ: bytes) -> Marks:
    return frozenset(environ.split(b"\0"))


def _read(pid: int, name: str) -> bytes:
    descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = b""
        while piece := os.read(descriptor, 65536):
            data += piece
        return data
    finally:
        os.close(descriptor)


def kill(found: dict[int, int]) -> None:
    """Kills processes and their groups; a group dies at once, so forking does not escape it."""
    own = os.getpgrp()
    targets = [(os.killpg, group) for group in set(found.values()) - {own}]
    targets += [(os.kill, pid) for pid in found]
    for send, target in targets:
        try:  # noqa: SIM105 - contextlib is what takes long to import here
            send(target, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def end_all(
    marks: Marks,
    sessions: set[int],
    sparing: Marks = frozenset(),
    quiet: float = 0.0,
    patience: float = 1.0,
) -> int:
    """Kills all that match until none was seen for ``quiet`` seconds; how many were seen.

    Gives up after ``patience`` seconds: a process that hangs in the kernel cannot be killed.
    """
    seen: set[int] = set()
    start = calm_since = time.monotonic()
    while True:
        found = find(marks, sessions, sparing)
        now = time.monotonic()
        if found:
            kill(found)
            seen |= found.keys()
            calm_since = now
        elif now - calm_since >= quiet:
            return len(seen)
        if now - start >= patience:
            return len(seen)
        time.sleep(0.005 if found else quiet / 10)


class _Orders:
    """What was read from the pipe so far."""

    def __init__(self) -> None:
        self.sessions: set[int] = set()
        self.ended = False
        self.dismissed = False
        self._rest = b""

    def read(self) -> None:
        """Takes what is there; sets ``ended`` at the pipe's end."""
        try:
            data = os.read(0, 65536)
        except BlockingIOError:
            return
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line == b"bye":
                self.dismissed = True
            elif line[:1] == b"+":
                self.sessions.add(int(line[1:]))
            elif line[:1] == b"-":
                self.sessions.discard(int(line[1:]))


def main(mark: bytes, conductor: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.set_blocking(0, False)
    orders = _Orders()
    watched = [0]
    # Its pipe may outlive the conductor in a child forked without exec; its pid cannot.
    if hasattr(os, "pidfd_open") and os.getppid() == conductor:
        watched.append(os.pidfd_open(conductor))
    while not orders.ended and not orders.dismissed:
        ready = select.select(watched, [], [])[0]
        orders.read()
        if ready != [0]:
            break
    if not orders.dismissed:
        end_all(frozenset([mark]), orders.sessions, quiet=_QUIET, patience=_PATIENCE)


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]), int(sys.argv[2]))
