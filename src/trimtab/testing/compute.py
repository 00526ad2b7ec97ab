"""The contract of ``ports.Compute``: what every pool of nodes must keep to.

A subclass provides the fixture ``lab``. The lab knows how to make a launch that behaves as told,
on the compute under test, and how to lose the conductor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pytest

from trimtab.model.facts import Ended, News, Outcome, Reported, Started
from trimtab.model.launch import Launch
from trimtab.ports import Compute


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a trial does: reports ``(name, value, step)``, then exits, or holds until it is ended.

    A ``stubborn`` one does not end when asked, only when forced.
    """

    reports: tuple[tuple[str, float, int | None], ...] = ()
    exit_code: int = 0
    holds: bool = False
    stubborn: bool = False


NOTHING = Behaviour()


class Lab(Protocol):
    """One compute under test. ``restart`` is what ``kill -9`` and a new process amount to."""

    @property
    def compute(self) -> Compute: ...

    def launch(
        self,
        trial: int,
        behaviour: Behaviour = NOTHING,
        attempt: int = 1,
        timeout: float | None = None,
    ) -> Launch: ...

    def restart(self) -> Compute: ...


Journal = list[News]


def follow(
    compute: Compute, until: Callable[[Journal], bool], journal: Journal | None = None
) -> Journal:
    """Polls until the condition holds; fails after 30 s, or 300 polls of a simulated compute."""
    news: Journal = [] if journal is None else journal
    polls, deadline = 0, time.monotonic() + 30.0
    while polls < 300 or time.monotonic() < deadline:
        if until(news):
            return news
        news.extend(compute.poll(0.1))
        polls += 1
    pytest.fail(f"not reached; the news were {news}")


def ends(count: int) -> Callable[[Journal], bool]:
    """Whether so many attempts have ended."""
    return lambda news: sum(isinstance(one, Ended) for one in news) >= count


def starts(count: int) -> Callable[[Journal], bool]:
    """Whether so many attempts have started."""
    return lambda news: sum(isinstance(one, Started) for one in news) >= count


def of_trial(news: Sequence[News], trial: int) -> list[News]:
    return [one for one in news if one.trial == trial]


def values(news: News) -> tuple[str, float, int | None] | None:
    """What a report says."""
    return (news.name, news.value, news.step) if isinstance(news, Reported) else None


def the_end(news: Sequence[News], trial: int) -> Ended:
    """The one end of a trial."""
    [end] = [one for one in of_trial(news, trial) if isinstance(one, Ended)]
    return end


