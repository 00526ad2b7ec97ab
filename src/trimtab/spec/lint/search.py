"""Lint of ``sampling_algorithm``, ``early_termination``, ``objective`` and ``limits``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trimtab import space
from trimtab.errors import Problem
from trimtab.spec.distributions import Choice
from trimtab.spec.job import SweepJob
from trimtab.spec.lint.codes import found
from trimtab.spec.policies import Bandit, TruncationSelection
from trimtab.spec.sampling import BayesianSampling, GridSampling, RandomSampling

_SAMPLING = ("sampling_algorithm",)
_POLICY = "early_termination"


def check(job: SweepJob) -> Iterator[Problem]:
    if "sampling_algorithm" not in job.model_fields_set:
        message = "absent, so random is used; Azure's documents call the key required"
        yield found(job, "no-sampling-algorithm", _SAMPLING, message)
    match job.sampling_algorithm:
        case RandomSampling():
            yield from _random(job, job.sampling_algorithm)
        case GridSampling():
            yield from _grid(job)
        case BayesianSampling():
            yield from _bayesian(job)
    yield from _sampler(job)
    yield from _policy(job)
    yield from _limits(job)
    if not job.objective.primary_metric.strip():
        message = "empty; name the metric as the script logs it"
        yield found(job, "empty-metric", ("objective", "primary_metric"), message)


def _random(job: SweepJob, sampling: RandomSampling) -> Iterator[Problem]:
    if sampling.rule == "sobol":
        message = (
            "the sequence is scipy's scrambled Sobol with your seed: repeatable here, and not "
            "point by point the one that Azure draws"
        )
        yield found(job, "sobol-differs", (*_SAMPLING, "rule"), message)
    if sampling.logbase is not None:
        message = (
            f"loguniform and qloguniform draw {sampling.logbase} ** U(min_value, max_value); "
            "recent Azure service versions do not know the key"
        )
        yield found(job, "logbase", (*_SAMPLING, "logbase"), message)


def _grid(job: SweepJob) -> Iterator[Problem]:
    complete = True
    for dimension in space.dimensions(job.space):
        if not isinstance(dimension.distribution, space.Choice):
            complete = False
            kind = space.type_name(dimension.distribution)
            message = (
                f"grid sampling needs choices, {dimension.path} is a {kind}; list the values "
                "to try, or use random sampling"
            )
            path = ("search_space", dimension.path.partition("[")[0])
            yield found(job, "grid-needs-choice", path, message)
    if not complete:
        return
    size, total = space.grid_size(job.space), job.limits.max_total_trials
    if size > total:
        message = f"the grid has {size} points, of which only the first {total} are tried"
        yield found(job, "grid-size", ("limits", "max_total_trials"), message)
    elif 0 < size < total:
        message = f"the grid has only {size} points, so the sweep ends after {size} trials"
        yield found(job, "grid-size", ("limits", "max_total_trials"), message)


def _bayesian(job: SweepJob) -> Iterator[Problem]:
    for name, distribution in job.search_space.items():
        path = ("search_space", name)
        if distribution.type not in ("choice", "uniform", "quniform"):
            message = (
                f"bayesian sampling takes choice, uniform and quniform on Azure, not "
                f"{distribution.type}; with sampling_algorithm: random and the property "
                "trimtab.sampler: tpe, it takes all of them here"
            )
            yield found(job, "bayesian-distribution", path, message)
        elif isinstance(distribution, Choice) and _is_mixed(distribution):
            message = (
                "under bayesian sampling the values of a choice should all be texts, or all be "
                "numbers; HyperDrive refused anything else"
            )
            yield found(job, "bayesian-choice", path, message)
    wanted = 20 * len(job.search_space)
    if job.limits.max_total_trials < wanted:
        message = f"bayesian sampling wants 20 trials per parameter, {wanted} here, to do well"
        yield found(job, "bayesian-few-trials", ("limits", "max_total_trials"), message)
    if (job.limits.max_concurrent_trials or job.limits.max_total_trials) > 20:
        message = "the more trials run at once, the less each learns from the others; 20 or fewer"
        yield found(job, "bayesian-concurrency", ("limits", "max_concurrent_trials"), message)
    if job.early_termination is not None:
        message = "allowed here, but Azure documents early termination for random and grid only"
        yield found(job, "bayesian-early-termination", (_POLICY,), message)


def _sampler(job: SweepJob) -> Iterator[Problem]:
    """Trimtab's own choice of a sampler, and whether it can search the space."""
    wanted = job.settings.get("trimtab.sampler")
    if wanted is None:
        return
    for name, why in space.misfits(job.space, str(wanted)):
        path = ("search_space", name) if name else ("search_space",)
        yield found(job, "sampler-space", path, f"{why}; trimtab.sampler is {wanted}")
    if "sampling_algorithm" in job.model_fields_set and job.sampling_algorithm.type != "bayesian":
        message = (
            f"trials are proposed by {wanted} here, as this says; Azure goes by "
            f"sampling_algorithm: {job.sampling_algorithm.type}"
        )
        yield found(job, "sampler-instead", ("properties", "trimtab.sampler"), message)


