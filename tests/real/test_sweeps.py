"""Whole sweeps on this machine: what users do right, and what they do wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.sweeps import REPORT, conductor, facts_of, kill, make, run
from trimtab.creation import create_sweep
from trimtab.errors import InputError, SweepBusyError
from trimtab.finishing import choose, create_refit
from trimtab.home import open_home
from trimtab.model.facts import Noted, Outcome, Proposed, Started, SweepOutcome
from trimtab.model.state import TrialStatus
from trimtab.reading import read_state
from trimtab.running import resume
from trimtab.spec import load_command, parse_text
from trimtab.testing.audit import audit

pytestmark = pytest.mark.real


def test_a_sweep_runs_to_its_best_trial(tmp_path: Path) -> None:
    home, folder = make(tmp_path, f"{REPORT}\necho done > outputs/model.txt")
    state = run(home, folder).state
    assert state.ended is SweepOutcome.COMPLETED
    assert audit(facts_of(folder)) == []
    best = choose(folder)
    assert best.value == max(float(str(trial.params["x"])) for trial in state.trials.values())
    assert (best.folder / "outputs" / "model.txt").read_text() == "done\n"
    assert read_state(folder) == state


def test_the_same_file_and_seed_propose_the_same(tmp_path: Path) -> None:
    proposals = []
    for place in ("one", "two"):
        home, folder = make(tmp_path / place, REPORT)
        run(home, folder)
        bodies = [fact.body for fact in facts_of(folder)]
        proposals.append([body.params for body in bodies if isinstance(body, Proposed)])
    assert proposals[0] == proposals[1]
    assert len(proposals[0]) == 4


STRANGE = ["sp ace", "quote'\"", "ünï–code", "new\nline", "$HOME;`touch x`&", "-rf", "per%cent#"]


@pytest.mark.parametrize("name", STRANGE)
def test_paths_may_have_any_name(tmp_path: Path, name: str) -> None:
    data = tmp_path / name / "work" / name
    data.mkdir(parents=True)
    (data / "in.txt").write_text("content")
    more = "inputs:\n  data: {type: uri_folder, path: " + repr_yaml(name) + "}\noutputs:\n  out:\n"
    command = "cat ${{inputs.data}}/in.txt > ${{outputs.out}}/copy.txt && " + REPORT
    home, folder = make(tmp_path / name, command, total=1, more=more)
    state = run(home, folder).state
    assert state.ended is SweepOutcome.COMPLETED, state.trials[0].reason
    out = folder.attempt(0, 1) / "named-outputs" / "out"
    assert (out / "copy.txt").read_text() == "content"


def repr_yaml(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"./{quoted}"'


def failing(tmp_path: Path, command: str) -> str:
    home, folder = make(tmp_path, command, total=1)
    state = run(home, folder).state
    assert state.ended is SweepOutcome.FAILED
    assert state.trials[0].status is TrialStatus.FAILED
    return state.trials[0].reason


def test_a_script_that_fails_at_import_shows_its_own_traceback(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "train.py").write_text("import nothing_of_that_name\n")
    reason = failing(tmp_path, "python train.py --x ${{search_space.x}}")
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in reason
    assert "std_log.txt" in reason


def test_a_missing_script_is_said_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train\.py"):
        make(tmp_path, "python train.py --x ${{search_space.x}}")


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    reason = failing(tmp_path, "no-such-program ${{search_space.x}}")
    assert "no-such-program" in reason


def test_a_script_that_prints_and_logs_nothing_is_told_apart(tmp_path: Path) -> None:
    home, folder = make(tmp_path, "true ${{search_space.x}}", total=2)
    state = run(home, folder).state
    assert state.ended is SweepOutcome.FAILED
    assert "No trial logged the primary metric 'score'" in state.end_reason
    notes = [note.text for note in state.notes if note.code == "primary-metric-missing"]
    assert len(notes) == 1
    assert "it logged nothing" in notes[0]


def test_nan_and_text_as_the_metric(tmp_path: Path) -> None:
    wire = '> "$TRIMTAB_WIRE"'
    command = (
        f"""printf '{{"metrics":{{"score":NaN}}}}\\n' {wire}\n"""
        f"""printf '{{"metrics":{{"score":"high"}}}}\\n' {wire}\n{REPORT}"""
    )
    home, folder = make(tmp_path, command, total=2)
    state = run(home, folder).state
    assert state.ended is SweepOutcome.COMPLETED
    codes = {note.code for note in state.notes}
    assert "metric-not-finite" in codes
    texts = [note.text for note in state.notes if "'high'" in note.text]
    assert texts


def test_two_conductors_on_one_sweep(tmp_path: Path) -> None:
    home, folder = make(tmp_path, f"{REPORT}\nsleep 30", total=1)
    other = conductor(home, folder)
    try:
        while not any(isinstance(fact.body, Started) for fact in facts_of(folder)):
            assert other.poll() is None
        with pytest.raises(SweepBusyError, match=str(other.pid)):
            run(home, folder)
    finally:
        kill(other)
    state = read_state(folder)
    assert state.trials[0].attempt == 1


def test_a_finished_sweep_has_nothing_to_resume(tmp_path: Path) -> None:
    home, folder = make(tmp_path, REPORT, total=1)
    run(home, folder)
    with pytest.raises(InputError, match="nothing to resume"):
        resume(home, folder)


def test_a_refit_runs_the_best_parameters_with_other_inputs(tmp_path: Path) -> None:
    more = "inputs: {trees: 100}\n"
    command = "echo ${{inputs.trees}} ${{search_space.x}} > outputs/told\n" + REPORT
    home, folder = make(tmp_path, command, more=more)
    run(home, folder)
    again = create_refit(home, folder, overrides=["inputs.trees=800"])
    for idle in ("search_space.x.max_value=9", "properties.trimtab.stopper=asha"):
        with pytest.raises(InputError, match="changes nothing"):
            create_refit(home, folder, overrides=[idle])
    state = run(home, again).state
    best = choose(folder)
    assert state.ended is SweepOutcome.COMPLETED
    assert state.parent == folder.sweep
    assert state.trials[0].params == best.trial.params
    told = (choose(again).folder / "outputs" / "told").read_text()
    assert told == f"800 {best.trial.params['x']}\n"
    assert again.sweep == f"{folder.sweep}-refit-1"


def test_trial_timeout_and_what_the_trial_left(tmp_path: Path) -> None:
    home, folder = make(
        tmp_path, f"{REPORT}\nsleep 60", total=1, more="properties: {trimtab.seed: '1'}\n"
    )

    text = (folder.path / "sweep.json").read_text()
    job = parse_text(text, str(tmp_path / "work" / "s.yml"), ["limits.trial_timeout=1"])
    state = run(home, create_sweep(job, home)).state
    assert state.trials[0].outcome is Outcome.TIMED_OUT
    assert state.best_value(0) is not None


def test_what_is_not_used_here_is_noted_in_the_facts(tmp_path: Path) -> None:
    _, folder = make(tmp_path, REPORT, more="compute: azureml:gpu\n")
    notes = [fact.body for fact in facts_of(folder) if isinstance(fact.body, Noted)]
    assert any("azureml:gpu" in note.text for note in notes)


def test_a_command_job_is_a_sweep_of_one_trial(tmp_path: Path) -> None:
    (tmp_path / "job.yml").write_text(
        "type: command\ncommand: echo ${{inputs.word}} > outputs/told\n"
        "environment: azureml:any:1\ninputs: {word: hello}\n"
    )
    home = open_home(tmp_path / "home")
    folder = create_sweep(load_command(tmp_path / "job.yml"), home)
    assert run(home, folder).state.ended is SweepOutcome.COMPLETED
    assert (choose(folder).folder / "outputs" / "told").read_text() == "hello\n"
    with pytest.raises(InputError, match="nothing to refit"):
        create_refit(home, folder)
