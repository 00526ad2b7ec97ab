"""The ten distributions, nested choices, grids, text and JSON."""

from __future__ import annotations

import itertools
import json
import math
import pickle
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from statistics import NormalDist
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.errors import InputError
from trimtab.space import (
    Branch,
    Choice,
    Distribution,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Space,
    Uniform,
    Value,
    build,
    contains,
    coordinates,
    dimensions,
    flat,
    from_json,
    grid,
    grid_point,
    grid_size,
    point,
    text,
    to_json,
    type_name,
    value_at,
)

NESTED = Space.of(
    {
        "optimizer": Choice(
            (
                "sgd",
                Branch(
                    (
                        ("kind", "adam"),
                        ("lr", LogUniform(-6, -1)),
                        (
                            "sched",
                            Choice((1, Branch((("gamma", Uniform(0, 1)), ("n", RandInt(3)))))),
                        ),
                    )
                ),
            )
        ),
        "depth": RandInt(9),
    }
)

units = st.floats(0, 1, exclude_max=True)
numbers = st.integers(-1000, 1000) | st.floats(-1000, 1000, allow_nan=False)
steps = st.sampled_from([1, 2, 5, 0.1, 0.25, 0.5, 3.0])
names = st.text(string.ascii_lowercase + "_", min_size=1, max_size=5)
scalars = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text("a1 é'\"\\$\n{", max_size=5)


