"""Names and texts as MLflow takes them: any name becomes an allowed one, and can be read back."""

from __future__ import annotations

import hashlib
import posixpath
import re

MAX_NAME = 250
MAX_PARAM = 6000
MAX_TAG = 8000
_ALLOWED = re.compile(r"[/\w.\- :]*")
_ESCAPE = re.compile(r"_0x([0-9A-F]{2,6})_")
_LOOKS_ESCAPED = re.compile(r"_(?=0x)")


def encode(name: str) -> str:
    """``name`` for a metric, parameter or tag: letters that MLflow refuses become ``_0x5B_``.

    The number is the letter's in Unicode, hexadecimal. What looks like such an escape already has
    its first underscore escaped; so are slashes and dots that would make the name another path. A
    name that becomes longer than 250 letters is cut and ends in a digest: only then is it not
    readable back.
    """
    safe = _LOOKS_ESCAPED.sub(_escaped("_"), name)
    if not _ALLOWED.fullmatch(safe):
        safe = "".join(one if _ALLOWED.fullmatch(one) else _escaped(one) for one in safe)
    if safe == "." or safe.startswith(".."):
        safe = _escaped(".") + safe[1:]
    if safe.startswith("/") or posixpath.normpath(safe) != safe:
        safe = safe.replace("/", _escaped("/"))
    if len(safe) > MAX_NAME:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        safe = f"{safe[: MAX_NAME - 17]}_{digest}"
    return safe


def decode(name: str) -> str:
    """The name that ``encode`` was given, unless it had to be cut."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)


def shortened(text: str, limit: int) -> str:
    """``text``, its end replaced by an ellipsis when it is longer than ``limit`` letters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _escaped(letter: str) -> str:
    return f"_0x{ord(letter):02X}_"
