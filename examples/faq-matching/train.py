"""Train one FAQ ranker: one trial of sweep.yml, or a run by hand.

python train.py --data data/demo/search

Plain argparse and MLflow. Metrics go to MLflow where a tracking server is set (as Azure ML and
other runners do), and to the output always. The model is written to ./outputs/model.
"""

import argparse
import os
import time
from pathlib import Path

import mlflow
from faq.cache import cached_pairs, default_cache
from faq.fault import BadInputError, run
from faq.folder import read_search
from faq.model import save_model
from faq.pairs import MOST_PAIRS
from faq.ranker import Settings, fit_ranker


def parse_arguments() -> argparse.Namespace:
    usual = Settings()
    parser = argparse.ArgumentParser(description="Train an FAQ ranker.")
    parser.add_argument("--data", type=Path, required=True, help="search/ folder of prepare.py")
    parser.add_argument("--n_estimators", type=int, default=usual.n_estimators, help="trees")
    parser.add_argument("--learning_rate", type=float, default=usual.learning_rate)
    parser.add_argument("--num_leaves", type=int, default=usual.num_leaves)
    parser.add_argument("--min_child_samples", type=int, default=usual.min_child_samples)
    parser.add_argument("--lambda_l2", type=float, default=usual.lambda_l2)
    parser.add_argument("--feature_fraction", type=float, default=usual.feature_fraction)
    parser.add_argument("--match", type=int, default=usual.match, help="pairs per question")
    parser.add_argument("--ngrams", type=int, default=2, help="longest word n-gram")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--reports", type=int, default=10, help="how often metrics are logged")
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    parser.add_argument("--cache", type=Path, default=None, help="else FAQ_CACHE_DIR, ~/.cache")
    arguments = parser.parse_args()
    _check(arguments)
    return arguments


def _check(arguments: argparse.Namespace) -> None:
    allowed = {
        "n_estimators": (1, 100_000),
        "learning_rate": (1e-6, 10),
        "num_leaves": (2, 131_072),
        "min_child_samples": (0, 1_000_000),
        "lambda_l2": (0, 1e9),
        "feature_fraction": (1e-3, 1),
        "match": (2, MOST_PAIRS),
        "ngrams": (1, 5),
        "seed": (0, 2**31 - 1),
        "reports": (1, 100_000),
    }
    for name, (low, high) in allowed.items():
        value = getattr(arguments, name)
        if not low <= value <= high:
            raise BadInputError(f"--{name} is {value}; allowed is {low:g} to {high:g}")


def main() -> None:
    started = time.perf_counter()
    arguments = parse_arguments()
    data = read_search(arguments.data)
    tracked = bool(os.environ.get("MLFLOW_TRACKING_URI"))

    def report(trees: int, metrics: dict[str, float]) -> None:
        text = " ".join(f"{name}={value:.4f}" for name, value in metrics.items())
        print(f"trees={trees} {text}", flush=True)
        if tracked:
            mlflow.log_metrics(metrics, step=trees)

    cache = arguments.cache or default_cache()
    pairs, space_file = cached_pairs(data, ngrams=arguments.ngrams, cache=cache)
    featurized = time.perf_counter()
    settings = Settings(**{name: getattr(arguments, name) for name in Settings.__slots__})
    booster, temperature = fit_ranker(pairs, settings, reports=arguments.reports, report=report)
    fitted = time.perf_counter()
    save_model(
        arguments.outputs / "model",
        space_file=space_file,
        booster=booster,
        temperature=temperature,
        originals=data.originals,
    )
    seconds = f"features {featurized - started:.1f} s, training {fitted - featurized:.1f} s"
    print(f"model in {arguments.outputs / 'model'}: {seconds}, in all", end=" ")
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    run(main)