def spans(values: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(values, values).map(lambda pair: (min(pair), max(pair)))


def numerics() -> st.SearchStrategy[Distribution]:
    wide, exponents = spans(numbers), spans(st.floats(-20, 20) | st.integers(-20, 20))
    mus, sigmas = st.floats(-10, 10), st.floats(0, 3)
    return st.one_of(
        st.builds(RandInt, st.integers(1, 10**6)),
        wide.map(lambda s: Uniform(*s)),
        st.builds(lambda s, q: QUniform(s[0], s[1], q), wide, steps),
        exponents.map(lambda s: LogUniform(*s)),
        st.builds(lambda s, q: QLogUniform(s[0], s[1], q), exponents, steps),
        st.builds(Normal, mus, sigmas),
        st.builds(QNormal, mus, sigmas, steps),
        st.builds(LogNormal, mus, sigmas),
        st.builds(QLogNormal, mus, sigmas, steps),
    )


def distributions(depth: int = 2) -> st.SearchStrategy[Distribution]:
    if depth == 0:
        return numerics()
    inner = distributions(depth - 1)
    branches = st.dictionaries(names, scalars | inner, max_size=3).map(
        lambda entries: Branch(tuple(entries.items()))
    )
    values = st.lists(scalars | branches, min_size=1, max_size=4).map(tuple)
    return numerics() | st.builds(Choice, values)


spaces = st.dictionaries(names, distributions(), max_size=4).map(Space.of)


@given(spans(numbers), units)
def test_uniform_stays_inside(span: tuple[float, float], u: float) -> None:
    value = value_at(Uniform(*span), u)
    assert isinstance(value, float)
    assert span[0] <= value <= span[1]


def test_uniform_survives_the_widest_bounds() -> None:
    wide = Uniform(-sys.float_info.max, sys.float_info.max)
    assert value_at(wide, 0.0) == -sys.float_info.max
    assert value_at(wide, 0.5) == 0.0
    assert math.isfinite(value_at(wide, 0.999))


@given(spans(numbers), steps, units)
def test_quniform_lands_on_a_multiple_inside(
    span: tuple[float, float], q: int | float, u: float
) -> None:
    value = value_at(QUniform(span[0], span[1], q), u)
    assert isinstance(value, int if isinstance(q, int) else float)
    assert value / q == pytest.approx(round(value / q))
    if math.ceil(span[0] / q) <= math.floor(span[1] / q):
        assert span[0] - 1e-9 <= value <= span[1] + 1e-9


def test_q_values_are_exact_decimals() -> None:
    seen = {value_at(QUniform(0, 1, 0.1), i / 100) for i in range(100)}
    assert seen == {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}
    assert text(value_at(QUniform(0, 1, 0.1), 0.3)) == "0.3"


def test_q_values_are_clipped_to_the_nearest_multiple_inside_the_bounds() -> None:
    draws = [value_at(QUniform(1, 9, 4), i / 1000) for i in range(1000)]
    assert set(draws) == {4, 8}
    assert {value_at(QLogUniform(0, 1, 1), i / 1000) for i in range(1000)} == {1, 2}


def test_without_a_multiple_inside_the_nearest_one_stands() -> None:
    assert value_at(QUniform(0.6, 0.9, 1.0), 0.5) == 1.0


@pytest.mark.parametrize(("q", "kind"), [(2, int), (2.0, float), (0.5, float)])
def test_whole_q_gives_whole_numbers(q: float, kind: type) -> None:
    for distribution in (QUniform(0, 10, q), QNormal(4, 2, q), QLogNormal(1, 1, q)):
        assert type(value_at(distribution, 0.4)) is kind


@given(st.integers(1, 10**18), units)
def test_randint_excludes_upper(upper: int, u: float) -> None:
    value = value_at(RandInt(upper), u)
    assert isinstance(value, int)
    assert 0 <= value < upper


def test_randint_and_choice_are_even() -> None:
    values = [value_at(RandInt(7), i / 700) for i in range(700)]
    assert [values.count(n) for n in range(7)] == [100] * 7
    picks = [value_at(Choice(("a", "b", "c", "d")), i / 400) for i in range(400)]
    assert [picks.count(n) for n in range(4)] == [100] * 4


def cdf_of(distribution: Distribution) -> Callable[[float], float]:
    match distribution:
        case Uniform(low, high):
            return lambda x: (x - low) / (high - low)
        case LogUniform(low, high):
            return lambda x: (math.log(x) - low) / (high - low)
        case Normal(mu, sigma):
            return NormalDist(mu, sigma).cdf
        case LogNormal(mu, sigma):
            return lambda x: NormalDist(mu, sigma).cdf(math.log(x))
        case _:
            raise AssertionError(distribution)


@pytest.mark.parametrize(
    "distribution",
    [Uniform(-3, 5), LogUniform(-6, -1), Normal(2, 0.5), LogNormal(-1, 2)],
    ids=type_name,
)
def test_even_units_reproduce_the_distribution(distribution: Distribution) -> None:
    cdf = cdf_of(distribution)
    for i in range(200):
        u = (i + 0.5) / 200
        assert cdf(value_at(distribution, u)) == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize(
    ("rounded", "smooth", "q"),
    [
        (QUniform(-50, 50, 2), Uniform(-50, 50), 2),
        (QLogUniform(2, 4, 0.5), LogUniform(2, 4), 0.5),
        (QNormal(3, 10, 5), Normal(3, 10), 5),
        (QLogNormal(2, 1, 0.25), LogNormal(2, 1), 0.25),
    ],
    ids=type_name,
)
def test_q_distributions_round_their_smooth_ones(
    rounded: Distribution, smooth: Distribution, q: float
) -> None:
    for i in range(200):
        u = (i + 0.5) / 200
        assert abs(value_at(rounded, u) - value_at(smooth, u)) <= q / 2 + 1e-9


def test_loguniform_bounds_are_exponents() -> None:
    assert value_at(LogUniform(-6, -1), 0.0) == pytest.approx(0.00247875217667)
    assert value_at(LogUniform(-6, -1), 1.0 - 2**-53) == pytest.approx(0.367879441171)


def test_logbase_changes_log_uniforms_only() -> None:
    assert value_at(LogUniform(-3, 0), 1 / 3, logbase=10) == pytest.approx(0.01)
    assert value_at(QLogUniform(0, 3, 1), 2 / 3, logbase=10) == 100
    assert value_at(LogNormal(1, 0), 0.5, logbase=10) == value_at(LogNormal(1, 0), 0.5)


def test_results_of_exp_have_twelve_digits() -> None:
    assert value_at(LogUniform(-6, -1), 0.25) == 0.00865169520312
    assert value_at(Normal(0, 1), 0.975) == 1.95996398454


@given(numerics(), units)
def test_values_are_finite_at_every_unit(distribution: Distribution, u: float) -> None:
    assert math.isfinite(value_at(distribution, u))
    assert math.isfinite(value_at(distribution, 0.0))


wild = st.floats(allow_nan=False, allow_infinity=False)
tiny = st.floats(min_value=5e-324, max_value=1e300)


@settings(max_examples=60)
@given(spans(wild), tiny, st.floats(0, 1e300), units)
def test_values_are_finite_at_the_limits_of_floats(
    span: tuple[float, float], q: float, sigma: float, u: float
) -> None:
    low, high = span
    for distribution in (
        Uniform(low, high),
        QUniform(low, high, q),
        LogUniform(low, high),
        QLogUniform(low, high, q),
        Normal(low, sigma),
        QNormal(low, sigma, q),
        LogNormal(low, sigma),
        QLogNormal(low, sigma, q),
    ):
        assert math.isfinite(value_at(distribution, u))


def test_an_overflowing_exponent_gives_the_largest_float() -> None:
    assert value_at(LogUniform(0, 5000), 0.9) == pytest.approx(sys.float_info.max)


def test_dimensions_are_ordered_leaves_with_parents() -> None:
    assert [(d.path, type_name(d.distribution), d.parent) for d in dimensions(NESTED)] == [
        ("optimizer", "choice", None),
        ("optimizer[1].lr", "loguniform", ("optimizer", 1)),
        ("optimizer[1].sched", "choice", ("optimizer", 1)),
        ("optimizer[1].sched[1].gamma", "uniform", ("optimizer[1].sched", 1)),
        ("optimizer[1].sched[1].n", "randint", ("optimizer[1].sched", 1)),
        ("depth", "randint", None),
    ]


def test_point_asks_only_for_dimensions_that_count() -> None:
    asked: list[str] = []

    def unit(path: str) -> float:
        asked.append(path)
        return 0.0

    assert point(NESTED, unit) == {"optimizer": "sgd", "depth": 0}
    assert asked == ["optimizer", "depth"]


def test_point_builds_nested_parameters() -> None:
    params = point(NESTED, lambda path: 0.5)
    assert params == {
        "optimizer": {
            "kind": "adam",
            "lr": 0.0301973834223,
            "sched": {"gamma": 0.5, "n": 1},
        },
        "depth": 4,
    }
    assert list(params) == ["optimizer", "depth"]


@settings(max_examples=40)
@given(spaces, st.integers(0, 10**6))
def test_every_point_lies_in_its_space(space: Space, seed: int) -> None:
    draw = {d.path: crc32(f"{seed} {d.path}".encode()) / 2**32 for d in dimensions(space)}
    params = point(space, draw.__getitem__)
    assert contains(space, params)
    found = coordinates(space, params)
    assert build(space, lambda d: found[d.path]) == params


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "depth": 9},
        {"optimizer": "sgd", "depth": 1.5},
        {"optimizer": "sgd", "depth": True},
        {"optimizer": "sgd", "depth": 10**400},
        {"optimizer": "rmsprop", "depth": 1},
        {"optimizer": "sgd", "depth": "1"},
        {"optimizer": "sgd", "depth": 1, "more": 2},
        {"optimizer": {"kind": "adam", "lr": 0.9, "sched": 1}, "depth": 1},
        {"optimizer": {"kind": "sgd", "lr": 0.1, "sched": 1}, "depth": 1},
        {"optimizer": {"kind": "adam", "lr": 0.1, "sched": {"gamma": 2.0, "n": 1}}, "depth": 1},
    ],
)
def test_contains_rejects_foreign_points(params: dict[str, Value]) -> None:
    assert not contains(NESTED, params)


