"""``trimtab.stopper``: Trimtab's own stoppers, for which ``early_termination`` has no word.

Each setting is a key of its own in ``properties``: ``trimtab.stopper: asha`` names the stopper and
``trimtab.stopper.min_reports: "2"`` is one of its settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

NAME = "trimtab.stopper"
Setting: TypeAlias = int | float | bool | str

_RUNGS = ("min_reports", "reduction_factor", "max_reports")
_SCHEDULE = ("evaluation_interval", "delay_evaluation")

STOPPERS: Mapping[str, tuple[str, ...]] = {
    "asha": _RUNGS,
    "hyperband": (*_RUNGS, "brackets"),
    "patience": ("reports", "min_delta", *_SCHEDULE),
    "threshold": ("lower", "upper", *_SCHEDULE),
    "none": (),
}
"""The settings that each stopper has."""

AZURE = ("bandit", "median_stopping", "truncation_selection")
"""What ``early_termination`` can name."""


def stopper_of(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """The stopper as plans hold it, ``{"type": "asha", "min_reports": 2}``; empty without one.

    ``settings`` are those of the ``trimtab.*`` keys (see ``properties.settings``).
    """
    if NAME not in settings:
        return {}
    prefix = f"{NAME}."
    given = {
        name.removeprefix(prefix): value
        for name, value in settings.items()
        if name.startswith(prefix)
    }
    return {"type": settings[NAME], **given}
