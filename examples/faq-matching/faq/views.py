"""One view of the texts: word and character TF-IDF, and a kernel ridge fit on their mean cosine.

The example uses two: the whole text, and its head, where people put what they want to know.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from faq.kernel import KernelFit, KernelModel, fit_kernel
from faq.terms import Analyzer, Floats, Ints, Terms

PENALTIES = (0.3, 1.0)
_CHAR_GRAMS = (3, 5)
_LANDMARKS = 1500


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions in the term spaces of one view, as unit rows."""

    word: sparse.csr_matrix
    char: sparse.csr_matrix

    def part(self, start: int, stop: int) -> "Asked":
        return Asked(self.word[start:stop], self.char[start:stop])


@dataclass(frozen=True, slots=True)
class View:
    """The known texts in one view; `word` and `char` have a row per text."""

    words: Terms
    chars: Terms
    word: sparse.csr_matrix
    char: sparse.csr_matrix
    kernel: KernelModel

    def ask(self, texts: list[str]) -> Asked:
        return Asked(
            self.words.tfidf(self.words.counts(texts)), self.chars.tfidf(self.chars.counts(texts))
        )

    def similarities(self, asked: Asked) -> tuple[Floats, Floats]:
        """Word and character cosine, questions x texts."""
        return dense_product(asked.word, self.word), dense_product(asked.char, self.char)

    def ridge(
        self, word: Floats, char: Floats, *, own: Ints | None, fit: KernelFit | None
    ) -> list[Floats]:
        """Ridge scores from the two cosines; `own` and `fit` leave training questions out."""
        similarity = _mean(word, char)[:, self.kernel.landmarks]
        if own is None or fit is None:
            return self.kernel.score(similarity)
        return fit.held_out(own, similarity)


def fit_view(
    texts: list[str], owners: Ints, left_out: Ints, ngrams: int
) -> tuple[View, Asked, KernelFit]:
    """Learn a view; also the texts `left_out` as questions without their own vote."""
    words, word_counts = Terms.learn(Analyzer("word", 1, ngrams), texts)
    chars, char_counts = Terms.learn(Analyzer("char_wb", *_CHAR_GRAMS), texts)
    word, char = words.tfidf(word_counts), chars.tfidf(char_counts)
    landmarks = np.arange(len(texts))
    if len(texts) > _LANDMARKS:
        landmarks = np.sort(np.random.default_rng(0).permutation(len(texts))[:_LANDMARKS])
    similarity = _mean(dense_product(word, word[landmarks]), dense_product(char, char[landmarks]))
    fit = fit_kernel(similarity, owners, landmarks=landmarks, penalties=PENALTIES)
    asked = Asked(
        words.tfidf(word_counts[left_out], own=True), chars.tfidf(char_counts[left_out], own=True)
    )
    return View(words, chars, word, char, fit.model), asked, fit


def dense_product(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Floats:
    """left @ right.T as a dense matrix."""
    product: Floats = (left @ right.T).toarray()
    return product


def _mean(left: Floats, right: Floats) -> Floats:
    half: Floats = (left + right) * np.float32(0.5)
    return half
