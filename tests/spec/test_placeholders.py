"""Placeholders: found, and replaced so that a shell hands the program exactly the text."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.errors import InputError
from trimtab.spec.placeholders import Placeholder, contexts, find, modernise, substitute, unknown

X = "${{search_space.x}}"
PLAIN = ["0.5", "-1e-05", "relu", "a/b.c", "user@host:1,2", "100%", "a=b", "A_b-c+d"]
NASTY = [
    "a b",
    "it's",
    'say "hi"',
    "$HOME",
    "`id`",
    "a\\b",
    "two\nlines",
    "",
    "*",
    "a;b",
    "#x",
    "é",
]


def put(command: str, value: str) -> str:
    return substitute(command, {}, {}, {"x": value})


def test_find_gives_kind_name_and_place() -> None:
    command = "a ${{inputs.data}} ${{ outputs.model }} b${{search_space.lr}} ${inputs.no} ${{foo}}"
    assert [(str(p), command[p.start : p.end]) for p in find(command)] == [
        ("${{inputs.data}}", "${{inputs.data}}"),
        ("${{outputs.model}}", "${{ outputs.model }}"),
        ("${{search_space.lr}}", "${{search_space.lr}}"),
    ]
    assert find("${{search_space.x}}") == (Placeholder("search_space", "x", 0, 19),)


def test_unknown_lists_what_only_looks_like_one() -> None:
    command = "${{inputs.a}} ${{parent.inputs.b}} ${{search_space.}} ${{x}} ${HOME}"
    assert unknown(command) == ("${{parent.inputs.b}}", "${{search_space.}}", "${{x}}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{search_space.lr}", "${{search_space.lr}}"),
        ("--a={inputs.a} {outputs.b}", "--a=${{inputs.a}} ${{outputs.b}}"),
        ("${{search_space.lr}}", "${{search_space.lr}}"),
        ("${{ inputs.a }} {other.x} {}", "${{ inputs.a }} {other.x} {}"),
    ],
)
def test_modernise(old: str, new: str) -> None:
    assert modernise(old) == new


@pytest.mark.parametrize(
    "command",
    [
        f"run {X}",
        f'run "{X}"',
        f"run '{X}'",
        f"run `{X}`",
        f"run $(({X}))",
        f"run ${{A:-{X}}}",
        f"run \\{X}",
        f"cat <<E\n{X}\nE",
        f"run $'{X}' # {X}",
        f"run --{X}={X}{X}",
    ],
)
def test_plain_values_are_replaced_literally_everywhere(command: str) -> None:
    for value in PLAIN:
        assert put(command, value) == command.replace(X, value)


@pytest.mark.parametrize(
    ("command", "value", "written"),
    [
        (f"run {X}", "a b", "run 'a b'"),
        (f"run --x={X}", "a b", "run --x='a b'"),
        (f"run {X}", "", "run ''"),
        (f'run "{X}"', 'a "b" $c `d` \\', 'run "a \\"b\\" \\$c \\`d\\` \\\\"'),
        (f"run '{X}'", "it's", "run 'it'\\''s'"),
        (f"run # {X}", "a\nrm", "run # a rm"),
        (f"run a#{X}", "b c", "run a#'b c'"),
        (f'run "$(f {X})"', "a b", "run \"$(f 'a b')\""),
        (f'run "$(f "{X}")"', 'a"b', 'run "$(f "a\\"b")"'),
        (f"(run {X}) && (run '{X}')", "a b", "(run 'a b') && (run 'a b')"),
        (f"run \\' {X}", "a b", "run \\' 'a b'"),
        (f"run '\\' {X}", "a b", "run '\\' 'a b'"),
        (f'run "\\"{X}"', "a b", 'run "\\"a b"'),
        (f"f() {{ run {X}; }}", "a b", "f() { run 'a b'; }"),
        (f"run ${{A}} {X}", "a b", "run ${A} 'a b'"),
        (f"run ${{A:-'it}}'}} {X}", "a b", "run ${A:-'it}'} 'a b'"),
        (f"run $((1<<2)) {X}", "a b", "run $((1<<2)) 'a b'"),
        (f"cat <<'E' && f {X}\nx'y\nE\nf {X}", "a b", "cat <<'E' && f 'a b'\nx'y\nE\nf 'a b'"),
        (f"cat <<< it && run {X}", "a b", "cat <<< it && run 'a b'"),
        (f"# it's\nrun {X}", "a b", "# it's\nrun 'a b'"),
    ],
)  # fmt: skip
def test_other_values_are_written_for_their_place(command: str, value: str, written: str) -> None:
    assert put(command, value) == written


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (f"run `f {X}`", "in backticks"),
        (f'run "`f {X}`"', "in backticks"),
        (f"run $(({X} + 1))", "in $(( ))"),
        (f"run ${{A:-{X}}}", "in ${ }"),
        (f"run $'{X}'", "in $'...'"),
        (f"cat <<E\nit's {X}\nE\n", "in a here-document"),
        (f"run \\{X}", "right after a backslash"),
        (f'run "\\{X}"', "right after a backslash"),
        (f'run "${{A:-it\'s}}" {X}', "after a single quote"),
        (f"run $(( 'a' )) {X}", "after a single quote"),
        (f"run $'it\\'s' {X}", "after a \\' inside"),
        (f'run "$(case a in a) f {X};; esac)"', "after a ) in a command with 'case'"),
    ],
)
def test_what_no_quoting_makes_safe_is_refused(command: str, where: str) -> None:
    for value in ("a b", "$(id)"):
        with pytest.raises(InputError) as caught:
            put(command, value)
        assert where in str(caught.value)
        assert X in str(caught.value)


def test_nul_is_refused() -> None:
    with pytest.raises(InputError, match="NUL"):
        put(f"run {X}", "a\0b")


def test_kinds_do_not_mix_and_absence_is_named() -> None:
    command = "a ${{inputs.x}} ${{outputs.x}} ${{ search_space.x }}"
    assert substitute(command, {"x": "i"}, {"x": "o"}, {"x": "s"}) == "a i o s"
    with pytest.raises(InputError, match=r"uses \$\{\{outputs\.x\}\}, .*outputs: y, z"):
        substitute(command, {"x": "i"}, {"y": "", "z": ""}, {"x": "s"})
    with pytest.raises(InputError, match="inputs: none"):
        substitute(command, {}, {}, {})


def test_values_are_never_read_as_placeholders() -> None:
    assert put(f"run {X} {X}", X) == f"run {shlex.quote(X)} {shlex.quote(X)}"


# Python's shlex keeps the backslash of "\\$" and "\\`" in double quotes, a shell does not.
@pytest.mark.parametrize("template", ["p {}", 'p "{}"', "p '{}'", "p a{}b", "p \"a'{}'b\" c"])
def test_shlex_agrees_on_words(template: str) -> None:
    for value in PLAIN + NASTY:
        if '"' in template and value in ("$HOME", "`id`"):
            continue
        words = shlex.split(put(template.format(X), value))
        expected = shlex.split(template.replace("{}", "@@@"))
        assert words == [word.replace("@@@", value) for word in expected]


def test_contexts_name_the_place_of_each() -> None:
    command = f"a {X} '{X}' \"{X}\" # {X}"
    assert [context for _, context in contexts(command)] == ["plain", "single", "double", "comment"]


@given(st.text("ab '\"`$(){}\\#\n<|;&", max_size=30), st.text("ab '\"`$\\\n", max_size=6))
def test_any_command_is_substituted_or_refused(prefix: str, value: str) -> None:
    try:
        command = put(f"{prefix}{X} end", value)
    except InputError:
        return
    assert command.startswith(prefix)
    assert command.endswith(" end")


SLOTS = [
    "{}",
    '"{}"',
    "'{}'",
    'x{}y"{}"',
    '"$(printf %s "{}")"',
    "\"$(printf %s '{}')\"",
    '"$(printf %s {})"',
    "\\''{}'",
]
FILLED = ["{}", "{}", "{}", "x{}y{}", "{}", "{}", "{}", "'{}"]


@pytest.mark.real
@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("ab '\"`$(){}\\#\t\n<>|;&*?~!é-=%", max_size=8), min_size=1, max_size=6))
def test_a_real_shell_hands_over_exactly_the_text(values: list[str]) -> None:
    pairs = [
        (slot, filled, value)
        for value in values
        for slot, filled in zip(SLOTS, FILLED, strict=True)
    ]
    # Command substitution itself drops line breaks at the end.
    pairs = [p for p in pairs if "$(" not in p[0] or not p[2].endswith("\n")]
    names = {f"v{i}": value for i, (_, _, value) in enumerate(pairs)}
    words = [
        slot.replace("{}", f"${{{{search_space.v{i}}}}}") for i, (slot, _, _) in enumerate(pairs)
    ]
    command = substitute("printf '%s\\0' " + " ".join(words), {}, {}, names)
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", command], capture_output=True, check=True)
        got = done.stdout.decode().split("\0")[:-1]
        assert got == [filled.replace("{}", value) for _, filled, value in pairs]
