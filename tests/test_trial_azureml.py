"""The stand-in for ``azureml.core`` that trials find on their path."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from trimtab import wire
from trimtab.compute.environment import SHIMS

pytestmark = pytest.mark.real


def run(
    folder: Path,
    script: str,
    path: tuple[Path, ...] = (),
    variables: Mapping[str, str] | None = None,
) -> tuple[subprocess.CompletedProcess[str], list[wire.Message]]:
    """Runs a script as a trial would run it; what it printed and sent."""
    fifo = folder / "wire"
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo)
    descriptor = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, (SHIMS, *path))),
        "TRIMTAB_WIRE": str(fifo),
        "AZUREML_RUN_ID": "sweep_7",
        **(variables or {}),
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    try:
        lines = os.read(descriptor, 1 << 16).splitlines()
    except BlockingIOError:
        lines = []
    os.close(descriptor)
    return done, [wire.decode(line) for line in lines]


def test_a_script_of_that_time_runs_unchanged(tmp_path: Path) -> None:
    done, messages = run(
        tmp_path,
        """
        import azureml.core, numpy
        from azureml.core import Run
        from azureml.core.run import Run as Same
        print("SDK version:", azureml.core.VERSION)
        run = Run.get_context()
        callback = run.log
        for epoch in range(3):
            callback("gain@3", numpy.float64(epoch) / 2)
            Run.get_context().log("loss", numpy.float32(0.5))
        run.log("best", "epoch 2")
        run.complete()
        print(run.id, run.number, run, Same is Run)
        """,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "SDK version: 1.0.0+trimtab",
        "sweep_7 7 Run(Id: sweep_7) True",
    ]
    series = [message.metrics["gain@3"] for message in messages if "gain@3" in message.metrics]
    assert series == [0.0, 0.5, 1.0]
    assert len([message for message in messages if "loss" in message.metrics]) == 3
    assert messages[-2].tags == {"best": "epoch 2"}
    assert "no number, kept as a tag" in messages[-1].note


def test_lists_rows_tables_and_children_become_series(tmp_path: Path) -> None:
    done, messages = run(
        tmp_path,
        """
        from azureml.core import Run
        with Run.get_context() as run:
            run.log_list("l", [1, 2])
            run.log_row("r", x=1, y=2)
            run.log_table("t", {"x": [1, 2], "y": 3})
            with run.child_run("fold") as child:
                child.log("loss", 1)
            run.child_run().log("loss", 2)
            run.tag("a"); run.set_tags({"b": 1}); run.add_properties({"c": "x"})
            run.flush()
        """,
    )
    assert done.stderr == ""
    logged = [item for message in messages for item in message.metrics.items()]
    assert logged == [
        ("l", 1), ("l", 2), ("r/x", 1), ("r/y", 2), ("t/x", 1), ("t/x", 2), ("t/y", 3),
        ("fold/loss", 1), ("child_1/loss", 2),
    ]  # fmt: skip
    tags = [item for message in messages for item in message.tags.items()]
    assert tags == [("a", ""), ("b", "1"), ("c", "x")]


def test_uploads_land_in_the_outputs_and_nowhere_else(tmp_path: Path) -> None:
    done, _ = run(
        tmp_path,
        """
        import io, os
        from azureml.core import Run
        run = Run.get_context()
        os.makedirs("made/deep"); open("made/deep/a", "w").write("a"); open("b", "w").write("b")
        run.upload_file("model.txt", "b")
        run.upload_file("outputs/model2.txt", io.BytesIO(b"b2"))
        run.upload_file("outputs/model.txt", "outputs/model.txt")
        run.upload_files(["x/one", "two"], ["b", "b"])
        run.upload_folder("tree", "made")
        run.log_image("curve", path="b")
        class Plot:
            def savefig(self, path): open(path, "w").write("png")
        run.log_image("plot", plot=Plot())
        for name in ("../out", "/tmp/out", "a/../../out", ""):
            try:
                run.upload_file(name, "b")
            except ValueError as error:
                print(error)
        """,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 4
    outputs = tmp_path / "outputs"
    files = {str(path.relative_to(outputs)) for path in outputs.rglob("*") if path.is_file()}
    expected = {"model.txt", "model2.txt", "x/one", "two", "tree/deep/a", "curve", "plot.png"}
    assert files == expected
    assert (outputs / "model.txt").read_text() == "b"


@pytest.mark.parametrize("call", ["run.fail('too bad')", "run.cancel()"])
def test_a_run_that_was_failed_fails_the_trial(tmp_path: Path, call: str) -> None:
    script = f"from azureml.core import Run\nrun = Run.get_context()\n{call}\nprint('goes on')"
    done, messages = run(tmp_path, script)
    assert (done.returncode, done.stdout) == (1, "goes on\n")
    assert messages[0].note in done.stderr


def test_an_error_inside_the_run_is_the_scripts_own(tmp_path: Path) -> None:
    script = """
    from azureml.core import Run
    with Run.get_context() as run:
        raise ValueError("inside")
    """
    done, messages = run(tmp_path, script)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ValueError: inside"
    assert messages[0].note == "The script failed its run: ValueError('inside')"


def test_outside_of_a_sweep_a_script_still_runs(tmp_path: Path) -> None:
    script = """
    from azureml.core import Run
    run = Run.get_context()
    run.log("loss", 1)
    print(run.id.startswith("OfflineRun_"), run.id == Run.get_context().id)
    try:
        Run.get_context(allow_offline=False)
    except RuntimeError as error:
        print(error)
    """
    environment = {"PYTHONPATH": str(SHIMS)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "True True",
        "The script does not run as a trial, and allow_offline is False.",
    ]


def test_what_is_not_here_is_named(tmp_path: Path) -> None:
    done, _ = run(tmp_path, "from azureml.core import Workspace, Run")
    assert "azureml.core.Workspace is not here" in done.stderr.splitlines()[-1]
    done, _ = run(tmp_path, "from azureml.core import Run; Run.get_context().get_metrics()")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("AttributeError: azureml.core.Run.get_metrics is not part of Trimtab's")
    assert "log_table" in last


def real_package(site: Path, init: str, name: str, content: str) -> Path:
    """A package ``azureml.<name>`` in a folder of its own, as pip would put it there."""
    (site / "azureml" / name).mkdir(parents=True)
    (site / "azureml" / "__init__.py").write_text(init)
    (site / "azureml" / name / "__init__.py").write_text(content)
    return site


@pytest.mark.parametrize(
    "init",
    ["__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n", ""],
    ids=["pkgutil", "plain"],
)
def test_the_real_package_wins_wherever_it_is(tmp_path: Path, init: str) -> None:
    site = real_package(tmp_path / "site", init, "core", "VERSION = 'real'\nclass Run: ...\n")
    script = "import azureml.core; print(azureml.core.VERSION, azureml.core.Run.__module__)"
    done, _ = run(tmp_path, script, (site,))
    assert (done.stdout, done.stderr) == ("real azureml.core\n", "")


def test_other_real_azureml_packages_stay_beside_the_stand_in(tmp_path: Path) -> None:
    site = real_package(tmp_path / "site", "", "mlflow", "WORD = 'real'\n")
    script = "import azureml.mlflow, azureml.core; print(azureml.mlflow.WORD, azureml.core.VERSION)"
    done, _ = run(tmp_path, script, (site,))
    assert (done.stdout, done.stderr) == ("real 1.0.0+trimtab\n", "")
