"""The text of a job's code folder, as far as the linter may read it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

MAX_FILES = 500
MAX_BYTES = 4 << 20
_SUFFIXES = (".py", ".ipynb", ".sh", ".r", ".jl", ".yml", ".yaml", ".json", ".toml", ".cfg")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "outputs", "mlruns"}
_LITERAL = re.compile(r"""(['"])((?:(?!\1)[^\\\n]){1,80})\1""")


@dataclass(frozen=True, slots=True)
class CodeText:
    """The joined text of a folder's scripts; ``complete`` is False where a limit cut it."""

    text: str
    complete: bool

    def literals(self) -> set[str]:
        """The quoted texts in it."""
        return {hit[2] for hit in _LITERAL.finditer(self.text)}


def read_code(code: Path) -> CodeText:
    """The scripts below ``code``, a folder or a file; hidden and generated folders do not count."""
    parts: list[str] = []
    size = 0
    for file in _scripts(code):
        if len(parts) >= MAX_FILES or size >= MAX_BYTES:
            return CodeText("\n".join(parts), complete=False)
        try:
            with file.open("rb") as opened:
                raw = opened.read(MAX_BYTES - size + 1)
        except OSError:
            return CodeText("\n".join(parts), complete=False)
        size += len(raw)
        parts.append(raw.decode("utf-8", "replace"))
    return CodeText("\n".join(parts), complete=size <= MAX_BYTES)


def _scripts(code: Path) -> list[Path]:
    if code.is_file():
        return [code]
    files: list[Path] = []
    for folder, inner, names in os.walk(code):
        inner[:] = sorted(n for n in inner if n not in _SKIPPED and not n.startswith("."))
        files += [Path(folder, name) for name in sorted(names) if name.lower().endswith(_SUFFIXES)]
        if len(files) > MAX_FILES:
            break
    return files
