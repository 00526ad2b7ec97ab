"""How many cores this machine lets us use, and each trial's share of them.

Two trials that each start a thread per core hinder each other far more than twice; so every trial
is told its share in all the variables that numerical libraries read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_ROOT = Path("/")
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""Each is set to the share, unless the user's environment or the sweep file sets it."""


def available_cores(root: Path = _ROOT) -> int:
    """Cores that this process may use: its CPU affinity, and the quota of its control groups.

    At least 1; a quota of two and a half cores counts as 2. ``root`` holds ``proc`` and ``sys``.
    """
    cores = len(os.sched_getaffinity(0))
    for quota in _quotas(root):
        cores = min(cores, int(quota))
    return max(1, cores)


def thread_budget(threads: int) -> dict[str, str]:
    """Variables that hold a trial to ``threads`` threads, and let idle ones sleep, not spin."""
    return {**dict.fromkeys(THREAD_VARIABLES, str(threads)), "OMP_WAIT_POLICY": "PASSIVE"}


def _quotas(root: Path) -> Iterator[float]:
    """Cores allowed by every control group above this process, version 2 (0::) and 1 (cpu)."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if not controllers:
            for folder in _upward(root / "sys/fs/cgroup", path):
                yield from _ratio(*_text(folder / "cpu.max").split()[:2])
        elif "cpu" in controllers.split(","):
            for folder in _upward(root / "sys/fs/cgroup/cpu", path):
                quota = _text(folder / "cpu.cfs_quota_us")
                yield from _ratio(quota.strip(), _text(folder / "cpu.cfs_period_us").strip())


def _upward(base: Path, path: str) -> Iterator[Path]:
    group = base / path.lstrip("/")
    yield group
    for parent in PurePosixPath(path).parents:
        yield base / str(parent).lstrip("/")


def _ratio(quota: str = "", period: str = "") -> Iterator[float]:
    if quota.isdecimal() and period.isdecimal() and int(period) > 0 and int(quota) > 0:
        yield int(quota) / int(period)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
