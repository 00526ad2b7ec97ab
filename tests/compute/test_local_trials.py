"""What a trial sees: its folder, its variables, its outputs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compute.local_lab import LocalLab, python, reported
from trimtab.model.facts import Outcome
from trimtab.model.launch import Input, Output
from trimtab.testing.runtime import STRANGE

pytestmark = pytest.mark.real


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LocalLab]:
    lab = LocalLab(tmp_path / "sweep")
    yield lab
    lab.close()


def test_the_working_directory_is_a_private_copy_of_the_code(lab: LocalLab, tmp_path: Path) -> None:
    code = tmp_path / "my code"
    (code / "pkg").mkdir(parents=True)
    (code / "train.py").write_text("import pkg.part; open('train.py', 'a').write('# changed')")
    (code / "pkg" / "part.py").write_text("print('part')")
    (code / "link").symlink_to("train.py")
    _, end = lab.run("python train.py && readlink link", code=code)
    assert (end.outcome, end.reason) == (Outcome.COMPLETED, "")
    assert lab.log() == "part\ntrain.py\n"
    assert not (code / "train.py").read_text().endswith("# changed")


def test_code_may_be_one_file(lab: LocalLab, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('one file')")
    _, end = lab.run("python train.py", code=tmp_path / "train.py")
    assert (end.outcome, lab.log()) == (Outcome.COMPLETED, "one file\n")


def test_variables_are_those_of_azure(lab: LocalLab, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    _, end = lab.run(
        "env -0",
        trial=3,
        params={"lr": 0.1, "opt": {"name": "sgd"}},
        inputs=(Input("data", "uri_folder", str(tmp_path / "data")), Input("n", "literal", "True")),
        outputs=(Output("model"), Output("scores", "uri_file")),
        environment_variables={"MINE": "yes", "OMP_NUM_THREADS": "7"},
    )
    assert end.outcome is Outcome.COMPLETED
    seen = dict(entry.split("=", 1) for entry in lab.log(3).rstrip("\0").split("\0"))
    folder = lab.folder / "trials" / "3.1"
    expected = {
        "AZUREML_SWEEP_lr": "0.1",
        "AZUREML_SWEEP_opt": '{"name":"sgd"}',
        "AZUREML_SWEEP_opt_name": "sgd",
        "AZURE_ML_INPUT_data": str(tmp_path / "data"),
        "AZURE_ML_INPUT_n": "True",
        "AZURE_ML_OUTPUT_model": str(folder / "named-outputs" / "model"),
        "AZURE_ML_OUTPUT_scores": str(folder / "named-outputs" / "scores" / "scores"),
        "AZUREML_RUN_ID": "sweep_3",
        "AZUREML_ROOT_RUN_ID": "sweep",
        "AZUREML_CR_EXECUTION_WORKING_DIR_PATH": str(folder / "code"),
        "TRIMTAB_SWEEP": "sweep",
        "TRIMTAB_ATTEMPT": "sweep/3/1",
        "MINE": "yes",
        "OMP_NUM_THREADS": "7",
    }
    assert {name: seen.get(name) for name in expected} == expected
    assert "AZUREML_RUN_TOKEN" not in seen


def test_python_is_this_interpreter(lab: LocalLab) -> None:
    lab.run(python("import sys; print(sys.prefix)"))
    assert lab.log() == f"{sys.prefix}\n"


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_arrive_as_they_are(lab: LocalLab, tmp_path: Path, text: str) -> None:
    data = tmp_path / text
    data.mkdir()
    (data / "here").touch()
    _, end = lab.run(
        'printf %s ${{search_space.x}}; ls ${{inputs.data}}; printf %s "$AZUREML_SWEEP_x"',
        params={"x": text},
        inputs=(Input("data", "uri_folder", str(data)),),
    )
    assert (end.outcome, lab.log()) == (Outcome.COMPLETED, f"{text}here\n{text}")


@pytest.mark.parametrize("name", STRANGE)
def test_the_sweeps_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    lab = LocalLab(tmp_path / name)
    try:
        news, end = lab.run(
            python("""
                from trimtab.trial import report
                report(loss=1)
                open('outputs/model', 'w').write('m')
            """)
        )
        assert (end.reason, reported(news)) == ("", [("loss", 1.0, None)])
        assert (lab.folder / "trials" / "0.1" / "outputs" / "model").read_text() == "m"
    finally:
        lab.close()


def test_outputs_survive_a_script_that_makes_them_anew(lab: LocalLab) -> None:
    lab.run(
        python("""
            import os, shutil
            shutil.rmtree("outputs")
            os.makedirs("outputs")
            open("outputs/model", "w").write("m")
        """)
    )
    lab.run("rm -rf outputs", trial=1)
    assert (lab.folder / "trials" / "0.1" / "outputs" / "model").read_text() == "m"
    assert list((lab.folder / "trials" / "1.1" / "outputs").iterdir()) == []


def test_concurrent_trials_share_the_cores(lab: LocalLab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.endswith("_THREADS")]:
        monkeypatch.delenv(name)
    lab.run("echo $OMP_NUM_THREADS $OMP_WAIT_POLICY")
    share = max(1, len(os.sched_getaffinity(0)) // lab.compute.capacity)
    assert lab.log() == f"{share} PASSIVE\n"
