from __future__ import annotations

import os
from pathlib import Path

import pytest

from trimtab.compute.cores import THREAD_VARIABLES, available_cores, thread_budget
from trimtab.compute.local import slots_for


def cores(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(count)))


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 8),
        ({"proc/self/cgroup": "0::/\n"}, 8),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, 8),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "250000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n"}, 3),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1),
        (
            {
                "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/x\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            4,
        ),
        (
            {
                "proc/self/cgroup": "3:cpu,cpuacct:/x\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            8,
        ),
        ({"proc/self/cgroup": "nonsense\n\n0::", "sys/fs/cgroup/cpu.max": "a b c"}, 8),
    ],
)
def test_cores_are_those_of_affinity_and_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: int
) -> None:
    cores(monkeypatch, 8)
    write(tmp_path, files)
    assert available_cores(tmp_path) == expected


@pytest.mark.parametrize(
    ("concurrency", "expected"), [(None, 4), (1, 1), (3, 3), (4, 4), (100, 4), (0, 1)]
)
def test_slots_are_what_the_file_wants_within_the_machine(
    monkeypatch: pytest.MonkeyPatch, concurrency: int | None, expected: int
) -> None:
    monkeypatch.setattr("trimtab.compute.local.available_cores", lambda: 4)
    assert slots_for(concurrency) == expected


def test_the_budget_names_every_library() -> None:
    budget = thread_budget(3)
    assert {budget[name] for name in THREAD_VARIABLES} == {"3"}
    assert budget["OMP_WAIT_POLICY"] == "PASSIVE"
