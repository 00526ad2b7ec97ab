"""Measure a trained model on the test questions, which no trial has seen.

python evaluate.py --model outputs/model --test data/demo/test

Prints the metrics, writes them to evaluation.json with the reliability curve and the gains for
every k up to 10, and logs them to MLflow where a tracking server is set.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from faq.fault import BadInputError, run
from faq.folder import read_test
from faq.metrics import calibration_error, gain_at, gains, mean_rank, reliability, top_case
from faq.model import load_model
from faq.records import Question
from faq.terms import Floats, Ints

_CURVE = 10


def evaluate(probability: Floats, truth: Ints) -> dict[str, Any]:
    """Gains, mean rank and calibration of probabilities, questions x originals."""
    top, right = top_case(probability, truth)
    all_right = np.zeros_like(probability)
    all_right[np.arange(len(truth)), truth] = 1
    metrics = {
        **gains(probability, truth),
        "mean_rank": mean_rank(probability, truth),
        "calibration_error": calibration_error(top, right),
        "calibration_error_pairs": calibration_error(probability.ravel(), all_right.ravel()),
    }
    return {
        "questions": len(truth),
        "originals": probability.shape[1],
        "metrics": metrics,
        "gain_curve": [gain_at(probability, truth, k) for k in range(1, _CURVE + 1)],
        "reliability": reliability(top, right),
    }


def truth_among(answer_ids: tuple[int, ...], questions: tuple[Question, ...]) -> Ints:
    """For each question the column of its original. Raises BadInputError."""
    place = {answer: i for i, answer in enumerate(answer_ids)}
    unknown = [q.id for q in questions if q.answer_id not in place]
    if unknown:
        raise BadInputError(
            f"{len(unknown)} of {len(questions)} test questions (first: {unknown[0]}) belong to "
            "originals that the model does not know; pass the test/ folder of the data it was "
            "trained on"
        )
    return np.array([place[q.answer_id] for q in questions], dtype=np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(description="Evaluate a model on the test questions.")
    parser.add_argument("--model", type=Path, default=Path("outputs/model"))
    parser.add_argument("--test", type=Path, required=True, help="test/ folder of prepare.py")
    parser.add_argument("--out", type=Path, default=Path("outputs/evaluation.json"))
    arguments = parser.parse_args()
    questions = read_test(arguments.test)
    ranker = load_model(arguments.model)
    truth = truth_among(ranker.answer_ids, questions)
    result = evaluate(ranker.scores([q.text for q in questions]), truth)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, value in result["metrics"].items():
        print(f"{name:24} {value:.4f}")
    print(f"{len(questions)} test questions; written to {arguments.out}")
    _track(result["metrics"])


def _track(metrics: dict[str, float]) -> None:
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        return
    import mlflow

    mlflow.log_metrics({f"test_{name}": value for name, value in metrics.items()})


if __name__ == "__main__":
    run(main)