@pytest.mark.parametrize(
    ("distribution", "inside", "outside"),
    [
        (Choice((1, "a")), 1, "1"),
        (RandInt(3), 2, 3),
        (Uniform(0, 1), 1, 1.01),
        (QUniform(0, 1, 0.1), 0.3, 0.35),
        (QUniform(1, 9, 4), 8, 12),
        (LogUniform(-1, 0), 0.5, 0.3),
        (QLogUniform(0, 3, 2), 4, 21),
        (Normal(0, 1), -40.0, math.inf),
        (QNormal(0, 1, 2), -4, 3),
        (LogNormal(0, 1), 0.001, 0.0),
        (QLogNormal(0, 1, 2), 0, -2),
    ],
)
def test_contains_knows_each_distribution(
    distribution: Distribution, inside: Value, outside: Value
) -> None:
    space = Space.of({"p": distribution})
    assert contains(space, {"p": inside})
    assert not contains(space, {"p": outside})


def test_coordinates_name_the_parameter_that_does_not_fit() -> None:
    with pytest.raises(InputError, match=r"depth: 9 is no value of randint"):
        coordinates(NESTED, {"optimizer": "sgd", "depth": 9})


def test_grid_is_the_product_in_file_order_last_fastest() -> None:
    space = Space.of({"a": Choice((1, 2)), "b": Choice(("x", "y", "z"))})
    expected = [{"a": a, "b": b} for a, b in itertools.product((1, 2), "xyz")]
    assert grid_size(space) == 6
    assert list(grid(space)) == expected
    assert list(grid_point(space, 4)) == ["a", "b"]


def test_grid_expands_branches() -> None:
    inner = Branch((("k", 7), ("m", Choice((1, 2))), ("n", Choice((3, 4)))))
    space = Space.of({"p": Choice(("plain", inner, "last")), "q": Choice((0, 1))})
    points = list(grid(space))
    assert grid_size(space) == len(points) == 12
    assert len({json.dumps(p) for p in points}) == 12
    assert points[2] == {"p": {"k": 7, "m": 1, "n": 3}, "q": 0}
    assert points[-1] == {"p": "last", "q": 1}
    assert all(contains(space, p) for p in points)


