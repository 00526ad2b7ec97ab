"""What a compute is asked to run: one attempt of one trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trimtab.space import Params


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a trial.

    ``kind`` is ``literal`` or an Azure data type (``uri_file``, ``uri_folder``, ``mltable``,
    ``mlflow_model``...). ``value`` is a literal's text, or an absolute path or URI.
    """

    name: str
    kind: str
    value: str
    mode: str = "ro_mount"


@dataclass(frozen=True, slots=True)
class Output:
    """One named output; the runtime makes the place and collects what the trial leaves there."""

    name: str
    kind: str = "uri_folder"
    mode: str = "rw_mount"
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What all trials of a sweep share. ``command`` still has its placeholders.

    ``code`` is the sweep's own snapshot of the code folder (or file), absent when the command
    needs none. ``resources`` are the file's, as text.
    """

    command: str
    code: Path | None = None
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    environment_variables: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Launch:
    """One attempt, ready to run. ``key`` is unique for ever: submitting it twice runs it once.

    ``folder`` is the attempt's own folder (made by the runtime); ``timeout`` in seconds.
    ``tracking`` holds the environment variables by which the script's MLflow finds its run.
    """

    key: str
    sweep: str
    trial: int
    attempt: int
    params: Params
    work: Work
    folder: Path
    timeout: float | None = None
    tracking: Mapping[str, str] = field(default_factory=dict)


def attempt_key(sweep: str, trial: int, attempt: int) -> str:
    """The key of an attempt: ``sweep/trial/attempt``."""
    return f"{sweep}/{trial}/{attempt}"
