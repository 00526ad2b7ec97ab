"""``early_termination``: HyperDrive's policies as a sweep file's."""

from __future__ import annotations

from collections.abc import Mapping

from trimtab.errors import InputError
from trimtab.migration.hyperdrive import (
    BANDIT,
    BAYESIAN,
    MEDIAN,
    TRUNCATION,
    HyperDrive,
    Policy,
    Unread,
    is_number,
)
from trimtab.migration.layout import Open, open_places

_POLICY_TYPES = {
    BANDIT: "bandit",
    MEDIAN: "median_stopping",
    TRUNCATION: "truncation_selection",
}


def early_termination(config: HyperDrive, notes: list[str]) -> dict[str, object]:
    """The key with its value, or nothing where no policy was asked for. Raises InputError."""
    policy = config.policy
    if policy is None:
        return {}
    if isinstance(policy, Unread):
        return {"early_termination": Open(f"the policy; {policy}")}
    settings = dict(policy.settings)
    if settings.pop("exclude_finished_jobs", None):
        notes.append(
            "exclude_finished_jobs has no equivalent: runs that have ended are compared, too."
        )
    given = {key: value for key, value in settings.items() if value is not None}
    if policy.kind == BANDIT:
        given = _slack(policy, given)
    elif policy.kind == TRUNCATION and "truncation_percentage" not in given:
        raise InputError(f"{policy.place}: TruncationSelection lacks truncation_percentage")
    if config.sampling == BAYESIAN:
        notes.append("HyperDrive took no policy with Bayesian sampling; here both go together.")
    tree: dict[str, object] = {"type": _POLICY_TYPES[policy.kind]}
    for key, value in given.items():
        tree[key] = _setting(policy, key, value)
    if places := open_places(tree):
        # An empty setting would be read as its default, so the whole key is left open.
        known = {key: "..." if isinstance(value, Open) else value for key, value in tree.items()}
        shown = ", ".join(f"{key}: {value}" for key, value in known.items())
        return {"early_termination": Open(f"{{{shown}}}; {places[0].what}")}
    return {"early_termination": tree}


def _slack(policy: Policy, given: Mapping[str, object]) -> dict[str, object]:
    slacks = [key for key in ("slack_factor", "slack_amount") if key in given]
    if len(slacks) == 2 and given["slack_factor"] and given["slack_amount"]:
        raise InputError(
            f"{policy.place}: Bandit has both slack_factor and slack_amount; keep one of them"
        )
    if not slacks:
        raise InputError(f"{policy.place}: Bandit lacks slack_factor or slack_amount")
    kept = next((key for key in slacks if given[key] != 0), "")
    found = {key: value for key, value in given.items() if key not in slacks or key == kept}
    if not kept:
        found[slacks[0]] = Open(
            "a small number above 0; it was 0 (stop all that is worse), which a sweep file "
            "reads as absent"
        )
    return found


def _setting(policy: Policy, key: str, value: object) -> object:
    if isinstance(value, Unread):
        return Open(str(value))
    whole = not key.startswith("slack")
    if isinstance(value, Open) or (is_number(value) and (isinstance(value, int) or not whole)):
        return value
    expected = "a whole number" if whole else "a number"
    raise InputError(f"{policy.place}: {key} is {value!r}, expected {expected}")
