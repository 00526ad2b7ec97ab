r"""``${{inputs.x}}``, ``${{outputs.x}}`` and ``${{search_space.x}}`` in a command.

Azure replaces a placeholder by the bare text. So do we for every text that a shell takes as it
stands (letters, digits and ``@%+=:,./-_``), wherever the placeholder is. Any other text (spaces,
quotes, newlines, ``$``) is written so that the program gets exactly that text:

- outside quotes it is put in single quotes, and an empty text becomes ``''``;
- inside double quotes ``\``, ``"``, ``$`` and the backtick get a backslash;
- inside single quotes a ``'`` becomes ``'\''``;
- in a comment, line breaks become spaces;
- inside ``$( )`` the rules of the place in there hold.

Where no safe way exists (backticks, ``$(( ))``, ``${ }``, ``$'...'``, here-documents, right after
a backslash, after anything that dash and bash quote differently) such a text is refused. A command
that hands text to a second shell (``bash -c "... ${{inputs.x}}"``) quotes for the first one only.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trimtab.errors import InputError

# The contexts in which any text can be written.
SAFE = ("plain", "double", "single", "comment")
_PLACEHOLDER = re.compile(r"\$\{\{\s*(inputs|outputs|search_space)\.([\w.-]+)\s*\}\}")
_ANY = re.compile(r"\$\{\{.{0,200}?\}\}", re.DOTALL)
_OLD = re.compile(r"(?<![{$])\{(inputs|outputs|search_space)\.([\w.-]+)\}(?!\})")
_PLAIN = re.compile(r"[a-zA-Z0-9@%+=:,./_-]+")
_HEREDOC = re.compile(r"<<-?[ \t]*(\\?)(['\"]?)([^\s'\"<>|&;()]+)\2")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder: ``kind`` is ``inputs``, ``outputs`` or ``search_space``."""

    kind: str
    name: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"${{{{{self.kind}.{self.name}}}}}"


def find(command: str) -> tuple[Placeholder, ...]:
    """The placeholders of ``command`` in order; spaces inside the braces do not matter."""
    return tuple(
        Placeholder(hit[1], hit[2], hit.start(), hit.end())
        for hit in _PLACEHOLDER.finditer(command)
    )


def unknown(command: str) -> tuple[str, ...]:
    """What looks like a placeholder and is none, such as ``${{parent.inputs.x}}``."""
    return tuple(hit[0] for hit in _ANY.finditer(command) if not _PLACEHOLDER.fullmatch(hit[0]))


def modernise(command: str) -> str:
    """``{search_space.x}`` of old files as ``${{search_space.x}}``, for all three kinds."""
    return _OLD.sub(r"${{\1.\2}}", command)


def substitute(
    command: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    search_space: Mapping[str, str],
) -> str:
    """``command`` with every placeholder replaced, safe for ``sh -c``; see the module's rules.

    Raises ``InputError`` for a placeholder without a text, and for a text that no quoting makes
    safe where its placeholder stands.
    """
    texts = {"inputs": inputs, "outputs": outputs, "search_space": search_space}
    parts: list[str] = []
    done = 0
    for placeholder, context in contexts(command):
        if placeholder.name not in texts[placeholder.kind]:
            known = ", ".join(texts[placeholder.kind]) or "none"
            raise InputError(
                f"the command uses {placeholder}, which is not defined; {placeholder.kind}: {known}"
            )
        text = texts[placeholder.kind][placeholder.name]
        parts += command[done : placeholder.start], _written(text, placeholder, context)
        done = placeholder.end
    return "".join([*parts, command[done:]])


def _written(text: str, placeholder: Placeholder, context: str) -> str:
    if "\0" in text:
        raise InputError(f"{placeholder}: a command cannot hold the character NUL")
    if _PLAIN.fullmatch(text):
        return text
    match context:
        case "plain":
            return shlex.quote(text)
        case "double":
            return re.sub(r'([\\"$`])', r"\\\1", text)
        case "single":
            return text.replace("'", "'\\''")
        case "comment":
            return re.sub(r"[\r\n]", " ", text)
    raise InputError(
        f"{placeholder} stands {context}, where {text!r} cannot be written safely; "
        "move it into plain or double-quoted text, or read the environment variable instead"
    )


def contexts(command: str) -> Iterator[tuple[Placeholder, str]]:
    """Each placeholder with the quoting it stands in: one of ``SAFE``, or the words for another."""
    scanner = _Scanner(command)
    for placeholder in find(command):
        yield placeholder, scanner.context_at(placeholder.start)
        scanner.skip(placeholder.end)


