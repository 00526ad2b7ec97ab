"""The FAQ scenario on StackFAQ: the re-created reference model, a similarity baseline, and ours.

python bench/faq.py                 (about ten minutes on two cores)
python bench/faq.py --rows ours     (one row only)
python bench/faq.py --first-seed 1001  (other splits)

Mean over seeded splits: of each question one rephrasing to test, one to tune, the others to
train. Ours is the best of a random search over the space of examples/faq-matching/sweep.yml,
chosen by gain@1 on tune (then gain@2, gain@3); the test part is read once, by the winner.
Seconds are wall clock per trained model, in this process, on OMP_NUM_THREADS threads.
"""

import argparse
import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "faq-matching"
sys.path.insert(0, str(EXAMPLE))

from baseline import ReferenceModel, truth_of  # noqa: E402  the example is a folder of scripts
from faq.arrays import load_arrays, space_from_arrays  # noqa: E402
from faq.cache import cached_pairs  # noqa: E402
from faq.folder import SearchData, read_search, read_test, write_prepared  # noqa: E402
from faq.metrics import calibration_error, gains, reliability, top_case  # noqa: E402
from faq.pairs import Pairs, compare_all  # noqa: E402
from faq.ranker import Settings, fit_ranker, probabilities, raw_scores  # noqa: E402
from faq.records import Faq, Question  # noqa: E402
from faq.split import select, split  # noqa: E402
from faq.terms import Floats, Ints  # noqa: E402
from faq.tsv import read_raw  # noqa: E402


@dataclass(frozen=True, slots=True)
class Outcome:
    """Test scores of one split (probabilities where `calibrated`), seconds per trial, and gain@1 on
    tune at each report of each trial."""

    scores: Floats
    truth: Ints
    calibrated: bool
    seconds: tuple[float, ...]
    first_seconds: float
    curves: tuple[tuple[float, ...], ...] = ()


def reference(data: SearchData, test: tuple[Question, ...], seed: int) -> Outcome:
    model = ReferenceModel(n_estimators=1000, match=20, ngrams=2, min_child_samples=10, seed=seed)
    started = time.perf_counter()
    model.fit(data)
    seconds = time.perf_counter() - started
    truth = truth_of(data.originals, test)
    return Outcome(model.scores(test), truth, False, (seconds,), seconds)


