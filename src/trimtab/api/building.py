"""A sweep that is not submitted yet: loaded from a file, or built with the words of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from trimtab.api.plain import plain, plain_input, plain_keys, yaml_text
from trimtab.errors import InputError, Problem

if TYPE_CHECKING:
    from trimtab.api.run import Run
    from trimtab.spec import CommandJob, SweepJob

Given: TypeAlias = Mapping[str, object]
Overrides: TypeAlias = Mapping[str, object] | Sequence[str]


@dataclass(frozen=True, slots=True, repr=False)
class Sweep:
    """What a sweep file holds, checked against the schema; made by ``load`` or ``sweep``.

    Two sweeps are equal when their keys and the folder that paths start from are.
    """

    job: SweepJob | CommandJob
    origin: Path | None = field(default=None, compare=False)

    def lint(self) -> tuple[Problem, ...]:
        """What the schema cannot see, notes included. ``submit`` refuses a sweep with errors."""
        from trimtab.spec.lint import lint

        return tuple(lint(self.job))

    def to_yaml(self) -> str:
        """The text of a sweep file with the keys that were given."""
        return yaml_text(self.job)

    def save(self, path: str | Path) -> Path:
        """Writes a sweep file; paths in it lead from its folder to where they led before.

        Returns its path. Raises InputError when it cannot be written.
        """
        file = Path(path)
        text = yaml_text(self.job, file.absolute().parent)
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{file} cannot be written: {error.strerror}.") from error
        return file

    def submit(
        self,
        *,
        home: str | Path | None = None,
        name: str | None = None,
        tracked: bool = True,
    ) -> Run:
        """Writes the sweep down and starts it in a process of its own; returns once that has begun.

        ``name`` is the new sweep's id, ``home`` the folder that keeps it; ``tracked`` off leaves
        MLflow alone. Raises SweepFileError, InputError, HomeError, and SweepInterruptedError when
        the process could not begin.
        """
        from trimtab.api.run import Run, home_at
        from trimtab.creation import create_sweep

        place = home_at(home)
        folder = create_sweep(self.job, place, origin=self.origin, name=name)
        return Run(place, folder).resume(tracked=tracked)

    def __repr__(self) -> str:
        return f"<Sweep of {self.job.trial.command!r}>"


def load(path: str | Path, overrides: Overrides = ()) -> Sweep:
    """The sweep (or command job) in a YAML file.

    ``overrides`` change keys: ``{"limits.max_total_trials": 4}``, or texts as ``trimtab run --set``
    takes them. Raises SweepFileError with every problem.
    """
    from trimtab.spec import load_job

    file = Path(path)
    return Sweep(load_job(file, plain_overrides(overrides)), file)


def plain_overrides(overrides: Overrides) -> Overrides:
    """Overrides with values as a sweep file holds them; paths start from the current folder.

    Raises InputError for a single text.
    """
    if isinstance(overrides, str):
        raise InputError(f"overrides is {overrides!r}; write {{'key.path': value}} or a list.")
    if not isinstance(overrides, Mapping):
        return overrides
    return {key: _plain_value(key, value) for key, value in overrides.items()}


def _plain_value(key: str, value: object) -> object:
    if isinstance(value, Path):
        value = value.absolute()
    return plain_input(value) if re.fullmatch(r"inputs\.[^.]+", key) else plain(value)


def sweep(
    *,
    command: str,
    environment: str | Given,
    search_space: Given,
    objective: Given | tuple[str, str],
    limits: Given,
    code: str | Path | None = None,
    environment_variables: Given | None = None,
    distribution: Given | None = None,
    sampling_algorithm: str | Given | None = None,
    early_termination: Given | None = None,
    inputs: Given | None = None,
    outputs: Given | None = None,
    experiment_name: str | None = None,
    name: str | None = None,
    display_name: str | None = None,
    description: str | None = None,
    tags: Given | None = None,
    properties: Given | None = None,
    compute: str | None = None,
    identity: Given | None = None,
    resources: Given | None = None,
    queue_settings: Given | None = None,
    services: Given | None = None,
) -> Sweep:
    """A sweep in the words of a sweep file; ``command`` to ``distribution`` are those of ``trial``.

    ``objective`` may be short: ``("loss", "minimize")``. An input may be a ``Path``. Relative paths
    start from the current folder. Raises SweepFileError with every problem and its key path.
    """
    from trimtab.spec import sweep_from_data

    trial = {
        "command": command,
        "code": code,
        "environment": environment,
        "environment_variables": environment_variables,
        "distribution": distribution,
    }
    rest = {
        "name": name,
        "display_name": display_name,
        "description": description,
        "experiment_name": experiment_name,
        "tags": tags,
        "properties": properties,
        "compute": compute,
        "inputs": inputs and {key: plain_input(one) for key, one in inputs.items()},
        "outputs": outputs,
        "identity": identity,
        "resources": resources,
        "queue_settings": queue_settings,
        "services": services,
        "sampling_algorithm": sampling_algorithm,
        "search_space": search_space,
        "objective": _objective(objective),
        "early_termination": early_termination,
        "limits": limits,
    }
    data = plain_keys({"trial": _given(trial), **_given(rest)})
    return Sweep(sweep_from_data(data, Path.cwd()))


def _given(values: Given) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _objective(given: Given | tuple[str, str]) -> object:
    if isinstance(given, tuple) and len(given) == 2:
        return dict(zip(("primary_metric", "goal"), given, strict=True))
    return given
