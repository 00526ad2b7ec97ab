"""A sweep file's text: keys in the order given, comments, and places that are left open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

OPEN = "# fill in:"
"""What marks a place that is left open; its value is empty, so the file loads only when filled."""
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Open:
    """A value that the user must fill in; ``what`` says which, and where it came from."""

    what: str


def write(tree: Mapping[str, object], head: Iterable[str]) -> str:
    """YAML with ``head`` as comments above; an entry of ``head`` is a paragraph."""
    lines = [line for paragraph in head for line in _comment(paragraph)]
    return "\n".join([*lines, *_mapping(tree, "")]) + "\n"


def open_places(tree: object) -> list[Open]:
    """Every place that is left open, in order."""
    if isinstance(tree, Open):
        return [tree]
    inner: Iterable[object] = ()
    if isinstance(tree, Mapping):
        inner = tree.values()
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        inner = tree
    return [place for one in inner for place in open_places(one)]


def one_line(text: str) -> str:
    """``text`` fit for a comment: one line of printable letters."""
    joined = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in joined)


def _comment(paragraph: str) -> Iterator[str]:
    indent = "  " if paragraph.startswith("- ") else ""
    lines = textwrap.wrap(
        one_line(paragraph),
        _WIDTH - 2,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (f"# {line}" for line in lines) if lines else ("#",)


def _mapping(tree: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in tree.items():
        name = f"{indent}{_scalar(str(key))}:"
        if isinstance(value, Open):
            yield f"{name}  {OPEN} {one_line(value.what)}"
        elif isinstance(value, Mapping) and value:
            yield name
            yield from _mapping(value, indent + "  ")
        else:
            yield f"{name} {_scalar(value)}"


def _scalar(value: object) -> str:
    """A value or a key on a line of its own."""
    if isinstance(value, str) and value.isprintable():
        return _dumped(value, plain=True)
    return _flow(value)


def _flow(value: object) -> str:
    """A value inside of brackets, where YAML quotes more. What is not printable is escaped."""
    if isinstance(value, Mapping):
        inner = (f"{_flow(str(key))}: {_flow(one)}" for key, one in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return _dumped([value], plain=value.isprintable())[1:-1]
    return _dumped(value, plain=True)


def _dumped(value: object, plain: bool) -> str:
    import yaml

    text = yaml.safe_dump(
        value,
        default_flow_style=True,
        default_style=None if plain else '"',
        allow_unicode=plain,
        width=1 << 30,
    )
    return text.removesuffix("\n").removesuffix("\n...")
