"""Limits: counts as they are, times in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.samples import config, from_python, sweep
from trimtab.errors import InputError


@pytest.mark.parametrize(
    ("minutes", "seconds", "told"),
    [
        (None, 604_800, "HyperDrive's own limit"),
        ("90", 5400, ""),
        ("0.5", 30, ""),
        ("60 * 24", 86_400, ""),
        ("10080", 604_800, ""),
        ("20000", 604_800, "max_duration_minutes was 20000"),
    ],
)
def test_minutes_become_seconds(
    tmp_path: Path, minutes: str | None, seconds: int, told: str
) -> None:
    made = from_python(tmp_path, config(max_duration_minutes=minutes))
    assert sweep(made).limits.timeout == seconds
    assert bool(told) == any("10080" in note for note in made.notes)
    assert not told or any(told in note for note in made.notes)


def test_no_concurrency_means_all_at_once_in_both(tmp_path: Path) -> None:
    assert sweep(from_python(tmp_path, config())).limits.max_concurrent_trials is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_total_runs", "0"),
        ("max_total_runs", "2.5"),
        ("max_total_runs", "True"),
        ("max_total_runs", "'4'"),
        ("max_concurrent_runs", "-1"),
        ("max_duration_minutes", "0"),
        ("max_duration_minutes", "'1'"),
    ],
)
def test_impossible_limits_are_refused_in_a_sentence(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"{name} is .*, expected"):
        from_python(tmp_path, config(**{name: text}))
