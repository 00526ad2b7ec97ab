"""Policies: what differs is said, and unknown ones are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.migration.samples import DOCUMENT, config, from_json, from_python, sweep, tree
from trimtab.errors import InputError


def document(name: object, **properties: Any) -> dict[str, Any]:
    return {**DOCUMENT, "policy_config": {"name": name, "properties": properties}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "HyperbandPolicy(1)",
            "found the policy 'HyperbandPolicy', which HyperDrive does not have; did you mean "
            "'BanditPolicy'? known: BanditPolicy, MedianStoppingPolicy, "
            "TruncationSelectionPolicy, NoTerminationPolicy",
        ),
        ("BanditPolicies(1)", ""),
        ("MedianPolicy()", "did you mean 'MedianStoppingPolicy'?"),
        ("hd.Hyperband()", "found the policy 'Hyperband'"),
        ("BanditPolicy(slack=1)", "BanditPolicy has no argument 'slack'"),
        ("BanditPolicy()", "Bandit lacks slack_factor or slack_amount"),
        ("BanditPolicy(1, 0.1, 0.2)", "both slack_factor and slack_amount; keep one"),
        ("BanditPolicy(1.5, 0.1)", "evaluation_interval is 1.5, expected a whole number"),
        ("BanditPolicy(1, 'x')", "slack_factor is 'x', expected a number"),
        ("TruncationSelectionPolicy()", "lacks truncation_percentage"),
    ],
)
def test_unknown_and_impossible_policies_are_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    written = config("import azureml.train.hyperdrive as hd", policy=text)
    if not said:  # something of the user's own, of which nothing is known
        assert tree(from_python(tmp_path, written))["early_termination"] is None
        return
    with pytest.raises(InputError) as caught:
        from_python(tmp_path, written)
    assert said in str(caught.value)
    assert f"{tmp_path / 'submit.py'}:" in str(caught.value)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (document("Hyperband"), "policy_config: found the policy 'Hyperband', which HyperDrive"),
        (document("bandits", slack_factor=1), "did you mean 'Bandit'?"),
        (document(None), "found the policy None"),
        (document("Bandit", slack=1), "Bandit has no property 'slack'"),
        ({**DOCUMENT, "policy_config": 3}, "policy_config: found no mapping"),
        ({**DOCUMENT, "policy_config": "{"}, "policy_config: found a text that is no JSON"),
    ],
)
def test_unknown_policies_in_json_too(tmp_path: Path, policy: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(tmp_path, policy)
    assert said in str(caught.value)


def test_arguments_of_a_policy_by_position(tmp_path: Path) -> None:
    made = from_python(tmp_path, config(policy="BanditPolicy(2, None, 0.5, 4)"))
    assert tree(made)["early_termination"] == {
        "type": "bandit",
        "evaluation_interval": 2,
        "slack_amount": 0.5,
        "delay_evaluation": 4,
    }


@pytest.mark.parametrize("policy", ["None", "NoTerminationPolicy()", None])
def test_no_policy_is_no_key(tmp_path: Path, policy: str | None) -> None:
    assert sweep(from_python(tmp_path, config(policy=policy))).early_termination is None


def test_a_slack_of_zero_is_left_to_fill_in(tmp_path: Path) -> None:
    made = from_python(tmp_path, config(policy="BanditPolicy(slack_amount=0)"))
    [place] = made.places
    assert place.startswith("{type: bandit, slack_amount: ...}; a small number above 0")
    kept = from_python(tmp_path, config(policy="BanditPolicy(slack_factor=0, slack_amount=2)"))
    assert tree(kept)["early_termination"] == {"type": "bandit", "slack_amount": 2}


def test_a_setting_that_cannot_be_read_leaves_all_of_the_policy_open(tmp_path: Path) -> None:
    made = from_python(tmp_path, config(policy="MedianStoppingPolicy(2, delay_evaluation=args.d)"))
    assert tree(made)["early_termination"] is None
    [place] = made.places
    said = "{type: median_stopping, evaluation_interval: 2, delay_evaluation: ...}; args.d in "
    assert place.startswith(said)


def test_ended_runs_that_were_not_compared_are_told(tmp_path: Path) -> None:
    name, share = "TruncationSelection", {"truncation_percentage": 20}
    plain = from_json(tmp_path, document(name, **share, exclude_finished_jobs=False))
    other = from_json(tmp_path, document(name, **share, exclude_finished_jobs=True))
    assert [note for note in other.notes if note not in plain.notes] == [
        "exclude_finished_jobs has no equivalent: runs that have ended are compared, too."
    ]
    assert sweep(plain).early_termination == sweep(other).early_termination


def test_a_policy_with_bayesian_sampling_is_told(tmp_path: Path) -> None:
    made = from_python(
        tmp_path,
        config(
            hyperparameter_sampling='BayesianParameterSampling({"a": uniform(0, 1)})',
            policy="MedianStoppingPolicy()",
        ),
    )
    assert any("no policy with Bayesian sampling" in note for note in made.notes)
    assert sweep(made).early_termination is not None
