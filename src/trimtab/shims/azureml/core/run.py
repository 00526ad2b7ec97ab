"""``azureml.core.Run`` inside a trial: what is logged goes to the sweep, files to ``./outputs``."""

# The arguments are the real class's, used here or not:
# ruff: noqa: ARG002
from __future__ import annotations

import atexit
import itertools
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, NoReturn
from uuid import uuid4

from trimtab import trial

_OUTPUTS = "outputs"


class Run:
    """The run of this trial. Any number of objects may stand for it; all log to the same trial.

    A child run logs under its name and a slash: its metrics must not mix with the trial's own.
    """

    _offline_id = f"OfflineRun_{uuid4()}"
    _children = itertools.count(1)

    def __init__(self, *_ignored: object, _prefix: str = "", **_also_ignored: object) -> None:
        self._prefix = _prefix

    @classmethod
    def get_context(cls, allow_offline: bool = True, **_ignored: object) -> Run:
        """The run of this trial; one whose logs go nowhere when there is no sweep."""
        if not allow_offline and "AZUREML_RUN_ID" not in os.environ:
            raise RuntimeError("The script does not run as a trial, and allow_offline is False.")
        return cls()

    @property
    def id(self) -> str:
        run = os.environ.get("AZUREML_RUN_ID", self._offline_id)
        return f"{run}/{self._prefix.rstrip('/')}" if self._prefix else run

    @property
    def number(self) -> int:
        """The trial's number in the sweep, from 0."""
        tail = os.environ.get("AZUREML_RUN_ID", "").rpartition("_")[2]
        return int(tail) if tail.isdecimal() else 0

    # What is logged

    def log(self, name: str, value: Any, description: str = "", step: int | None = None) -> None:
        """A number is a value of the metric's series; anything else becomes a tag, with a note."""
        try:
            trial.report({self._prefix + name: value}, step=step)
        except TypeError:
            trial.tag(self._prefix + name, value)
            trial.note(f"run.log({name!r}, {value!r}): no number, kept as a tag.")

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """One report per element."""
        for one in value:
            self.log(name, one)

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        """One report per column, under ``name/column``."""
        for column, value in kwargs.items():
            self.log(f"{name}/{column}", value)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        """A mapping of columns, each a value or a list of values."""
        for column, values in value.items():
            listed = values if isinstance(values, list | tuple) else [values]
            self.log_list(f"{name}/{column}", listed)

    def log_image(
        self, name: str, path: str | None = None, plot: Any = None, description: str = ""
    ) -> None:
        """An image file, or a matplotlib figure (or pyplot itself), in the outputs."""
        if (path is None) == (plot is None):
            raise ValueError("log_image takes either a path or a plot.")
        if path is not None:
            self.upload_file(name + Path(path).suffix, path)
        else:
            plot.savefig(_target(f"{name}.png"))

    def tag(self, key: str, value: object = None) -> None:
        trial.tag(self._prefix + key, "" if value is None else value)

    def set_tags(self, tags: Mapping[str, object]) -> None:
        for key, value in tags.items():
            self.tag(key, value)

    def add_properties(self, properties: Mapping[str, object]) -> None:
        """Kept as tags."""
        self.set_tags(properties)

    # Files

    def upload_file(
        self, name: str, path_or_stream: str | os.PathLike[str] | BinaryIO, **_ignored: object
    ) -> None:
        """Copies a file or a stream to ``outputs/<name>``."""
        target = _target(name)
        if isinstance(path_or_stream, str | os.PathLike):
            if not (target.exists() and target.samefile(path_or_stream)):
                shutil.copyfile(path_or_stream, target)
            return
        with target.open("wb") as file:
            shutil.copyfileobj(path_or_stream, file)

    def upload_files(self, names: Sequence[str], paths: Sequence[str], **_ignored: object) -> None:
        for name, path in zip(names, paths, strict=True):
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: str, **_ignored: object) -> None:
        """Copies a folder to ``outputs/<name>``."""
        for file in sorted(Path(path).rglob("*")):
            if file.is_file():
                self.upload_file(f"{name}/{file.relative_to(path).as_posix()}", file)

    # Its life

    def child_run(self, name: str | None = None, **_ignored: object) -> Run:
        return Run(_prefix=f"{self._prefix}{name or f'child_{next(self._children)}'}/")

    def flush(self, timeout_seconds: float = 300) -> None:
        """Nothing waits: what is logged is on its way when ``log`` returns."""

    def complete(self, _set_status: bool = True) -> None:
        """The trial completes when its script ends."""

    def fail(
        self, error_details: object = None, error_code: object = None, _set_status: bool = True
    ) -> None:
        """The trial will end as failed, whatever its script exits with."""
        self._end_badly(f"The script failed its run: {error_details or error_code or 'no details'}")

    def cancel(self) -> None:
        """The trial will end as failed: only the sweep cancels trials."""
        self._end_badly("The script canceled its own run.")

    def _end_badly(self, text: str) -> None:
        trial.note(text)
        print(text, file=sys.stderr)
        if not self._prefix:
            atexit.register(_exit_with_failure)

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self.fail(repr(error))

    def __repr__(self) -> str:
        return f"Run(Id: {self.id})"

    def __getattr__(self, name: str) -> NoReturn:
        here = ", ".join(one for one in vars(Run) if not one.startswith("_"))
        raise AttributeError(
            f"azureml.core.Run.{name} is not part of Trimtab's stand-in, which has: {here}."
        )


def _target(name: str) -> Path:
    """Where an upload goes; a name that leads out of the outputs is refused."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or parts[0] == "/":
        raise ValueError(f"{name!r} cannot name an upload; it is a path inside of the outputs.")
    target = Path(_OUTPUTS, *(parts[1:] if parts[0] == _OUTPUTS and len(parts) > 1 else parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _exit_with_failure() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)
