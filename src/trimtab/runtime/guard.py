"""The runtime's hold on its warden, the small process that ends trials when this one dies."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from trimtab.errors import TrialError
from trimtab.runtime import warden


class Guard:
    """Starts the warden with the first session and tells it which sessions there are.

    A warden that was killed is replaced with the next session.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._sessions: set[int] = set()
        self._warden: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def ready(self) -> None:
        """Makes sure that a warden runs. Raises TrialError."""
        if self._warden is not None and self._warden.poll() is None:
            return
        self._forget()
        reader, self._pipe = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._pipe, False)
        path = Path(warden.__file__)
        try:
            self._warden = subprocess.Popen(
                [sys.executable, "-I", "-S", str(path), self._mark, str(os.getpid())],
                stdin=reader,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"TRIMTAB_WARDEN": "1"},
                start_new_session=True,
            )
        except OSError as error:
            raise TrialError(
                f"The process that guards trials could not be started: {error.strerror}."
            ) from error
        finally:
            os.close(reader)
        for session in self._sessions:
            self._tell(f"+{session}")

    @property
    def pid(self) -> int | None:
        """The warden's process, once there is one."""
        return None if self._warden is None else self._warden.pid

    def watch(self, session: int) -> None:
        self._sessions.add(session)
        self._tell(f"+{session}")

    def release(self, session: int) -> None:
        self._sessions.discard(session)
        self._tell(f"-{session}")

    def dismiss(self) -> None:
        """Says goodbye: the warden ends and kills nothing."""
        self._tell("bye")
        self._forget()

    def _tell(self, line: str) -> None:
        # A warden that is gone or stuck is no reason to stop: the mark is enough to go by.
        with contextlib.suppress(OSError):
            os.write(self._pipe, line.encode() + b"\n")

    def _forget(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        if self._warden is not None:
            try:
                self._warden.wait(timeout=2.0)
            except subprocess.TimeoutExpired:
                self._warden.kill()
                self._warden.wait()
            self._warden = None
