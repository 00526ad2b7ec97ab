from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from trimtab.compute.local import LocalCompute
from trimtab.model.facts import Ended, News, Noted, Outcome, Reported, Started, Tagged
from trimtab.model.launch import Input, Launch, Output, Work, attempt_key
from trimtab.ports import Compute
from trimtab.runtime.process import ProcessRuntime
from trimtab.testing.compute import Behaviour, ComputeContract, Lab, ends, follow, the_end
from trimtab.testing.runtime import STRANGE, alive

pytestmark = pytest.mark.real


QUIET = Behaviour()


class LocalLab:
    """A local compute with two slots. ``restart`` forgets the old one, as ``kill -9`` would."""

    def __init__(self, folder: Path, grace: float = 0.3) -> None:
        self.folder = folder
        self.grace = grace
        self._runtimes: list[ProcessRuntime] = []
        self.compute: LocalCompute = self._new()

    def _new(self) -> LocalCompute:
        self._runtimes.append(ProcessRuntime())
        return LocalCompute(self._runtimes[-1], 2, self.folder / "cache", self.grace)

    def launch(
        self,
        trial: int,
        behaviour: Behaviour = QUIET,
        attempt: int = 1,
        timeout: float | None = None,
    ) -> Launch:
        lines = ["trap '' TERM"] if behaviour.stubborn else []
        for name, value, step in behaviour.reports:
            line = json.dumps({"metrics": {name: value}, "step": step})
            lines.append(f'echo {shlex.quote(line)} > "$TRIMTAB_WIRE"')
        lines.append("while :; do sleep 0.05; done" if behaviour.holds else "true")
        lines.append(f"exit {behaviour.exit_code}")
        return self.of("\n".join(lines), trial, attempt, timeout)

    def of(
        self,
        command: str,
        trial: int = 0,
        attempt: int = 1,
        timeout: float | None = None,
        **work: Any,
    ) -> Launch:
        """A launch of a shell command; ``work`` goes to ``Work``."""
        params = work.pop("params", {})
        return Launch(
            attempt_key("sweep", trial, attempt),
            "sweep",
            trial,
            attempt,
            params,
            Work(command, **work),
            self.folder / "trials" / f"{trial}.{attempt}",
            timeout,
        )

    def run(self, command: str, **options: Any) -> tuple[list[News], Ended]:
        """Runs one trial to its end."""
        launch = self.of(command, **options)
        self.compute.submit(launch)
        news = follow(self.compute, ends(1))
        return news, the_end(news, launch.trial)

    def log(self, trial: int = 0) -> str:
        path = self.folder / "trials" / f"{trial}.1" / "user_logs" / "std_log.txt"
        return path.read_text(errors="replace")

    def restart(self) -> Compute:
        self.compute = self._new()
        return self.compute

    def close(self) -> None:
        self.compute.close()
        for runtime in self._runtimes:
            runtime.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LocalLab]:
    lab = LocalLab(tmp_path / "sweep")
    yield lab
    lab.close()


class TestLocalCompute(ComputeContract):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Iterator[Lab]:
        lab = LocalLab(tmp_path / "sweep")
        yield lab
        lab.close()


def python(code: str) -> str:
    """A command that runs Python code."""
    return f"python -c {shlex.quote(textwrap.dedent(code))}"


def noted(news: Sequence[News]) -> list[tuple[str, str]]:
    return [(one.code, one.text) for one in news if isinstance(one, Noted)]


def reported(news: Sequence[News]) -> list[tuple[str, float, int | None]]:
    return [(one.name, one.value, one.step) for one in news if isinstance(one, Reported)]


# What a trial sees


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


# What a trial may do wrong


def test_a_missing_script_is_named(lab: LocalLab) -> None:
    _, end = lab.run("python train.py")
    assert (end.outcome, end.exit_code) == (Outcome.FAILED, 2)
    assert "can't open file" in end.reason
    assert "std_log.txt" in end.reason


def test_an_unknown_command_is_named(lab: LocalLab) -> None:
    _, end = lab.run("trane --fast")
    assert end.exit_code == 127
    assert end.reason.startswith("exit code 127: a command of the trial was not found")
    assert "trane" in end.reason


