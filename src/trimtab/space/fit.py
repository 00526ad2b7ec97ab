"""Which spaces a model-based sampler can search."""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.space.distributions import Branch, Choice, Space
from trimtab.space.points import dimensions


def misfits(space: Space, engine: str) -> Iterator[tuple[str, str]]:
    """What in ``space`` keeps ``engine`` (tpe, gp or cmaes) from searching it: path and reason.

    The path is empty where the space as a whole is the reason. ``tpe`` searches any space.
    """
    for dimension in dimensions(space):
        choice = dimension.distribution
        if dimension.parent is not None or not isinstance(choice, Choice):
            continue
        if engine == "cmaes":
            yield dimension.path, "cmaes takes numbers, not choices; tpe takes both"
        elif engine == "gp" and any(isinstance(value, Branch) for value in choice.values):
            yield dimension.path, "gp takes no nested choices, which tpe does"
    if engine == "cmaes" and len(dimensions(space)) < 2:
        yield "", "cmaes needs two parameters or more; tpe takes one, too"
