"""Every page: links lead somewhere, blocks say what they are, nothing strange is mentioned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, TAGS, Block, Page, all_pages, anchors, links, read_page
from tests.docs.steps import commands

PAGES = all_pages()
MAX_LINE = 130
NOT_RUN = 5
"""Blocks that nothing executes, each with its reason beside it. Lower it when you can."""
EXECUTED = [page for page in PAGES if not page.name.startswith("examples/")]
"""The pages of the examples are executed by ``make demo``."""
UNWANTED = (
    r"\bAI\b",
    r"\bLLM",
    r"\bassistant",
    r"\bhelpers?\b",
    r"\bsub-?agents?\b",
    r"\b(this|previous|earlier|coding|chat|working) session\b",
    r"(?<![\w.~>/}])/(work|root|home|tmp|Users)/",
)

per_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks_of(*pages: Page) -> list[Block]:
    return [block for page in pages for block in page.blocks]


def test_the_pages_that_every_project_has_are_there() -> None:
    names = {page.name for page in PAGES}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/index.md"} <= names
    assert len(names) > 20


@per_page
def test_links_lead_somewhere(page: Page) -> None:
    for target in links(page):
        if re.match(r"https://[a-z]", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.path.parent / file).resolve() if file else page.path
        assert path.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(read_page(path)), f"{page.name} links to {target}"


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    found, new = {index}, [index]
    while new:
        page = read_page(new.pop())
        for target in links(page):
            path = (page.path.parent / target.partition("#")[0]).resolve()
            if path.suffix == ".md" and path not in found and path.exists():
                found.add(path)
                new.append(path)
    assert [page.name for page in PAGES if "docs/" in page.name and page.path not in found] == []


@per_page
def test_a_page_begins_with_its_one_title(page: Page) -> None:
    titles = re.findall(r"^# .+$", page.prose, flags=re.MULTILINE)
    assert len(titles) == 1
    assert page.path.read_text(encoding="utf-8").startswith(titles[0])


@per_page
def test_lines_are_short_enough_to_read_a_change(page: Page) -> None:
    for line in page.prose.splitlines():
        assert len(line) <= MAX_LINE or line.startswith("|"), line


@per_page
def test_nothing_strange_is_mentioned(page: Page) -> None:
    text = page.path.read_text(encoding="utf-8")
    found = [match for one in UNWANTED for match in re.findall(one, text)]
    assert found == []
    assert [letter for letter in text if 0x1F000 <= ord(letter) <= 0x1FAFF] == []


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Page) -> None:
    for block in page.blocks:
        assert block.tag in TAGS, f"{block} is tagged {block.tag!r}"
        if block.tag == "console":
            assert commands(block), block
        if block.tag == "text":
            assert not re.search(r"^\$ ", block.text, flags=re.MULTILINE), block


def test_blocks_that_are_not_run_have_a_reason_and_stay_few() -> None:
    left_out = [block for block in blocks_of(*EXECUTED) if block.not_run]
    assert all(len(block.not_run) > 15 for block in left_out), left_out
    assert len(left_out) <= NOT_RUN, [str(block) for block in left_out]


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_every_file_of_a_page_is_used_by_it(page: Page) -> None:
    """A file that no command and no other file mentions would never be executed."""
    for block in page.blocks:
        if block.file:
            others = [one.text for one in page.blocks if one is not block]
            name = Path(block.file).name
            assert any(name in text or Path(name).stem in text for text in others), block


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_a_tree_of_files_names_is_there(name: str) -> None:
    [tree] = [one for one in read_page(ROOT / name).blocks if one.tag == "text"]
    folder = Path()
    for line in tree.text.splitlines():
        entry = line.split()[0]
        inner = line.startswith("  ")
        folder = folder if inner else Path(entry)
        assert (ROOT / folder / (entry if inner else "")).exists(), line