def test_the_reason_is_the_scripts_own_traceback(lab: LocalLab) -> None:
    _, end = lab.run(python("print('begin')\nimport nothing_of_this_name"))
    head, *rest = end.reason.splitlines()
    assert head == "exit code 1: ModuleNotFoundError: No module named 'nothing_of_this_name'"
    assert rest[0] == "Traceback (most recent call last):"
    assert "begin" not in end.reason
    assert rest[-1] == f"log: {lab.folder / 'trials' / '0.1' / 'user_logs' / 'std_log.txt'}"


def test_a_silent_failure_says_so(lab: LocalLab) -> None:
    _, end = lab.run("exit 9")
    assert end.reason.splitlines()[:2] == ["exit code 9", "It printed nothing."]


def test_a_killed_trial_names_the_signal(lab: LocalLab) -> None:
    _, end = lab.run("kill -9 $$")
    assert (end.outcome, end.signal) == (Outcome.FAILED, signal.SIGKILL)
    assert end.reason.startswith("killed by SIGKILL (out of memory?)")


def test_what_cannot_be_prepared_fails_with_a_sentence(lab: LocalLab, tmp_path: Path) -> None:
    missing = Input("data", "uri_folder", str(tmp_path / "no"))
    news, end = lab.run("true", inputs=(missing,))
    assert news == [end]
    assert end.outcome is Outcome.FAILED
    assert end.reason == f"Input 'data': There is no file or folder {tmp_path / 'no'}."
    _, end = lab.run("true ${{inputs.no}}", trial=1)
    assert "${{inputs.no}}, which is not defined" in end.reason
    _, end = lab.run("true", trial=2, environment_variables={"A": "nul\0"})
    assert "null byte" in end.reason


def test_odd_metrics_are_passed_on_or_noted_once(lab: LocalLab) -> None:
    news, end = lab.run(
        r"""
        for line in '{"metrics":{"loss":NaN}}' '{"metrics":{"loss":"low"}}' 'not json' \
            '{"metrics":{"loss":1}}' '{"metrics":{"loss":true}}' ''
        do echo "$line" > "$TRIMTAB_WIRE"; done
        """
    )
    assert end.outcome is Outcome.COMPLETED
    assert [value for _, value, _ in reported(news)] == [
        pytest.approx(float("nan"), nan_ok=True),
        1,
    ]
    [first, count] = noted(news)
    assert first == (
        "wire",
        "A report could not be read: Metric 'loss' is 'low'; a metric is a number.",
    )
    assert count[1].startswith("3 lines")


def test_lines_without_end_do_not_fill_the_memory(lab: LocalLab) -> None:
    news, end = lab.run(
        'head -c 3000000 /dev/zero > "$TRIMTAB_WIRE"; echo > "$TRIMTAB_WIRE";'
        """echo '{"metrics":{"loss":1}}' > "$TRIMTAB_WIRE"; printf '{"met' > "$TRIMTAB_WIRE" """
    )
    assert (end.outcome, reported(news)) == (Outcome.COMPLETED, [("loss", 1.0, None)])
    assert [code for code, _ in noted(news)] == ["wire", "wire"]


def test_ten_thousand_reports_arrive_whole_and_in_order(lab: LocalLab) -> None:
    news, _ = lab.run(
        python("""
            from trimtab.trial import report
            for step in range(10_000):
                report(step=step, loss=step / 2)
        """)
    )
    assert reported(news) == [("loss", step / 2, step) for step in range(10_000)]


def test_parameters_tags_and_notes_arrive(lab: LocalLab) -> None:
    news, _ = lab.run(
        """echo '{"params":{"a":"1"},"tags":{"b":"2"},"note":"hello"}' > "$TRIMTAB_WIRE" """
    )
    assert news[1:-1] == [
        Tagged(0, 1, "a", "1", role="param"),
        Tagged(0, 1, "b", "2"),
        Noted("note", "hello", 0),
    ]


def test_a_trial_that_wrecks_its_own_folder_is_survived(lab: LocalLab) -> None:
    _, end = lab.run('cd /; rm -rf "$TRIMTAB_ATTEMPT_FOLDER"; exit 3')
    assert (end.outcome, end.exit_code) == (Outcome.FAILED, 3)
    _, end = lab.run(
        "cd ..; rm user_logs/std_log.txt; mkfifo user_logs/std_log.txt; exit 3", trial=1
    )
    assert (end.outcome, end.exit_code) == (Outcome.FAILED, 3)
    _, end = lab.run("true", trial=2)
    assert end.outcome is Outcome.COMPLETED


