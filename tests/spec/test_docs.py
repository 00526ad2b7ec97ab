"""The pages on the sweep file and on lint say what the code does, and nothing is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.spec.files import BASE
from tests.spec.test_lint import CASES
from trimtab.spec import (
    CommandJob,
    SweepJob,
    distributions,
    environment,
    parse_text,
    policies,
    sampling,
    trial,
)
from trimtab.spec import inputs as io
from trimtab.spec import job as jobs
from trimtab.spec.lint import CODES, LINT, LOAD, lint
from trimtab.spec.placeholders import substitute
from trimtab.spec.properties import TABLE
from trimtab.spec.shape import fields_of

PAGES = Path(__file__).parents[2] / "docs" / "reference"
SECTIONS: dict[type[BaseModel], str] = {
    SweepJob: "Top level",
    CommandJob: "Command jobs",
    sampling.CommandLimits: "Command jobs",
    trial.Trial: "trial",
    trial.Resources: "resources",
    trial.PyTorch: "distribution",
    trial.Mpi: "distribution",
    trial.TensorFlow: "distribution",
    trial.RayCluster: "distribution",
    trial.QueueSettings: "queue_settings",
    trial.Service: "services",
    io.DataInput: "inputs",
    io.Output: "outputs",
    sampling.RandomSampling: "sampling_algorithm",
    sampling.GridSampling: "sampling_algorithm",
    sampling.BayesianSampling: "sampling_algorithm",
    sampling.Objective: "objective",
    sampling.SweepLimits: "limits",
    policies.Bandit: "early_termination",
    policies.MedianStopping: "early_termination",
    policies.TruncationSelection: "early_termination",
    environment.Environment: "environment",
    environment.Build: "environment",
    environment.InferenceConfig: "environment",
    environment.Route: "environment",
    jobs.UserIdentity: "identity",
    jobs.TokenIdentity: "identity",
    jobs.ManagedIdentity: "identity",
    distributions.Choice: "search_space",
    distributions.RandInt: "search_space",
    distributions.Uniform: "search_space",
    distributions.QUniform: "search_space",
    distributions.Normal: "search_space",
    distributions.QNormal: "search_space",
}
# Where one row stands for the key of several models, or a mapping inside has no section.
SHARED_TYPE = (sampling.GridSampling, sampling.BayesianSampling, sampling.RandomSampling)
PREFIXES: dict[type[BaseModel], str] = {
    environment.Build: "build.",
    environment.InferenceConfig: "inference_config.",
    environment.Route: "..._route.",
    sampling.CommandLimits: "limits.",
}
COMMON = set(jobs.Job.model_fields) | {"limits"}


def sections(page: str) -> dict[str, str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> dict[str, list[str]]:
    """First cell (without backticks) -> all cells, of every table row in ``text``."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line[:1] == "|"]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells] for cells in lines}


def all_fields() -> list[tuple[type[BaseModel], str]]:
    fields = [*fields_of(SweepJob), *fields_of(CommandJob)]
    return [(model, name) for model, name in dict.fromkeys(fields)]


def test_every_model_has_its_section() -> None:
    assert {model for model, _ in all_fields()} == set(SECTIONS)


def test_every_key_is_documented_with_its_default() -> None:
    page = sections("sweep-file.md")
    for model, name in all_fields():
        if model is CommandJob and name in COMMON:
            continue
        text = page[SECTIONS[model]]
        if SECTIONS[model] == "search_space":
            assert f"`{name}`" in text, (model, name)
            continue
        cells = rows(text)[PREFIXES.get(model, "") + name]
        field = model.model_fields[name]
        if model in SHARED_TYPE and name == "type":
            continue
        if field.is_required():
            assert cells[2] in ("required", "`sweep`"), (model, name)
        elif isinstance(field.default, str | int):
            assert cells[2] == f"`{field.default}`", (model, name)
        elif field.default is None:
            assert cells[2] == "none", (model, name)
        else:
            assert cells[2] in ("`{}`", "`random`", "none"), (model, name)


def test_every_property_is_documented() -> None:
    table = rows(sections("sweep-file.md")["properties"])
    assert {name for name in table if name.startswith("trimtab.")} == set(TABLE)


def test_the_whole_example_loads_and_has_no_errors(tmp_path: Path) -> None:
    text = (PAGES / "sweep-file.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text("mlflow.log_metric('accuracy', 1)")
    (tmp_path / "data.csv").write_text("")
    assert lint(parse_text(blocks[0], str(tmp_path / "sweep.yml"))) == ()
    nested = blocks[1] + "".join(
        f"{key}: {value!r}\n" for key, value in BASE.items() if key != "search_space"
    )
    assert list(parse_text(nested).space) == ["optimizer"]


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("outside quotes", "${{inputs.x}}"),
        ("in double quotes", '"${{inputs.x}}"'),
        ("in single quotes", "'${{inputs.x}}'"),
    ],
)
def test_the_table_of_placeholders_is_what_happens(place: str, command: str) -> None:
    written = rows(sections("sweep-file.md")["Placeholders"])[place][1].strip("`")
    quote = command[0] if command[0] in "'\"" else ""
    assert substitute(command, {"x": "it's $5"}, {}, {}) == f"{quote}{written}{quote}"


def test_every_code_is_documented_as_it_is() -> None:
    page = sections("lint.md")
    for title, codes in (("Found while loading", LOAD), ("Found by the linter", LINT)):
        table = rows(page[title])
        del table["code"], table["---"]
        assert list(table) == list(codes)
        for code, cells in table.items():
            severity = "error or note" if code == "unused-parameter" else CODES[code].severity
            meaning = CODES[code].meaning.replace("|", "\\|")
            assert cells[1:3] == [severity, meaning]
            if CASES.get(code):
                path, text, _ = CASES[code][0]
                assert cells[3] == f"`{path}: {text}`"


def test_the_codes_in_the_source_are_the_codes_of_the_table() -> None:
    source = Path(lint.__code__.co_filename).parents[1]
    text = "".join(file.read_text() for file in source.rglob("*.py") if file.name != "codes.py")
    unwritten = {code for code in CODES if f'"{code}"' not in text}
    assert unwritten == {"unused-input", "unused-output"}  # put together in one place


def test_links_lead_somewhere() -> None:
    for page in ("sweep-file.md", "lint.md"):
        text = (PAGES / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)]+)\)", text):
            file, _, anchor = target.partition("#")
            assert (PAGES / (file or page)).is_file(), target
            if anchor:
                anchors = [title.lower().replace(" ", "-") for title in sections(file or page)]
                assert anchor in anchors, target