class _Scanner:
    """Follows the quoting of a POSIX shell through a command, up to the places asked for."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._at = 0
        self._stack = ["plain"]
        self._escaped = False
        self._heredocs: list[str] = []
        self._lost = ""
        self._has_case = re.search(r"\bcase\s", command) is not None

    def context_at(self, position: int) -> str:
        while self._at < position:
            self._advance()
        return self._lost or ("right after a backslash" if self._escaped else self._stack[-1])

    def skip(self, position: int) -> None:
        self._at, self._escaped = position, False

    def _advance(self) -> None:
        character = self._command[self._at]
        self._at += 1
        if self._escaped:
            self._escaped = False
            if character == "'" and self._stack[-1] == "in $'...'":
                self._lost = "after a \\' inside $'...', which shells read differently"
            return
        match self._stack[-1]:
            case "single" | "in $'...'" | "comment" | "in a here-document":
                self._inside_literal(character)
            case "in backticks":
                self._escaped = character == "\\"
                if character == "`":
                    self._stack.pop()
            case "double":
                self._inside_double(character)
            case _:
                self._inside_plain(character)

    def _inside_literal(self, character: str) -> None:
        context = self._stack[-1]
        if context == "in a here-document":
            self._maybe_end_heredoc(character)
        elif context == "comment":
            if character == "\n":
                self._stack.pop()
                self._start_heredoc()
        elif context == "in $'...'" and character == "\\":
            self._escaped = True
        elif character == "'":
            self._stack.pop()

    def _inside_double(self, character: str) -> None:
        if character == "\\":
            self._escaped = True
        elif character == '"':
            self._stack.pop()
        else:
            self._maybe_expand(character)

    def _inside_plain(self, character: str) -> None:
        context = self._stack[-1]
        closing = "}" if context == "in ${ }" else ")"
        if character == "\\":
            self._escaped = True
        elif character == '"':
            self._stack.append("double")
        elif character == "'":
            self._single_quote()
        elif character == closing and len(self._stack) > 1:
            self._stack.pop()
            if self._has_case:
                self._lost = "after a ) in a command with 'case'"
        elif character == "(" and closing == ")":
            self._stack.append(context)
        elif context == "plain" and self._inside_bare(character):
            return
        else:
            self._maybe_expand(character)

    def _single_quote(self) -> None:
        # dash and bash disagree about one in arithmetic, or in ${ } inside double quotes.
        outer = next((c for c in reversed(self._stack) if c != "in ${ }"), "plain")
        if outer == "plain":
            self._stack.append("single")
        else:
            self._lost = "after a single quote that shells read differently"

    def _inside_bare(self, character: str) -> bool:
        """What only means something outside of all quotes and expansions; whether it was that."""
        if character == "\n":
            self._start_heredoc()
        elif character == "#" and self._starts_word():
            self._stack.append("comment")
        elif character == "<" and self._command.startswith("<", self._at):
            self._note_heredoc()
        elif character == "$" and self._command.startswith("'", self._at):
            self._at += 1
            self._stack.append("in $'...'")
        else:
            return False
        return True

    def _maybe_expand(self, character: str) -> None:
        rest = self._command[self._at : self._at + 2]
        if character == "`":
            self._stack.append("in backticks")
        elif character == "$" and rest == "((":
            self._at += 2
            self._stack += ["in $(( ))", "in $(( ))"]
        elif character == "$" and rest[:1] == "(":
            self._at += 1
            self._stack.append("plain")
        elif character == "$" and rest[:1] == "{":
            self._at += 1
            self._stack.append("in ${ }")

    def _starts_word(self) -> bool:
        return self._at == 1 or self._command[self._at - 2] in " \t\n;&|()"

    def _note_heredoc(self) -> None:
        if self._command.startswith("<<<", self._at - 1):
            self._at += 2
        elif hit := _HEREDOC.match(self._command, self._at - 1):
            self._heredocs.append(hit[3])
            self._at = hit.end()

    def _start_heredoc(self) -> None:
        if self._heredocs:
            self._stack.append("in a here-document")

    def _maybe_end_heredoc(self, character: str) -> None:
        if character != "\n":
            return
        start = self._command.rfind("\n", 0, self._at - 1) + 1
        line = self._command[start : self._at - 1]
        if line.lstrip("\t") == self._heredocs[0]:
            self._heredocs.pop(0)
            if not self._heredocs:
                self._stack.pop()
