import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.arrays import load_arrays, save_arrays, space_from_arrays, space_to_arrays
from faq.features import MONOTONE, NAMES, fit_space
from faq.kernel import fit_kernel
from faq.pairs import MOST_PAIRS, choose
from faq.terms import Analyzer, Floats, Ints, Terms

pytestmark = pytest.mark.real  # importing scikit-learn takes two seconds

ORIGINALS = ["remove an item from a list", "sort a list of numbers", "open a new browser window"]
DUPLICATES = [
    "delete one item of a list",
    "drop item from list by value",
    "order numbers ascending in a list",
    "sort numeric values",
    "popup in another window",
    "launch a browser tab zygomorphic",
]
OWNERS = [0, 0, 1, 1, 2, 2]
ANSWERS = ["use splice on the list", "use sort with a comparer", "use window open"]


def left_out_features(duplicates: list[str], owners: list[int]) -> Floats:
    space, asked, fits = fit_space(ORIGINALS, duplicates, owners, ANSWERS, 2)
    own = np.arange(len(duplicates)) + len(ORIGINALS)
    return space.compare(asked, own=own, fits=fits)


def feature(features: Floats, name: str) -> Floats:
    column: Floats = features[..., NAMES.index(name)]
    return column


@pytest.mark.parametrize("row", range(len(DUPLICATES)))
def test_a_training_question_sees_what_it_would_see_as_a_new_question(row: int) -> None:
    """Refit without the question, ask it anew: all but document-side weights must agree."""
    others = [text for i, text in enumerate(DUPLICATES) if i != row]
    owners = [owner for i, owner in enumerate(OWNERS) if i != row]
    without, _, _ = fit_space(ORIGINALS, others, owners, ANSWERS, 2)
    asked_anew = without.compare(without.ask([DUPLICATES[row]]))[0]
    left_out = left_out_features(DUPLICATES, OWNERS)[row]
    keep = [i for i, name in enumerate(NAMES) if name != "texts_of_original"]
    # idf and mean length on the document side keep the question's own vote: a small difference
    np.testing.assert_allclose(left_out[:, keep], asked_anew[:, keep], atol=0.09)
    for name in ("coverage", "words_of_question"):
        np.testing.assert_allclose(feature(left_out, name), feature(asked_anew, name), atol=1e-6)


def test_an_exact_copy_of_itself_is_not_among_the_texts_it_sees() -> None:
    features = left_out_features(DUPLICATES, OWNERS)
    rows = np.arange(len(OWNERS))
    for name in ("text_word_max", "text_char_max", "head_word_max"):
        assert feature(features, name)[rows, OWNERS].max() < 0.95


def test_whose_duplicate_it_is_leaves_no_trace_when_nothing_else_is_alike() -> None:
    """A text that shares no word with any other looks the same under every original."""
    alone = "qqqq wwww zzzz"
    seen = []
    for owner in range(3):
        features = left_out_features([*DUPLICATES, alone], [*OWNERS, owner])[-1]
        seen.append(np.delete(features, NAMES.index("texts_of_original"), axis=-1))
        np.testing.assert_allclose(feature(features, "text_word_max"), 0, atol=1e-6)
        np.testing.assert_allclose(feature(features, "coverage"), 0, atol=1e-6)
        np.testing.assert_allclose(feature(features, "text_ridge_1"), 0, atol=1e-5)


def test_the_number_of_texts_does_not_tell_which_original_is_the_match() -> None:
    sizes = feature(left_out_features(DUPLICATES, OWNERS), "texts_of_original")
    assert (sizes == 3).all()


def test_a_new_question_prefers_its_original_in_every_similarity() -> None:
    space, _, _ = fit_space(ORIGINALS, DUPLICATES, OWNERS, ANSWERS, 2)
    features = space.compare(space.ask(["how to sort numbers in a list"]))[0]
    for name, direction in zip(NAMES, MONOTONE, strict=True):
        if direction and "original" not in name and "char_answer" not in name:
            assert feature(features, name).argmax() == 1, name


