"""Every code a problem can carry, its severity and its meaning in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trimtab.errors import Problem
from trimtab.spec.job import Job
from trimtab.spec.source import KeyPath

ERROR, NOTE = "error", "note"


@dataclass(frozen=True, slots=True)
class Code:
    """``severity`` is the usual one; ``unused-parameter`` can be either."""

    severity: str
    meaning: str


# What loading a file finds.
LOAD: Mapping[str, Code] = {
    "yaml-syntax": Code(ERROR, "the file is no YAML, or not of the kind a sweep file needs"),
    "duplicate-key": Code(ERROR, "a key stands twice in one mapping"),
    "unknown-key": Code(ERROR, "a key that the schema does not have"),
    "missing-key": Code(ERROR, "a required key is not there"),
    "wrong-value": Code(ERROR, "a value of the wrong kind, or none of the allowed words"),
    "missing-file": Code(ERROR, "the file behind file:... cannot be read"),
    "override": Code(ERROR, "a --set that cannot be applied"),
    "old-placeholder": Code(NOTE, "{search_space.x} was read as ${{search_space.x}}"),
    "truncated-number": Code(NOTE, "a fraction was cut off where a whole number is needed"),
    "zero-interval": Code(NOTE, "evaluation_interval 0 counts as 1"),
}

# What the linter finds in a job that loads.
LINT: Mapping[str, Code] = {
    "missing-search-space": Code(ERROR, "there is nothing to search"),
    "min-above-max": Code(ERROR, "min_value is larger than max_value"),
    "constant-parameter": Code(NOTE, "min_value equals max_value, or sigma is 0"),
    "empty-choice": Code(ERROR, "a choice without values"),
    "duplicate-choice": Code(NOTE, "a value stands twice in a choice and so counts double"),
    "randint-upper": Code(ERROR, "upper is 0 or less"),
    "q-not-positive": Code(ERROR, "q is 0 or less"),
    "no-multiple-of-q": Code(ERROR, "no multiple of q lies inside the bounds"),
    "q-bounds": Code(NOTE, "the bounds are no multiples of q"),
    "negative-sigma": Code(ERROR, "sigma is negative"),
    "exponent-overflow": Code(ERROR, "an exponent whose power no float can hold"),
    "exponents-look-like-range": Code(NOTE, "log bounds that look like values, not exponents"),
    "distribution-as-constants": Code(NOTE, "a distribution written as a value of a choice"),
    "nested-numeric-text": Code(NOTE, "a quoted number in a nested choice; Azure unquotes it"),
    "flat-name-collision": Code(NOTE, "two parameters share an AZUREML_SWEEP_ variable"),
    "no-sampling-algorithm": Code(NOTE, "sampling_algorithm is absent; random is used"),
    "grid-needs-choice": Code(ERROR, "a grid over something else than choices"),
    "grid-size": Code(NOTE, "the grid has more or fewer points than max_total_trials"),
    "bayesian-distribution": Code(ERROR, "bayesian takes choice, uniform and quniform only"),
    "bayesian-choice": Code(NOTE, "a choice of mixed or nested values under bayesian sampling"),
    "bayesian-few-trials": Code(NOTE, "fewer than 20 trials per parameter"),
    "bayesian-concurrency": Code(NOTE, "more than 20 trials at once"),
    "bayesian-early-termination": Code(NOTE, "HyperDrive refused this combination"),
    "sampler-space": Code(ERROR, "trimtab.sampler names a sampler that cannot search the space"),
    "sampler-instead": Code(NOTE, "trimtab.sampler goes before sampling_algorithm, only here"),
    "sobol-differs": Code(NOTE, "the Sobol sequence is not Azure's own"),
    "logbase": Code(NOTE, "what logbase does here, and that Azure may drop it"),
    "bandit-slack": Code(ERROR, "both slacks, or neither"),
    "negative-slack": Code(ERROR, "a slack below 0"),
    "bandit-factor-sign": Code(NOTE, "a slack factor says little about metrics of 0 and below"),
    "truncation-percentage": Code(ERROR, "truncation_percentage outside 1..99"),
    "negative-interval": Code(ERROR, "evaluation_interval or delay_evaluation below 0"),
    "two-stoppers": Code(ERROR, "early_termination and trimtab.stopper together"),
    "stopper-setting": Code(ERROR, "a setting that trimtab.stopper does not have"),
    "stopper-incomplete": Code(ERROR, "trimtab.stopper lacks a setting that it needs"),
    "thresholds-crossed": Code(ERROR, "the lower threshold is above the upper one"),
    "no-rung": Code(ERROR, "max_reports leaves no report at which a trial is judged"),
    "stopper-without-sweep": Code(ERROR, "trimtab.stopper in a command job"),
    "trial-count": Code(ERROR, "max_total_trials or max_concurrent_trials below 1"),
    "many-trials": Code(NOTE, "more than 1000 trials, which Azure does not take"),
    "concurrent-above-total": Code(NOTE, "max_concurrent_trials above max_total_trials"),
    "timeout-not-positive": Code(ERROR, "a timeout of 0 or less"),
    "short-timeout": Code(NOTE, "Azure raises timeouts of 1..60 seconds to 60"),
    "trial-timeout-above-timeout": Code(NOTE, "trial_timeout above timeout"),
    "empty-metric": Code(ERROR, "primary_metric is empty"),
    "metric-not-in-code": Code(NOTE, "the code folder never mentions the primary metric"),
    "empty-command": Code(ERROR, "the command is empty"),
    "undefined-placeholder": Code(ERROR, "a placeholder for something the file does not define"),
    "unknown-placeholder": Code(ERROR, "${{...}} of a kind that commands do not have"),
    "optional-block": Code(NOTE, "$[[...]] works in components only"),
    "unsafe-placeholder": Code(NOTE, "a placeholder where only plain values can be written"),
    "unused-parameter": Code(NOTE, "a swept parameter that the command never uses"),
    "unused-input": Code(NOTE, "an input that the command never uses"),
    "unused-output": Code(NOTE, "an output that the command never uses"),
    "missing-path": Code(ERROR, "a local file or folder is not there"),
    "missing-script": Code(ERROR, "python is to run a script that code does not hold"),
    "input-without-path": Code(ERROR, "a data input that says nowhere where the data is"),
    "environment-source": Code(NOTE, "image, build and conda_file do not go together so"),
    "shm-size": Code(ERROR, "shm_size is not <number><b|k|m|g>"),
    "instance-count": Code(ERROR, "instance_count below 1"),
    "service-type": Code(NOTE, "a service of a type that Azure does not offer"),
    "msi-resource-id": Code(NOTE, "Azure's own client fails on msi_resource_id"),
}

CODES: Mapping[str, Code] = {**LOAD, **LINT}


def found(job: Job, code: str, path: KeyPath, message: str, severity: str | None = None) -> Problem:
    """A problem of ``code`` at ``path``, with the code's usual severity."""
    return job.source.problem(code, path, message, severity or CODES[code].severity)
