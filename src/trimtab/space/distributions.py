"""The ten distributions of Azure ML, and the space that names them; keys and meanings alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = int | float | str
Value: TypeAlias = "int | float | str | Mapping[str, Value]"
Params: TypeAlias = Mapping[str, Value]
Entries: TypeAlias = "tuple[tuple[str, Distribution | Scalar], ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of ``values``, each as likely; a ``Branch`` brings parameters of its own."""

    values: tuple[Scalar | Branch, ...]


@dataclass(frozen=True, slots=True)
class RandInt:
    """A whole number in [0, upper)."""

    upper: int


@dataclass(frozen=True, slots=True)
class Uniform:
    """U(min_value, max_value)."""

    min_value: int | float
    max_value: int | float


@dataclass(frozen=True, slots=True)
class QUniform:
    """round(U(min_value, max_value) / q) * q, kept inside the bounds."""

    min_value: int | float
    max_value: int | float
    q: int | float


@dataclass(frozen=True, slots=True)
class LogUniform:
    """exp(U(min_value, max_value)): the bounds are exponents."""

    min_value: int | float
    max_value: int | float


@dataclass(frozen=True, slots=True)
class QLogUniform:
    """round(exp(U(min_value, max_value)) / q) * q, kept inside the bounds, which are exponents."""

    min_value: int | float
    max_value: int | float
    q: int | float


@dataclass(frozen=True, slots=True)
class Normal:
    """N(mu, sigma); sigma is the standard deviation."""

    mu: int | float
    sigma: int | float


@dataclass(frozen=True, slots=True)
class QNormal:
    """round(N(mu, sigma) / q) * q."""

    mu: int | float
    sigma: int | float
    q: int | float


@dataclass(frozen=True, slots=True)
class LogNormal:
    """exp(N(mu, sigma))."""

    mu: int | float
    sigma: int | float


@dataclass(frozen=True, slots=True)
class QLogNormal:
    """round(exp(N(mu, sigma)) / q) * q."""

    mu: int | float
    sigma: int | float
    q: int | float


Numeric: TypeAlias = (
    RandInt
    | Uniform
    | QUniform
    | LogUniform
    | QLogUniform
    | Normal
    | QNormal
    | LogNormal
    | QLogNormal
)
Distribution: TypeAlias = Choice | Numeric


@dataclass(frozen=True, slots=True)
class Branch:
    """One mapping among the values of a choice: constants and further distributions, in order."""

    entries: tuple[tuple[str, Distribution | Scalar], ...]


@dataclass(frozen=True, slots=True)
class Space(Mapping[str, Distribution]):
    """An immutable ordered mapping from parameter name to distribution; order counts in ``==``."""

    entries: tuple[tuple[str, Distribution], ...] = ()

    @classmethod
    def of(cls, entries: Mapping[str, Distribution]) -> Space:
        return cls(tuple(entries.items()))

    def __getitem__(self, name: str) -> Distribution:
        return dict(self.entries)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.entries)

    def __len__(self) -> int:
        return len(self.entries)


TYPES: Mapping[str, type[Distribution]] = {
    "choice": Choice,
    "randint": RandInt,
    "uniform": Uniform,
    "quniform": QUniform,
    "loguniform": LogUniform,
    "qloguniform": QLogUniform,
    "normal": Normal,
    "qnormal": QNormal,
    "lognormal": LogNormal,
    "qlognormal": QLogNormal,
}


def type_name(distribution: Distribution) -> str:
    """The name that a sweep file uses: ``choice``, ``randint``, ``loguniform``..."""
    return type(distribution).__name__.lower()
