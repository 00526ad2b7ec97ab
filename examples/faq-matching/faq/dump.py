"""Read a Stack Exchange data dump (Posts.xml, PostLinks.xml), however large.

PostLinks first: who is a duplicate of whom. Then Posts, streamed: the questions that carry the
tag, and the answer of each original (the accepted one, else the best scored). Memory grows
with the number of duplicate links and with the texts that are kept, not with the dump.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from faq.fault import BadInputError
from faq.records import Faq, Question
from faq.xmlrows import rows

_DUPLICATE_LINK = "3"
_QUESTION, _ANSWER = "1", "2"
_TAG = re.compile(r"[^<>|\s]+")


def read_dump(folder: Path, *, tag: str | None) -> Faq:
    """Originals with an answer, and their duplicates. Raises BadInputError.

    `tag` keeps only questions that carry it; None keeps all. A duplicate that is itself an
    original is dropped; one with several originals belongs to the first that was linked.
    """
    links = _links(_file(folder, "PostLinks.xml"))
    if not links:
        raise BadInputError(
            f"{folder}: PostLinks.xml has no duplicate link (LinkTypeId 3), so there is nothing "
            "to learn from; use the dump of a larger site"
        )
    posts = _file(folder, "Posts.xml")
    gather = _Gather(links, set(links.values()), tag)
    gather.read(posts)
    if gather.unanswered():
        # an answer may stand before its question in a merged dump: only then read twice
        gather.read(posts)
    return gather.faq()


def tags_of(cell: str) -> list[str]:
    """`<a><b>` (dumps until 2023) or `|a|b|` (since)."""
    return _TAG.findall(cell)


def _file(folder: Path, name: str) -> Path:
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.exists():
            return candidate
    return folder / name


def _links(path: Path) -> dict[int, int]:
    links: dict[int, int] = {}
    for row in rows(path):
        if row.get("LinkTypeId") == _DUPLICATE_LINK:
            links.setdefault(_id(row, "PostId", path), _id(row, "RelatedPostId", path))
    return links


def _id(row: dict[str, str], key: str, path: Path) -> int:
    try:
        return int(row[key])
    except (KeyError, ValueError):
        raise BadInputError(
            f"{path.name}: a row has no whole number as {key} (found {row.get(key)!r}); "
            "is this the file of a Stack Exchange dump?"
        ) from None


def _score(row: dict[str, str]) -> int:
    try:
        return int(row.get("Score", "0"))
    except ValueError:
        return 0


@dataclass(slots=True)
class _Gather:
    """What one pass over Posts.xml picks up."""

    links: dict[int, int]
    originals_wanted: set[int]
    tag: str | None
    originals: dict[int, str] = field(default_factory=dict)
    accepted: dict[int, int] = field(default_factory=dict)
    duplicates: dict[int, str] = field(default_factory=dict)
    # per original: (is accepted, score, -answer id, text) of the best answer seen
    best: dict[int, tuple[bool, int, int, str]] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        for row in rows(path):
            kind = row.get("PostTypeId")
            if kind == _QUESTION:
                self._question(row, path)
            elif kind == _ANSWER:
                self._answer(row, path)

    def unanswered(self) -> bool:
        return any(not self.best.get(key, (False,))[0] for key in self.accepted)

    def faq(self) -> Faq:
        answer_of = {key: -best[2] for key, best in self.best.items()}
        originals = [
            Question(key, answer_of[key], text)
            for key, text in self.originals.items()
            if key in answer_of
        ]
        duplicates = [
            Question(key, answer_of[self.links[key]], text)
            for key, text in self.duplicates.items()
            if self.links[key] in answer_of and key not in self.originals_wanted
        ]
        answers = {-best[2]: best[3] for best in self.best.values()}
        return Faq(tuple(originals), tuple(duplicates), answers)

    def _question(self, row: dict[str, str], path: Path) -> None:
        key = _id(row, "Id", path)
        is_original = key in self.originals_wanted
        if not is_original and key not in self.links:
            return
        if self.tag is not None and self.tag not in tags_of(row.get("Tags", "")):
            return
        text = f"{row.get('Title', '')} {row.get('Body', '')}"
        if not is_original:
            self.duplicates[key] = text
            return
        self.originals[key] = text
        if row.get("AcceptedAnswerId"):
            self.accepted[key] = _id(row, "AcceptedAnswerId", path)

    def _answer(self, row: dict[str, str], path: Path) -> None:
        if not row.get("ParentId"):
            return
        parent = _id(row, "ParentId", path)
        if parent not in self.originals:
            return
        key = _id(row, "Id", path)
        score = _score(row)
        found = (self.accepted.get(parent) == key, score, -key, row.get("Body", ""))
        if parent not in self.best or found[:3] > self.best[parent][:3]:
            self.best[parent] = found
