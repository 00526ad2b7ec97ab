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


class Executor:
    """Executes pages, each once, in folders of their own; a page that failed fails again."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._left: dict[Path, Path] = {}
        self._failed: dict[Path, str] = {}

    def folder_after(self, page: Page) -> Path:
        """Where the page's examples were executed."""
        if page.path in self._failed:
            pytest.fail(self._failed[page.path], pytrace=False)
        if page.path not in self._left:
            folder = self._start(page)
            try:
                run_page(page, folder)
            except pytest.fail.Exception as error:
                self._failed[page.path] = str(error)
                raise
            self._left[page.path] = folder
        return self._left[page.path]

    def _start(self, page: Page) -> Path:
        folder = self._factory.mktemp(page.path.stem)
        if page.goes_on_from is None:
            return folder
        return copied(self.folder_after(read_page(page.goes_on_from)), folder / "on")


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Executor:
    return Executor(tmp_path_factory)


@pytest.mark.real
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_examples_do_what_the_page_says(page: Page, executor: Executor) -> None:
    assert executor.folder_after(page).is_dir()


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