def _is_mixed(choice: Choice) -> bool:
    texts = [isinstance(value, str) for value in choice.values]
    return any(isinstance(value, Mapping) for value in choice.values) or len(set(texts)) > 1


def _policy(job: SweepJob) -> Iterator[Problem]:
    policy = job.early_termination
    if policy is None:
        return
    for key in ("evaluation_interval", "delay_evaluation"):
        if (value := getattr(policy, key)) < 0:
            message = f"found {value}; it counts reports, so 0 or more is allowed"
            yield found(job, "negative-interval", (_POLICY, key), message)
    if isinstance(policy, Bandit):
        yield from _bandit(job, policy)
    if isinstance(policy, TruncationSelection) and not 1 <= policy.truncation_percentage <= 99:
        message = f"found {policy.truncation_percentage}, allowed: 1 to 99"
        yield found(job, "truncation-percentage", (_POLICY, "truncation_percentage"), message)


def _bandit(job: SweepJob, policy: Bandit) -> Iterator[Problem]:
    if (policy.slack_factor is None) == (policy.slack_amount is None):
        count = "neither" if policy.slack_factor is None else "both"
        message = f"found {count} of slack_factor and slack_amount above 0; give exactly one"
        yield found(job, "bandit-slack", (_POLICY,), message)
    for key in ("slack_factor", "slack_amount"):
        value = getattr(policy, key)
        if value is not None and value < 0:
            message = f"found {value}; a slack below 0 would stop the best trial too"
            yield found(job, "negative-slack", (_POLICY, key), message)
    if policy.slack_factor is not None:
        message = (
            "a factor is a share of the best metric; where that is 0 or below, the distance to it "
            "is compared with factor * |best| instead (Azure does not say what it does)"
        )
        yield found(job, "bandit-factor-sign", (_POLICY, "slack_factor"), message)


def _limits(job: SweepJob) -> Iterator[Problem]:
    limits = job.limits
    for key in ("max_total_trials", "max_concurrent_trials"):
        value = getattr(limits, key)
        if value is not None and value < 1:
            yield found(job, "trial-count", ("limits", key), f"found {value}, allowed: 1 or more")
        elif value is not None and value > 1000:
            message = f"found {value}; fine here, Azure allows 1 to 1000"
            yield found(job, "many-trials", ("limits", key), message)
    concurrent = limits.max_concurrent_trials
    if concurrent is not None and concurrent > limits.max_total_trials >= 1:
        message = f"{concurrent} is more than max_total_trials ({limits.max_total_trials})"
        yield found(job, "concurrent-above-total", ("limits", "max_concurrent_trials"), message)
    for key in ("timeout", "trial_timeout"):
        yield from _timeout(job, key, getattr(limits, key))
    if limits.timeout and limits.trial_timeout and limits.trial_timeout > limits.timeout > 0:
        message = (
            f"{limits.trial_timeout} s is more than the whole sweep's timeout "
            f"({limits.timeout} s), so it never ends a trial"
        )
        yield found(job, "trial-timeout-above-timeout", ("limits", "trial_timeout"), message)


def _timeout(job: SweepJob, key: str, seconds: int | None) -> Iterator[Problem]:
    if seconds is None:
        return
    if seconds <= 0:
        message = f"found {seconds} seconds; leave the key out for no limit"
        yield found(job, "timeout-not-positive", ("limits", key), message)
    elif seconds < 60:
        message = f"{seconds} seconds are kept to here; Azure raises 1 to 60 to 60"
        yield found(job, "short-timeout", ("limits", key), message)
