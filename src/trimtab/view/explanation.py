"""Why trials were stopped or kept, as tables for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from trimtab.model.state import SweepState, Trial, TrialStatus
from trimtab.ports import Verdict
from trimtab.stoppers.common import number, numbers
from trimtab.stoppers.replay import Account, Entry, Replay
from trimtab.view import text
from trimtab.view.tables import columns


def sweep_page(told: Replay) -> Iterator[str]:
    """The stopper, and each trial with what was decided about it and why."""
    state = told.state
    yield policy(state)
    if not state.trials:
        return
    yield ""
    rows = [("trial", "status", "reports", _metric(state), "decision")]
    for trial in state.trials.values():
        value = state.best_value(trial.index)
        rows.append(
            (
                str(trial.index),
                str(trial.status),
                str(len(state.curves[trial.index].values)),
                "-" if value is None else text.number(value),
                decision(told, trial),
            )
        )
    yield from columns(rows)


def trial_page(told: Replay, trial: Trial) -> Iterator[str]:
    """Every report of a trial, what it was compared with, and what followed."""
    state = told.state
    yield f"Trial {trial.index} of {state.sweep}: {trial.status}"
    yield f"  {decision(told, trial)}"
    yield policy(state)
    if not told.entries:
        return
    yield ""
    head = ("attempt", "report", _metric(state), "judged", "bound", "verdict", "compared with")
    rows = [head, *(_row(told, entry) for entry in told.entries)]
    again = any(entry.attempt > 1 for entry in told.entries)
    yield from columns(rows if again else [row[1:] for row in rows])


def decision(told: Replay, trial: Trial) -> str:
    """Why a trial was stopped or kept, in a line."""
    account = told.accounts.get(trial.index)
    stop = trial.stopping or (account.due if account else "")
    if stop:
        reason = text.first_line(stop, 2000)
        if trial.status is TrialStatus.STOPPED:
            return f"stopped: {reason}"
        if trial.status.ended:
            return f"{trial.status} before it was stopped: {reason}"
        return f"about to be stopped: {reason}"
    if told.stopper is None:
        return "kept: there is no stopper"
    if account is None:
        return f"not judged: it has not reported {_metric(told.state)}"
    if account.closest is not None:
        return f"kept; closest call: {account.closest.sentence}"
    if account.last is None:
        return "kept; never judged: it was being ended when it reported"
    return f"kept; never judged, at report {account.last.report} because {account.last.compared}"


def policy(state: SweepState) -> str:
    """The stopper with its settings."""
    given = dict(state.the_plan().stopper)
    kind = given.pop("type", "none")
    settings = ", ".join(
        f"{key} {number(value) if isinstance(value, float) else text.clean(str(value))}"
        for key, value in given.items()
    )
    return f"Stopper: {text.clean(str(kind))}{f' ({settings})' if settings else ''}"


def sweep_data(told: Replay) -> dict[str, Any]:
    """The sweep with its stopper and an object for each trial."""
    state = told.state
    return {
        "sweep": state.sweep,
        "stopper": dict(state.the_plan().stopper),
        "trials": [trial_data(told, trial) for trial in state.trials.values()],
    }


def trial_data(told: Replay, trial: Trial) -> dict[str, Any]:
    """What was decided about a trial and why."""
    account = told.accounts.get(trial.index, Account())
    return {
        "trial": trial.index,
        "status": str(trial.status),
        "value": told.state.best_value(trial.index),
        "reports": len(told.state.curves[trial.index].values),
        "judged": account.judged,
        "decision": decision(told, trial),
        "stop": trial.stopping or None,
        "closest": _verdict_data(account.closest),
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    """A report; ``verdict`` is null where the stopper was not asked."""
    verdict = _verdict_data(entry.verdict)
    return {
        "attempt": entry.attempt,
        "report": entry.report,
        "value": entry.value,
        "verdict": verdict,
    }


def _verdict_data(verdict: Verdict | None) -> Mapping[str, Any] | None:
    return None if verdict is None else asdict(verdict)


def _row(told: Replay, entry: Entry) -> tuple[str, ...]:
    begin = (str(entry.attempt), str(entry.report), text.number(entry.value))
    verdict = entry.verdict
    if verdict is None:
        why = "it was being ended" if told.stopper else "there is no stopper"
        return (*begin, "-", "-", "-", why)
    if verdict.bound is None:
        return (*begin, "-", "-", "-", verdict.compared)
    judged, bound = numbers(verdict.value, verdict.bound)
    return (*begin, judged, bound, "stop" if verdict.stop else "keep", verdict.compared)


def _metric(state: SweepState) -> str:
    objective = state.the_plan().objective
    return text.clean(objective.metric) if objective else "value"