def test_a_question_of_unknown_words_is_like_nothing() -> None:
    space, _, _ = fit_space(ORIGINALS, DUPLICATES, OWNERS, ANSWERS, 2)
    features = space.compare(space.ask(["ξξξξ ψψψψ"]))
    assert np.isfinite(features).all()
    np.testing.assert_allclose(features[0, :, :-2], 0, atol=1e-6)


def test_parts_of_questions_have_the_features_of_the_whole() -> None:
    space, _, _ = fit_space(ORIGINALS, DUPLICATES, OWNERS, ANSWERS, 1)
    asked = space.ask(["sort it", "open it", "drop it"])
    parts = [space.compare(asked.part(0, 1)), space.compare(asked.part(1, 3))]
    np.testing.assert_allclose(np.concatenate(parts), space.compare(asked), atol=1e-6)


def test_a_stored_space_answers_as_before(tmp_path: Path) -> None:
    space, _, _ = fit_space(ORIGINALS, DUPLICATES, OWNERS, ANSWERS, 2)
    save_arrays(tmp_path / "space.npz", space_to_arrays(space))
    back = space_from_arrays(load_arrays(tmp_path / "space.npz"))
    texts = ["sort numbers", "new window"]
    np.testing.assert_array_equal(back.compare(back.ask(texts)), space.compare(space.ask(texts)))


def random_kernel(n: int) -> tuple[Floats, Ints]:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(n, 2 * n))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return (points @ points.T).astype(np.float32), np.arange(n) % 3


def test_leave_one_out_ridge_equals_refitting_without_the_text() -> None:
    kernel, owners = random_kernel(12)
    fit = fit_kernel(kernel, owners, landmarks=np.arange(12), penalties=(0.5,))
    for row in range(12):
        rest = np.delete(np.arange(12), row)
        weights = np.linalg.solve(
            kernel[np.ix_(rest, rest)] + 0.5 * np.eye(11), np.eye(3)[owners[rest]]
        )
        held_out = fit.held_out(np.array([row]), kernel[[row]])[0][0]
        np.testing.assert_allclose(held_out, kernel[row, rest] @ weights, atol=1e-4)


def test_ridge_on_landmarks_approaches_the_exact_fit() -> None:
    kernel, owners = random_kernel(30)
    exact = fit_kernel(kernel, owners, landmarks=np.arange(30), penalties=(1.0,))
    fewer = np.arange(0, 30, 2)
    rough = fit_kernel(kernel[:, fewer], owners, landmarks=fewer, penalties=(1.0,))
    full = exact.model.score(kernel)[0]
    off = np.abs(rough.model.score(kernel[:, fewer])[0] - full).mean()
    assert off < 0.5 * np.abs(full).mean()


def test_own_vote_is_taken_out_of_the_weights() -> None:
    terms, counts = Terms.learn(Analyzer("word", 1, 1), ["red apple", "red pear", "green"])
    weights = terms.tfidf(counts, own=True).toarray()
    assert (weights[2] == 0).all()
    assert (weights[0] > 0).sum() == 1
    np.testing.assert_allclose(np.linalg.norm(weights[:2], axis=1), 1, atol=1e-6)


def test_negatives_are_distinct_and_by_turns_hard_and_random() -> None:
    rng = np.random.default_rng(0)
    likeness = np.tile(np.arange(100, dtype=np.float32), (5, 1))
    truth = np.array([99, 0, 50, 7, 98])
    chosen = choose(likeness, truth, rng)
    assert chosen.shape == (5, MOST_PAIRS)
    assert (chosen[:, 0] == truth).all()
    assert all(len(set(row)) == MOST_PAIRS for row in chosen.tolist())
    assert chosen[1, 1::2].tolist() == list(range(99, 79, -1))


@pytest.mark.parametrize("n_originals", [2, 3, 30])
def test_few_originals_are_all_chosen(n_originals: int) -> None:
    likeness = np.zeros((1, n_originals), dtype=np.float32)
    chosen = choose(likeness, np.array([1]), np.random.default_rng(0))
    assert sorted(chosen[0].tolist()) == list(range(n_originals))
