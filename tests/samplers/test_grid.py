"""Grid and fixed sampling: every point once, in order, and then none."""

from __future__ import annotations

import pytest

from trimtab.errors import InputError
from trimtab.ports import Sampler
from trimtab.samplers import FixedSampler, GridSampler
from trimtab.space import Branch, Choice, Params, Space, Uniform
from trimtab.testing.samplers import sweep_state


def all_points(sampler: Sampler, space: Space) -> list[Params]:
    state, points = sweep_state(space), list[Params]()
    while (params := sampler.propose(len(points), state)) is not None:
        points.append(params)
    assert sampler.propose(len(points) + 5, state) is None
    return points


def test_the_last_parameter_changes_fastest() -> None:
    space = Space.of({"a": Choice((1, 2)), "b": Choice(("x", "y", "z"))})
    points = all_points(GridSampler(), space)
    assert [(p["a"], p["b"]) for p in points] == [(a, b) for a in (1, 2) for b in "xyz"]


def test_branches_add_their_own_combinations() -> None:
    deep = Branch((("kind", "deep"), ("layers", Choice((2, 3))), ("width", Choice((8, 16)))))
    points = all_points(GridSampler(), Space.of({"model": Choice((deep, "flat"))}))
    assert [params["model"] for params in points] == [
        *({"kind": "deep", "layers": n, "width": w} for n in (2, 3) for w in (8, 16)),
        "flat",
    ]


def test_a_point_far_out_is_found_directly() -> None:
    space = Space.of({f"p{n:02}": Choice(tuple(range(10))) for n in range(40)})
    point = GridSampler().propose(int("1234567890" * 4), sweep_state(space))
    assert list((point or {}).values()) == [*range(1, 10), 0] * 4


def test_only_choices_make_a_grid() -> None:
    with pytest.raises(InputError, match="a grid needs 'choice' parameters, found 'uniform'"):
        GridSampler().propose(0, sweep_state(Space.of({"lr": Uniform(0, 1)})))


def test_a_space_without_parameters_has_one_point() -> None:
    assert all_points(GridSampler(), Space()) == [{}]


def test_fixed_points_come_in_order_whatever_the_space() -> None:
    points: tuple[Params, ...] = ({"lr": 0.5}, {"lr": 7, "extra": {"n": 1}})
    assert all_points(FixedSampler(points), Space()) == list(points)
    assert all_points(FixedSampler(()), Space()) == []
