"""What trials do wrong, and what they are told about it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compute.local_lab import LocalLab, noted, python, reported
from trimtab.compute.local import LocalCompute
from trimtab.model.facts import Ended, Noted, Outcome, Reported, Started, Tagged
from trimtab.model.launch import Input
from trimtab.runtime.process import ProcessRuntime
from trimtab.testing.compute import ends, follow, the_end
from trimtab.testing.runtime import alive

pytestmark = pytest.mark.real


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LocalLab]:
    lab = LocalLab(tmp_path / "sweep")
    yield lab
    lab.close()


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
