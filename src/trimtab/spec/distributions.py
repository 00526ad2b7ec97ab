"""``search_space``: the ten distributions as a sweep file writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag

from trimtab import space
from trimtab.spec.fields import Integer, Number, Strict, Text, variant, word


class Uniform(Strict):
    type: Annotated[Literal["uniform", "loguniform"], word("uniform", "loguniform")]
    min_value: Number
    max_value: Number


class QUniform(Strict):
    type: Annotated[Literal["quniform", "qloguniform"], word("quniform", "qloguniform")]
    min_value: Number
    max_value: Number
    q: Number


class Normal(Strict):
    type: Annotated[Literal["normal", "lognormal"], word("normal", "lognormal")]
    mu: Number
    sigma: Number


class QNormal(Strict):
    type: Annotated[Literal["qnormal", "qlognormal"], word("qnormal", "qlognormal")]
    mu: Number
    sigma: Number
    q: Number


class RandInt(Strict):
    type: Annotated[Literal["randint"], word("randint")]
    upper: Integer


def _tag_entry(entry: object) -> str | None:
    if isinstance(entry, str):
        return "<text>"
    if isinstance(entry, int | float):
        return None if isinstance(entry, bool) else "<number>"
    kind = entry.get("type") if isinstance(entry, Mapping) else getattr(entry, "type", None)
    kind = kind.lower() if isinstance(kind, str) else ""
    return f"<{kind}>" if kind in space.TYPES else None


def _tag_option(option: object) -> str | None:
    return "<branch>" if isinstance(option, Mapping) else _tag_entry(option)


Entry: TypeAlias = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated["Choice", Tag("<choice>")]
    | Annotated[RandInt, Tag("<randint>")]
    | Annotated[Uniform, Tag("<uniform>")]
    | Annotated[Uniform, Tag("<loguniform>")]
    | Annotated[QUniform, Tag("<quniform>")]
    | Annotated[QUniform, Tag("<qloguniform>")]
    | Annotated[Normal, Tag("<normal>")]
    | Annotated[Normal, Tag("<lognormal>")]
    | Annotated[QNormal, Tag("<qnormal>")]
    | Annotated[QNormal, Tag("<qlognormal>")],
    Discriminator(
        _tag_entry,
        custom_error_type="wrong_variant",
        custom_error_message=", ".join(space.TYPES),
    ),
]
Option: TypeAlias = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[Mapping[str, Entry], Tag("<branch>")],
    Discriminator(
        _tag_option,
        custom_error_type="wrong",
        custom_error_message="a text, a number or a mapping",
    ),
]


class Choice(Strict):
    type: Annotated[Literal["choice"], word("choice")]
    values: tuple[Option, ...] = ()


Distribution: TypeAlias = Annotated[
    Annotated[Choice, Tag("<choice>")]
    | Annotated[RandInt, Tag("<randint>")]
    | Annotated[Uniform, Tag("<uniform>")]
    | Annotated[Uniform, Tag("<loguniform>")]
    | Annotated[QUniform, Tag("<quniform>")]
    | Annotated[QUniform, Tag("<qloguniform>")]
    | Annotated[Normal, Tag("<normal>")]
    | Annotated[Normal, Tag("<lognormal>")]
    | Annotated[QNormal, Tag("<qnormal>")]
    | Annotated[QNormal, Tag("<qlognormal>")],
    variant(tuple(space.TYPES)),
]


def to_space(search_space: Mapping[str, Distribution]) -> space.Space:
    """The search space as pure values."""
    return space.Space(tuple((name, _pure(model)) for name, model in search_space.items()))


def _pure(model: Distribution) -> space.Distribution:
    match model:
        case Choice():
            return space.Choice(tuple(map(_option, model.values)))
        case RandInt():
            return space.RandInt(model.upper)
        case Uniform():
            smooth = space.Uniform if model.type == "uniform" else space.LogUniform
            return smooth(model.min_value, model.max_value)
        case QUniform():
            stepped = space.QUniform if model.type == "quniform" else space.QLogUniform
            return stepped(model.min_value, model.max_value, model.q)
        case Normal():
            bell = space.Normal if model.type == "normal" else space.LogNormal
            return bell(model.mu, model.sigma)
        case QNormal():
            stepped_bell = space.QNormal if model.type == "qnormal" else space.QLogNormal
            return stepped_bell(model.mu, model.sigma, model.q)


def _option(option: Option) -> space.Scalar | space.Branch:
    if isinstance(option, str | int | float):
        return option
    return space.Branch(tuple((name, _entry(entry)) for name, entry in option.items()))


def _entry(entry: Entry) -> space.Distribution | space.Scalar:
    return entry if isinstance(entry, str | int | float) else _pure(entry)
