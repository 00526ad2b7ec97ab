"""Any configuration that HyperDrive took becomes a sweep file that loads and means the same."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.migration.samples import DOCUMENT, config, from_json, from_python, sweep
from trimtab.migration import Migrated
from trimtab.space import TYPES, Choice, Space
from trimtab.spec import SweepJob

WHOLE = st.integers(-(10**6), 10**6)
NUMBER = WHOLE | st.floats(-1e6, 1e6)
POSITIVE = st.integers(1, 1000)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
OPTIONS = st.lists(WHOLE | st.floats(-1e9, 1e9) | TEXT, min_size=1, max_size=5)
PAIR = st.tuples(NUMBER, NUMBER)
SPREAD = st.tuples(NUMBER, st.floats(0, 10) | st.integers(0, 10))
ARGUMENTS: Mapping[str, st.SearchStrategy[list[Any]]] = {
    "choice": OPTIONS.map(lambda options: [options]),
    "randint": POSITIVE.map(lambda upper: [upper]),
    "uniform": PAIR.map(list),
    "loguniform": PAIR.map(list),
    "quniform": st.tuples(NUMBER, NUMBER, POSITIVE).map(list),
    "qloguniform": st.tuples(NUMBER, NUMBER, POSITIVE).map(list),
    "normal": SPREAD.map(list),
    "lognormal": SPREAD.map(list),
    "qnormal": st.tuples(NUMBER, st.integers(0, 10), POSITIVE).map(list),
    "qlognormal": st.tuples(NUMBER, st.integers(0, 10), POSITIVE).map(list),
}
EXPRESSION = st.sampled_from(sorted(ARGUMENTS)).flatmap(
    lambda kind: ARGUMENTS[kind].map(lambda arguments: (kind, arguments))
)
NAME = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
WHEN = st.fixed_dictionaries(
    {}, optional={"evaluation_interval": POSITIVE, "delay_evaluation": st.integers(0, 99)}
)
SLACK = st.sampled_from(["slack_factor", "slack_amount"]).flatmap(
    lambda key: st.floats(0.001, 100).map(lambda value: {key: value})
)
POLICY = st.one_of(
    st.just(("Default", "NoTerminationPolicy", {})),
    st.builds(lambda a, b: ("Bandit", "BanditPolicy", a | b), WHEN, SLACK),
    WHEN.map(lambda when: ("MedianStopping", "MedianStoppingPolicy", when)),
    st.builds(
        lambda when, share: (
            "TruncationSelection",
            "TruncationSelectionPolicy",
            {"truncation_percentage": share, **when},
        ),
        WHEN,
        st.integers(1, 99),
    ),
)
POLICY_TYPES = {
    "Bandit": "bandit",
    "MedianStopping": "median_stopping",
    "TruncationSelection": "truncation_selection",
}
SAMPLINGS = {
    "RANDOM": ("RandomParameterSampling", "random"),
    "GRID": ("GridParameterSampling", "grid"),
    "BayesianOptimization": ("BayesianParameterSampling", "bayesian"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration in the words that both forms share."""

    sampling: str
    space: Mapping[str, tuple[str, list[Any]]]
    policy: tuple[str, str, Mapping[str, Any]]
    metric: str
    goal: str
    total: int
    concurrent: int
    minutes: int

    def expected(self) -> Space:
        return Space.of(
            {
                name: Choice(tuple(arguments[0])) if kind == "choice" else TYPES[kind](*arguments)
                for name, (kind, arguments) in self.space.items()
            }
        )

    def python(self) -> str:
        parameters = {
            f"--{name}": f"{kind}({', '.join(map(repr, arguments))})"
            for name, (kind, arguments) in self.space.items()
        }
        inner = ", ".join(f"{name!r}: {text}" for name, text in parameters.items())
        settings = ", ".join(f"{key}={value!r}" for key, value in self.policy[2].items())
        return config(
            f"space = {{{inner}}}",
            hyperparameter_sampling=f"{SAMPLINGS[self.sampling][0]}(space)",
            policy=f"{self.policy[1]}({settings})",
            primary_metric_name=repr(self.metric),
            primary_metric_goal=f"PrimaryMetricGoal.{self.goal.upper()}",
            max_total_runs=str(self.total),
            max_concurrent_runs=str(self.concurrent),
            max_duration_minutes=str(self.minutes),
        )

    def json(self) -> dict[str, Any]:
        parameters = {
            f"--{name}": [kind, list(arguments)] for name, (kind, arguments) in self.space.items()
        }
        policy = {"name": self.policy[0], "properties": dict(self.policy[2])}
        return {
            **DOCUMENT,
            "generator_config": {"name": self.sampling, "parameter_space": parameters},
            "policy_config": policy,
            "primary_metric_config": {"name": self.metric, "goal": self.goal},
            "max_total_jobs": self.total,
            "max_concurrent_jobs": self.concurrent,
            "max_duration_minutes": self.minutes,
        }


