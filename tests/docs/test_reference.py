"""The reference leaves nothing out: facts, errors, notes, floors, dependencies, words."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT, Page, read_page, sections, tables
from trimtab import errors
from trimtab.model.facts import KINDS, Outcome

SOURCE = ROOT / "src" / "trimtab"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TYPES: Mapping[str, str] = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "int | None": "integer or null",
    "Outcome": "outcome",
    "SweepOutcome": "outcome",
    "Params": "object",
    "Mapping[str, Any]": "object",
}


def page(name: str) -> Page:
    return read_page(ROOT / "docs" / name)


def first_column(text: str) -> list[str]:
    return [row[0] for table in tables(text) for row in table]


# Facts


def test_every_kind_of_fact_is_documented_with_its_fields() -> None:
    parts = sections(page("reference/facts.md"), level=3)
    assert list(parts) == list(KINDS)
    for kind, body in KINDS.items():
        [table] = tables(parts[kind])
        expected = [
            [field.name, TYPES[str(field.type)], default(field)]
            for field in dataclasses.fields(body)
        ]
        assert [row[:3] for row in table] == expected, kind


def default(field: dataclasses.Field[Any]) -> str:
    """As JSON writes it."""
    return "required" if field.default is dataclasses.MISSING else json.dumps(field.default)


def test_every_outcome_is_documented() -> None:
    parts = sections(page("reference/facts.md"))
    assert first_column(parts["Outcomes"]) == [str(one) for one in Outcome]


# Errors


def test_every_error_is_documented_with_its_exit_code() -> None:
    known = {
        name: cls
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, errors.TrimtabError)
    }
    [table] = tables(page("reference/errors.md").prose)
    assert [row[0] for row in table] == in_tree_order(known)
    for name, parent, code, meaning in table:
        assert known[name].exit_code == int(code)
        assert known[name].__base__ is known.get(parent, Exception)
        assert meaning


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = next(one for one in page("reference/errors.md").blocks if one.tag == "text").text
    names = re.findall(r"\w+Error", drawn)
    said = re.findall(r"^ {4}[│├└─ ]*(\w+Error) ", errors.__doc__ or "", flags=re.MULTILINE)
    assert names == said
    assert names == first_column(page("reference/errors.md").prose)


def in_tree_order(known: Mapping[str, type[errors.TrimtabError]]) -> list[str]:
    order = list(vars(errors))

    def below(parent: type) -> Iterator[str]:
        children = [name for name, cls in known.items() if cls.__base__ is parent]
        for name in sorted(children, key=order.index):
            yield name
            yield from below(known[name])

    return ["TrimtabError", *below(errors.TrimtabError)]


# Notes


def test_every_note_that_the_source_can_make_is_documented() -> None:
    codes = {
        code
        for file in SOURCE.rglob("*.py")
        if "testing" not in file.parts
        for code in note_codes(file)
    }
    [table] = tables(page("reference/notes.md").prose)
    documented = [row[0] for row in table]
    assert sorted(documented) == sorted(codes)
    assert len(codes) > 5


def note_codes(file: Path) -> Iterator[str]:
    """First arguments of ``Noted(...)``, ``Note(...)`` and ``..._note_once(...)``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        first = node.args[0]
        if name in ("Noted", "Note", "_note_once") and isinstance(first, ast.Constant):
            yield str(first.value)


# Floors


def test_the_floors_drawn_are_the_floors_enforced() -> None:
    drawn = page("design/floors.md").blocks[0].text
    lines = [re.split(r"\s{2,}", line)[0].strip() for line in drawn.splitlines() if line[0] != " "]
    [contract] = [
        one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    ]
    assert lines == contract["layers"]


def test_every_part_of_the_package_has_its_line() -> None:
    parts = {
        entry.stem
        for entry in SOURCE.iterdir()
        if entry.suffix == ".py" or (entry.is_dir() and any(entry.rglob("*.py")))
    }
    listed = first_column(page("design/floors.md").prose)
    assert sorted(listed) == sorted(parts - {"__init__"})


# Dependencies


def test_every_dependency_has_its_line_where_it_belongs() -> None:
    project = PROJECT["project"]
    extras = dict(project["optional-dependencies"])
    tests = names(extras.pop("test"))
    optional = {
        name: {extra for extra, some in extras.items() if name in names(some)}
        for some in extras.values()
        for name in names(some)
    }
    parts = sections(page("design/dependencies.md"))
    assert first_column(parts["Always installed"]) == names(project["dependencies"])
    [rows] = tables(parts["Extras"])
    assert {row[0]: set(re.findall(r"\w+", row[1])) for row in rows} == optional
    assert first_column(parts["For tests and checks"]) == tests
    assert first_column(parts["For building"]) == names(PROJECT["build-system"]["requires"])


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=!~;\[ ]", one)[0] for one in requirements]


# Results


def test_the_results_in_the_readme_are_those_of_the_example() -> None:
    shown = tables(sections(read_page(ROOT / "README.md"))["Results"])[0]
    example = read_page(ROOT / "examples" / "faq-matching" / "README.md")
    measured = tables(sections(example)["Results"])[1]
    short = [[row[0], row[1].split()[0], row[3].split()[0]] for row in measured]
    assert [[re.sub(r"\[(.+)\]\(.+\)", r"\1", row[0]), *row[1:]] for row in shown] == short


# Words


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    words = first_column(page("glossary.md").prose)
    assert words == sorted(set(words), key=str.lower)
    assert len(words) > 30


def test_modules_that_pages_name_exist() -> None:
    """``trimtab.module.name`` in backticks is there; MLflow's tags have no module's name."""
    modules = {entry.stem for entry in SOURCE.iterdir()}
    for path in (ROOT / "docs").rglob("*.md"):
        for dotted in re.findall(r"`(trimtab(?:\.\w+)+)", read_page(path).prose):
            if dotted.split(".")[1] in modules:
                assert exists(dotted), f"{path.relative_to(ROOT)} names {dotted}"


def exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for length in range(len(parts), 1, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            if not hasattr(thing, name):
                return False
            thing = getattr(thing, name)
        return True
    return False
