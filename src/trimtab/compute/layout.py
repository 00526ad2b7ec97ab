"""The folder of an attempt: what lies where.

code/                    private copy of the sweep's code, the working directory
code/outputs/            ``./outputs`` as on Azure ML
outputs                  a link to code/outputs
named-outputs/<name>/    one folder per named output
inputs/<name>/           private copies of inputs with mode ``download``
user_logs/std_log.txt    what the trial prints
wire                     FIFO by which it reports; gone once it has ended
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trimtab.errors import TrialError

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What a full disk or an exhausted quota answers."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one attempt. ``folder`` is absolute."""

    folder: Path

    @property
    def code(self) -> Path:
        return self.folder / "code"

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"

    @property
    def log(self) -> Path:
        return self.folder / "user_logs" / "std_log.txt"

    @property
    def wire(self) -> Path:
        return self.folder / "wire"

    def named_output(self, name: str) -> Path:
        return self.folder / "named-outputs" / name

    def input(self, name: str) -> Path:
        return self.folder / "inputs" / name

    def make(self, code: Path | None, check: Callable[[], None]) -> None:
        """Makes the folder with a copy of ``code``; ``check`` may raise between two files.

        Raises OSError; TrialError when ``code`` is not there.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.code.is_dir() and not self.code.is_symlink():
            shutil.rmtree(self.code)
        if code is None:
            self.code.mkdir()
        else:
            copy(code, self.code, check)
        self._link_outputs()
        self.wire.unlink(missing_ok=True)
        try:
            os.mkfifo(self.wire, 0o600)
        except OSError as error:
            if error.errno in FULL:
                raise
            raise TrialError(
                f"The file system of {self.folder} has no named pipes ({error.strerror}), which "
                "trials report by; put the home on a local disk (TRIMTAB_HOME)."
            ) from error

    def _link_outputs(self) -> None:
        (self.code / "outputs").mkdir(exist_ok=True)
        if not self.outputs.is_symlink():
            self.outputs.symlink_to(Path("code") / "outputs", target_is_directory=True)

    def settle(self) -> None:
        """After the end, whatever the trial left: ``outputs`` leads somewhere, no FIFO remains."""
        with contextlib.suppress(OSError):
            self.wire.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._link_outputs()


def copy(source: Path, target: Path, check: Callable[[], None]) -> None:
    """Copies a folder to ``target``, or a file into it. Links stay links.

    Raises TrialError when there is no ``source`` or a part of it is no file, folder or link.
    """

    def copy_file(one: str, other: str) -> str:
        check()
        try:
            return shutil.copy2(one, other)
        except OSError as error:
            if error.errno in FULL:  # every further file would fail as well
                raise TrialError(no_space(target)) from error
            raise

    if source.is_file():
        target.mkdir(parents=True)
        copy_file(str(source), str(target / source.name))
        return
    if not source.is_dir():
        raise TrialError(f"There is no file or folder {source} to copy.")
    try:
        shutil.copytree(source, target, symlinks=True, copy_function=copy_file)
    except shutil.Error as error:
        path, _, reason = error.args[0][0]
        raise TrialError(f"{path} could not be copied: {reason}") from error


def no_space(path: Path) -> str:
    """The sentence for a full disk."""
    return f"No space is left on the disk of {path}; free some, then resume the sweep."
