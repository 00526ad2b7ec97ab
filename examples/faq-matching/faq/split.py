"""Which questions are kept, and which of their duplicates train, tune and test."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from faq.clean import clean
from faq.fault import BadInputError
from faq.records import Faq, Question

ONE_EACH, TENTH = "one", "tenth"


@dataclass(frozen=True, slots=True)
class Split:
    """A seeded three-way split; every part holds at least one duplicate of each original."""

    originals: tuple[Question, ...]
    answers: dict[int, str]
    train: tuple[Question, ...]
    tune: tuple[Question, ...]
    test: tuple[Question, ...]


def select(faq: Faq, *, min_text: int, min_dupes: int) -> Faq:
    """Clean all texts, then keep what can be learned from.

    Dropped in this order: repeated ids; duplicates that are originals, or repeat a text; texts
    shorter than `min_text` characters; originals without an answer; originals left with fewer
    than `min_dupes` duplicates. `min_dupes` is at least 3: one for each part of the split.
    """
    if min_dupes < 3:
        raise BadInputError(
            f"min_dupes is {min_dupes}; it must be 3 or more, one duplicate each to train, "
            "tune and test"
        )
    originals = _first_by_answer(_unique(_cleaned(faq.originals)), faq.answers, min_text)
    original_ids = {q.id for q in faq.originals}
    known_texts = {q.text for q in originals.values()}
    groups: dict[int, list[Question]] = defaultdict(list)
    for question in _unique(_cleaned(faq.duplicates)):
        if question.id in original_ids or question.answer_id not in originals:
            continue
        if len(question.text) < max(min_text, 1) or question.text in known_texts:
            continue
        known_texts.add(question.text)
        groups[question.answer_id].append(question)
    kept = {key: group for key, group in groups.items() if len(group) >= min_dupes}
    if len(kept) < 2:
        raise BadInputError(
            f"after the filters (min_text {min_text}, min_dupes {min_dupes}) {len(kept)} of "
            f"{len(faq.originals)} questions with {len(faq.duplicates)} duplicates are left, and "
            "ranking needs 2; lower --min_text or --min_dupes, or bring more data"
        )
    return Faq(
        tuple(q for key, q in originals.items() if key in kept),
        tuple(q for group in kept.values() for q in group),
        {key: clean(faq.answers[key]) for key in originals if key in kept},
    )


def split(faq: Faq, *, how: str, seed: int) -> Split:
    """Split each original's duplicates on their own, so that every part covers all originals.

    `how` is "one" (one duplicate each for tune and test) or "tenth" (test gets
    max(1, floor(10 %)), tune the same of the rest). One seed gives one split on any machine.
    """
    groups: dict[int, list[Question]] = defaultdict(list)
    for question in sorted(faq.duplicates, key=lambda q: q.id):
        groups[question.answer_id].append(question)
    rng = np.random.default_rng(seed)
    parts: tuple[list[Question], list[Question], list[Question]] = ([], [], [])
    for key in sorted(groups):
        group = [groups[key][i] for i in rng.permutation(len(groups[key]))]
        n_test = 1 if how == ONE_EACH else max(1, len(group) // 10)
        n_tune = 1 if how == ONE_EACH else max(1, (len(group) - n_test) // 10)
        parts[2].extend(group[:n_test])
        parts[1].extend(group[n_test : n_test + n_tune])
        parts[0].extend(group[n_test + n_tune :])
    originals = tuple(sorted(faq.originals, key=lambda q: q.id))
    return Split(originals, faq.answers, tuple(parts[0]), tuple(parts[1]), tuple(parts[2]))


def _cleaned(questions: tuple[Question, ...]) -> list[Question]:
    return [Question(q.id, q.answer_id, clean(q.text)) for q in questions]


def _unique(questions: list[Question]) -> list[Question]:
    seen: dict[int, Question] = {}
    for question in questions:
        seen.setdefault(question.id, question)
    return list(seen.values())


def _first_by_answer(
    originals: list[Question], answers: dict[int, str], min_text: int
) -> dict[int, Question]:
    kept: dict[int, Question] = {}
    for question in originals:
        if question.answer_id in answers and len(question.text) >= max(min_text, 1):
            kept.setdefault(question.answer_id, question)
    return kept
