"""The pairs that a trial trains on and is tuned on, with their features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from faq.features import BASELINE, NAMES, FeatureSpace, Questions, fit_space
from faq.folder import SearchData
from faq.kernel import KernelFit
from faq.records import Question
from faq.terms import Floats, Ints

MOST_PAIRS = 40
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Pairs:
    """train: questions x MOST_PAIRS x features, the match first, then negatives by turns hard
    (most similar first) and random; any prefix is a fair training set. tune: questions x
    originals x features, with the index of the true original in tune_truth."""

    train: Floats
    tune: Floats
    tune_truth: Ints


def make_pairs(data: SearchData, *, ngrams: int) -> tuple[FeatureSpace, Pairs]:
    """Learn the feature space on train, and compute all features of a search."""
    place = {q.answer_id: i for i, q in enumerate(data.originals)}
    truth = np.array([place[q.answer_id] for q in data.train], dtype=np.int64)
    space, left_out, fits = fit_space(
        _texts(data.originals),
        _texts(data.train),
        truth.tolist(),
        [data.answers[q.answer_id] for q in data.originals],
        ngrams,
    )
    train = _train(space, left_out, fits, truth)
    tune = compare_all(space, _texts(data.tune))
    tune_truth = np.array([place[q.answer_id] for q in data.tune], dtype=np.int64)
    return space, Pairs(train, tune, tune_truth)


def compare_all(space: FeatureSpace, texts: list[str]) -> Floats:
    """Features of new questions against all originals, computed a chunk at a time."""
    asked = space.ask(texts)
    parts = [space.compare(asked.part(a, b)) for a, b in _chunks(len(texts))]
    return np.concatenate(parts)


def choose(likeness: Floats, truth: Ints, rng: np.random.Generator) -> Ints:
    """For each question MOST_PAIRS originals (or all): match, then hard and random by turns."""
    n_originals = likeness.shape[1]
    chosen = np.empty((len(truth), min(MOST_PAIRS, n_originals)), dtype=np.int64)
    for i, match in enumerate(truth):
        ranked = np.argsort(-likeness[i], kind="stable")
        ranked = ranked[ranked != match]
        order = np.empty(len(ranked), dtype=np.int64)
        n_hard = min((len(ranked) + 1) // 2, MOST_PAIRS // 2)
        easy = rng.permutation(ranked[n_hard:])
        turns = min(n_hard, len(easy))
        order[: 2 * turns : 2] = ranked[:turns]
        order[1 : 2 * turns : 2] = easy[:turns]
        order[2 * turns :] = np.concatenate([ranked[turns:n_hard], easy[turns:]])
        chosen[i, 0] = match
        chosen[i, 1:] = order[: chosen.shape[1] - 1]
    return chosen


def _train(
    space: FeatureSpace, left_out: Questions, fits: tuple[KernelFit, KernelFit], truth: Ints
) -> Floats:
    rng = np.random.default_rng(0)
    n_pairs = min(MOST_PAIRS, space.n_originals)
    train = np.empty((len(truth), n_pairs, len(NAMES)), dtype=np.float32)
    for a, b in _chunks(len(truth)):
        own = np.arange(a, b) + space.n_originals
        features = space.compare(left_out.part(a, b), own=own, fits=fits)
        chosen = choose(features[:, :, list(BASELINE)].sum(-1), truth[a:b], rng)
        train[a:b] = np.take_along_axis(features, chosen[:, :, None], axis=1)
    return train


def _texts(questions: tuple[Question, ...]) -> list[str]:
    return [q.text for q in questions]


def _chunks(n: int) -> Iterator[tuple[int, int]]:
    for start in range(0, n, _CHUNK):
        yield start, min(start + _CHUNK, n)
