"""The command of a trial: fixed arguments, searched ones, data, and what is left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.samples import config, from_python, sweep, tree
from trimtab.migration.command import parameter_names
from trimtab.spec.lint import lint


def command(folder: Path, arguments: str, space: str = '{"--lr": uniform(0, 1)}') -> str:
    text = config(
        run_config=f"ScriptRunConfig('src', 'train.py', {arguments})",
        hyperparameter_sampling=f"RandomParameterSampling({space})",
    )
    return str(tree(from_python(folder, text))["trial"]["command"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("None", ""),
        ("[]", ""),
        ("['--epochs', 3]", "--epochs 3 "),
        ("['--name', 'a b', '--x', \"it's\"]", """--name 'a b' --x 'it'"'"'s' """),
        ("['--cost', '$HOME']", "--cost '$HOME' "),
        ("['--lr', 0.1, '--epochs', 3]", "--epochs 3 "),
        ("['--epochs', 3, '--lr', -1]", "--epochs 3 "),
        ("['--lr=0.1', '--epochs', 3]", "--epochs 3 "),
        ("['--lr', '--epochs', 3]", "--epochs 3 "),
        ("['--lr-decay', 3]", "--lr-decay 3 "),
        ("'--epochs 3 --fast'", "--epochs 3 --fast "),
    ],
)
def test_fixed_arguments_come_first_and_are_quoted(
    tmp_path: Path, arguments: str, words: str
) -> None:
    found = command(tmp_path, arguments)
    assert found == f"python train.py {words}--lr ${{{{search_space.lr}}}}"


def test_names_become_keys_and_flags_stay(tmp_path: Path) -> None:
    space = '{"--learning-rate": uniform(0, 1), "batch_size": choice(1), "-k": choice(2)}'
    assert command(tmp_path, "None", space) == (
        "python train.py --learning-rate ${{search_space.learning_rate}} "
        "--batch_size ${{search_space.batch_size}} -k ${{search_space.k}}"
    )


def test_names_that_would_meet_stay_apart() -> None:
    names = parameter_names(["--a-b", "a_b", "a.b", "1st", "--", "ü"])
    assert list(names.values()) == ["a_b", "a_b_2", "a_b_3", "p_1st", "parameter", "_"]


def test_names_that_change_are_told(tmp_path: Path) -> None:
    space = '{"opt.lr": choice(1), "-a": choice(1), "--b-c": choice(1)}'
    text = config(hyperparameter_sampling=f"GridParameterSampling({space})")
    [note] = [note for note in from_python(tmp_path, text).notes if "is called" in note]
    assert note.startswith("The parameter opt.lr is called opt_lr here")


def test_a_command_in_place_of_a_script(tmp_path: Path) -> None:
    for given in ("['python', 'run.py', '--n', 3]", "'python run.py --n 3'"):
        text = config(run_config=f"ScriptRunConfig('src', command={given})")
        found = tree(from_python(tmp_path, text))["trial"]["command"]
        assert found == "python run.py --n 3 --lr ${{search_space.lr}}"


def test_a_dataset_becomes_an_input(tmp_path: Path) -> None:
    before = "faq = Dataset.get_by_name(ws, 'faq', version=2)"
    arguments = "['--data', faq.as_named_input('train').as_download()]"
    text = config(before, run_config=f"ScriptRunConfig('src', 'train.py', {arguments})")
    job = sweep(from_python(tmp_path, text))
    assert "--data ${{inputs.train}} " in job.trial.command
    assert job.document["inputs"]["train"] == {
        "type": "uri_folder",
        "mode": "download",
        "path": "azureml:faq:2",
    }
    assert not [one for one in lint(job) if one.code == "undefined-placeholder"]


def test_data_of_unknown_place_is_an_input_without_a_path(tmp_path: Path) -> None:
    arguments = "['--data-folder', store.path('x').as_mount()]"
    text = config(run_config=f"ScriptRunConfig('src', 'train.py', {arguments})")
    made = from_python(tmp_path, text)
    assert tree(made)["inputs"]["data_folder"]["path"] is None
    assert made.places[0].startswith("where its data is; store.path('x').as_mount() in ")


def test_arguments_that_cannot_be_read_become_inputs(tmp_path: Path) -> None:
    arguments = "['--epochs', args.epochs, args.rest, '--n', args.n]"
    text = config(run_config=f"ScriptRunConfig('src', 'train.py', {arguments})")
    made = from_python(tmp_path, text)
    assert tree(made)["inputs"] == {"epochs": None, "argument": None, "n": None}
    assert "--epochs ${{inputs.epochs}} ${{inputs.argument}} --n ${{inputs.n}} " in made.text
    unread = config(run_config="ScriptRunConfig('src', 'train.py', make())")
    assert tree(from_python(tmp_path, unread))["inputs"] == {"arguments": None}


@pytest.mark.parametrize(
    "run_config",
    ["ScriptRunConfig('src', name())", "ScriptRunConfig('src')", "make()", None],
)
def test_an_unknown_script_is_left_to_fill_in(tmp_path: Path, run_config: str | None) -> None:
    made = from_python(tmp_path, config(run_config=run_config))
    assert tree(made)["trial"]["command"] is None
    assert made.places[0].startswith("the command")


def test_limits_of_a_trial_and_the_compute(tmp_path: Path) -> None:
    before = """
    try:
        pool = ComputeTarget(workspace=ws, name="pool")
    except Exception:
        pool = ComputeTarget.create(ws, "pool", None)
    """
    for target in ("pool", '"pool"', 'ws.compute_targets["pool"]', 'AmlCompute(ws, "pool")'):
        text = config(
            before,
            run_config=(
                f"ScriptRunConfig('src', 'train.py', compute_target={target}, "
                "max_run_duration_seconds=600)"
            ),
        )
        job = sweep(from_python(tmp_path, text))
        assert job.compute == "azureml:pool"
        assert job.limits.trial_timeout == 600


def test_a_compute_that_cannot_be_read_is_left_out_with_a_note(tmp_path: Path) -> None:
    text = config(run_config="ScriptRunConfig('src', 'train.py', compute_target=find())")
    made = from_python(tmp_path, text)
    assert sweep(made).compute is None
    assert any(note.startswith("compute is left out") for note in made.notes)


def test_settings_after_the_fact_are_followed_or_told(tmp_path: Path) -> None:
    before = """
    src = ScriptRunConfig("src", "train.py")
    src.run_config.target = "pool"
    src.run_config.environment = Environment.get(ws, "later", 5)
    src.run_config.node_count = 2
    """
    made = from_python(tmp_path, config(before, run_config="src"))
    job = sweep(made)
    assert (job.compute, job.trial.environment) == ("azureml:pool", "azureml:later:5")
    [note] = [note for note in made.notes if "node_count" in note]
    assert "not carried over" in note


def test_distributed_runs_and_containers_are_told(tmp_path: Path) -> None:
    text = config(
        run_config=(
            "ScriptRunConfig('src', 'train.py', distributed_job_config=MpiConfiguration(), "
            "docker_runtime_config=DockerConfiguration(use_docker=True))"
        )
    )
    notes = from_python(tmp_path, text).notes
    assert any("distributed_job_config" in note and "trial.distribution" in note for note in notes)
    assert any("docker_runtime_config" in note for note in notes)
