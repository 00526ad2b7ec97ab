"""Stands in for ``azureml.core`` in a trial: ``Run`` and ``VERSION``, and nothing else."""

from typing import NoReturn

from .run import Run

VERSION = "1.0.0+trimtab"
"""Sorts as an early release of SDK v1, and says whose it is."""
__version__ = VERSION
__all__ = ["VERSION", "Run"]


def __getattr__(name: str) -> NoReturn:
    if name.startswith("_"):
        raise AttributeError(name)
    raise ImportError(
        f"azureml.core.{name} is not here: Trimtab stands in for azureml.core.Run only; "
        "install azureml-core for the rest, or take the data from the sweep file's inputs."
    )
