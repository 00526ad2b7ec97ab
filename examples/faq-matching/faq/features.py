"""Features of a (question, original) pair: how alike are the texts, and how alike is the question
to the known duplicates of the original.

A training duplicate never sees itself: it is left out of the texts it is compared with, of the
document frequencies, and of the ridge fit.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from faq.kernel import KernelFit
from faq.terms import Analyzer, Floats, Ints, Terms
from faq.views import PENALTIES, Asked, View, dense_product, fit_view

HEAD_WORDS = 12
_TOP = 3
_SUMMARIES = ("original", "max", "top3", "mean")
_VIEWS = ("text", "head")

NAMES: tuple[str, ...] = (
    *(
        name
        for view in _VIEWS
        for name in (
            *(f"{view}_{unit}_{summary}" for unit in ("word", "char") for summary in _SUMMARIES),
            *(f"{view}_ridge_{penalty:g}" for penalty in PENALTIES),
        )
    ),
    *(f"bm25_{summary}" for summary in _SUMMARIES),
    "word_answer",
    "char_answer",
    "bm25_answer",
    "coverage",
    "texts_of_original",
    "words_of_question",
)
# more similarity never makes a match less likely; sizes may act either way
MONOTONE: tuple[int, ...] = (1,) * (len(NAMES) - 2) + (0, 0)
BASELINE = (NAMES.index("text_word_top3"), NAMES.index("text_char_top3"))


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions in all term spaces; rows belong together. `bm25` rows sum to 1."""

    text: Asked
    head: Asked
    bm25: sparse.csr_matrix
    n_words: Floats

    def part(self, start: int, stop: int) -> "Questions":
        return Questions(
            self.text.part(start, stop),
            self.head.part(start, stop),
            self.bm25[start:stop],
            self.n_words[start:stop],
        )


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """Everything needed to compare a new question with every original.

    The known texts are the originals, in order, then the training duplicates; `owners` says
    whose. `used_words` counts, per original, the texts that use a word.
    """

    text: View
    head: View
    tokens: Terms
    bm25: sparse.csr_matrix
    answer_word: sparse.csr_matrix
    answer_char: sparse.csr_matrix
    answer_bm25: sparse.csr_matrix
    used_words: sparse.csr_matrix
    owners: Ints

    @property
    def n_originals(self) -> int:
        return int(self.used_words.shape[0])

    def ask(self, texts: list[str]) -> Questions:
        """New questions in the term spaces."""
        return Questions(
            self.text.ask(texts),
            self.head.ask(heads(texts)),
            self.tokens.bm25_query(self.tokens.counts(texts)),
            lengths(texts),
        )

    def compare(
        self,
        asked: Questions,
        *,
        own: Ints | None = None,
        fits: tuple[KernelFit, KernelFit] | None = None,
    ) -> Floats:
        """Features, questions x originals x len(NAMES).

        For training questions, `own` gives the index of each one's own text, which is then left
        out, and `fits` the ridge fits of text and head that can leave it out.
        """
        columns: list[Floats] = []
        views = ((self.text, asked.text), (self.head, asked.head))
        for i, (view, questions) in enumerate(views):
            word, char = view.similarities(questions)
            columns += _summaries(word, self.owners, self.n_originals, own)
            columns += _summaries(char, self.owners, self.n_originals, own)
            columns += view.ridge(word, char, own=own, fit=fits[i] if fits else None)
        bm25 = dense_product(asked.bm25, self.bm25)
        columns += _summaries(bm25, self.owners, self.n_originals, own)
        columns.append(dense_product(asked.text.word, self.answer_word))
        columns.append(dense_product(asked.text.char, self.answer_char))
        columns.append(dense_product(asked.bm25, self.answer_bm25))
        columns.append(self._coverage(asked.bm25, own))
        # the own text of a training question counts here: one text fewer than usual would give
        # its original away
        shape = len(asked.n_words), self.n_originals
        sizes = np.bincount(self.owners, minlength=self.n_originals).astype(np.float32)
        columns.append(np.broadcast_to(sizes, shape))
        columns.append(np.broadcast_to(asked.n_words[:, None], shape))
        return np.stack(columns, axis=-1).astype(np.float32)

    def _coverage(self, asked: sparse.csr_matrix, own: Ints | None) -> Floats:
        """Share of the question's words, weighted by idf, that any text of the original uses."""
        known = self.used_words.copy()
        known.data = np.ones_like(known.data)
        covered = dense_product(asked, known)
        if own is None:
            return covered
        owners = self.owners[own]
        only_here = self.used_words[owners]
        only_here.data = (only_here.data == 1).astype(np.float32)
        covered[np.arange(len(own)), owners] -= np.asarray(asked.multiply(only_here).sum(1)).ravel()
        return covered


def fit_space(
    originals: list[str], duplicates: list[str], owners: list[int], answers: list[str], ngrams: int
) -> tuple[FeatureSpace, Questions, tuple[KernelFit, KernelFit]]:
    """Learn the space; also the training duplicates as left-out questions, and the ridge fits.

    owners: for each duplicate the index of its original. ngrams: longest word n-gram.
    """
    texts = originals + duplicates
    of = np.array([*range(len(originals)), *owners], dtype=np.int64)
    rows = np.arange(len(originals), len(texts))
    text, asked_text, text_fit = fit_view(texts, of, rows, ngrams)
    head, asked_head, head_fit = fit_view(heads(texts), of, rows, ngrams)
    tokens, counts = Terms.learn(Analyzer("word", 1, 1), texts)
    left_out = Questions(
        asked_text, asked_head, tokens.bm25_query(counts[rows], own=True), lengths(duplicates)
    )
    answered = text.ask(answers)
    space = FeatureSpace(
        text,
        head,
        tokens,
        tokens.bm25_texts(counts),
        answered.word,
        answered.char,
        tokens.bm25_texts(tokens.counts(answers)),
        _used_words(counts, of, len(originals)),
        of,
    )
    return space, left_out, (text_fit, head_fit)


def heads(texts: list[str]) -> list[str]:
    """The first words of each text: its title, where the source has titles."""
    return [" ".join(text.split()[:HEAD_WORDS]) for text in texts]


def lengths(texts: list[str]) -> Floats:
    """Words per text."""
    return np.array([len(text.split()) for text in texts], dtype=np.float32)


def _used_words(counts: sparse.csr_matrix, owners: Ints, n_originals: int) -> sparse.csr_matrix:
    present = counts.copy()
    present.data = np.ones_like(present.data)
    n_texts = len(owners)
    member = sparse.csr_matrix(
        (np.ones(n_texts, np.float32), (owners, np.arange(n_texts))), shape=(n_originals, n_texts)
    )
    return (member @ present).tocsr()


def _summaries(view: Floats, owners: Ints, n_originals: int, own: Ints | None) -> list[Floats]:
    """Similarity to the original itself; best, mean of the best three, mean of its texts."""
    masked = view.copy()
    if own is not None:
        masked[np.arange(len(own)), own] = -np.inf
    best = np.zeros((3, len(view), n_originals), dtype=np.float32)
    for original in range(n_originals):
        group = -np.sort(-masked[:, owners == original], axis=1)
        there = np.isfinite(group)
        group = np.where(there, group, 0)
        known = there.sum(1)
        best[0, :, original] = group[:, 0]
        best[1, :, original] = group[:, :_TOP].sum(1) / np.clip(known, 1, _TOP)
        best[2, :, original] = group.sum(1) / np.maximum(known, 1)
    return [view[:, :n_originals], best[0], best[1], best[2]]
