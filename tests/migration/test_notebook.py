"""Notebooks: their code cells are read as one file, and lines are named by cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.migration.samples import config, sweep
from trimtab.errors import InputError
from trimtab.migration import Migrated, migrate


def notebook(folder: Path, *cells: str) -> Migrated:
    path = folder / "tune.ipynb"
    listed: list[object] = [{"cell_type": "markdown", "source": ["# HyperDriveConfig()"]}]
    listed += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"nbformat": 4, "cells": listed}))
    return migrate(path)


def test_cells_are_read_as_one_file(tmp_path: Path) -> None:
    head, _, call = config().partition("config = ")
    made = notebook(tmp_path, "%matplotlib inline\n!pip list\n" + head, "%%time\nx(", call)
    assert sweep(made).limits.max_total_trials == 4


def test_places_are_cells_and_lines(tmp_path: Path) -> None:
    head, _, call = config(max_total_runs="args.n").partition("config = ")
    made = notebook(tmp_path, head, call)
    line = call.splitlines().index("    max_total_runs=args.n,") + 1
    assert f"args.n in {tmp_path / 'tune.ipynb'}:cell 3:{line}" in made.places[0]


def test_a_notebook_without_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no call of HyperDriveConfig"):
        notebook(tmp_path, "x = 1")