def similarity(data: SearchData, test: tuple[Question, ...], seed: int) -> Outcome:
    """No learning: TF-IDF cosine (words 1-2, characters 2-5), mean of an original's best three."""
    del seed
    from sklearn.feature_extraction.text import TfidfVectorizer

    started = time.perf_counter()
    known = [q.text for q in data.originals] + [q.text for q in data.train]
    train_truth = truth_of(data.originals, data.train)
    owners = np.concatenate([np.arange(len(data.originals)), train_truth])
    cosine = np.zeros((len(test), len(known)))
    for vectorizer in (
        TfidfVectorizer(ngram_range=(1, 2)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
    ):
        fitted = vectorizer.fit_transform(known)
        cosine += (vectorizer.transform([q.text for q in test]) @ fitted.T).toarray()
    scores = np.zeros((len(test), len(data.originals)), dtype=np.float32)
    for original in range(len(data.originals)):
        best = np.sort(cosine[:, owners == original], axis=1)[:, -3:]
        scores[:, original] = best.mean(axis=1)
    seconds = time.perf_counter() - started
    return Outcome(scores, truth_of(data.originals, test), False, (seconds,), seconds)


def ours(data: SearchData, test: tuple[Question, ...], seed: int, trials: int) -> Outcome:
    document = yaml.safe_load((EXAMPLE / "sweep.yml").read_text(encoding="utf-8"))
    rng = random.Random(seed)
    seconds: list[float] = []
    first = 0.0
    curves: list[tuple[float, ...]] = []
    best: tuple[tuple[float, ...], Callable[[], Floats]] | None = None
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(trials):
            drawn = {name: draw(rng, about) for name, about in document["search_space"].items()}
            ngrams = drawn.pop("ngrams")
            settings = Settings(**drawn, n_estimators=document["inputs"]["n_estimators"])
            started = time.perf_counter()
            pairs, space_file = cached_pairs(data, ngrams=ngrams, cache=Path(cache))
            reports, predict = trial(pairs, space_file, settings)
            seconds.append(time.perf_counter() - started)
            first = first or seconds[-1]
            curves.append(tuple(report["gain_at_1"] for report in reports))
            reached = tuple(reports[-1].values())
            if best is None or reached > best[0]:
                best = reached, lambda predict=predict: predict(test)
        if best is None:
            raise SystemExit("--trials must be 1 or more")
        probability = best[1]()
    truth = truth_of(data.originals, test)
    return Outcome(probability, truth, True, tuple(seconds), first, tuple(curves))


def trial(
    pairs: Pairs, space_file: Path, settings: Settings
) -> tuple[list[dict[str, float]], Callable[[tuple[Question, ...]], Floats]]:
    """Train once; the gains on tune at each report, and a way to predict with the model later."""
    reports: list[dict[str, float]] = []
    booster, temperature = fit_ranker(
        pairs, settings, reports=10, report=lambda _, metrics: reports.append(metrics)
    )

    def predict(questions: tuple[Question, ...]) -> Floats:
        space = space_from_arrays(load_arrays(space_file))
        features = compare_all(space, [q.text for q in questions])
        return probabilities(raw_scores(booster, features), temperature)

    return reports, predict


def draw(rng: random.Random, about: dict[str, Any]) -> Any:
    """One value of a distribution of the sweep file; the kinds that the file uses."""
    match about["type"]:
        case "choice":
            return rng.choice(about["values"])
        case "uniform":
            return rng.uniform(about["min_value"], about["max_value"])
        case "loguniform":
            return math.exp(rng.uniform(about["min_value"], about["max_value"]))
    raise SystemExit(f"bench/faq.py draws no {about['type']}; add it here")


def one_split(faq: Faq, seed: int) -> tuple[SearchData, tuple[Question, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        write_prepared(Path(folder), split(faq, how="one", seed=seed), {"seed": seed})
        return read_search(Path(folder) / "search"), read_test(Path(folder) / "test")


def line(name: str, outcomes: list[Outcome]) -> tuple[str, dict[str, Any]]:
    rows = [list(gains(o.scores, o.truth).values()) for o in outcomes]
    means, errors = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=min(1, len(rows) - 1))
    seconds = float(np.mean([s for o in outcomes for s in o.seconds]))
    first = float(np.mean([o.first_seconds for o in outcomes]))
    calibration = "     -"
    about: dict[str, Any] = {"gains": rows, "seconds": seconds, "first_seconds": first}
    if all(o.calibrated for o in outcomes):
        cases = [top_case(o.scores, o.truth) for o in outcomes]
        top = np.concatenate([top for top, _ in cases])
        right = np.concatenate([right for _, right in cases])
        pooled = calibration_error(top, right)
        calibration = f"{pooled:6.3f}"
        about["calibration_error"] = pooled
        about["reliability"] = reliability(top, right)
        about["curves"] = outcomes[0].curves
    cells = " ".join(f"{100 * m:5.1f} ±{100 * e:3.1f}" for m, e in zip(means, errors, strict=True))
    return f"{name:22} {cells} {calibration} {seconds:9.2f} {first:9.2f}", about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "stackfaq")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=1, help="of the splits")
    parser.add_argument("--trials", type=int, default=16, help="of our search, per split")
    parser.add_argument("--rows", nargs="*", choices=("reference", "similarity", "ours"))
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        raise SystemExit(f"{arguments.data} is absent: pass StackFAQ in the raw format as --data")
    faq = select(read_raw(arguments.data), min_text=0, min_dupes=3)
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.splits)
    splits = [(seed, *one_split(faq, seed)) for seed in seeds]
    kinds: dict[str, Callable[[SearchData, tuple[Question, ...], int], Outcome]] = {
        "reference": reference,
        "similarity": similarity,
        "ours": lambda data, test, seed: ours(data, test, seed, arguments.trials),
    }
    print(f"{len(faq.originals)} questions, {len(faq.duplicates)} duplicates, ", end="")
    print(f"{len(splits)} splits, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}")
    print(f"{'mean ± sd over splits':22} gain@1 %    gain@2 %    gain@3 %       ECE", end="")
    print("   s/trial   s/first")
    written = {}
    for kind in arguments.rows or kinds:
        outcomes = [kinds[kind](data, test, seed) for seed, data, test in splits]
        text, written[kind] = line(kind, outcomes)
        print(text, flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
