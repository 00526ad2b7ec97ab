"""LightGBM on the pair features, and the temperature that makes its scores probabilities."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np

from faq.features import MONOTONE, NAMES
from faq.metrics import gains
from faq.pairs import Pairs
from faq.terms import Floats, Ints

Report = Callable[[int, dict[str, float]], None]
_TEMPERATURES = np.geomspace(0.05, 20, 241)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a sweep may tune. `match`: pairs per training question, the match among them."""

    n_estimators: int = 300
    learning_rate: float = 0.03
    num_leaves: int = 15
    min_child_samples: int = 40
    lambda_l2: float = 10.0
    feature_fraction: float = 0.5
    match: int = 20
    seed: int = 1


def fit_ranker(
    pairs: Pairs, settings: Settings, *, reports: int, report: Report
) -> tuple[lightgbm.Booster, float]:
    """Train; call `report(trees, gains on tune)` `reports` times; return booster, temperature."""
    chosen = pairs.train[:, : settings.match]
    n_questions, n_pairs, n_features = chosen.shape
    labels = np.tile(np.arange(n_pairs) == 0, n_questions).astype(np.float32)
    parameters = {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_child_samples": settings.min_child_samples,
        "lambda_l2": settings.lambda_l2,
        "feature_fraction": settings.feature_fraction,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "monotone_constraints": list(MONOTONE),
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": int(os.environ.get("OMP_NUM_THREADS") or 0),
        "verbose": -1,
    }
    train = lightgbm.Dataset(
        chosen.reshape(-1, n_features), labels, feature_name=list(NAMES), free_raw_data=True
    )
    booster = lightgbm.Booster(parameters, train)
    scores = np.zeros(pairs.tune.shape[:2], dtype=np.float32)
    flat = pairs.tune.reshape(-1, n_features)
    done = 0
    for target in report_steps(settings.n_estimators, reports):
        while booster.num_trees() < target:
            if booster.update():
                break  # no split is left that helps: more trees would change nothing
        # only the new trees are evaluated: the raw score is a sum over trees
        added = booster.predict(
            flat, raw_score=True, start_iteration=done, num_iteration=target - done
        )
        scores += np.asarray(added, dtype=np.float32).reshape(scores.shape)
        done = target
        report(target, gains(scores, pairs.tune_truth))
    return booster, fit_temperature(scores, pairs.tune_truth)


def report_steps(n_estimators: int, reports: int) -> list[int]:
    """Numbers of trees after which to report: `reports` equal steps, or one per tree if fewer."""
    count = min(n_estimators, reports)
    return [round(n_estimators * (i + 1) / count) for i in range(count)]


def raw_scores(booster: lightgbm.Booster, features: Floats) -> Floats:
    """questions x originals, from questions x originals x features."""
    flat = features.reshape(-1, features.shape[-1])
    scored = np.asarray(booster.predict(flat, raw_score=True), dtype=np.float32)
    return scored.reshape(features.shape[:2])


def probabilities(scores: Floats, temperature: float) -> Floats:
    """Softmax of scores / temperature over the originals: each row sums to 1."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def fit_temperature(scores: Floats, truth: Ints) -> float:
    """The temperature with the least log loss (Guo et al. 2017); one parameter cannot overfit."""

    def log_loss(temperature: float) -> float:
        own = probabilities(scores, temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(own, 1e-12)).mean())

    return float(min(_TEMPERATURES, key=log_loss))
