"""What is wrong with a file, in words: place, what was found, what is allowed, the nearest key."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from trimtab.errors import Problem
from trimtab.spec.document import Tree
from trimtab.spec.job import CommandJob, SweepJob
from trimtab.spec.shape import model_at
from trimtab.spec.source import KeyPath, Source
from trimtab.spec.trial import Trial

# Keys that people expect, and why they are not there.
_ADVICE = {
    "exclude_finished_jobs": "documented, but no sweep file may hold it; ended trials compare too",
    "resume": "an interrupted sweep resumes from its facts, not from its file",
    "resume_from": "an interrupted sweep resumes from its facts, not from its file",
    "notification_setting": "the sweep schema has no notifications",
    "parent_job_name": "only command jobs have it",
    "max_trials": "the key is max_total_trials",
    "lower": "randint starts at 0; use a choice, or quniform with q: 1",
    "step": "the step is called q, in quniform and the other q- distributions",
    "min": "the key is min_value",
    "max": "the key is max_value",
    "mean": "the key is mu",
    "std": "the key is sigma",
    "channels": "this looks like a conda file; put it under conda_file",
    "dependencies": "this looks like a conda file; put it under conda_file",
}
_NUMBERS = ("a number", "a finite number", "a whole number")


def nearest(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest of ``known``, or nothing."""
    known = list(known)
    lowered = {other.lower(): other for other in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[close[0]]!r}?" if close else ""


def translate(
    error: ValidationError, root: type[BaseModel], data: Tree, source: Source
) -> Iterator[Problem]:
    """The problems behind a pydantic error. ``data`` is what was validated."""
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], data)
        code, message = _explain(detail, path, root)
        yield source.problem(code, path, message)


def _path(loc: KeyPath, data: Tree) -> KeyPath:
    """``loc`` without the tags of unions and pydantic's mark for keys."""
    path: list[str | int] = []
    for part in loc:
        if isinstance(data, Mapping) and part in data:
            inner: Tree = data[part]
        elif isinstance(data, list) and isinstance(part, int):
            inner = data[part]
        elif part == "[key]" or (isinstance(part, str) and part[:1] + part[-1:] == "<>"):
            continue
        else:
            inner = None
        data = inner
        path.append(part)
    return tuple(path)


def _explain(detail: Mapping[str, Any], path: KeyPath, root: type[BaseModel]) -> tuple[str, str]:
    kind, found, said = detail["type"], detail["input"], str(detail["msg"])
    match kind:
        case "missing":
            return "missing-key", f"the key {path[-1]!r} is required here and missing"
        case "extra_forbidden":
            return "unknown-key", _unknown(detail["loc"], path, root)
        case "null":
            return "wrong-value", f"found null; {said}"
        case "wrong_variant":
            return _wrong_variant(found, said, path)
        case "wrong_word":
            near = nearest(found, said.split(", ")) if isinstance(found, str) else ""
            if found is None and "null" in said:
                near = "; the tier of that name needs quotes"
            return "wrong-value", f"found {show(found)}, allowed: {said}{near}"
        case "wrong":
            hint = detail.get("ctx", {}).get("hint", "")
            return "wrong-value", _wrong(found, said, hint)
        case "tuple_type" | "list_type":
            return "wrong-value", _wrong(found, "a list", "")
        case "model_type" | "model_attributes_type" | "mapping_type" | "dict_type":
            return "wrong-value", _wrong_mapping(found, path)
        case "invalid-json-value":
            return "wrong-value", _wrong(found, "a text, number, list or mapping", "")
    return "wrong-value", f"found {show(found)}: {said}"


def _unknown(loc: KeyPath, path: KeyPath, root: type[BaseModel]) -> str:
    name = str(path[-1])
    model = model_at(root, loc)
    allowed = list(model.model_fields) if model else []
    if name in _ADVICE:
        why = f"; {_ADVICE[name]}"
    elif (near := nearest(name, allowed)) or model is None:
        why = near
    elif model is Trial and name in SweepJob.model_fields:
        why = "; it belongs at the top level of the file"
    elif model is SweepJob and name in Trial.model_fields:
        why = "; it belongs under trial"
    elif model is CommandJob and name in SweepJob.model_fields:
        why = "; sweeps have it: add 'type: sweep' if this is one"
    else:
        why = ""
    end = "" if why.endswith("?") else "."
    return f"unknown key {name!r}{why}{end} Allowed: {', '.join(allowed)}"


def _wrong_variant(found: Tree, allowed: str, path: KeyPath) -> tuple[str, str]:
    if not isinstance(found, Mapping):
        if path[0] == "early_termination" and isinstance(found, str):
            return "wrong-value", f"found {show(found)}; write a mapping: {{type: {found}}}"
        scalars = "a text, a number or " if len(path) > 2 and path[0] == "search_space" else ""
        return "wrong-value", _wrong(found, f"{scalars}a mapping with 'type' ({allowed})", "")
    if "type" not in found:
        return "missing-key", f"the key 'type' is required here and missing; allowed: {allowed}"
    kind = found["type"]
    near = nearest(kind, allowed.split(", ")) if isinstance(kind, str) else ""
    if kind == "sobol":
        near = "; write {type: random, rule: sobol}"
    return "wrong-value", f"found type {show(kind)}, allowed: {allowed}{near}"


def _wrong_mapping(found: Tree, path: KeyPath) -> str:
    if path == ("trial",) and isinstance(found, str):
        return f"found {show(found)}; a sweep's trial must be written in place, not in another file"
    return _wrong(found, "a mapping", "")


def _wrong(found: Tree, expected: str, hint: str) -> str:
    hint = hint or _trap(found, expected)
    return f"found {show(found)}, expected {expected}{f'; {hint}' if hint else ''}"


def _trap(found: Tree, expected: str) -> str:
    """The YAML 1.1 surprise behind a value of the wrong kind."""
    text_allowed = "text" in expected
    if isinstance(found, bool) and text_allowed:
        return "put it in quotes (YAML reads yes, no, on, off, true and false as booleans)"
    if isinstance(found, bool) and expected.startswith(_NUMBERS):
        return "YAML reads yes, no, on and off as booleans"
    if isinstance(found, datetime.date) and text_allowed:
        return "put it in quotes (YAML reads it as a date)"
    if isinstance(found, int | float) and text_allowed:
        return "put it in quotes"
    if found is None:
        return "is the value after the colon missing?"
    return ""


def show(found: Tree) -> str:
    """A value as a message shows it, short."""
    if found is None:
        return "null"
    if isinstance(found, bool):
        return f"the boolean {str(found).lower()}"
    if isinstance(found, datetime.date):
        return f"the date {found.isoformat()}"
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, Sequence) and not isinstance(found, str):
        return "a list"
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:57]}..."
