"""Trimtab in Python: sweeps built or loaded, submitted, followed, stopped and refitted.

All of it is reached as ``trimtab.sweep``, ``trimtab.load`` and so on: docs/reference/python-api.md.
"""

from __future__ import annotations

from trimtab.api.building import Sweep, load, sweep
from trimtab.api.run import Run, open, runs
from trimtab.api.trials import Status, Trial
from trimtab.api.words import (
    bandit,
    choice,
    lognormal,
    loguniform,
    median_stopping,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    truncation_selection,
    uniform,
)
from trimtab.errors import TrimtabError

__all__ = [
    "Run",
    "Status",
    "Sweep",
    "Trial",
    "TrimtabError",
    "bandit",
    "choice",
    "load",
    "lognormal",
    "loguniform",
    "median_stopping",
    "normal",
    "open",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "runs",
    "sweep",
    "truncation_selection",
    "uniform",
]
