import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.metrics import calibration_error, gain_at, gains, mean_rank, reliability, top_case
from faq.terms import Floats


def floats(*rows: list[float]) -> Floats:
    return np.array(rows, dtype=np.float32)


def test_gain_counts_the_questions_whose_original_is_among_the_k_best() -> None:
    scores = floats([0.9, 0.5, 0.1, 0.0], [0.9, 0.5, 0.1, 0.0], [0.9, 0.5, 0.1, 0.0])
    truth = np.array([0, 1, 3])
    assert gains(scores, truth) == pytest.approx(
        {"gain_at_1": 1 / 3, "gain_at_2": 2 / 3, "gain_at_3": 2 / 3}
    )
    assert gain_at(scores, truth, 4) == 1
    assert mean_rank(scores, truth) == pytest.approx((1 + 2 + 4) / 3)


def test_ties_count_as_a_random_order_would() -> None:
    scores = floats([0.5, 0.5, 0.5, 0.1])
    truth = np.array([1])
    assert gain_at(scores, truth, 1) == pytest.approx(1 / 3)
    assert gain_at(scores, truth, 2) == pytest.approx(2 / 3)
    assert gain_at(scores, truth, 3) == 1
    assert mean_rank(scores, truth) == 2


def test_a_constant_model_gains_no_more_than_chance() -> None:
    scores = np.zeros((7, 50), dtype=np.float32)
    assert gain_at(scores, np.arange(7), 1) == pytest.approx(1 / 50)


def test_calibration_error_is_the_weighted_distance_of_claim_and_truth() -> None:
    probability = np.array([0.95, 0.95, 0.25, 0.25], dtype=np.float32)
    right = np.array([1, 0, 0, 0], dtype=np.float32)
    assert calibration_error(probability, right) == pytest.approx((0.45 + 0.25) / 2, abs=1e-6)
    assert [row["cases"] for row in reliability(probability, right)] == [2, 2]


def test_honest_probabilities_have_almost_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(200_000).astype(np.float32)
    right = (rng.random(200_000) < probability).astype(np.float32)
    assert calibration_error(probability, right) < 0.01


def test_certainty_falls_into_the_last_bin() -> None:
    ones = np.ones(3, dtype=np.float32)
    assert calibration_error(ones, ones) == 0


def test_the_top_case_is_the_best_original_and_whether_it_is_right() -> None:
    top, right = top_case(floats([0.2, 0.8], [0.6, 0.4]), np.array([1, 1]))
    assert top == pytest.approx([0.8, 0.6])
    assert right.tolist() == [1, 0]
