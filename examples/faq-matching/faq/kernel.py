"""Kernel ridge regression on text similarity, with exact leave-one-out.

It works on at most a given number of landmark texts (Nystroem), so the cost is
texts * landmarks^2; with as many landmarks as texts it is exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq.terms import Floats, Ints

Doubles = NDArray[np.float64]
_SMALLEST_EIGENVALUE = 1e-6


@dataclass(frozen=True, slots=True)
class KernelModel:
    """Scores of a question for each original, from its similarity to the landmark texts.

    `scores` has one (landmarks x originals) matrix per ridge penalty.
    """

    landmarks: Ints
    scores: tuple[Floats, ...]

    def score(self, similarity: Floats) -> list[Floats]:
        """One (questions x originals) matrix per penalty. `similarity`: questions x landmarks."""
        return [similarity @ matrix for matrix in self.scores]


@dataclass(frozen=True, slots=True)
class KernelFit:
    """The fit itself, in the basis where the Gram matrix of `points` is diagonal."""

    model: KernelModel
    whiten: Doubles
    points: Doubles
    labels: Doubles
    strengths: Doubles
    penalties: tuple[float, ...]

    def held_out(self, rows: Ints, similarity: Floats) -> list[Floats]:
        """Scores of the known texts `rows` by the fits that never saw each of them.

        similarity: rows x landmarks, computed without the row's own vote. With W = A Z'Y and
        A = (Z'Z + penalty)^-1, leaving out row i gives W - A z_i (y_i - z_i W) / (1 - z_i A z_i).
        """
        asked = similarity @ self.whiten
        own, labels = self.points[rows], self.labels[rows]
        scores = []
        for penalty in self.penalties:
            inverse = 1 / (self.strengths + penalty)
            weights = inverse[:, None] * (self.points.T @ self.labels)
            leverage = (own * inverse * own).sum(1)
            residual = (labels - own @ weights) / (1 - leverage)[:, None]
            influence = (own * inverse * asked).sum(1)
            score = asked @ weights - influence[:, None] * residual
            scores.append(score.astype(np.float32))
        return scores


def fit_kernel(
    similarity: Floats,
    owners: Ints,
    *,
    landmarks: Ints,
    penalties: tuple[float, ...],
) -> KernelFit:
    """Fit on all texts. similarity: texts x landmarks; owners: the original of each text."""
    whiten = _whitening(similarity[landmarks].astype(np.float64))
    points = similarity @ whiten
    if len(landmarks) < len(similarity):
        _, rotation = np.linalg.eigh(points.T @ points)
        whiten, points = whiten @ rotation, points @ rotation
    strengths = (points * points).sum(0)
    labels = np.eye(int(owners.max()) + 1)[owners]
    target = points.T @ labels
    scores = tuple(
        (whiten @ (target / (strengths + penalty)[:, None])).astype(np.float32)
        for penalty in penalties
    )
    return KernelFit(KernelModel(landmarks, scores), whiten, points, labels, strengths, penalties)


def _whitening(kernel: Doubles) -> Doubles:
    """K^(-1/2) on the span of the eigenvectors that are not numerically zero."""
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    kept = values > _SMALLEST_EIGENVALUE * values[-1]
    whiten: Doubles = vectors[:, kept] / np.sqrt(values[kept])
    return whiten
