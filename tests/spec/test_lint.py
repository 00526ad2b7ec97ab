"""The linter: every code is found where it should be, and a sound file is left alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.files import BASE, changed, make_folder, problems_of, with_yaml
from trimtab.errors import Problem, SweepFileError
from trimtab.spec import load_command, parse_text, sweep_from_document
from trimtab.spec.lint import CODES, LINT, LOAD, lint

LR = "search_space.lr"
GRID = {"sampling_algorithm": "grid"}
NESTED = {
    "lr": {"type": "choice", "values": [{"a": {"type": "uniform", "min_value": 0, "max_value": 1}}]}
}
BAYES = {"sampling_algorithm": "bayesian"}
CHOICE = {"lr": {"type": "choice", "values": [1, 2]}}

# code -> (path, YAML put there in the base file, key of the problem), all in a folder with code.
CASES: dict[str, list[tuple[str, str, str]]] = {
    "missing-search-space": [("search_space", "{}", "search_space")],
    "min-above-max": [
        (LR, "{type: uniform, min_value: 2, max_value: 1}", f"{LR}.min_value"),
        (LR, "{type: qloguniform, min_value: 2, max_value: 1, q: 1}", f"{LR}.min_value"),
        (
            LR,
            "{type: choice, values: [{k: {type: uniform, min_value: 2, max_value: 1}}]}",
            f"{LR}.values[0].k.min_value",
        ),
    ],
    "constant-parameter": [
        (LR, "{type: uniform, min_value: 1, max_value: 1}", LR),
        (LR, "{type: normal, mu: 1, sigma: 0}", LR),
    ],
    "empty-choice": [(LR, "{type: choice}", LR), (LR, "{type: choice, values: []}", LR)],
    "duplicate-choice": [
        (LR, "{type: choice, values: [1, a, 1]}", f"{LR}.values[2]"),
        (LR, "{type: choice, values: [{a: 1}, {a: 1}]}", f"{LR}.values[1]"),
    ],
    "randint-upper": [(LR, "{type: randint, upper: 0}", f"{LR}.upper")],
    "q-not-positive": [
        (LR, "{type: quniform, min_value: 0, max_value: 1, q: 0}", f"{LR}.q"),
        (LR, "{type: qnormal, mu: 0, sigma: 1, q: -1}", f"{LR}.q"),
    ],
    "no-multiple-of-q": [
        (LR, "{type: quniform, min_value: 0.2, max_value: 0.8, q: 1}", f"{LR}.q"),
        (LR, "{type: qloguniform, min_value: 0, max_value: 1, q: 5}", f"{LR}.q"),
    ],
    "q-bounds": [(LR, "{type: quniform, min_value: 1, max_value: 10, q: 4}", LR)],
    "negative-sigma": [(LR, "{type: normal, mu: 0, sigma: -1}", f"{LR}.sigma")],
    "exponent-overflow": [
        (LR, "{type: loguniform, min_value: 1, max_value: 1000}", f"{LR}.max_value"),
        (LR, "{type: lognormal, mu: 1000, sigma: 1}", f"{LR}.mu"),
    ],
    "exponents-look-like-range": [
        (LR, "{type: loguniform, min_value: 0.0001, max_value: 0.1}", LR)
    ],
    "distribution-as-constants": [
        (LR, "{type: choice, values: [{type: uniform, min_value: 0}]}", f"{LR}.values[0]")
    ],
    "nested-numeric-text": [(LR, "{type: choice, values: [{a: '1'}]}", f"{LR}.values[0].a")],
    "flat-name-collision": [
        (
            "search_space",
            "{lr: {type: choice, values: [{k: 1}, {k: 2}]}, lr_k: {type: randint, upper: 2}}",
            "search_space.lr",
        )
    ],
    "sobol-differs": [
        ("sampling_algorithm", "{type: random, rule: sobol}", "sampling_algorithm.rule")
    ],
    "logbase": [
        ("sampling_algorithm", "{type: random, logbase: 10}", "sampling_algorithm.logbase")
    ],
    "bandit-slack": [
        ("early_termination", "{type: bandit}", "early_termination"),
        ("early_termination", "{type: bandit, slack_factor: 0}", "early_termination"),
        (
            "early_termination",
            "{type: bandit, slack_factor: 1, slack_amount: 1}",
            "early_termination",
        ),
    ],
    "negative-slack": [
        (
            "early_termination",
            "{type: bandit, slack_amount: -1}",
            "early_termination.slack_amount",
        )
    ],
    "bandit-factor-sign": [
        ("early_termination", "{type: bandit, slack_factor: 0.1}", "early_termination.slack_factor")
    ],
    "truncation-percentage": [
        (
            "early_termination",
            f"{{type: truncation_selection, truncation_percentage: {percentage}}}",
            "early_termination.truncation_percentage",
        )
        for percentage in (0, 100, -5)
    ],
    "negative-interval": [
        (
            "early_termination",
            f"{{type: median_stopping, {key}: -1}}",
            f"early_termination.{key}",
        )
        for key in ("evaluation_interval", "delay_evaluation")
    ],
    "two-stoppers": [
        (
            "properties",
            "{trimtab.stopper: asha}, early_termination: {type: median_stopping}",
            "properties.trimtab.stopper",
        )
    ],
    "stopper-setting": [
        (
            "properties",
            "{trimtab.stopper: asha, trimtab.stopper.lower: '1'}",
            "properties.trimtab.stopper.lower",
        ),
        (
            "properties",
            "{trimtab.stopper.lower: '1', trimtab.stopper.upper: '2'}",
            "properties.trimtab.stopper.lower",
        ),
        (
            "properties",
            "{trimtab.stopper: none, trimtab.stopper.brackets: '1'}",
            "properties.trimtab.stopper.brackets",
        ),
    ],
    "stopper-incomplete": [
        ("properties", "{trimtab.stopper: patience}", "properties.trimtab.stopper"),
        ("properties", "{trimtab.stopper: threshold}", "properties.trimtab.stopper"),
    ],
    "thresholds-crossed": [
        (
            "properties",
            "{trimtab.stopper: threshold, trimtab.stopper.lower: '2', trimtab.stopper.upper: '1'}",
            "properties.trimtab.stopper.lower",
        )
    ],
    "no-rung": [
        (
            "properties",
            "{trimtab.stopper: asha, trimtab.stopper.max_reports: '1'}",
            "properties.trimtab.stopper.max_reports",
        ),
        (
            "properties",
            "{trimtab.stopper: hyperband, trimtab.stopper.min_reports: '9', "
            "trimtab.stopper.max_reports: '5'}",
            "properties.trimtab.stopper.max_reports",
        ),
    ],
    "stopper-without-sweep": [],
    "trial-count": [
        ("limits.max_total_trials", "0", "limits.max_total_trials"),
        ("limits.max_concurrent_trials", "0", "limits.max_concurrent_trials"),
    ],
    "many-trials": [("limits.max_total_trials", "1001", "limits.max_total_trials")],
    "concurrent-above-total": [
        ("limits.max_concurrent_trials", "5", "limits.max_concurrent_trials")
    ],
    "timeout-not-positive": [
        ("limits.timeout", "0", "limits.timeout"),
        ("limits.trial_timeout", "-1", "limits.trial_timeout"),
    ],
    "short-timeout": [("limits.timeout", "59", "limits.timeout")],
    "trial-timeout-above-timeout": [
        ("limits", "{max_total_trials: 4, timeout: 70, trial_timeout: 80}", "limits.trial_timeout")
    ],
    "empty-metric": [
        ("objective", "{primary_metric: '', goal: minimize}", "objective.primary_metric")
    ],
    "metric-not-in-code": [
        ("objective", "{primary_metric: lose, goal: minimize}", "objective.primary_metric")
    ],
    "empty-command": [("trial.command", "' '", "trial.command")],
    "undefined-placeholder": [
        ("trial.command", "'f ${{search_space.lr}} ${{inputs.x}}'", "trial.command"),
        ("trial.command", "'f ${{search_space.lr}} ${{outputs.x}}'", "trial.command"),
        ("trial.command", "'f ${{search_space.lr}} ${{ search_space.l }}'", "trial.command"),
    ],
    "unknown-placeholder": [
        ("trial.command", "'f ${{search_space.lr}} ${{parent.x}}'", "trial.command")
    ],
    "optional-block": [("trial.command", "'f $[[ ${{search_space.lr}} ]]'", "trial.command")],
    "unsafe-placeholder": [("trial.command", "'f `g ${{search_space.lr}}`'", "trial.command")],
    "unused-parameter": [("trial.command", "python train.py", LR)],
    "unused-input": [("inputs.x", "3", "inputs.x")],
    "unused-output": [("outputs.x", "{}", "outputs.x")],
    "missing-path": [
        ("trial.code", "./nope", "trial.code"),
        ("inputs.x", "{type: uri_file, path: data.csv}", "inputs.x.path"),
        ("inputs.x", "{type: uri_file, path: 'file:data.csv'}", "inputs.x.path"),
        (
            "trial.environment",
            "{image: i, conda_file: nope.yml}",
            "trial.environment.conda_file",
        ),
        ("trial.environment", "{build: {path: nope}}", "trial.environment.build.path"),
    ],
    "missing-script": [
        ("trial.command", "'python trian.py ${{search_space.lr}}'", "trial.command"),
        ("trial.command", "'A=1 && python3 -u sub/train.py ${{search_space.lr}}'", "trial.command"),
    ],
    "input-without-path": [("inputs.x", "{}", "inputs.x"), ("inputs.x", "{path: ''}", "inputs.x")],
    "environment-source": [
        ("trial.environment", text, "trial.environment")
        for text in (
            "{}",
            "{conda_file: {a: b}}",
            "{image: i, build: {path: src}}",
            "{build: {path: src}, conda_file: {a: b}}",
        )
    ],
    "shm-size": [
        ("trial.resources.shm_size", text, "trial.resources.shm_size")
        for text in ("bad", "0g", "1.5g", "512mb", "'10'")
    ],
    "instance-count": [("resources.instance_count", "0", "resources.instance_count")],
    "service-type": [("services.s", "{type: JupyterLab}", "services.s")],
    "msi-resource-id": [
        ("identity", "{type: managed, msi_resource_id: m}", "identity.msi_resource_id")
    ],
    "old-placeholder": [("trial.command", "'f {search_space.lr}'", "trial.command")],
    "truncated-number": [("limits.max_total_trials", "4.5", "limits.max_total_trials")],
    "zero-interval": [
        (
            "early_termination",
            "{type: median_stopping, evaluation_interval: 0}",
            "early_termination.evaluation_interval",
        )
    ],
    "no-sampling-algorithm": [],
    "grid-needs-choice": [],
    "grid-size": [],
    "bayesian-distribution": [],
    "bayesian-choice": [],
    "bayesian-few-trials": [],
    "bayesian-concurrency": [],
    "bayesian-early-termination": [],
    "sampler-space": [],
    "sampler-instead": [],
}


def codes(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.key) for problem in problems]


@pytest.mark.parametrize("code", [code for code, cases in CASES.items() if cases])
def test_each_code_is_found_at_its_key(code: str, tmp_path: Path) -> None:
    file = make_folder(tmp_path)
    for path, text, key in CASES[code]:
        data = with_yaml(path, text)
        found = [p for p in lint(parse_text(data, str(file))) if p.code == code]
        assert codes(found) == [(code, key)], text
        assert found[0].line >= 1
        assert found[0].file == str(file)
        assert found[0].severity in ("error", "note")
        if code != "unused-parameter":
            assert found[0].severity == CODES[code].severity


@pytest.mark.parametrize(
    ("code", "changes", "key"),
    [
        ("grid-needs-choice", GRID, LR),
        ("grid-size", {**GRID, "search_space": CHOICE}, "limits.max_total_trials"),
        (
            "grid-size",
            {**GRID, "search_space": CHOICE, "limits": {"max_total_trials": 1}},
            "limits.max_total_trials",
        ),
        (
            "bayesian-distribution",
            {**BAYES, "search_space": {"lr": {"type": "normal", "mu": 0, "sigma": 1}}},
            LR,
        ),
        (
            "bayesian-choice",
            {**BAYES, "search_space": {"lr": {"type": "choice", "values": [1, "a"]}}},
            LR,
        ),
        ("bayesian-few-trials", BAYES, "limits.max_total_trials"),
        (
            "bayesian-concurrency",
            {**BAYES, "limits": {"max_total_trials": 99, "max_concurrent_trials": 21}},
            "limits.max_concurrent_trials",
        ),
        (
            "bayesian-early-termination",
            {**BAYES, "early_termination": {"type": "median_stopping"}},
            "early_termination",
        ),
        ("sampler-space", {"properties": {"trimtab.sampler": "cmaes"}}, "search_space"),
        (
            "sampler-space",
            {"properties": {"trimtab.sampler": "cmaes"}, "search_space": CHOICE},
            LR,
        ),
        (
            "sampler-space",
            {"properties": {"trimtab.sampler": "gp"}, "search_space": NESTED},
            LR,
        ),
        (
            "sampler-instead",
            {"properties": {"trimtab.sampler": "tpe"}},
            "properties.trimtab.sampler",
        ),
    ],
)
def test_codes_that_need_two_keys(
    code: str, changes: dict[str, object], key: str, tmp_path: Path
) -> None:
    job = parse_text(json.dumps({**BASE, **changes}), str(make_folder(tmp_path)))
    assert (code, key) in codes(lint(job))


@pytest.mark.parametrize("word", ["tpe", "qmc", "auto"])
def test_samplers_that_take_any_space_raise_no_error(word: str, tmp_path: Path) -> None:
    changes = {"properties": {"trimtab.sampler": word}, "search_space": NESTED}
    job = parse_text(json.dumps({**BASE, **changes}), str(make_folder(tmp_path)))
    assert [p.code for p in lint(job)] == ["sampler-instead"]


def test_azures_word_for_model_based_sampling_is_not_overridden(tmp_path: Path) -> None:
    changes = {**BAYES, "properties": {"trimtab.sampler": "gp"}}
    job = parse_text(json.dumps({**BASE, **changes}), str(make_folder(tmp_path)))
    assert "sampler-instead" not in [p.code for p in lint(job)]


def test_an_absent_sampling_algorithm_is_noted(tmp_path: Path) -> None:
    data = {key: value for key, value in BASE.items() if key != "sampling_algorithm"}
    job = parse_text(json.dumps(data), str(make_folder(tmp_path)))
    assert codes(lint(job)) == [("no-sampling-algorithm", "sampling_algorithm")]


def test_every_code_has_a_test() -> None:
    loading = {"yaml-syntax", "duplicate-key", "unknown-key", "missing-key", "wrong-value"}
    loading |= {"missing-file", "override"}
    assert set(CASES) | loading == set(CODES)
    assert set(LOAD) | set(LINT) == set(CODES)
    assert not set(LOAD) & set(LINT)


def test_loading_codes_are_used() -> None:
    assert [p.code for p in problems_of("type: [")] == ["yaml-syntax"]
    assert {p.code for p in problems_of("type: sweep")} == {"missing-key"}
    for path, text, code in (
        ("foo", "1", "unknown-key"),
        ("limits.max_total_trials", "x", "wrong-value"),
        ("tags", "{a: b, a: c}", "duplicate-key"),
        ("trial.environment", "file:nope.yml", "missing-file"),
    ):
        assert [p.code for p in problems_of(with_yaml(path, text))] == [code]
    with pytest.raises(SweepFileError) as caught:
        parse_text(json.dumps(BASE), overrides=["x"])
    assert [p.code for p in caught.value.problems] == ["override"]


def test_a_sound_file_is_left_alone(tmp_path: Path) -> None:
    assert lint(parse_text(json.dumps(BASE), str(make_folder(tmp_path)))) == ()


def test_problems_come_in_file_order(tmp_path: Path) -> None:
    data = changed("limits", {"max_total_trials": 0, "timeout": 5})
    data["inputs"] = {"x": 1}
    data["objective"]["primary_metric"] = "lose"
    problems = lint(parse_text(json.dumps(data, indent=1), str(make_folder(tmp_path))))
    assert [p.line for p in problems] == sorted(p.line for p in problems)
    assert len({p.line for p in problems}) == 4


def test_a_job_from_facts_is_linted_without_places(tmp_path: Path) -> None:
    document = parse_text(with_yaml(LR, "{type: randint, upper: 0}")).document
    make_folder(tmp_path)
    (problem,) = lint(sweep_from_document(document, tmp_path))
    assert (problem.code, problem.key, problem.line) == ("randint-upper", f"{LR}.upper", 0)


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30)
kinds = st.sampled_from(["uniform", "quniform", "loguniform", "qloguniform"])


@settings(max_examples=60)
@given(kinds, numbers, numbers, numbers, st.sampled_from(["e", "0.5", "1e300", "10"]))
def test_no_number_upsets_the_linter(
    kind: str, low: float, high: float, q: float, base: str
) -> None:
    keys = {"type": kind, "min_value": low, "max_value": high}
    data = changed(LR, keys | ({"q": q} if kind[0] == "q" else {}))
    data["sampling_algorithm"] = {"type": "random", "logbase": base}
    problems = lint(parse_text(json.dumps(data)))
    assert all(problem.code in LINT for problem in problems)


@pytest.mark.parametrize(
    ("script", "command", "severity"),
    [
        ("log_metric('loss')", "python train.py", "error"),
        ("log_metric('loss'); os.environ['AZUREML_SWEEP_lr']", "python train.py", None),
        ("log_metric('loss'); os.environ['AZUREML_SWEEP_' + n]", "python train.py", "note"),
        ("log_metric('loss')", "python train.py $AZUREML_SWEEP_lr", None),
        ("from trimtab import trial\nreport(loss=f(**trial.params()))", "python train.py", None),
        ("log_metric('loss', f(params()))", "python train.py", "error"),
        ("log_metric('loss'); os.environ['AZUREML_SWEEP_lr2']", "python train.py", "note"),
    ],
)
def test_unused_parameters_weigh_as_much_as_is_known(
    script: str, command: str, severity: str | None, tmp_path: Path
) -> None:
    file = make_folder(tmp_path)
    (tmp_path / "src" / "train.py").write_text(script)
    found = lint(parse_text(json.dumps(changed("trial.command", command)), str(file)))
    assert [p.severity for p in found] == ([severity] if severity else [])


def test_code_that_lies_elsewhere_is_given_the_benefit_of_doubt() -> None:
    data = changed("trial.code", "git+https://example.org/x")
    data["trial"]["command"] = "python other.py"
    found = lint(parse_text(json.dumps(data)))
    assert [(p.code, p.severity) for p in found] == [("unused-parameter", "note")]


@pytest.mark.parametrize(
    "command",
    [
        "python train.py",
        "python -u ./train.py",
        "cd sub && python other.py",
        "python /opt/other.py",
        "python $MAIN.py",
        "python -m package.module",
        "python -c 'import x'",
        "torchrun other.py",
        "./run.sh other.py",
    ],
)
def test_scripts_that_may_be_there_are_not_missed(command: str, tmp_path: Path) -> None:
    data = changed("trial.command", f"{command} ${{{{search_space.lr}}}}")
    assert lint(parse_text(json.dumps(data), str(make_folder(tmp_path)))) == ()


def test_a_script_without_code_is_missed(tmp_path: Path) -> None:
    data = changed("trial.command", "python train.py ${{search_space.lr}}")
    del data["trial"]["code"]
    found = lint(parse_text(json.dumps(data), str(tmp_path / "sweep.yml")))
    assert [p.code for p in found] == ["missing-script"]
    assert "no code folder" in found[0].message


@pytest.mark.parametrize(
    ("path", "text", "code", "said"),
    [
        ("trial.command", "'python trian.py ${{search_space.lr}}'", "missing-script", "'train.py'"),
        ("objective.primary_metric", "los", "metric-not-in-code", "did you mean 'loss'?"),
        (
            "trial.command",
            "'f ${{search_space.l}} ${{search_space.lr}}'",
            "undefined-placeholder",
            "did you mean 'lr'? search_space of the file: lr",
        ),
        (
            "trial.command",
            "'f ${{inputs.lr}} ${{search_space.lr}}'",
            "undefined-placeholder",
            "write ${{search_space.lr}}. inputs of the file: none",
        ),
        (
            LR,
            "{type: loguniform, min_value: 0.0001, max_value: 0.1}",
            "exponents-look-like-range",
            "write min_value: -9.21, max_value: -2.303",
        ),
    ],
)
def test_messages_help(path: str, text: str, code: str, said: str, tmp_path: Path) -> None:
    found = lint(parse_text(with_yaml(path, text), str(make_folder(tmp_path))))
    assert [said in p.message for p in found if p.code == code] == [True]


@pytest.mark.parametrize("script", ["mlflow.autolog()", "print('nothing logged here')"])
def test_a_metric_is_not_missed_where_its_name_need_not_be_written(
    script: str, tmp_path: Path
) -> None:
    file = make_folder(tmp_path)
    (tmp_path / "src" / "train.py").write_text(script)
    data = changed("objective.primary_metric", "training_score")
    assert lint(parse_text(json.dumps(data), str(file))) == ()


def test_command_jobs_are_linted_too(tmp_path: Path) -> None:
    file = make_folder(tmp_path).with_name("job.yml")
    file.write_text(
        json.dumps(
            {
                "command": "python train.py ${{inputs.y}} ${{search_space.lr}}",
                "code": "./nope",
                "environment": "azureml:e:1",
                "inputs": {"x": 1},
                "resources": {"shm_size": "big"},
            }
        )
    )
    assert codes(lint(load_command(file))) == [
        ("undefined-placeholder", "command"),
        ("undefined-placeholder", "command"),
        ("missing-path", "code"),
        ("shm-size", "resources.shm_size"),
    ]


OWN = "trimtab.stopper"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {OWN: "asha", f"{OWN}.reports": "3"},
            "asha has no such setting; did you mean 'trimtab.stopper.min_reports'? Allowed with "
            "it: trimtab.stopper.min_reports, trimtab.stopper.reduction_factor, "
            "trimtab.stopper.max_reports",
        ),
        (
            {OWN: "none", f"{OWN}.lower": "3"},
            "none has no such setting. Allowed with it: none at all",
        ),
        (
            {f"{OWN}.lower": "3"},
            "a setting of no stopper: name one in trimtab.stopper; allowed: asha, hyperband, "
            "patience, threshold, none",
        ),
    ],
)
def test_a_setting_of_another_stopper_is_told_apart(
    given: dict[str, str], message: str, tmp_path: Path
) -> None:
    job = parse_text(json.dumps(changed("properties", given)), str(make_folder(tmp_path)))
    assert [problem.message for problem in lint(job)] == [message]


@pytest.mark.parametrize(
    "given",
    [
        {OWN: "none"},
        {OWN: "asha"},
        {OWN: "ASHA", f"{OWN}.min_reports": "2", f"{OWN}.max_reports": "3"},
        {OWN: "hyperband", f"{OWN}.brackets": "4", f"{OWN}.reduction_factor": "2"},
        {OWN: "patience", f"{OWN}.reports": "4", f"{OWN}.min_delta": "1e-3"},
        {OWN: "threshold", f"{OWN}.upper": "-4.5", f"{OWN}.delay_evaluation": "0"},
        {OWN: "threshold", f"{OWN}.upper": "1", f"{OWN}.lower": "1"},
    ],
)
def test_a_sound_stopper_is_left_alone(given: dict[str, str], tmp_path: Path) -> None:
    job = parse_text(json.dumps(changed("properties", given)), str(make_folder(tmp_path)))
    assert lint(job) == ()


def test_a_command_has_nothing_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(
        "type: command\ncommand: 'true'\nenvironment: azureml:e:1\n"
        "properties: {trimtab.stopper: asha}\n"
    )
    found = [problem for problem in lint(load_command(file)) if problem.severity == "error"]
    assert codes(found) == [("stopper-without-sweep", "properties.trimtab.stopper")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {f"{OWN}.min_report": "3"},
            "unknown key 'trimtab.stopper.min_report'; did you mean 'trimtab.stopper.min_reports'?",
        ),
        (
            {OWN: "hyperbande"},
            "found 'hyperbande', expected asha, hyperband, patience, threshold, none; "
            "did you mean 'hyperband'?",
        ),
        (
            {OWN: "bandit"},
            "found 'bandit', expected asha, hyperband, patience, threshold, none; "
            "bandit is written under early_termination",
        ),
        ({f"{OWN}.reduction_factor": "1"}, "found '1', expected a whole number of 2 or more"),
        ({f"{OWN}.brackets": "11"}, "found '11', expected a whole number from 1 to 10 in quotes"),
        ({f"{OWN}.lower": "nan"}, "found 'nan', expected a finite number in quotes"),
        ({f"{OWN}.min_delta": "-1"}, "found '-1', expected a number of 0 or more in quotes"),
    ],
)
def test_a_wrong_stopper_is_refused_while_loading(given: dict[str, str], message: str) -> None:
    [problem] = problems_of(json.dumps(changed("properties", given)))
    assert message in problem.message
    assert problem.key.startswith("properties.trimtab.stopper")
