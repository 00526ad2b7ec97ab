"""Numbers, durations, parameters and a trial's own words, as text for people."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping

from trimtab.space import Params, Value

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|[\]PX^_].*?(?:\x07|\x1b\\|$)"  # OSC and other strings: titles, clipboards, links
    r"|[ -/]*[0-~]?)",
    re.DOTALL,
)
_WORST = 200


def clean(text: str, newlines: bool = False) -> str:
    """``text`` without escape sequences, control and formatting characters.

    A newline becomes a blank unless ``newlines``. What a trial says must not steer a terminal.
    """
    kept = []
    for letter in _ESCAPES.sub("", text):
        if letter == "\n" and newlines:
            kept.append(letter)
        elif letter in "\n\t\r":
            kept.append(" ")
        elif unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            kept.append(letter)
    return "".join(kept)


def number(value: float) -> str:
    """Five significant digits, as short as they can be; whole numbers up to 15 digits whole."""
    if isinstance(value, int) or (math.isfinite(value) and value == int(value)):
        whole = int(value)
        if abs(whole) < 10**15:
            return str(whole)
    return f"{value:.5g}"


def duration(seconds: float) -> str:
    """``0.4s``, ``12s``, ``1m 05s``, ``2h 03m``, ``3d 04h``: two units at most."""
    if not math.isfinite(seconds):
        return "?"
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h {whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d {whole % 86400 // 3600:02d}h"


def count(amount: int, noun: str) -> str:
    """``1 trial``, ``2 trials``."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def value(given: Value) -> str:
    """A parameter's value: numbers short, mappings as ``{a=1 b=2}``."""
    if isinstance(given, Mapping):
        return "{" + params(given) + "}"
    if isinstance(given, bool | str):
        return clean(str(given))
    return number(given)


def params(given: Params) -> str:
    """All parameters on one line: ``lr=0.01 depth=6``."""
    return " ".join(f"{clean(name)}={value(one)}" for name, one in given.items())


def shortened(text: str, width: int, ellipsis: str = "...") -> str:
    """At most ``width`` letters of ``text``; what is cut is marked."""
    if len(text) <= width:
        return text
    return text[: max(0, width - len(ellipsis))] + ellipsis[: max(0, width)]


def first_line(text: str, width: int = _WORST) -> str:
    """The first line of ``text`` that says something, cleaned and shortened."""
    lines = (clean(line).strip() for line in text.splitlines())
    return shortened(next((line for line in lines if line), ""), width)
