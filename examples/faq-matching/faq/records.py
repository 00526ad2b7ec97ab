"""The values that travel between the importers, the split and the model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `answer_id` names the answer that settles it; `text` is raw or clean."""

    id: int
    answer_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Faq:
    """Originals, their duplicates (joined by `answer_id`) and the text of each answer by id."""

    originals: tuple[Question, ...]
    duplicates: tuple[Question, ...]
    answers: dict[int, str]
