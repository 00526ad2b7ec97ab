"""YAML as plain data with places: what is refused, and where it is said to stand."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.errors import Problem, SweepFileError
from trimtab.spec.document import MAX_BYTES, parse, parse_value, read
from trimtab.spec.source import Place


def complaints(text: str) -> list[str]:
    try:
        return [f"{p.line}:{p.column} {p.code} {p.message}" for p in parse(text, "f").problems]
    except SweepFileError as error:
        return [f"{p.line}:{p.column} {p.code} {p.message}" for p in error.problems]


def test_every_key_and_item_has_its_place() -> None:
    document = parse("a: 1\nb:\n  c: [x, {d: 2}]\n", "f.yml")
    assert document.data == {"a": 1, "b": {"c": ["x", {"d": 2}]}}
    assert document.places == {
        ("a",): Place("f.yml", 1, 1),
        ("b",): Place("f.yml", 2, 1),
        ("b", "c"): Place("f.yml", 3, 3),
        ("b", "c", 0): Place("f.yml", 3, 7),
        ("b", "c", 1): Place("f.yml", 3, 10),
        ("b", "c", 1, "d"): Place("f.yml", 3, 11),
    }


def test_scalars_are_read_as_yaml_1_1_reads_them() -> None:
    text = "{a: yes, b: 1e-3, c: 1.0e-3, d: 012, e: 1:30, f: ~, g: 2020-01-01, h: '1', i: =}"
    assert parse(text, "f").data == {
        "a": True,
        "b": "1e-3",
        "c": 0.001,
        "d": 10,
        "e": 90,
        "f": None,
        "g": datetime.date(2020, 1, 1),
        "h": "1",
        "i": "=",
    }


def test_duplicate_keys_are_all_reported_and_the_first_stays() -> None:
    document = parse("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n", "f")
    assert document.data == {"a": 1, "b": {"c": 1}}
    assert [(p.line, p.key, p.code) for p in document.problems] == [
        (2, "b.c", "duplicate-key"),
        (3, "a", "duplicate-key"),
        (4, "a", "duplicate-key"),
    ]
    assert "first in line 1" in document.problems[1].message


def test_aliases_and_merges_are_written_out() -> None:
    text = "base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}\nlist: {<<: [*b, {z: 4}]}\nsame: *b\n"
    document = parse(text, "f")
    assert document.problems == []
    assert document.data["other"] == {"y": 3, "x": 1}
    assert document.data["list"] == {"x": 1, "y": 2, "z": 4}
    assert document.data["same"] == {"x": 1, "y": 2}


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "aliases expand to more than" in complaints("\n".join(lines))[0]


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    assert "inside its own anchor" in complaints("a: &a {b: *a}")[0]
    assert "inside its own anchor" in complaints("a: &a [*a]")[0]
    assert "inside its own anchor" in complaints("a: &a {<<: *a}")[0]


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert "nested deeper than 50" in complaints("a: " + opening * 60)[0]
    assert "nested deeper than 50" in complaints("a: " + opening * 50_000)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("# only a comment", "the file is empty"),
        ("[1, 2]", "found no mapping"),
        ("just text", "found no mapping"),
        ("a: 1\n---\nb: 2\n", "more than one YAML document"),
        ("a:\n\t b: 1\n", "indent with spaces"),
        ("a: 'x\n", "no valid YAML"),
        ("a: b: c\n", "1:5 yaml-syntax this is no valid YAML: mapping values are not allowed"),
        ("a: *nowhere\n", "undefined alias"),
        ("a: !!python/object/apply:os.system [x]\n", "!!python/object/apply:os.system"),
        ("a: !secret x\n", "the tag !secret is not allowed"),
        ("a: !!binary aGk=\n", "the tag !!binary is not allowed"),
        ("a: !!set {x}\n", "the tag !!set is not allowed"),
        ("a: {<<: 3}\n", "'<<' merges mappings only"),
        ("a: 2020-13-45\n", "cannot read '2020-13-45' as timestamp"),
        ("a: !!int x\n", "cannot read 'x' as int"),
        ("a: !!int ''\n", "cannot read '' as int"),
        ("a: !!float ''\n", "cannot read '' as float"),
        ("a: !!bool x\n", "cannot read 'x' as bool"),
        ("a: !!timestamp x\n", "cannot read 'x' as timestamp"),
        ("on: 1\n", "'on' is none (YAML 1.1 reads on, off, yes and no as booleans)"),
        ("1: x\n", "a key must be a text, '1' is none; put it in quotes"),
        ("? [a]\n: x\n", "a key must be a text"),
        ("a: " + "x" * MAX_BYTES, "larger than 1 MiB"),
        ("a: \0", "no valid YAML"),
    ],
)
def test_what_is_no_sweep_file_is_said(text: str, said: str) -> None:
    assert said in complaints(text)[0]


def test_a_number_too_long_for_python_is_no_crash() -> None:
    assert "cannot read" in complaints("a: " + "9" * 5000)[0]


def test_problems_do_not_hide_each_other() -> None:
    found = complaints("a: !x 1\nb: {c: 1, c: 2}\non: 3\n")
    assert [line.split()[0] for line in found] == ["1:4", "2:11", "3:1"]


def test_read_says_why_a_file_cannot_be_used(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "absent.yml", "there is no such file"),
        (tmp_path, "cannot be read: Is a directory"),
    ):
        with pytest.raises(SweepFileError, match=said):
            read(path)
    latin = tmp_path / "latin.yml"
    latin.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(SweepFileError, match=r"latin\.yml:2: the file is not UTF-8"):
        read(latin)
    large = tmp_path / "large.yml"
    large.write_bytes(b"#" * (MAX_BYTES + 9))
    with pytest.raises(SweepFileError, match="larger than 1 MiB"):
        read(large)


def test_read_takes_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "ünïcode file.yml"
    file.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\n")
    assert read(file).data == {"a": "é"}


def test_parse_value() -> None:
    assert parse_value("[1, {a: b}]") == [1, {"a": "b"}]
    assert parse_value("") is None
    for bad in ("[", "1\nother: 2", "{a: 1, a: 2}"):
        with pytest.raises(SweepFileError):
            parse_value(bad)


_TOKENS = """a: ;b:;  ;- ;[;];{;};&x ;*x;<<: ;!!int ;';",;? ;: ;1;yes;|;>;#;---;%;@;`;é;!"""
pieces = st.lists(st.sampled_from([*_TOKENS.split(";"), "\t", "\n", "\n"]), max_size=25).map(
    "".join
)


@given(pieces)
def test_any_text_is_read_or_refused_with_a_message(text: str) -> None:
    refused: tuple[Problem, ...] = ()
    try:
        document = parse(text, "f")
    except SweepFileError as error:
        refused = error.problems
    else:
        assert isinstance(document.data, dict)
        return
    assert refused
    assert all(problem.message for problem in refused)
