"""``limits``: counts as they are, minutes as seconds."""

from __future__ import annotations

import math

from trimtab.errors import InputError
from trimtab.migration.hyperdrive import DEFAULT_MINUTES, HyperDrive, Job, Unread, is_number
from trimtab.migration.layout import Open


def limits(config: HyperDrive, notes: list[str]) -> dict[str, object]:
    """The key's value; times in seconds. Raises InputError."""
    found: dict[str, object] = {
        "max_total_trials": _count(config.max_total_runs, "max_total_runs"),
    }
    if config.max_concurrent_runs is not None:
        found["max_concurrent_trials"] = _count(config.max_concurrent_runs, "max_concurrent_runs")
    found["timeout"] = _timeout(config.max_duration_minutes, notes)
    seconds = config.job.trial_seconds if isinstance(config.job, Job) else None
    if seconds is not None:
        found["trial_timeout"] = _seconds(seconds, "max_run_duration_seconds", 1)
    return found


def _count(value: object, name: str) -> object:
    if isinstance(value, Unread):
        return Open(f"{name}; {value}")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"{name} is {value!r}, expected a whole number of 1 or more")
    return value


def _timeout(minutes: object, notes: list[str]) -> object:
    """The time limit in seconds."""
    if minutes is None:
        notes.append("timeout is HyperDrive's own limit: 10080 minutes (7 days), in seconds.")
        return DEFAULT_MINUTES * 60
    if is_number(minutes) and isinstance(minutes, int | float) and minutes > DEFAULT_MINUTES:
        notes.append(
            f"max_duration_minutes was {minutes}, more than the 10080 that HyperDrive kept to; "
            "timeout is those 10080 minutes, in seconds."
        )
        return DEFAULT_MINUTES * 60
    return _seconds(minutes, "max_duration_minutes", 60)


def _seconds(value: object, name: str, unit: int) -> object:
    if isinstance(value, Unread):
        return Open(f"seconds; {name} was {value}")
    if not is_number(value) or not isinstance(value, int | float) or value <= 0:
        raise InputError(f"{name} is {value!r}, expected a number above 0")
    return math.ceil(value * unit)
