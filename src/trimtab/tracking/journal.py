"""The journal of a trial's MLflow use: what its script logs beside what the wire can carry.

Datasets, logged models, links and texts too long for a line of the wire are written by the trial
to ``journal.jsonl`` in its own MLflow folder, one JSON object per line, and brought to MLflow when
the trial has ended. The folder, named by ``TRIMTAB_MLFLOW_FOLDER``, holds:

    artifacts/      the artifacts of the run
    models/<id>/    a logged model: ``model.json`` and ``artifacts/``
    journal.jsonl   everything else
    run.json        the real run's and experiment's id, written by the mirror once it made them
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARTIFACTS = "artifacts"
MODELS = "models"
MODEL_FILE = "model.json"
JOURNAL = "journal.jsonl"
RUN_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class RealRun:
    """The ids under which MLflow knows a trial's run."""

    run_id: str
    experiment_id: str


def write_real_run(folder: Path, real: RealRun) -> None:
    """Tells the trial which run is its own. Atomic; makes the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(
        folder / RUN_FILE, {"run_id": real.run_id, "experiment_id": real.experiment_id}
    )


def read_real_run(folder: Path) -> RealRun | None:
    """What ``write_real_run`` wrote, or None as long as it has not."""
    data = read_object(folder / RUN_FILE)
    if data is None:
        return None
    return RealRun(str(data.get("run_id", "")), str(data.get("experiment_id", "")))


def append(folder: Path, kind: str, **fields: Any) -> None:
    """Adds one entry. Several processes of one trial may write at the same time."""
    line = json.dumps({"kind": kind, **fields}).encode() + b"\n"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read(folder: Path) -> Iterator[Mapping[str, Any]]:
    """All whole entries in order; a line cut off by a kill, or tampered with, is left out."""
    try:
        lines = (folder / JOURNAL).read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
            yield entry


def write_atomically(path: Path, data: Mapping[str, Any]) -> None:
    """Writes a JSON object so that a reader sees the old or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(data), encoding="utf-8")
    draft.replace(path)


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None when the file is absent or holds anything else."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None