def test_a_long_log_is_cut_in_its_middle_while_the_trial_runs(tmp_path: Path) -> None:
    lab = LocalLab(tmp_path)
    compute = LocalCompute(ProcessRuntime(), 1, tmp_path, log_limit=1_000_000)
    compute.submit(
        lab.of("echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo; sleep 1.2; echo last")
    )
    news = follow(compute, ends(1))
    compute.close()
    lab.close()
    [note] = noted(news)
    assert note[0] == "log"
    text = lab.log()
    assert text.startswith("first\n")
    assert text.endswith("x\nlast\n")
    assert "bytes of this log were dropped here" in text
    assert len(text) < 1_000_000


def test_a_timeout_ends_the_whole_group(lab: LocalLab) -> None:
    _, end = lab.run("sleep 60 & echo $!; trap '' TERM; while :; do sleep 0.05; done", timeout=0.2)
    assert end.outcome is Outcome.TIMED_OUT
    assert end.reason.startswith(
        "It ran longer than its limit of 0.2 s, and was killed 0.3 s later"
    )
    assert not alive(int(lab.log().split()[0]))


def test_a_trial_asked_to_end_may_save_first(lab: LocalLab) -> None:
    launch = lab.of(
        """
        trap 'echo saved > outputs/checkpoint; exit 0' TERM
        echo '{"note":"up"}' > $TRIMTAB_WIRE
        while :; do sleep 0.02; done
        """
    )
    lab.compute.submit(launch)
    news = follow(lab.compute, lambda told: bool(noted(told)))
    lab.compute.cancel(launch.key)
    follow(lab.compute, ends(1), news)
    assert the_end(news, 0).outcome is Outcome.CANCELED
    assert (launch.folder / "outputs" / "checkpoint").read_text() == "saved\n"


def test_children_that_leave_the_group_end_with_the_trial(lab: LocalLab) -> None:
    _, end = lab.run("setsid sleep 60 & echo $!; (setsid sh -c 'sleep 60 & echo $!') ; sleep 0.05")
    assert end.outcome is Outcome.COMPLETED
    assert not any(alive(int(pid)) for pid in lab.log().split())


def test_the_wires_last_words_come_before_the_end(lab: LocalLab) -> None:
    for trial in range(10):
        news, _ = lab.run("""echo '{"metrics":{"loss":1}}' > "$TRIMTAB_WIRE" """, trial=trial)
        assert [type(one) for one in news] == [Started, Reported, Ended]


# The compute itself


def test_wake_ends_a_poll(lab: LocalLab) -> None:
    timer = threading.Timer(0.05, lab.compute.wake)
    timer.start()
    begin = time.monotonic()
    assert list(lab.compute.poll(30.0)) == []
    assert time.monotonic() - begin < 10.0
    timer.join()


def test_a_cancel_while_preparing_ends_at_once(lab: LocalLab, tmp_path: Path) -> None:
    launch = lab.of("true")
    lab.compute.submit(launch)
    lab.compute.cancel(launch.key)
    assert list(lab.compute.poll(0.0)) == [Ended(0, 1, Outcome.CANCELED)]
    _, end = lab.run("true", trial=1)
    assert end.outcome is Outcome.COMPLETED


def test_slots_are_given_back_and_named(lab: LocalLab) -> None:
    for trial in range(2 * lab.compute.capacity + 1):
        lab.compute.submit(lab.of("true", trial=trial))
    news = follow(lab.compute, ends(2 * lab.compute.capacity + 1))
    nodes = {one.node for one in news if isinstance(one, Started)}
    assert nodes <= {f"local-{number}" for number in range(1, lab.compute.capacity + 1)}


def test_restart_ends_what_the_last_conductor_left(lab: LocalLab) -> None:
    lab.compute.submit(lab.of("trap '' TERM; echo $$; sleep 60; true"))
    follow(
        lab.compute,
        lambda _: (lab.folder / "trials/0.1/user_logs/std_log.txt").exists() and "\n" in lab.log(),
    )
    pid = int(lab.log())
    assert alive(pid)
    lab.restart().attach([lab.of("true", trial=1)])
    assert not alive(pid)
