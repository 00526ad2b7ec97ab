"""Trials as fresh processes: one shell per trial, in a session and process group of its own.

The command is run by ``bash -c`` as on Azure ML, or by ``/bin/sh -c`` where there is no bash.
Besides the program's own environment the trial gets ``TRIMTAB_ATTEMPT`` (the program's key) and
``TRIMTAB_CONDUCTOR`` (this runtime's token). By these two, whatever a trial started is found and
ended with it, and ended by the warden when this process dies.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import select
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping

from trimtab.errors import TrialError
from trimtab.ports import Exit, Process, Program
from trimtab.runtime import warden
from trimtab.runtime.guard import Guard

ATTEMPT = "TRIMTAB_ATTEMPT"
CONDUCTOR = "TRIMTAB_CONDUCTOR"
_LAST_BREATH = 2.0
"""Seconds that a killed process may take to disappear before it is left to itself."""


class ProcessRuntime:
    """Starts programs; nothing that they started outlives ``close`` or the death of this process.

    Not thread-safe. ``shell`` runs the command by its ``-c``.
    """

    def __init__(self, shell: str | None = None) -> None:
        self._shell = shell or shutil.which("bash") or "/bin/sh"
        self._token = secrets.token_hex(16)
        self._guard = Guard(f"{CONDUCTOR}={self._token}")
        self._open: dict[int, _FreshProcess] = {}
        _heed_children()

    @property
    def guard(self) -> int | None:
        """The pid of the warden, once a program was started."""
        return self._guard.pid

    def start(self, program: Program) -> Process:
        self._guard.ready()
        marks = {ATTEMPT: program.key, CONDUCTOR: self._token}
        try:
            popen = self._popen(program, {**program.environment, **marks})
        except (OSError, ValueError) as error:
            raise TrialError(_refusal(error, program)) from error
        self._guard.watch(popen.pid)
        process = _FreshProcess(popen, _marks(marks), self._released)
        self._open[popen.pid] = process
        return process

    def _popen(self, program: Program, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
        log = os.open(program.log, flags, 0o666)
        try:
            os.set_blocking(log, True)
            return subprocess.Popen(
                [self._shell, "-c", program.command],
                cwd=program.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def reclaim(self, marks: Mapping[str, str]) -> int:
        """Kills what other processes left running: all whose environment has all of ``marks``.

        How many there were. Whatever this runtime started is spared.
        """
        own = _marks({CONDUCTOR: self._token})
        return warden.end_all(_marks(marks), set(), sparing=own, patience=_LAST_BREATH)

    def close(self) -> None:
        for process in list(self._open.values()):
            process.close()
        if self._guard.pid is not None:
            # Once more: a child caught in the middle of an exec has no environment for a moment.
            warden.end_all(_marks({CONDUCTOR: self._token}), set(), patience=_LAST_BREATH)
        self._guard.dismiss()

    def _released(self, pid: int) -> None:
        self._open.pop(pid, None)
        self._guard.release(pid)


class _FreshProcess:
    """The leader is reaped only by ``close``: until then its pid names the group and no other."""

    def __init__(
        self, popen: subprocess.Popen[bytes], marks: warden.Marks, released: Callable[[int], None]
    ) -> None:
        self._popen = popen
        self._marks = marks
        self._released = released
        self._descriptor = _end_of(popen.pid)
        self._exit: Exit | None = None
        self._closed = False

    @property
    def pid(self) -> int:
        return self._popen.pid

    def fileno(self) -> int:
        return self._descriptor

    def exit(self) -> Exit | None:
        if self._exit is None:
            self._exit = _exit_of(self.pid)
        return self._exit

    def end(self, force: bool) -> None:
        if self._closed:
            return
        if force:
            # Who left the session with a clean environment is known only while its parent lives.
            strays = warden.find(self._marks, {self.pid})
            self._signal(signal.SIGKILL)
            warden.kill(strays)
            return
        self._signal(signal.SIGTERM)
        # A stopped process takes a TERM only once it goes on.
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        if self._closed:
            return
        if self.exit() is None:
            self.end(force=True)
        warden.end_all(self._marks, {self.pid}, patience=_LAST_BREATH)
        _wait_readable(self._descriptor, _LAST_BREATH)
        self.exit()
        self._popen.poll()
        self._closed = True
        os.close(self._descriptor)
        self._released(self.pid)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def _marks(environment: Mapping[str, str]) -> warden.Marks:
    return frozenset(os.fsencode(f"{name}={value}") for name, value in environment.items())


def _exit_of(pid: int) -> Exit | None:
    """How a child ended, without reaping it."""
    try:
        result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return Exit(None, None)  # somebody else in this process reaped it
    if result is None:
        return None
    if result.si_code == os.CLD_EXITED:
        return Exit(result.si_status, None)
    return Exit(None, result.si_status)


def _end_of(pid: int) -> int:
    """A descriptor that becomes readable when the child ends: a pidfd, or a waiting thread's pipe.

    Linux before 5.3 and some sandboxes have no pidfds.
    """
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):
            return os.pidfd_open(pid)
    reader, writer = os.pipe2(os.O_CLOEXEC)
    threading.Thread(target=_wait, args=(pid, writer), name=f"end-of-{pid}", daemon=True).start()
    return reader


def _wait(pid: int, writer: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    os.close(writer)


def _wait_readable(descriptor: int, seconds: float) -> None:
    waiter = select.poll()
    waiter.register(descriptor, select.POLLIN)
    waiter.poll(seconds * 1000)


def _heed_children() -> None:
    """Undoes an inherited ``SIGCHLD`` set to ignore, under which no exit code can be learnt."""
    on_main = threading.current_thread() is threading.main_thread()
    if on_main and signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _refusal(error: OSError | ValueError, program: Program) -> str:
    """Why the program did not start, as one sentence."""
    if isinstance(error, ValueError):
        return f"The command could not be started: its text or an environment variable has {error}."
    if error.errno == errno.E2BIG:
        size = sum(len(name) + len(value) for name, value in program.environment.items())
        return (
            f"The command could not be started: {len(program.command)} letters of command and "
            f"{size} of environment are more than the system takes; pass long values in a file."
        )
    if error.errno == errno.EAGAIN:
        return (
            "The command could not be started: this user may start no further process; "
            "end some, or raise the limit (ulimit -u)."
        )
    if error.errno == errno.ENOSPC:
        return f"The log {program.log} could not be opened: no space is left on the device."
    where = os.fsdecode(error.filename) if error.filename else str(program.folder)
    return f"The command could not be started: {where}: {error.strerror}."
