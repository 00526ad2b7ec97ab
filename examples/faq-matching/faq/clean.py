"""Turn the HTML of a question into the plain lower-case text that the model reads.

Code blocks, links whose text is an address, and tags go. So does the notice that names the
original ("Possible duplicate: <title>", "This question already has answers here: <title>",
"[duplicate]"): it is written by whoever closed the question, so a new question never has it.
"""

import re
from html.parser import HTMLParser

_BLOCK_TAGS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "ol", "p"}
    | {"section", "table", "td", "th", "tr", "ul"}
)
_HOLDERS = frozenset({"blockquote", "aside"})
_ADDRESS = re.compile(r"^\s*(https?://|www\.)\S*\s*$", re.IGNORECASE)
_NOTICE = (
    r"possible\s+duplicates?(?:\s+of)?\s*:?"
    r"|marked\s+as\s+(?:a\s+)?duplicate(?:\s+of)?\s*:?"
    r"|(?:this|the|your)\s+question\s+already\s+has\s+(?:an\s+)?answers?(?:\s+here)?\s*:?"
)
_OPENS_WITH_NOTICE = re.compile(rf"^\s*(?:{_NOTICE})\s*(.*)$", re.IGNORECASE | re.DOTALL)
_NOTICE_IN_PLAIN_TEXT = re.compile(rf"(?:{_NOTICE})[^\n.?!]*[.?!]?", re.IGNORECASE)
_TITLE_MARK = re.compile(r"[\[(]\s*(?:possible\s+)?duplicate\s*[\])]", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


class _Blocks(HTMLParser):
    """Collects the text of each block element; a quotation is one block, code is none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._text: list[str] = []
        self._link: list[str] | None = None
        self._code_depth = 0
        self._holder_depth = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self._code_depth += 1
        elif tag == "a":
            self._close_link()
            self._link = []
        elif tag in _BLOCK_TAGS:
            self._break(tag)
            self._holder_depth += tag in _HOLDERS

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._code_depth = max(0, self._code_depth - 1)
        elif tag == "a":
            self._close_link()
        elif tag in _BLOCK_TAGS:
            if tag in _HOLDERS:
                self._holder_depth = max(0, self._holder_depth - 1)
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._code_depth:
            return
        target = self._text if self._link is None else self._link
        target.append(data)

    def finish(self) -> list[str]:
        self.close()
        self._close_link()
        self._flush()
        return self.blocks

    def _break(self, tag: str) -> None:
        self._close_link()
        if self._holder_depth and tag not in _HOLDERS:
            self._text.append(" ")
            return
        self._flush()

    def _close_link(self) -> None:
        if self._link is None:
            return
        label = "".join(self._link)
        self._link = None
        if not _ADDRESS.match(label):
            self._text.append(label)

    def _flush(self) -> None:
        block = "".join(self._text).strip()
        self._text = []
        if block:
            self.blocks.append(block)


def _without_notices(blocks: list[str]) -> list[str]:
    kept: list[str] = []
    title_follows = False
    for block in blocks:
        if title_follows:
            title_follows = False
            continue
        notice = _OPENS_WITH_NOTICE.match(block)
        if notice is None:
            kept.append(_NOTICE_IN_PLAIN_TEXT.sub(" ", block))
        elif notice.group(1).strip():
            kept.append(_after_plain_notice(block, alone=len(blocks) == 1))
        else:
            title_follows = True
    return kept


def _after_plain_notice(block: str, *, alone: bool) -> str:
    """In marked-up text the whole block is the notice; in plain text only its sentence is."""
    return _NOTICE_IN_PLAIN_TEXT.sub(" ", block) if alone else ""


def clean(raw: str) -> str:
    """Plain lower-case text of one HTML question, without code and without duplicate notices."""
    parser = _Blocks()
    parser.feed(raw)
    text = " ".join(_without_notices(parser.finish()))
    return _SPACE.sub(" ", _TITLE_MARK.sub(" ", text)).strip().lower()
