"""The sweep file: reading it, checking it, and the jobs it makes.

The names below are imported when first used, with pydantic (0.2 s together): what needs only a
light module, such as ``trimtab.spec.placeholders`` on a node, does not pay for the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trimtab.spec.job import CommandJob, Job, SweepJob
    from trimtab.spec.load import (
        command_from_document,
        load_command,
        load_job,
        load_sweep,
        parse_text,
        sweep_from_data,
        sweep_from_document,
    )
    from trimtab.spec.placeholders import substitute

__all__ = [
    "CommandJob",
    "Job",
    "SweepJob",
    "command_from_document",
    "load_command",
    "load_job",
    "load_sweep",
    "parse_text",
    "substitute",
    "sweep_from_data",
    "sweep_from_document",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "substitute":
        from trimtab.spec import placeholders

        return placeholders.substitute
    from trimtab.spec import load

    return getattr(load, name)
