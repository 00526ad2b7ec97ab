"""YAML text as plain data, with the place of every key.

Only the safe core of YAML 1.1 is read, by PyYAML, as Azure's client does. What could do harm is
refused: files over 1 MiB, nesting deeper than 50, more than 20,000 nodes once aliases are written
out, and tags that ask for objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from trimtab.errors import Problem, SweepFileError
from trimtab.spec.source import KeyPath, Place, dotted

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
MAX_NODES = 20_000

# What YAML makes of a file: str, int, float, bool, None, date, list and dict[str, Tree].
Tree: TypeAlias = object

_CORE = "tag:yaml.org,2002:"
# What PyYAML raises for scalars that do not fit their tag, such as !!int '' or !!timestamp x.
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, ArithmeticError)
_SCALARS = {_CORE + kind for kind in ("null", "bool", "int", "float", "str", "timestamp")}


@dataclass(slots=True)
class Document:
    """A file's data, the place of each key path, and what is wrong with it as YAML."""

    file: str
    data: dict[str, Tree] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, shown: str = "") -> Document:
    """The document in the file at ``path``, which messages call ``shown`` (default: the path).

    Raises ``SweepFileError`` when it cannot be read or is no YAML mapping.
    """
    shown = shown or str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unusable(shown, "there is no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _unusable(shown, f"the file cannot be read: {reason}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(raw) > MAX_BYTES:
            raise _too_large(shown) from None
        line = raw.count(b"\n", 0, error.start) + 1
        raise _unusable(shown, "the file is not UTF-8; save it as UTF-8", line) from None
    return parse(text, shown)


def parse(text: str, file: str) -> Document:
    """The document in ``text``. Raises ``SweepFileError`` when it is no YAML mapping."""
    import yaml

    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large(file)
    try:
        _check_depth(text, file)
        node = yaml.compose(text, Loader=_loader())
    except yaml.YAMLError as error:
        raise SweepFileError((_syntax_problem(error, file, text),)) from None
    if node is None:
        raise _unusable(file, "the file is empty; a sweep file starts with 'type: sweep'")
    if not isinstance(node, yaml.MappingNode):
        raise _unusable(file, "found no mapping; a sweep file is made of 'key: value' lines", 1)
    reader = _Reader(file)
    data = reader.mapping(node, ())
    return Document(file, data, reader.places, reader.problems)


def parse_value(text: str) -> Tree:
    """The value in ``text``, read as one YAML value. Raises ``SweepFileError``."""
    document = parse(f"value: {text}\n", "")
    if document.problems:
        raise SweepFileError(tuple(document.problems))
    if len(document.data) > 1:
        raise _unusable("", "more than one value; put a text with line breaks in quotes")
    return document.data["value"]


def _unusable(file: str, message: str, line: int = 0) -> SweepFileError:
    return SweepFileError((Problem("yaml-syntax", message, file, line),))


def _too_large(file: str) -> SweepFileError:
    return _unusable(file, "the file is larger than 1 MiB, which no sweep file is")


def _loader() -> type[yaml.SafeLoader] | type[yaml.CSafeLoader]:
    import yaml

    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def _check_depth(text: str, file: str) -> None:
    # Composing is recursive, reading events is not.
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise _unusable(file, f"values are nested deeper than {MAX_DEPTH} levels", line)


def _syntax_problem(error: yaml.YAMLError, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or str(error).split("\n")[0]
    context = getattr(error, "context", None)
    message = f"this is no valid YAML: {f'{context}, ' if context else ''}{said}"
    lines = text.split("\n")
    if mark and mark.line < len(lines) and re.match(r"[ ]*\t", lines[mark.line]):
        message += "; indent with spaces, YAML allows no tabs there"
    if "expected a single document" in str(context):
        message = "the file holds more than one YAML document (after '---'); keep one"
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem("yaml-syntax", message, file, line, column)


class _Reader:
    """Turns YAML nodes into plain data, collecting places and problems on the way."""

    def __init__(self, file: str) -> None:
        import yaml

        self._file = file
        self._constructor = yaml.constructor.SafeConstructor()
        self._nodes = 0
        self._open: set[int] = set()
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Tree]:
        data: dict[str, Tree] = {}
        for key, value, own in self._pairs(node, path):
            name = self._name(key, path)
            inner = (*path, name)
            if name in data:
                if own and inner in self.places:
                    earlier = self.places[inner].line
                    self._note(
                        "duplicate-key",
                        key,
                        inner,
                        f"the key stands here for the second time (first in line {earlier}); "
                        "keep one",
                    )
                continue
            self.places[inner] = self._place(key)
            data[name] = self._value(value, inner)
        return data

    def _pairs(
        self, node: yaml.MappingNode, path: KeyPath
    ) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """Own entries first, then what ``<<`` merges in, which never overrides."""
        import yaml

        merged: list[yaml.Node] = []
        for key, value in node.value:
            if key.tag != _CORE + "merge":
                yield key, value, True
            elif isinstance(value, yaml.SequenceNode):
                merged += value.value
            else:
                merged.append(value)
        for other in merged:
            if not isinstance(other, yaml.MappingNode):
                self._note("yaml-syntax", other, path, "'<<' merges mappings only")
            elif self._enter(other, path):
                for key, value, _ in self._pairs(other, path):
                    yield key, value, False
                self._open.discard(id(other))

    def _value(self, node: yaml.Node, path: KeyPath) -> Tree:
        import yaml

        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _unusable(self._file, f"aliases expand to more than {MAX_NODES} values")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if node.tag not in (_CORE + "map", _CORE + "seq"):
            self._note("yaml-syntax", node, path, _tag_message(node.tag))
        if not self._enter(node, path):
            return None
        if isinstance(node, yaml.MappingNode):
            tree: Tree = self.mapping(node, path)
        else:
            tree = list(self._items(node.value, path))
        self._open.discard(id(node))
        return tree

    def _items(self, nodes: list[yaml.Node], path: KeyPath) -> Iterator[Tree]:
        for index, node in enumerate(nodes):
            self.places[*path, index] = self._place(node)
            yield self._value(node, (*path, index))

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Tree:
        if node.tag not in _SCALARS:
            # A lone '=' is YAML 1.1's "value"; like any other text it is meant as text.
            if node.tag != _CORE + "value":
                self._note("yaml-syntax", node, path, _tag_message(node.tag))
            return str(node.value)
        try:
            value: Tree = self._constructor.construct_object(node)
        except _UNREADABLE:
            kind = node.tag.removeprefix(_CORE)
            message = f"YAML cannot read {node.value[:40]!r} as {kind}; put it in quotes"
            self._note("yaml-syntax", node, path, message)
            return str(node.value)
        return value

    def _name(self, key: yaml.Node, path: KeyPath) -> str:
        name = key.value if isinstance(key.value, str) else "?"
        if key.tag != _CORE + "str":
            why = ""
            if key.tag == _CORE + "bool":
                why = " (YAML 1.1 reads on, off, yes and no as booleans)"
            message = f"a key must be a text, {name!r} is none{why}; put it in quotes"
            self._note("wrong-value", key, (*path, name), message)
        return name

    def _enter(self, node: yaml.Node, path: KeyPath) -> bool:
        if id(node) in self._open:
            self._note("yaml-syntax", node, path, "an alias stands inside its own anchor")
            return False
        self._open.add(id(node))
        return True

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _note(self, code: str, node: yaml.Node, path: KeyPath, message: str) -> None:
        place = self._place(node)
        self.problems.append(
            Problem(code, message, place.file, place.line, place.column, dotted(path))
        )


def _tag_message(tag: str) -> str:
    shown = re.sub(r"^tag:yaml\.org,2002:", "!!", tag)
    return f"the tag {shown} is not allowed; sweep files hold plain texts, numbers, lists, mappings"
