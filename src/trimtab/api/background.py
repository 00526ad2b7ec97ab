"""A conductor in a process of its own, which outlives the one that started it."""

from __future__ import annotations

import subprocess
import sys
import threading

from trimtab.errors import InputError
from trimtab.home import Home, SweepFolder, unwritable

LOG_LINES = 12


class Background:
    """The process ``trimtab resume SWEEP``: out of reach of this terminal's signals.

    A thread waits for it, so that it leaves no zombie. What it prints goes to ``conductor.log``.
    """

    def __init__(self, home: Home, folder: SweepFolder, tracked: bool) -> None:
        if not sys.executable:
            raise InputError("This Python does not know its own program; use: trimtab run")
        # -P: modules in the current folder must not stand in for those that Trimtab imports.
        command = [sys.executable, "-P", "-m", "trimtab", "resume", folder.sweep, "--quiet"]
        command += ["--home", str(home.path), *([] if tracked else ["--no-mlflow"])]
        try:
            with folder.conductor_log.open("wb") as log:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise unwritable(home.path, error) from error
        self._log = folder.conductor_log
        self._waiter = threading.Thread(target=self._process.wait, daemon=True)
        self._waiter.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._waiter.is_alive()

    def wait(self, timeout: float | None) -> None:
        """Returns when it has ended, or after ``timeout`` seconds."""
        self._waiter.join(timeout)

    def last_words(self) -> str:
        """How it ended, and the end of what it printed."""
        code = self._process.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        try:
            lines = self._log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        except OSError:
            lines = []
        return "\n  ".join([f"its process {how}{':' if lines else '.'}", *lines])
