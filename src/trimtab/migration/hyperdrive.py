"""A HyperDrive configuration as plain values, whichever file it was read from.

A value that could not be read without running the user's code is ``Unread``, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trimtab.errors import InputError

RANDOM, GRID, BAYESIAN = "RANDOM", "GRID", "BayesianOptimization"
SAMPLINGS: Mapping[str, str] = {
    "RandomParameterSampling": RANDOM,
    "GridParameterSampling": GRID,
    "BayesianParameterSampling": BAYESIAN,
}

BANDIT, MEDIAN, TRUNCATION, NO_POLICY = "Bandit", "MedianStopping", "TruncationSelection", "Default"
POLICIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "BanditPolicy": (
        BANDIT,
        ("evaluation_interval", "slack_factor", "slack_amount", "delay_evaluation"),
    ),
    "MedianStoppingPolicy": (MEDIAN, ("evaluation_interval", "delay_evaluation")),
    "TruncationSelectionPolicy": (
        TRUNCATION,
        ("truncation_percentage", "evaluation_interval", "delay_evaluation"),
    ),
    "NoTerminationPolicy": (NO_POLICY, ()),
}
"""Class -> the name that the service keeps, and the arguments in their order."""

DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "choice": ("values",),
    "randint": ("upper",),
    "uniform": ("min_value", "max_value"),
    "quniform": ("min_value", "max_value", "q"),
    "loguniform": ("min_value", "max_value"),
    "qloguniform": ("min_value", "max_value", "q"),
    "normal": ("mu", "sigma"),
    "qnormal": ("mu", "sigma", "q"),
    "lognormal": ("mu", "sigma"),
    "qlognormal": ("mu", "sigma", "q"),
}
"""Parameter expression -> the keys of a sweep file in the order of its arguments."""

DEFAULT_MINUTES = 10_080
"""HyperDrive ends a run after 7 days, whatever more is asked for."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What ``code`` at ``place`` gives is not known here; ``why`` goes on from "x in a.py:3".

    ``options`` are the values of which it is one, for example those of ``try`` and ``except``.
    """

    code: str
    place: str
    why: str = "is known only when it runs"
    options: tuple[object, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} in {self.place} {self.why}"


@dataclass(frozen=True, slots=True)
class Expression:
    """A parameter expression; ``choice`` has one argument: the list of its values."""

    kind: str
    arguments: tuple[object, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Policy:
    kind: str
    settings: Mapping[str, object]
    place: str


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset among the arguments: its name there, how it is brought, where it is if known."""

    name: str
    mode: str
    code: str
    place: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.code} in {self.place} is a dataset"


@dataclass(frozen=True, slots=True)
class Job:
    """What HyperDrive runs. ``None`` is what was left out.

    ``environment`` is a sweep file's value of that key; ``arguments`` a list, or a text as the
    shell takes it; ``snapshot`` the code that only Azure has.
    """

    script: object = None
    arguments: object = None
    command: object = None
    code: object = None
    snapshot: str = ""
    compute: object = None
    environment: object = None
    variables: object = None
    trial_seconds: object = None


@dataclass(frozen=True, slots=True)
class HyperDrive:
    """One configuration; ``notes`` say what of it has no equivalent in a sweep file."""

    sampling: object
    space: Mapping[str, object] | Unread
    metric: object
    goal: object
    max_total_runs: object
    job: Job | Unread
    policy: Policy | Unread | None = None
    max_concurrent_runs: object = None
    max_duration_minutes: object = None
    name: object = None
    experiment: object = None
    notes: tuple[str, ...] = ()


def policy_of(kind: object, settings: Mapping[str, object], place: str) -> Policy | None:
    """The policy that the service calls ``kind``, whatever its case; None for the one that
    stops nothing. Raises InputError for one that HyperDrive never had.
    """
    known = {name.lower(): name for name, _ in POLICIES.values()}
    if not isinstance(kind, str) or kind.lower() not in known:
        raise unknown("policy", kind, list(known.values()), place)
    name = known[kind.lower()]
    return None if name == NO_POLICY else Policy(name, settings, place)


def sampling_of(kind: object, place: str) -> str:
    """The sampling that the service calls ``kind``. Raises InputError for an unknown one."""
    known = {name.lower(): name for name in SAMPLINGS.values()}
    if not isinstance(kind, str) or kind.lower() not in known:
        raise unknown("sampling", kind, list(known.values()), place)
    return known[kind.lower()]


def expression_of(kind: str, arguments: Sequence[object], place: str) -> Expression | Unread:
    """The checked expression; Unread when one of its arguments is.

    Raises InputError for what HyperDrive would not have taken either.
    """
    if kind not in DISTRIBUTIONS:
        raise unknown("distribution", kind, list(DISTRIBUTIONS), place)
    keys = DISTRIBUTIONS[kind]
    found = ", ".join(_shown(one) for one in arguments)
    if len(arguments) != len(keys):
        raise InputError(
            f"{place}: {kind} takes {len(keys)} arguments ({', '.join(keys)}), "
            f"found {len(arguments)}: {kind}({found})"
        )
    unread = next(filter(None, map(_first_unread, arguments)), None)
    if unread is not None:
        return unread
    if kind == "choice":
        if not isinstance(arguments[0], list) or not arguments[0]:
            raise InputError(f"{place}: choice takes at least one value, found none; name them")
    else:
        for key, number in zip(keys, arguments, strict=True):
            whole = kind == "randint"
            if not is_number(number) or (whole and not isinstance(number, int)):
                expected = "a whole number" if whole else "a finite number"
                raise InputError(
                    f"{place}: {key} of {kind} must be {expected}, found {_shown(number)}"
                )
    return Expression(kind, tuple(arguments), place)


def is_number(value: object) -> bool:
    """Whether ``value`` is a finite int or float, and no bool."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value and abs(value) != float("inf")


def _first_unread(value: object) -> Unread | None:
    if isinstance(value, Unread):
        return value
    inner: Iterable[object] = value if isinstance(value, list) else ()
    inner = value.values() if isinstance(value, Mapping) else inner
    return next(filter(None, map(_first_unread, inner)), None)


def _shown(value: object) -> str:
    text = value.code if isinstance(value, Unread) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def unknown(what: str, found: object, allowed: Sequence[str], place: str) -> InputError:
    """The error for a ``what`` that HyperDrive does not have."""
    from trimtab.spec.problems import nearest

    near = nearest(found, allowed) if isinstance(found, str) else ""
    return InputError(
        f"{place}: found the {what} {_shown(found)}, which HyperDrive does not have{near}"
        f"{'' if near else ';'} known: {', '.join(allowed)}"
    )
