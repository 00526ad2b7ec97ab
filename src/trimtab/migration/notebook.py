"""The Python of a Jupyter notebook, with the cell of every line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_MAGIC = re.compile(r"\s*[%!?]")


def is_notebook(document: object) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("cells"), list)


def code_of(document: Mapping[str, object], file: str) -> tuple[str, Callable[[int], str]]:
    """The code cells one after the other, without magic lines, and what to call a line."""
    lines: list[str] = []
    places: list[str] = []
    cells = document.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else [], 1):
        if not isinstance(cell, Mapping) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        written = text.split("\n")
        if written[0].startswith("%%"):
            continue
        lines += ["pass" if _MAGIC.match(line) else line for line in written]
        places += [f"{file}:cell {number}:{line}" for line in range(1, len(written) + 1)]

    def place(line: int) -> str:
        return places[line - 1] if 0 < line <= len(places) else file

    return "\n".join(lines), place
