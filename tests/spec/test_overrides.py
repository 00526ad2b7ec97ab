"""``--set key.path=value``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.spec.files import BASE, changed
from trimtab.errors import Problem, SweepFileError
from trimtab.spec import SweepJob, parse_text


def load(*overrides: str, data: dict[str, Any] | None = None) -> SweepJob:
    return parse_text(json.dumps(data or dict(BASE)), "sweep.yml", overrides)


def refusals(*overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(SweepFileError) as caught:
        load(*overrides)
    return caught.value.problems


def test_values_are_read_as_yaml() -> None:
    job = load(
        "limits.max_total_trials=9",
        "sampling_algorithm={type: random, seed: 3}",
        "search_space.n={type: choice, values: [1, two]}",
        "inputs.flag=true",
        "display_name=3",
    )
    assert job.limits.max_total_trials == 9
    assert job.sampling_algorithm.model_dump()["seed"] == 3
    assert list(job.search_space) == ["lr", "n"]
    assert job.inputs["flag"] == "True"
    assert job.display_name == "3"


def test_later_overrides_see_earlier_ones() -> None:
    job = load(
        "sampling_algorithm={type: random}", "sampling_algorithm.seed=4", "limits.timeout=90"
    )
    assert job.sampling_algorithm.model_dump()["seed"] == 4
    assert job.limits.timeout == 90


@pytest.mark.parametrize("form", ["search_space.c.values.0", "search_space.c.values[0]"])
def test_list_items(form: str) -> None:
    data = changed("search_space.c", {"type": "choice", "values": [1, {"a": 2}]})
    job = load(f"{form}=x", "search_space.c.values.1.a=5", "search_space.c.values[2]=z", data=data)
    assert job.document["search_space"]["c"]["values"] == ["x", {"a": 5}, "z"]


def test_texts_stay_as_written() -> None:
    job = load(
        "trial.command=python x.py --a=b: ${{search_space.lr}} # all of it",
        "tags.version=1.10",
        "properties.trimtab.seed=5",
        "trial.environment_variables.A.B=yes",
    )
    assert job.trial.command == "python x.py --a=b: ${{search_space.lr}} # all of it"
    assert job.tags == {"version": "1.10"}
    assert job.settings == {"trimtab.seed": 5}
    assert job.trial.environment_variables == {"A.B": "yes"}


@pytest.mark.parametrize(
    ("override", "key", "said"),
    [
        ("nothing", "", "not of the form key.path=value"),
        ("=3", "", "not of the form key.path=value"),
        ("a..b=3", "", "not of the form key.path=value"),
        ("limits.timeout=[", "limits.timeout", "no valid YAML"),
        ("limits.timeout=soon", "limits.timeout", "found 'soon', expected a whole number"),
        ("limits.timout=3", "limits.timout", "did you mean 'timeout'?"),
        ("limit.timeout=3", "limit", "did you mean 'limits'?"),
        ("trial.command.x=3", "trial.command", "cannot have 'x' below"),
        ("objective.goal=up", "objective.goal", "allowed: minimize, maximize"),
    ],
)
def test_what_cannot_be_is_told_with_the_override(override: str, key: str, said: str) -> None:
    (problem,) = refusals(override)
    assert (problem.file, problem.line, problem.key) == (f"--set {override}", 0, key)
    assert said in problem.message
    assert str(problem).startswith(f"--set {override}: ")


@pytest.mark.parametrize("index", ["3", "x", "-1"])
def test_list_items_out_of_range(index: str) -> None:
    data = changed("search_space.c", {"type": "choice", "values": [1, 2]})
    with pytest.raises(SweepFileError, match="allowed: an index from 0 to 2"):
        load(f"search_space.c.values.{index}=x", data=data)


def test_an_override_can_mend_a_file() -> None:
    data = changed("limits", {"max_total_trials": "many"})
    with pytest.raises(SweepFileError):
        load(data=data)
    assert load("limits.max_total_trials=3", data=data).limits.max_total_trials == 3