class ComputeContract:
    """Subclass it and override ``lab``."""

    @pytest.fixture
    def lab(self) -> Lab:
        pytest.fail("a subclass of ComputeContract provides the fixture 'lab'")

    def test_tells_start_reports_and_end_in_this_order(self, lab: Lab) -> None:
        reports = (("loss", 0.5, 1), ("loss", 0.25, 2), ("auc", 0.75, 2))
        lab.compute.submit(lab.launch(0, Behaviour(reports)))
        news = follow(lab.compute, ends(1))
        told = [one for one in news if not isinstance(one, Started | Reported | Ended)]
        assert told == []
        assert isinstance(news[0], Started)
        assert news[0].node
        assert [values(one) for one in news[1:-1]] == list(reports)
        assert news[-1] == Ended(0, 1, Outcome.COMPLETED, exit_code=0)

    def test_a_failure_has_its_exit_code_and_a_reason(self, lab: Lab) -> None:
        lab.compute.submit(lab.launch(0, Behaviour(exit_code=3)))
        end = the_end(follow(lab.compute, ends(1)), 0)
        assert (end.outcome, end.exit_code) == (Outcome.FAILED, 3)
        assert end.reason

    def test_a_key_submitted_twice_runs_once(self, lab: Lab) -> None:
        launch = lab.launch(0, Behaviour((("loss", 1.0, None),)))
        lab.compute.submit(launch)
        lab.compute.submit(launch)
        news = follow(lab.compute, ends(1))
        lab.compute.submit(launch)
        lab.compute.submit(lab.launch(1))
        follow(lab.compute, ends(2), news)
        assert len([one for one in of_trial(news, 0) if isinstance(one, Started)]) == 1
        assert the_end(news, 0).outcome is Outcome.COMPLETED

    def test_runs_no_more_than_its_capacity_at_once(self, lab: Lab) -> None:
        capacity = lab.compute.capacity
        assert capacity >= 1
        holders = [lab.launch(trial, Behaviour(holds=True)) for trial in range(capacity + 1)]
        for launch in holders:
            lab.compute.submit(launch)
        news = follow(lab.compute, starts(capacity))
        news.extend(lab.compute.poll(0.2))
        assert starts(capacity)(news)
        assert not starts(capacity + 1)(news)
        lab.compute.cancel(holders[0].key)
        follow(lab.compute, starts(capacity + 1), news)
        for launch in holders:
            lab.compute.cancel(launch.key, at_once=True)
        follow(lab.compute, ends(capacity + 1), news)

    def test_cancel_ends_a_running_attempt(self, lab: Lab) -> None:
        launch = lab.launch(0, Behaviour((("loss", 1.0, None),), holds=True))
        lab.compute.submit(launch)
        news = follow(lab.compute, lambda told: any(isinstance(one, Reported) for one in told))
        lab.compute.cancel(launch.key)
        lab.compute.cancel(launch.key)
        follow(lab.compute, ends(1), news)
        assert the_end(news, 0).outcome is Outcome.CANCELED

    def test_cancel_at_once_ends_a_stubborn_attempt(self, lab: Lab) -> None:
        launch = lab.launch(0, Behaviour((("ready", 1.0, None),), holds=True, stubborn=True))
        lab.compute.submit(launch)
        news = follow(lab.compute, lambda told: any(isinstance(one, Reported) for one in told))
        lab.compute.cancel(launch.key, at_once=True)
        follow(lab.compute, ends(1), news)
        assert the_end(news, 0).outcome is Outcome.CANCELED

    def test_cancel_of_a_waiting_attempt_means_it_never_starts(self, lab: Lab) -> None:
        capacity = lab.compute.capacity
        holders = [lab.launch(trial, Behaviour(holds=True)) for trial in range(capacity)]
        waiting = lab.launch(capacity)
        for launch in (*holders, waiting):
            lab.compute.submit(launch)
        news = follow(lab.compute, starts(capacity))
        lab.compute.cancel(waiting.key)
        for launch in holders:
            lab.compute.cancel(launch.key, at_once=True)
        follow(lab.compute, ends(capacity + 1), news)
        assert of_trial(news, capacity) == [the_end(news, capacity)]
        assert the_end(news, capacity).outcome is Outcome.CANCELED

    def test_cancel_of_unknown_and_ended_keys_does_nothing(self, lab: Lab) -> None:
        launch = lab.launch(0)
        lab.compute.cancel("nobody/0/1")
        lab.compute.submit(launch)
        news = follow(lab.compute, ends(1))
        lab.compute.cancel(launch.key)
        assert list(lab.compute.poll(0.0)) == []
        assert the_end(news, 0).outcome is Outcome.COMPLETED

    def test_an_attempt_over_its_time_ends_timed_out(self, lab: Lab) -> None:
        lab.compute.submit(lab.launch(0, Behaviour(holds=True), timeout=0.3))
        end = the_end(follow(lab.compute, ends(1)), 0)
        assert end.outcome is Outcome.TIMED_OUT
        assert end.reason

    def test_after_a_restart_every_attempt_has_one_end(self, lab: Lab) -> None:
        running = lab.launch(0, Behaviour(holds=True))
        unknown = lab.launch(1)
        lab.compute.submit(running)
        follow(lab.compute, starts(1))
        compute = lab.restart()
        compute.attach([running, unknown])
        compute.cancel(running.key, at_once=True)
        news = follow(compute, ends(2))
        assert the_end(news, 0).outcome in (Outcome.LOST, Outcome.CANCELED)
        assert the_end(news, 1).outcome is Outcome.LOST
        assert not [one for one in of_trial(news, 1) if isinstance(one, Started)]

    def test_after_a_restart_a_further_attempt_runs(self, lab: Lab) -> None:
        launch = lab.launch(0, Behaviour(holds=True))
        lab.compute.submit(launch)
        follow(lab.compute, starts(1))
        compute = lab.restart()
        compute.attach([launch])
        compute.cancel(launch.key, at_once=True)
        news = follow(compute, ends(1))
        compute.submit(lab.launch(0, Behaviour((("loss", 2.0, None),)), attempt=2))
        follow(compute, ends(2), news)
        assert ("loss", 2.0, None) in [values(one) for one in news]
        assert news[-1] == Ended(0, 2, Outcome.COMPLETED, exit_code=0)

    def test_an_idle_compute_has_no_news(self, lab: Lab) -> None:
        assert list(lab.compute.poll(0.0)) == []

    def test_close_may_come_twice(self, lab: Lab) -> None:
        lab.compute.submit(lab.launch(0, Behaviour(holds=True)))
        lab.compute.close()
        lab.compute.close()
