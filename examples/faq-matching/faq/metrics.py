"""Ranking and calibration metrics. Scores are questions x originals, truth one index a question."""

import numpy as np

from faq.terms import Floats, Ints

GAINS = (1, 2, 3)


def gains(scores: Floats, truth: Ints) -> dict[str, float]:
    """gain_at_k for k in GAINS: share of questions whose original is among the k best.

    Ties count as a random order would on average: tied for places 1 and 2 is half a gain_at_1.
    """
    return {f"gain_at_{k}": gain_at(scores, truth, k) for k in GAINS}


def gain_at(scores: Floats, truth: Ints, k: int) -> float:
    """Share of questions whose original is among the k best, ties as in `gains`."""
    above, tied = _places(scores, truth)
    return float(np.clip((k - above) / tied, 0, 1).mean())


def mean_rank(scores: Floats, truth: Ints) -> float:
    """Mean place of the true original, from 1; tied places are averaged."""
    above, tied = _places(scores, truth)
    return float((above + (tied + 1) / 2).mean())


def calibration_error(probability: Floats, right: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width.

    The mean over all cases of |mean probability - share that is right| of their bin. Pass the
    top probability of each question and whether it was right, or all pairs.
    """
    table = reliability(probability, right, bins)
    off = sum(row["cases"] * abs(row["claimed"] - row["right"]) for row in table)
    return off / max(len(probability), 1)


def reliability(probability: Floats, right: Floats, bins: int = 10) -> list[dict[str, float]]:
    """Per bin that is not empty: number of cases, mean probability, share that is right."""
    bin_of = np.minimum((probability * bins).astype(int), bins - 1)
    rows = []
    for number in np.unique(bin_of):
        inside = bin_of == number
        claimed, correct = float(probability[inside].mean()), float(right[inside].mean())
        rows.append({"cases": int(inside.sum()), "claimed": claimed, "right": correct})
    return rows


def top_case(probability: Floats, truth: Ints) -> tuple[Floats, Floats]:
    """Of each question, the probability of its best original, and 1.0 where that is the truth."""
    best = probability.argmax(1)
    return probability.max(1), (best == truth).astype(np.float32)


def _places(scores: Floats, truth: Ints) -> tuple[Floats, Floats]:
    own = scores[np.arange(len(truth)), truth][:, None]
    above = (scores > own).sum(1).astype(np.float32)
    tied = (scores == own).sum(1).astype(np.float32)
    return above, tied
