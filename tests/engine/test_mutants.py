"""Schedulers that are wrong on purpose: the audit, or the run itself, must notice each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.play import Theatre, Threshold, plan
from trimtab.compute.simulated import Script
from trimtab.errors import TrimtabError
from trimtab.model.facts import Ended, Fact, SweepOutcome
from trimtab.model.launch import Launch
from trimtab.model.orders import End, Order, Propose, Stop, Submit
from trimtab.ports import Sampler, Stopper
from trimtab.scheduler import Scheduler
from trimtab.testing.audit import audit

Change = Callable[[list[Order], Scheduler], list[Order]]


def mutant(change: Change) -> Callable[[Sampler, Stopper | None, int], Scheduler]:
    class Mutant(Scheduler):
        def orders(self, now: float) -> list[Order]:
            return change(super().orders(now), self)

    return Mutant


def play(launch: Launch) -> Script:
    value = 0.9 if launch.trial % 2 else 0.1
    return Script(9.0, tuple((float(n), "score", value, n) for n in range(1, 6)))


def skip_a_stop(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    if any(isinstance(one, Stop) for one in orders):
        scheduler._due.clear()
        return []
    return orders


def stop_nothing_wrong(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    return orders


def launch_twice(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    return [twin for one in orders for twin in ([one, one] if isinstance(one, Submit) else [one])]


def skip_an_attempt_number(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    return [
        Submit(one.trial, one.attempt + 1) if isinstance(one, Submit) else one for one in orders
    ]


def exceed_the_limit(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    state = scheduler.state
    if not orders and len(state.open) == 2 and len(state.trials) < 6:
        return [Propose(len(state.trials), {})]
    waiting = [Submit(index, 1) for index in state.waiting]
    return orders or list(waiting)


def end_too_early(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    over = scheduler.state.ended is not None
    return orders if over else orders or [End(SweepOutcome.COMPLETED, "")]


def propose_too_few(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    if len(scheduler.state.trials) >= 4 and any(isinstance(one, Propose) for one in orders):
        return [] if scheduler.state.open else [End(SweepOutcome.COMPLETED, "")]
    return orders


def propose_twice(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    return [Propose(0, one.params) if isinstance(one, Propose) else one for one in orders]


def run_again_what_had_finished(orders: list[Order], scheduler: Scheduler) -> list[Order]:
    state = scheduler.state
    if len(state.finished) == 1 and not state.trials[state.finished[0]].status.open:
        trial = state.trials[state.finished[0]]
        if trial.attempt == 1:
            return [Submit(trial.index, 2)]
    return orders


class LosesAnEnd(Scheduler):
    def apply(self, fact: Fact) -> None:
        if isinstance(fact.body, Ended) and fact.body.trial == 1:
            self.state.seq += 1
            return
        super().apply(fact)


@pytest.mark.parametrize(
    "change",
    [
        skip_a_stop,
        launch_twice,
        skip_an_attempt_number,
        exceed_the_limit,
        end_too_early,
        propose_too_few,
        propose_twice,
        run_again_what_had_finished,
    ],
)
def test_a_wrong_decision_is_noticed(change: Change) -> None:
    theatre = Theatre(plan(total=6), play, stopper=Threshold(), make=mutant(change))
    assert noticed(theatre)


def test_a_lost_end_is_noticed() -> None:
    assert noticed(Theatre(plan(total=6), play, stopper=Threshold(), make=LosesAnEnd))


def test_no_change_goes_unnoticed() -> None:
    change = mutant(stop_nothing_wrong)
    assert not noticed(Theatre(plan(total=6), play, stopper=Threshold(), make=change))


def noticed(theatre: Theatre) -> bool:
    try:
        theatre.run()
    except (TrimtabError, KeyError):
        return True
    return bool(audit(theatre.facts, Threshold()))
