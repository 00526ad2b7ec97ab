"""A file with a place to fill in never loads: nothing runs with a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.samples import config, from_python
from trimtab.errors import SweepFileError
from trimtab.spec import parse_text

SRC = "ScriptRunConfig('src', 'train.py', "
EST = "Estimator('src', entry_script='train.py', "


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hyperparameter_sampling", "f()"),
        ("hyperparameter_sampling", "GridParameterSampling(f())"),
        ("hyperparameter_sampling", "GridParameterSampling({'a': choice(f())})"),
        ("hyperparameter_sampling", "GridParameterSampling({'a': f()})"),
        ("primary_metric_name", "f()"),
        ("primary_metric_goal", "f()"),
        ("max_total_runs", "f()"),
        ("max_concurrent_runs", "f()"),
        ("max_duration_minutes", "f()"),
        ("policy", "f()"),
        ("policy", "MedianStoppingPolicy(f())"),
        ("policy", "BanditPolicy(1, f())"),
        ("policy", "BanditPolicy(1, 0)"),
        ("policy", "TruncationSelectionPolicy(f())"),
        ("run_config", "f()"),
        ("run_config", "ScriptRunConfig('src', f())"),
        ("run_config", "ScriptRunConfig(f(), 'train.py')"),
        ("run_config", f"{SRC}f())"),
        ("run_config", f"{SRC}['--n', f()])"),
        ("run_config", f"{SRC}['--data', data.as_mount()])"),
        ("run_config", f"{SRC}environment=f())"),
        ("run_config", f"{SRC}max_run_duration_seconds=f())"),
        ("estimator", f"{EST}environment_variables={{'A': f()}})"),
        ("estimator", f"{EST}pip_packages=f())"),
        ("pipeline", "f()"),
    ],
)
def test_a_file_with_an_open_place_does_not_load(tmp_path: Path, name: str, text: str) -> None:
    changes: dict[str, str | None] = {name: text}
    if name in ("estimator", "pipeline"):
        changes["run_config"] = None
    made = from_python(tmp_path, config(**changes))
    assert made.places
    assert made.text.count("# fill in:") == len(made.places)
    with pytest.raises(SweepFileError):
        parse_text(made.text)