def test_grid_points_come_by_index_from_huge_grids() -> None:
    space = Space.of({f"p{i}": Choice(tuple(range(10))) for i in range(30)})
    assert grid_size(space) == 10**30
    assert grid_point(space, 10**30 - 1) == {f"p{i}": 9 for i in range(30)}
    assert grid_point(space, 123)["p28"] == 2
    for index in (-1, 10**30):
        with pytest.raises(IndexError):
            grid_point(space, index)


def test_empty_grids() -> None:
    assert grid_size(Space()) == 1
    assert list(grid(Space())) == [{}]
    assert grid_size(Space.of({"a": Choice(())})) == 0


def test_grid_refuses_what_is_no_choice() -> None:
    space = Space.of({"a": Choice((1, Branch((("lr", Uniform(0, 1)),))))})
    with pytest.raises(InputError, match=r"a\[1\]\.lr: a grid needs 'choice'.*'uniform'"):
        grid_size(space)


@settings(max_examples=40)
@given(spaces)
def test_json_round_trip(space: Space) -> None:
    again = from_json(json.loads(json.dumps(to_json(space))))
    assert again == space
    assert list(again) == list(space)
    assert repr(again) == repr(space)


@settings(max_examples=20)
@given(spaces)
def test_pickle_round_trip_and_hash(space: Space) -> None:
    again = pickle.loads(pickle.dumps(space))
    assert again == space
    assert hash(again) == hash(space)


def test_json_is_azures_wire_form() -> None:
    space = Space.of(
        {
            "lr": Uniform(0.01, 0.9),
            "b": Choice(("gbdt", "dart")),
            "r": RandInt(100),
            "n": Choice((Branch((("a", 1), ("lr", Uniform(0, 1)))),)),
        }
    )
    assert to_json(space) == {
        "lr": ["uniform", [0.01, 0.9]],
        "b": ["choice", [["gbdt", "dart"]]],
        "r": ["randint", [100]],
        "n": ["choice", [[{"a": 1, "lr": ["uniform", [0, 1]]}]]],
    }


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"a": 1},
        {"a": ["uniform", [1]]},
        {"a": ["uniform", [1, "2"]]},
        {"a": ["uniform", [1, True]]},
        {"a": ["unknown", [1, 2]]},
        {"a": ["choice", [1]]},
        {"a": ["choice", [[None]]]},
        {"a": ["choice", [[True]]]},
        {"a": ["choice", [1, 2]]},
        {"a": ["randint", [1.5]]},
        {"a": ["randint", [True]]},
        {1: ["randint", [1]]},
    ],
)
def test_from_json_refuses_what_to_json_never_writes(broken: object) -> None:
    with pytest.raises(InputError):
        from_json(broken)


def test_spaces_are_immutable_and_ordered() -> None:
    one, other = Uniform(0, 1), RandInt(2)
    space = Space.of({"a": one, "b": other})
    assert space["b"] == other
    assert dict(space) == {"a": one, "b": other}
    assert space != Space.of({"b": other, "a": one})
    with pytest.raises(KeyError):
        space["c"]
    with pytest.raises(FrozenInstanceError):
        one.min_value = 3  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, "3"),
        (0.1, "0.1"),
        (1e-07, "1e-07"),
        ("a b", "a b"),
        ("", ""),
        ({"lr": 0.5, "name": 'x"é'}, '{"lr":0.5,"name":"x\\"é"}'),
        ({"a": {"b": 1}}, '{"a":{"b":1}}'),
    ],
)
def test_text(value: Value, expected: str) -> None:
    assert text(value) == expected


def test_flat_adds_nested_names() -> None:
    params: dict[str, Value] = {"opt": {"kind": "adam", "s": {"g": 0.5}}, "n": 3}
    assert flat(params) == {
        "opt": '{"kind":"adam","s":{"g":0.5}}',
        "n": "3",
        "opt_kind": "adam",
        "opt_s": '{"g":0.5}',
        "opt_s_g": "0.5",
    }


def test_flat_lets_a_parameter_keep_its_name() -> None:
    assert flat({"opt": {"kind": "inner"}, "opt_kind": "outer"})["opt_kind"] == "outer"


@pytest.mark.real
def test_space_imports_only_the_standard_library() -> None:
    heavy = "import sys, trimtab.space; print([m for m in sys.modules if m in ('yaml','pydantic')])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