CASES = st.builds(
    Case,
    sampling=st.sampled_from(sorted(SAMPLINGS)),
    space=st.dictionaries(NAME, EXPRESSION, min_size=1, max_size=4),
    policy=POLICY,
    metric=TEXT.filter(bool),
    goal=st.sampled_from(["minimize", "maximize"]),
    total=POSITIVE,
    concurrent=POSITIVE,
    minutes=st.integers(1, 10080),
)


def check(case: Case, made: Migrated) -> None:
    job = sweep(made)
    assert job.space == case.expected()
    assert job.sampling_algorithm.type == SAMPLINGS[case.sampling][1]
    assert (job.objective.primary_metric, job.objective.goal) == (case.metric, case.goal)
    assert policy_of(job) == expected_policy(case)
    limits = job.limits
    assert limits.max_total_trials == case.total
    assert limits.max_concurrent_trials == case.concurrent
    assert limits.timeout == case.minutes * 60
    for name in case.space:
        assert f"--{name} ${{{{search_space.{name}}}}}" in job.trial.command


def policy_of(job: SweepJob) -> dict[str, Any]:
    policy = job.early_termination
    return {} if policy is None else policy.model_dump(exclude_none=True)


def expected_policy(case: Case) -> dict[str, Any]:
    name, _, given = case.policy
    if name == "Default":
        return {}
    when = {"evaluation_interval": 1, "delay_evaluation": 0}
    return {"type": POLICY_TYPES[name], **when, **given}


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.real
@few
@given(case=CASES)
def test_python_becomes_the_same_search(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(case, from_python(Path(folder), case.python()))


@pytest.mark.real
@few
@given(case=CASES)
def test_json_becomes_the_same_search(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(case, from_json(Path(folder), case.json()))


@pytest.mark.parametrize("kind", sorted(ARGUMENTS))
def test_every_distribution_in_both_forms(kind: str, tmp_path: Path) -> None:
    arguments: list[Any] = [[1, 2.5, "x"]] if kind == "choice" else [3, 4, 1][: arity(kind)]
    case = Case("RANDOM", {"p": (kind, arguments)}, ("Default", "NoTerminationPolicy", {}), *PLAIN)
    check(case, from_python(tmp_path, case.python()))
    check(case, from_json(tmp_path, case.json()))


PLAIN = ("loss", "minimize", 3, 1, 5)


def arity(kind: str) -> int:
    return 1 if kind == "randint" else 3 if kind.startswith("q") else 2


@pytest.mark.parametrize(
    "policy",
    [
        ("Bandit", "BanditPolicy", {"evaluation_interval": 2, "slack_factor": 0.1}),
        ("Bandit", "BanditPolicy", {"slack_amount": 0.2, "delay_evaluation": 3}),
        ("MedianStopping", "MedianStoppingPolicy", {"delay_evaluation": 5}),
        ("TruncationSelection", "TruncationSelectionPolicy", {"truncation_percentage": 20}),
        ("Default", "NoTerminationPolicy", {}),
    ],
    ids=lambda policy: policy[0],
)
def test_every_policy_in_both_forms(
    policy: tuple[str, str, Mapping[str, Any]], tmp_path: Path
) -> None:
    case = Case("RANDOM", {"p": ("uniform", [0, 1])}, policy, *PLAIN)
    check(case, from_python(tmp_path, case.python()))
    check(case, from_json(tmp_path, case.json()))
