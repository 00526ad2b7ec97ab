"""Weighted term matrices whose queries can leave their own text out.

A training question is part of the texts that it is compared with. Its own vote is taken out of
every document frequency, so a word that only it uses weighs nothing, just as an unknown word of
a new question does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_HASH_SPACE = 1 << 20
_BM25_K1, _BM25_B = 1.2, 0.75  # the values of Robertson and Zaragoza (2009)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """How a text is cut: words or characters within words, n-grams from `low` to `high`."""

    unit: str
    low: int
    high: int

    def counts(self, texts: list[str]) -> sparse.csr_matrix:
        """Term counts; terms are hashed, so there is no vocabulary to store or to load."""
        from sklearn.feature_extraction.text import HashingVectorizer

        vectorizer = HashingVectorizer(
            analyzer=self.unit,
            ngram_range=(self.low, self.high),
            token_pattern=r"(?u)\b\w+\b" if self.unit == "word" else None,
            n_features=_HASH_SPACE,
            alternate_sign=False,
            norm=None,
            dtype=np.float32,
        )
        return vectorizer.transform(texts).tocsr()


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of `n_texts` known texts: sorted hashes and in how many texts each occurs."""

    analyzer: Analyzer
    columns: Ints
    frequency: Ints
    n_texts: int

    @staticmethod
    def learn(analyzer: Analyzer, texts: list[str]) -> tuple["Terms", sparse.csr_matrix]:
        """The terms of `texts`, and their counts."""
        raw = analyzer.counts(texts)
        columns, position = np.unique(raw.indices, return_inverse=True)
        counts = sparse.csr_matrix(
            (raw.data, position.astype(np.int32), raw.indptr), shape=(len(texts), len(columns))
        )
        frequency = np.bincount(counts.indices, minlength=len(columns)).astype(np.int64)
        return Terms(analyzer, columns.astype(np.int64), frequency, len(texts)), counts

    def counts(self, texts: list[str]) -> sparse.csr_matrix:
        """Counts of the known terms in new texts; unknown terms are dropped."""
        raw = self.analyzer.counts(texts)
        position = np.searchsorted(self.columns, raw.indices)
        position = np.minimum(position, len(self.columns) - 1)
        known = self.columns[position] == raw.indices
        rows = np.repeat(np.arange(len(texts)), np.diff(raw.indptr))
        shape = (len(texts), len(self.columns))
        return sparse.csr_matrix((raw.data[known], (rows[known], position[known])), shape=shape)

    def tfidf(self, counts: sparse.csr_matrix, *, own: bool = False) -> sparse.csr_matrix:
        """Rows of unit length, (1 + log tf) * idf. With `own`, each row is a known text that is
        left out of the document frequencies of its own terms."""
        weighted = counts.copy()
        others = self.frequency[counts.indices] - int(own)
        n_texts = self.n_texts - int(own)
        idf = np.log((1 + n_texts) / (1 + others)) + 1
        weighted.data = np.where(others > 0, (1 + np.log(counts.data)) * idf, 0).astype(np.float32)
        return _scaled(weighted, np.sqrt(_row_sums(weighted, squared=True)))

    def bm25_query(self, counts: sparse.csr_matrix, *, own: bool = False) -> sparse.csr_matrix:
        """The idf half of BM25, scaled to sum 1 per row so that scores compare across queries."""
        weighted = counts.copy()
        others = self.frequency[counts.indices] - int(own)
        n_texts = self.n_texts - int(own)
        idf = np.log1p((n_texts - others + 0.5) / (others + 0.5))
        weighted.data = np.where(others > 0, idf, 0).astype(np.float32)
        return _scaled(weighted, _row_sums(weighted))

    def bm25_texts(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """The saturated, length-normalized term-frequency half of BM25."""
        lengths = _row_sums(counts)
        norm = _BM25_K1 * (1 - _BM25_B + _BM25_B * lengths / max(float(lengths.mean()), 1e-9))
        weighted = counts.copy()
        repeated = np.repeat(norm, np.diff(counts.indptr))
        weighted.data = (counts.data * (_BM25_K1 + 1) / (counts.data + repeated)).astype(np.float32)
        return weighted


def _row_sums(matrix: sparse.csr_matrix, *, squared: bool = False) -> Floats:
    data = matrix.data.astype(np.float64) ** (2 if squared else 1)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    sums: Floats = np.bincount(rows, weights=data, minlength=matrix.shape[0]).astype(np.float32)
    return sums


def _scaled(matrix: sparse.csr_matrix, norms: Floats) -> sparse.csr_matrix:
    safe = np.where(norms > 0, norms, 1)
    matrix.data = (matrix.data / np.repeat(safe, np.diff(matrix.indptr))).astype(np.float32)
    return matrix
