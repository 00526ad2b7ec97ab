"""The reference model, re-created on current libraries, to measure against.

Two independent TF-IDF blocks (duplicate, original; word n-grams 1..ngrams) into a LightGBM
classifier with balanced sample weights; one match and match-1 random originals per training
duplicate; tuned against all originals. Defaults otherwise, as in the reference. Ours differs in
two ways that do not help it: the pairs are seeded, and the texts are read as the UTF-8 they are.

python baseline.py --data data/demo/search --test data/demo/test
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from faq.fault import run
from faq.folder import SearchData, read_search, read_test
from faq.metrics import gains, mean_rank
from faq.records import Question
from faq.terms import Floats, Ints
from lightgbm import LGBMClassifier
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.class_weight import compute_sample_weight

_CHUNK = 64


class ReferenceModel:
    """Fit once with `fit`; `scores` gives questions x originals."""

    def __init__(
        self, *, n_estimators: int, match: int, ngrams: int, min_child_samples: int, seed: int
    ) -> None:
        self._match, self._seed = match, seed
        self._asked = TfidfVectorizer(ngram_range=(1, ngrams))
        self._known = TfidfVectorizer(ngram_range=(1, ngrams))
        self._classifier: Any = LGBMClassifier(
            n_estimators=n_estimators,
            min_child_samples=min_child_samples,
            n_jobs=int(os.environ.get("OMP_NUM_THREADS") or -1),
            random_state=seed,
            verbose=-1,
        )
        self._originals: list[str] = []

    def fit(self, data: SearchData) -> None:
        self._originals = [q.text for q in data.originals]
        truth = truth_of(data.originals, data.train)
        rng = np.random.default_rng(self._seed)
        n_originals = len(self._originals)
        columns = []
        for match in truth:
            others = rng.permutation(n_originals - 1)[: self._match - 1]
            columns.append([match, *(others + (others >= match))])
        chosen = np.array(columns)
        rows = np.repeat(np.arange(len(truth)), chosen.shape[1])
        labels = np.tile(np.arange(chosen.shape[1]) == 0, len(truth)).astype(int)
        asked = [q.text for q in data.train]
        flat = chosen.ravel()
        self._asked.fit([asked[i] for i in rows])
        self._known.fit([self._originals[i] for i in flat])
        features = self._pairs(asked, rows, flat)
        weights = compute_sample_weight("balanced", labels)
        self._classifier.fit(features, labels, sample_weight=weights)

    def scores(self, questions: tuple[Question, ...]) -> Floats:
        texts = [q.text for q in questions]
        n_originals = len(self._originals)
        parts = []
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            rows = np.repeat(np.arange(len(part)), n_originals)
            columns = np.tile(np.arange(n_originals), len(part))
            features = self._pairs(part, rows, columns)
            raw = self._classifier.booster_.predict(features, raw_score=True)
            parts.append(np.asarray(raw).reshape(len(part), n_originals))
        return np.concatenate(parts)

    def _pairs(self, asked: list[str], rows: Ints, columns: Ints) -> sparse.csr_matrix:
        left = self._asked.transform(asked)[rows]
        right = self._known.transform(self._originals)[columns]
        return sparse.hstack([left, right], format="csr")


def truth_of(originals: tuple[Question, ...], questions: tuple[Question, ...]) -> Ints:
    """For each question the index of its original."""
    place = {q.answer_id: i for i, q in enumerate(originals)}
    return np.array([place[q.answer_id] for q in questions], dtype=np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train and test the re-created reference model.")
    parser.add_argument("--data", type=Path, required=True, help="search/ folder of prepare.py")
    parser.add_argument("--test", type=Path, required=True, help="test/ folder of prepare.py")
    parser.add_argument("--n_estimators", type=int, default=1000)
    parser.add_argument("--match", type=int, default=20)
    parser.add_argument("--ngrams", type=int, default=2)
    parser.add_argument("--min_child_samples", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    data, test = read_search(arguments.data), read_test(arguments.test)
    started = time.perf_counter()
    model = ReferenceModel(
        n_estimators=arguments.n_estimators,
        match=arguments.match,
        ngrams=arguments.ngrams,
        min_child_samples=arguments.min_child_samples,
        seed=arguments.seed,
    )
    model.fit(data)
    print(f"trained in {time.perf_counter() - started:.1f} s")
    for name, questions in (("tune", data.tune), ("test", test)):
        scores, truth = model.scores(questions), truth_of(data.originals, questions)
        found = " ".join(f"{key}={value:.4f}" for key, value in gains(scores, truth).items())
        print(f"{name}: {found} mean_rank={mean_rank(scores, truth):.2f}")


if __name__ == "__main__":
    run(main)
