"""Trimtab tunes the hyperparameters of Python models: one sweep file, an unmodified script.

The names below are imported when first used, so that ``import trimtab`` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # known to type checkers; importing typing would cost 10 ms
if TYPE_CHECKING:
    from trimtab.api import Run as Run
    from trimtab.api import Status as Status
    from trimtab.api import Sweep as Sweep
    from trimtab.api import Trial as Trial
    from trimtab.api import TrimtabError as TrimtabError
    from trimtab.api import bandit as bandit
    from trimtab.api import choice as choice
    from trimtab.api import load as load
    from trimtab.api import lognormal as lognormal
    from trimtab.api import loguniform as loguniform
    from trimtab.api import median_stopping as median_stopping
    from trimtab.api import normal as normal
    from trimtab.api import open as open
    from trimtab.api import qlognormal as qlognormal
    from trimtab.api import qloguniform as qloguniform
    from trimtab.api import qnormal as qnormal
    from trimtab.api import quniform as quniform
    from trimtab.api import randint as randint
    from trimtab.api import runs as runs
    from trimtab.api import sweep as sweep
    from trimtab.api import truncation_selection as truncation_selection
    from trimtab.api import uniform as uniform

__version__ = "0.1.0"
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
_API = frozenset({*__all__, "open"})
# A star import must not take the place of the builtin: "open" is not in __all__.

if not TYPE_CHECKING:  # with it in sight, a type checker would take any name for one that exists

    def __getattr__(name: str) -> object:
        if name not in _API:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from trimtab import api

        return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_API})
