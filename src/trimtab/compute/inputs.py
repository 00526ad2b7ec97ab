"""Inputs of a trial: from what the sweep file says to what the command and the variables get."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from trimtab.compute.download import SCHEMES, shown
from trimtab.compute.layout import Layout, copy
from trimtab.errors import TrialError
from trimtab.model.launch import Input, Output

Check = Callable[[], None]
Fetch = Callable[[str, Check], Path]
"""Brings the file at an http(s) address; both may raise while they wait."""
_FOLDERS = ("uri_folder", "mltable", "mlflow_model", "triton_model")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_COPIES = ("download", "eval_download")
FORMS = "a path on this machine, a file: address, or an http(s) address"


def bring(one: Input, layout: Layout, fetch: Fetch, check: Check) -> str:
    """What the trial gets for an input: a literal's text, an absolute path, or its address.

    ``direct`` hands the address itself over, ``download`` a private copy, any other mode the
    place where the data already is (files that were fetched are read-only and shared).
    Raises TrialError with one sentence that names the input.
    """
    if one.kind == "literal":
        return one.value
    try:
        return _data(one, layout, fetch, check)
    except TrialError as error:
        raise TrialError(f"Input {one.name!r}: {error}") from error


def place(one: Output, layout: Layout, run: str) -> str:
    """Makes the place of a named output and returns its path.

    That is a folder of the attempt, or the absolute local path that the sweep file names
    (``${{name}}`` and ``${{output_name}}`` filled in); addresses elsewhere stay in the attempt's
    folder. A ``uri_file`` is the path of a file that the trial is to write.
    """
    if one.path is None or not one.path.startswith("/"):
        folder = layout.named_output(one.name)
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder / one.name if one.kind == "uri_file" else folder)
    path = Path(one.path.replace("${{name}}", run).replace("${{output_name}}", one.name))
    (path.parent if one.kind == "uri_file" else path).mkdir(parents=True, exist_ok=True)
    return str(path)


def _data(one: Input, layout: Layout, fetch: Fetch, check: Check) -> str:
    scheme = _scheme(one.value)
    if scheme in SCHEMES:
        return _remote(one, layout, fetch, check)
    if scheme not in ("", "file"):
        raise TrialError(
            f"{_without_query(one.value)} cannot be reached from the local compute, "
            f"which takes {FORMS}."
        )
    path = _local(one, scheme)
    if one.mode in _COPIES:
        return _copied(path, layout.input(one.name), check)
    return one.value if one.mode == "direct" else str(path)


def _scheme(value: str) -> str:
    match = _ADDRESS.match(value)
    return match[1].lower() if match else ""


def _remote(one: Input, layout: Layout, fetch: Fetch, check: Check) -> str:
    try:
        urlsplit(one.value)
    except ValueError as error:
        raise TrialError(f"{_without_query(one.value)!r} is no address: {error}.") from error
    if one.kind in _FOLDERS:
        raise TrialError(
            f"{shown(one.value)} is one file, and {one.kind} is a folder; "
            "use type uri_file, or give a folder of this machine."
        )
    if one.mode == "direct":
        return one.value
    path = fetch(one.value, check)
    return _copied(path, layout.input(one.name), check) if one.mode in _COPIES else str(path)


def _local(one: Input, scheme: str) -> Path:
    path = Path(unquote(urlsplit(one.value).path) if scheme else one.value).absolute()
    if not path.exists():
        raise TrialError(f"There is no file or folder {path}.")
    if one.kind == "uri_file" and path.is_dir():
        raise TrialError(f"{path} is a folder, and the input's type is uri_file; use uri_folder.")
    if one.kind in _FOLDERS and not path.is_dir():
        raise TrialError(f"{path} is a file, and the input's type is {one.kind}; use uri_file.")
    return path


def _copied(path: Path, folder: Path, check: Check) -> str:
    copy(path, folder, check)
    if path.is_dir():
        return str(folder)
    (folder / path.name).chmod(0o644)
    return str(folder / path.name)


def _without_query(address: str) -> str:
    return address.partition("?")[0]
