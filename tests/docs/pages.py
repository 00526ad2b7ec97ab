"""The pages of the project, taken apart: fenced blocks, links, anchors.

Conventions of the pages, all in HTML comments so that readers do not see them:

<!-- file: train.py -->              the next block is written to that file of the page's folder
<!-- not run: why -->                the next block is not executed, for this reason
<!-- goes on from: ../start.md -->   the page continues in the folder that the other page leaves
<!-- without: mlflow -->             the page is executed as if that library were not installed
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TAGS = frozenset({"console", "json", "python", "text", "yaml"})
_SKIPPED = frozenset({".venv", "build", "node_modules", ".trimtab", "data"})
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<tag>.*)$")
_COMMENT = re.compile(r"^<!-- (?P<word>file|not run|goes on from|without): (?P<rest>.+) -->$")
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. ``line`` counts from 1; ``file`` and ``not_run`` come from its comment."""

    page: Path
    line: int
    tag: str
    text: str
    file: str = ""
    not_run: str = ""

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its blocks in order, and its text without them."""

    path: Path
    blocks: tuple[Block, ...]
    prose: str
    goes_on_from: Path | None = None
    without: str = ""

    @property
    def name(self) -> str:
        return name_of(self.path)


def name_of(path: Path) -> str:
    """The path as people write it: from the root of the repository."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def all_pages() -> list[Page]:
    """Every Markdown page that belongs to the project, by path."""
    return [read_page(path) for path in sorted(_paths(ROOT))]


def _paths(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in _SKIPPED or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _paths(entry)
        elif entry.suffix == ".md":
            yield entry


def read_page(path: Path) -> Page:
    """Takes a page apart. Raises ValueError for a fence that is never closed."""
    blocks: list[Block] = []
    prose: list[str] = []
    words: dict[str, str] = {}
    goes_on_from: Path | None = None
    without = ""
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        comment, fence = _COMMENT.match(line), _FENCE.match(line)
        if comment is not None and comment["word"] == "goes on from":
            goes_on_from = (path.parent / comment["rest"]).resolve()
        elif comment is not None and comment["word"] == "without":
            without = comment["rest"]
        elif comment is not None:
            words[comment["word"]] = comment["rest"]
        elif fence is not None:
            text = _until(fence["fence"], lines, path, number)
            tag, file, reason = (
                fence["tag"].strip(),
                words.get("file", ""),
                words.get("not run", ""),
            )
            blocks.append(Block(path, number, tag, text, file, reason))
            words.clear()
        else:
            prose.append(line)
    if words:
        raise ValueError(f"{path}: a comment {words} stands before no block")
    return Page(path, tuple(blocks), "\n".join(prose), goes_on_from, without)


def _until(fence: str, lines: Iterator[tuple[int, str]], path: Path, number: int) -> str:
    body: list[str] = []
    for _, line in lines:
        if line.strip() == fence:
            return "".join(f"{one}\n" for one in body)
        body.append(line)
    raise ValueError(f"{path}:{number}: the block is never closed")


def links(page: Page) -> list[str]:
    """Targets of all links in the text of a page."""
    return [match["target"] for match in _LINK.finditer(_without_code(page.prose))]


def anchors(page: Page) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found: set[str] = set()
    for line in page.prose.splitlines():
        heading = re.match(r"#{1,6} (.+)$", line)
        if heading is None:
            continue
        slug = anchor(heading[1])
        name, number = slug, 0
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found


def anchor(heading: str) -> str:
    """Lower case, no punctuation but ``-`` and ``_``, blanks as ``-``."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    kept = (letter for letter in text if letter in "-_ " or unicodedata.category(letter)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def tables(text: str) -> list[list[list[str]]]:
    """All tables: rows of cells without their backticks; heading and rule are left out."""
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            rows.append([cell.strip().strip("`") for cell in cells])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found


def sections(page: Page, level: int = 2) -> dict[str, str]:
    """The text under each heading of that level, up to the next one of it or above."""
    parts = re.split(rf"^(#{{1,{level}}}) (.+)$", page.prose, flags=re.MULTILINE)
    return {
        title: text
        for marks, title, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        if len(marks) == level
    }


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", text)
