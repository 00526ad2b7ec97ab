"""Every example of every page is executed; every sweep file that a page shows is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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
    """Executes pages two at a time, each once and in a folder of its own.

    A page that goes on from another one gets a copy of the folder which that one left.
    """

    def __init__(self, pages: Iterable[Page], factory: pytest.TempPathFactory) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._left: dict[Path, Future[Path]] = {}
        # A page comes after the one it waits for, so that never all workers wait.
        for page in sorted(with_origins(pages), key=lambda one: len(list(origins(one)))):
            folder = factory.mktemp(page.path.stem)
            self._left[page.path] = self._pool.submit(self._execute, page, folder)

    def folder_after(self, path: Path) -> Path:
        """Where the page's examples were executed; waits for it, and fails as it failed."""
        return self._left[path].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _execute(self, page: Page, folder: Path) -> Path:
        if page.goes_on_from is not None:
            folder = copied(self.folder_after(page.goes_on_from), folder / "on")
        run_page(page, folder)
        return folder


def origins(page: Page) -> Iterator[Page]:
    """The pages that a page goes on from, one behind the other."""
    while page.goes_on_from is not None:
        page = read_page(page.goes_on_from)
        yield page


def with_origins(pages: Iterable[Page]) -> Iterable[Page]:
    return {one.path: one for page in pages for one in (page, *origins(page))}.values()


@pytest.fixture(scope="module")
def executor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Executor]:
    wanted = {
        id(item.callspec.params["page"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and "executor" in item.fixturenames
    }
    made = Executor((page for page in RUN if id(page) in wanted), tmp_path_factory)
    yield made
    made.close()


@pytest.mark.real
@pytest.mark.timeout(400)  # the first test may wait for the pages that its own goes on from
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_examples_do_what_the_page_says(page: Page, executor: Executor) -> None:
    assert executor.folder_after(page.path).is_dir()


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
