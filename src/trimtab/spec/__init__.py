"""The sweep file: reading it, checking it, and the jobs it makes.

Importing this package imports pydantic (about 0.1 s); ``import trimtab`` does not.
"""

from trimtab.spec.job import CommandJob, Job, SweepJob
from trimtab.spec.load import load_command, load_sweep, parse_text, sweep_from_document
from trimtab.spec.placeholders import substitute

__all__ = [
    "CommandJob",
    "Job",
    "SweepJob",
    "load_command",
    "load_sweep",
    "parse_text",
    "substitute",
    "sweep_from_document",
]
