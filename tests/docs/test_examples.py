"""Every example of every page is executed; every sweep file that a page shows is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import Block, Page, read_page
from tests.docs.steps import copied, run_page
from tests.docs.test_pages import EXECUTED, blocks_of
from trimtab.spec import parse_text

RUN = [page for page in EXECUTED if any(one.tag in ("console", "python") for one in page.blocks)]
YAML = [block for block in blocks_of(*EXECUTED) if block.tag == "yaml"]
JSON = [block for block in blocks_of(*EXECUTED) if block.tag == "json"]
BASE = {
    "type": "sweep",
    "trial": {"command": "python train.py ${{search_space.x}}", "environment": "azureml:any:1"},
    "search_space": {"x": {"type": "uniform", "min_value": 0, "max_value": 1}},
    "objective": {"primary_metric": "loss", "goal": "minimize"},
    "limits": {"max_total_trials": 4},
}


@pytest.fixture(scope="module")
def left_by(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """The folder that each page left, for pages that go on from there."""
    return {}


@pytest.mark.real
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_examples_do_what_the_page_says(
    page: Page, left_by: dict[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if page.path not in left_by:
        left_by[page.path] = executed(page, left_by, tmp_path_factory)


def executed(
    page: Page, left_by: dict[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp(page.path.stem, numbered=True)
    before = page.goes_on_from
    if before is not None:
        if before not in left_by:
            left_by[before] = executed(read_page(before), left_by, tmp_path_factory)
        folder = folder / "on"
        copied(left_by[before], folder)
    run_page(page, folder)
    return folder


@pytest.mark.parametrize("block", YAML, ids=str)
def test_sweep_files_and_parts_of_them_load(block: Block) -> None:
    data = yaml.safe_load(block.text)
    if {"type", "trial"} <= data.keys() or data.get("type") == "command":
        assert parse_text(block.text, "sweep.yml")
    else:
        assert parse_text(json.dumps({**BASE, **data}), "sweep.yml")


@pytest.mark.parametrize("block", JSON, ids=str)
def test_json_is_json(block: Block) -> None:
    for line in block.text.splitlines():
        assert json.loads(line)
