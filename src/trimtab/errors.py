"""Every error that Trimtab raises on purpose.

    TrimtabError                   exit code 1 unless said otherwise
    ├── InputError                 exit code 2: what the user handed over cannot be used
    │   ├── SweepFileError         a sweep file with problems, all of them listed
    │   ├── UnknownSweepError      no such sweep, trial or model
    │   ├── MissingExtraError      an optional library is not installed
    │   └── HomeError              the home cannot be read, written or is too new
    ├── SweepBusyError             exit code 2: another process is conducting this sweep
    ├── SweepFailedError           a sweep that somebody waited for has failed
    ├── SweepInterruptedError      nobody conducts a sweep that has not ended
    ├── StoreError                 facts could not be written or read (disk full, damaged file)
    ├── ComputeError               a compute cannot do its work
    ├── TrialError                 exit code 1: a trial could not be prepared or run
    └── TrackingError              MLflow refused or is away

A message is one sentence or a few: where, what was found, what is allowed, what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class TrimtabError(Exception):
    """Root of the tree; ``exit_code`` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


class InputError(TrimtabError):
    """What the user handed over cannot be used as it is."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong (or doubtful) in a sweep file.

    ``line`` and ``column`` count from 1 and are 0 when unknown; ``key`` is the dotted path in the
    file, for example ``search_space.lr.min_value``. ``severity`` is ``error`` or ``note``.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    key: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        key = f"{self.key}: " if self.key else ""
        return f"{place}: {key}{self.message}" if place else f"{key}{self.message}"


class SweepFileError(InputError):
    """A sweep file with one or more problems; ``problems`` holds them all, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnknownSweepError(InputError):
    """No sweep, trial or model of that name exists in the home."""


class MissingExtraError(InputError):
    """A library of an optional extra is not installed."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the library {library!r}, which is not installed; "
            f"install it with: pip install 'trimtab[{extra}]'"
        )


class HomeError(InputError):
    """The home folder cannot be used: unreadable, read-only, or written by a newer release."""


class SweepBusyError(TrimtabError):
    """Another process conducts this sweep; one sweep has one writer. ``holder`` names it."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, holder: str = "another process") -> None:
        super().__init__(message)
        self.holder = holder


class SweepFailedError(TrimtabError):
    """A sweep that somebody waited for has failed; the message is its reason."""


class SweepInterruptedError(TrimtabError):
    """Nobody conducts a sweep that has not ended: its process died, or could not begin."""


class StoreError(TrimtabError):
    """Facts could not be written or read: the disk is full, the file is damaged or too new."""


class ComputeError(TrimtabError):
    """A compute cannot do its work at all (not: one trial failed)."""


class TrialError(TrimtabError):
    """A trial could not be prepared or started; the message is the trial's reason of failure."""


class TrackingError(TrimtabError):
    """MLflow refused a request or is away."""
