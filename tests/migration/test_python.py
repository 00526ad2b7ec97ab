"""What of a Python file is understood, without running it, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.samples import IMPORTS, config, from_python, sweep, tree
from trimtab.errors import InputError
from trimtab.space import Choice, LogUniform, Uniform


def parameter(folder: Path, text: str, before: str = "") -> object:
    """The distribution that ``text`` stands for in a search space."""
    made = from_python(
        folder,
        config(before, hyperparameter_sampling=f'RandomParameterSampling({{"p": {text}}})'),
    )
    return sweep(made).space["p"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("choice(1, 2)", (1, 2)),
        ("choice([1, 2])", (1, 2)),
        ("choice((1, 2))", ("[1, 2]",)),
        ("choice(*[(224, 224), (512, 512)])", ("[224, 224]", "[512, 512]")),
        ("choice(list((1, 2)))", (1, 2)),
        ("choice(range(1, 4))", (1, 2, 3)),
        ("choice(list(range(0, 4, 2)))", (0, 2)),
        ("choice('a', 'b' + 'c')", ("a", "bc")),
        ("choice(-1, 2 ** 3, 7 // 2, 1 / 4)", (-1, 8, 3, 0.25)),
        ("choice(*SIZES)", (16, 32)),
        ("choice(SIZES + [64])", (16, 32, 64)),
        ("choice(SIZES[0], int(2.5), str(3), f'x{4}')", (16, 2, "3", "x4")),
        ("hd.choice(1)", (1,)),
        ("pick(1)", (1,)),
        ("pe.choice(1)", (1,)),
        ("azureml.train.hyperdrive.choice(1)", (1,)),
    ],
)
def test_choices_are_understood_however_they_are_written(
    tmp_path: Path, text: str, values: tuple[int | float | str, ...]
) -> None:
    before = """
    import azureml.train.hyperdrive
    import azureml.train.hyperdrive as hd
    from azureml.train.hyperdrive import choice as pick
    from azureml.train.hyperdrive import parameter_expressions as pe
    SIZES = [16, 32]
    """
    assert parameter(tmp_path, text, before) == Choice(values)


def test_truth_values_none_and_lists_become_texts_with_a_note(tmp_path: Path) -> None:
    made = from_python(
        tmp_path,
        config(
            hyperparameter_sampling=(
                'GridParameterSampling({"p": choice(True, False), "q": choice([[1, 2], [3]]), '
                '"r": choice(None, "l2")})'
            )
        ),
    )
    assert dict(sweep(made).space) == {
        "p": Choice(("True", "False")),
        "q": Choice(("[1, 2]", "[3]")),
        "r": Choice(("None", "l2")),
    }
    said = [note.partition(";")[0] for note in made.notes if "choice" in note]
    assert said == [
        "p: a choice cannot hold truth values",
        "q: a choice cannot hold lists",
        "r: a choice cannot hold None",
    ]


def test_a_nested_choice_keeps_its_branches(tmp_path: Path) -> None:
    found = parameter(tmp_path, "choice({'kind': 'svm', 'c': uniform(0, 1)}, 'none')")
    assert isinstance(found, Choice)
    [branch, rest] = found.values
    assert rest == "none"
    assert getattr(branch, "entries", None) == (("kind", "svm"), ("c", Uniform(0, 1)))


def test_logarithms_and_names_are_worked_out(tmp_path: Path) -> None:
    before = "import math\nimport numpy as np\nLOW = math.log(1)\nHIGH: float = 2 * np.log10(100)"
    assert parameter(tmp_path, "loguniform(LOW, HIGH)", before) == LogUniform(0.0, 4.0)
    assert parameter(tmp_path, "loguniform(max_value=2, min_value=1)") == LogUniform(1, 2)


def test_names_inside_functions_and_the_main_guard(tmp_path: Path) -> None:
    text = config(low="0").replace("    low=0,\n", "")
    head, _, call = text.partition("config = ")
    body = "".join(f"    {line}\n" for line in f"total = 7\nconfig = {call}".splitlines())
    body = body.replace("max_total_runs=4", "max_total_runs=total")
    inside = f"{head}total = 3\ndef main(size):\n{body}\nif __name__ == '__main__':\n    main(1)\n"
    assert sweep(from_python(tmp_path, inside)).limits.max_total_trials == 7


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("n = int(input())", "int(input()) in {file}:{line} is known only when it runs"),
        ("n = 1\nif ws:\n    n = 2", "is set in the lines {line} and {line2}"),
        ("for n in range(3):\n    pass", "is known only when it runs"),
        ("n = 1\nn += 1", "is changed in line"),
        ("n = 10 ** 1000000", "is known only when it runs"),
        ("n = sum([1, 2])", "sum([1, 2])"),
        ("n = [1 for _ in 'x'][0]", "is known only when it runs"),
        ("n, m = make()", "is known only when it runs"),
        ("def n():\n    return 3", "is known only when it runs"),
        ("with open('x') as n:\n    pass", "is known only when it runs"),
        ("n = n", "is known only when it runs"),
    ],
)
def test_what_only_running_tells_is_left_to_fill_in(tmp_path: Path, before: str, why: str) -> None:
    text = config(before, max_total_runs="n")
    made = from_python(tmp_path, text)
    [place] = made.places
    line = text.splitlines().index(before.splitlines()[0]) + 1
    wanted = why.format(file=tmp_path / "submit.py", line=line, line2=line + 2)
    assert wanted in place
    assert f"max_total_trials:  # fill in: {place}\n" in made.text
    assert tree(made)["limits"]["max_total_trials"] is None


def test_the_same_value_in_every_branch_is_known(tmp_path: Path) -> None:
    before = "try:\n    n = 3\nexcept Exception:\n    n = 3"
    made = from_python(tmp_path, config(before, max_total_runs="n"))
    assert sweep(made).limits.max_total_trials == 3


def test_a_dictionary_that_is_changed_later_is_not_trusted(tmp_path: Path) -> None:
    before = "space = {'a': choice(1)}\nspace['b'] = choice(2)"
    made = from_python(
        tmp_path, config(before, hyperparameter_sampling="GridParameterSampling(space)")
    )
    [place] = made.places
    assert "space in " in place
    assert "is changed in line" in place


def test_a_parameter_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    made = from_python(
        tmp_path,
        config(
            hyperparameter_sampling=(
                'RandomParameterSampling({"a": uniform(0, args.high), "b": choice(load())})'
            )
        ),
    )
    first, second = made.places
    assert first.startswith("the distribution of a; args.high in ")
    assert second.startswith("the distribution of b; load() in ")
    assert tree(made)["search_space"] == {"a": None, "b": None}


def test_functions_of_the_same_name_from_elsewhere_are_no_distributions(tmp_path: Path) -> None:
    text = config(
        "from random import uniform",
        hyperparameter_sampling='RandomParameterSampling({"a": uniform(0, 1)})',
    )
    [place] = from_python(tmp_path, text).places
    assert "uniform(0, 1)" in place


def test_arguments_by_position_and_spread(tmp_path: Path) -> None:
    before = "limits = {'max_total_runs': 9, 'max_concurrent_runs': 3}"
    text = (
        IMPORTS
        + before
        + (
            "\nHyperDriveConfig(RandomParameterSampling({'a': uniform(0, 1)}), 'loss', "
            "PrimaryMetricGoal.MAXIMIZE, run_config=ScriptRunConfig('.', 'train.py'), **limits)"
        )
    )
    job = sweep(from_python(tmp_path, text))
    assert (job.limits.max_total_trials, job.limits.max_concurrent_trials) == (9, 3)
    assert job.objective.goal == "maximize"


@pytest.mark.parametrize(
    "goal",
    [
        "PrimaryMetricGoal.MAXIMIZE",
        "PrimaryMetricGoal('MAXIMIZE')",
        "PrimaryMetricGoal['MAXIMIZE']",
        "PrimaryMetricGoal.from_str('maximize')",
    ],
)
def test_the_goal_however_it_is_written(tmp_path: Path, goal: str) -> None:
    made = from_python(tmp_path, config(primary_metric_goal=goal))
    assert sweep(made).objective.maximize


def test_the_older_class_takes_its_arguments_in_another_order(tmp_path: Path) -> None:
    text = IMPORTS + (
        "HyperDriveRunConfig(Estimator('src', entry_script='train.py'), "
        "GridParameterSampling({'a': choice(1, 2)}), 'loss', PrimaryMetricGoal.MINIMIZE, 2)"
    )
    job = sweep(from_python(tmp_path, text))
    assert job.trial.command == "python train.py --a ${{search_space.a}}"
    assert job.limits.max_total_trials == 2


def test_the_experiment_and_the_run_id_are_kept(tmp_path: Path) -> None:
    text = config(custom_run_id='"first"') + 'Experiment(ws, "prices").submit(config)\n'
    job = sweep(from_python(tmp_path, text))
    assert (job.experiment_name, job.name) == ("prices", "first")


@pytest.mark.parametrize(
    ("argument", "word"),
    [("resume_from", "warm start"), ("resume_child_runs", "not"), ("debug_flag", "debug_flag")],
)
def test_what_has_no_equivalent_is_said(tmp_path: Path, argument: str, word: str) -> None:
    made = from_python(tmp_path, config(**{argument: "[earlier]"}))
    [note] = [note for note in made.notes if note.startswith(argument)]
    assert word in note
    assert "no equivalent" in note
    assert f"# - {argument}" in made.text
    assert from_python(tmp_path, config(**{argument: "None"})).notes != made.notes


def test_the_step_of_a_pipeline_is_told(tmp_path: Path) -> None:
    text = config() + "step = HyperDriveStep('tune', config, inputs=[data])\n"
    [note] = [note for note in from_python(tmp_path, text).notes if "HyperDriveStep" in note]
    assert "not carried over" in note


def test_paths_from_the_current_folder(tmp_path: Path) -> None:
    before = "import os\nfolder = os.path.join(os.getcwd(), 'src', f'{1}')"
    text = config(before, run_config="ScriptRunConfig(folder, 'train.py')")
    assert sweep(from_python(tmp_path, text)).trial.code == "./src/1"


def test_a_pipeline_is_left_to_fill_in(tmp_path: Path) -> None:
    made = from_python(tmp_path, config(run_config=None, pipeline="steps"))
    assert any("tunes a pipeline" in note for note in made.notes)
    assert tree(made)["trial"]["command"] is None


def test_nothing_is_executed(tmp_path: Path) -> None:
    harm = f"open({str(tmp_path / 'harm')!r}, 'w').write('x')"
    made = from_python(tmp_path, config(f"{harm}\nn = {harm}", max_total_runs="n"))
    assert made.places
    assert not (tmp_path / "harm").exists()


def test_values_that_would_grow_without_end_are_given_up(tmp_path: Path) -> None:
    lines = ["a0 = ['x', 'x']", *(f"a{n} = a{n - 1} + a{n - 1}" for n in range(1, 50))]
    pairs = ["b0 = [1]", *(f"b{n} = [b{n - 1}, b{n - 1}]" for n in range(1, 50))]
    for last, text in (("a49", lines), ("b49", pairs)):
        sampling = f'GridParameterSampling({{"p": choice({last})}})'
        made = from_python(tmp_path, config("\n".join(text), hyperparameter_sampling=sampling))
        assert len(made.places) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found no call of HyperDriveConfig"),
        ("x = 1", "found no call of HyperDriveConfig"),
        ("def f(:\n", "submit.py:1: this is no valid Python 3"),
        ("print 'x'\n", "submit.py:1: this is no valid Python 3"),
        ("x = '\0'", "null byte"),
        (config() + config(), "found 2 HyperDrive configurations"),
        (config(max_total_runs=None), "lacks max_total_runs"),
        (config(primary_metric_goal=None), "lacks primary_metric_goal"),
        (config(primary_metric_goal="PrimaryMetricGoal.UP"), "allowed: PrimaryMetricGoal.MINIMIZE"),
        (config(primary_metric_goal="'up'"), "allowed: minimize, maximize"),
        (
            config(hyperparameter_sampling="SobolParameterSampling({})"),
            "found the sampling 'SobolParameterSampling', which HyperDrive does not have",
        ),
        (config(hyperparameter_sampling="GridParameterSampling({})"), "nothing to tune"),
        (config(hyperparameter_sampling="GridParameterSampling()"), "lacks its parameter_space"),
    ],
)
def test_what_is_no_configuration_is_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        from_python(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uniform(1)", "uniform takes 2 arguments (min_value, max_value), found 1"),
        ("uniform(1, 2, 3)", "takes at most 2 arguments"),
        ("uniform(1, high=2)", "uniform has no argument 'high'"),
        ("uniform('a', 2)", "min_value of uniform must be a finite number, found 'a'"),
        ("uniform(True, 2)", "must be a finite number, found True"),
        ("randint(2.5)", "upper of randint must be a whole number, found 2.5"),
        ("choice()", "choice takes at least one value"),
        ("choice(1e999)", "takes finite numbers"),
        ("hd.triangular(1, 2)", "found the distribution 'triangular'"),
        ("3", "the parameter 'p' is 3, expected one of choice"),
    ],
)
def test_what_is_no_distribution_is_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        parameter(tmp_path, text, "import azureml.train.hyperdrive as hd")
    assert said in str(caught.value)
