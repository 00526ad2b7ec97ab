"""A cluster that exists only in virtual time: the reference of the Compute port.

``SimulatedCluster`` is the world: nodes, attempts and what will happen when. It outlives the
conductor, as a real cluster does. ``SimulatedCompute`` is one conductor's hold on it.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from trimtab.clock import VirtualClock
from trimtab.errors import ComputeError
from trimtab.model.facts import Ended, News, Outcome, Reported, Started
from trimtab.model.launch import Launch


@dataclass(frozen=True, slots=True)
class Script:
    """What an attempt will do, in seconds after its start.

    ``reports`` are ``(second, name, value, step)``. The command ends after ``seconds`` with
    ``exit_code``; a node that vanishes (``outcome`` LOST or PREEMPTED) takes it along. A
    ``stubborn`` command ends only when forced, or when its grace is over.
    """

    seconds: float = 1.0
    reports: tuple[tuple[float, str, float, int | None], ...] = ()
    exit_code: int = 0
    outcome: Outcome | None = None
    stubborn: bool = False

    def end(self) -> Outcome:
        if self.outcome is not None:
            return self.outcome
        return Outcome.COMPLETED if self.exit_code == 0 else Outcome.FAILED


Play = Callable[[Launch], Script]
"""Says what a launch will do."""


@dataclass(slots=True)
class _Attempt:
    launch: Launch
    script: Script
    node: str = ""
    ended: bool = False
    canceled: bool = False
    told: list[News] = field(default_factory=list)


class SimulatedCluster:
    """``nodes`` nodes that each run one attempt at a time, ``start_seconds`` after its turn.

    ``grace`` is how long a stubborn command is left after it was asked to end.
    """

    def __init__(
        self,
        clock: VirtualClock,
        nodes: int,
        play: Play,
        start_seconds: float = 0.0,
        grace: float = 5.0,
    ) -> None:
        self.clock = clock
        self.nodes = nodes
        self._play = play
        self._start_seconds = start_seconds
        self._grace = grace
        self._free = [f"node-{number}" for number in range(nodes, 0, -1)]
        self._queue: dict[str, _Attempt] = {}
        self._attempts: dict[str, _Attempt] = {}
        self._agenda: list[tuple[float, int, str, News]] = []
        self._order = itertools.count()
        self.outbox: list[News] = []

    def submit(self, launch: Launch) -> None:
        if launch.key in self._attempts:
            return
        attempt = _Attempt(launch, self._play(launch))
        self._attempts[launch.key] = self._queue[launch.key] = attempt
        self._dispatch()

    def cancel(self, key: str, at_once: bool) -> None:
        attempt = self._attempts.get(key)
        if attempt is None or attempt.ended:
            return
        attempt.canceled = True
        end = Ended(attempt.launch.trial, attempt.launch.attempt, Outcome.CANCELED)
        if attempt.script.stubborn and attempt.node and not at_once:
            self._at(self._grace, key, end)
        else:
            self._happen(key, end)

    def told(self, key: str) -> Sequence[News] | None:
        """All news of an attempt so far; None when it is unknown."""
        attempt = self._attempts.get(key)
        return None if attempt is None else attempt.told

    def alive(self) -> list[str]:
        """Attempts that wait or run."""
        return [key for key, attempt in self._attempts.items() if not attempt.ended]

    def vanish(self, key: str) -> None:
        """The attempt and all knowledge of it are gone, without news."""
        attempt = self._attempts.pop(key, None)
        if attempt is None:
            return
        attempt.ended = True
        self._queue.pop(key, None)
        self._release(attempt)

    def advance(self, timeout: float) -> None:
        """Moves the clock to the next thing that happens, at most ``timeout`` seconds on."""
        limit = self.clock.now() + timeout
        while self._agenda and not self.outbox and self._agenda[0][0] <= limit:
            at = self._agenda[0][0]
            self.clock.advance_to(at)
            while self._agenda and self._agenda[0][0] <= at:
                _, _, key, news = heapq.heappop(self._agenda)
                self._happen(key, news)
        if self.outbox:
            return
        if math.isinf(limit):
            raise ComputeError("The simulation stands still: nothing is left that could happen.")
        self.clock.advance_to(limit)

    def _dispatch(self) -> None:
        while self._free and self._queue:
            key = next(iter(self._queue))
            attempt = self._queue.pop(key)
            attempt.node = self._free.pop()
            self._schedule(key, attempt)

    def _schedule(self, key: str, attempt: _Attempt) -> None:
        launch, script, begin = attempt.launch, attempt.script, self._start_seconds
        trial, number = launch.trial, launch.attempt
        self._at(begin, key, Started(trial, number, attempt.node))
        seconds, end = script.seconds, _end(launch, script)
        if launch.timeout is not None and launch.timeout < seconds:
            seconds = launch.timeout
            reason = f"It ran longer than trial_timeout, {launch.timeout:g} s."
            end = Ended(trial, number, Outcome.TIMED_OUT, reason=reason)
        for line, (second, name, value, step) in enumerate(script.reports, 1):
            if second <= seconds:
                self._at(begin + second, key, Reported(trial, number, name, value, step, line))
        if math.isfinite(seconds):
            self._at(begin + seconds, key, end)

    def _at(self, delay: float, key: str, news: News) -> None:
        heapq.heappush(self._agenda, (self.clock.now() + delay, next(self._order), key, news))

    def _happen(self, key: str, news: News) -> None:
        attempt = self._attempts.get(key)
        if attempt is None or attempt.ended:
            return
        attempt.told.append(news)
        self.outbox.append(news)
        if isinstance(news, Ended):
            attempt.ended = True
            self._queue.pop(key, None)
            self._release(attempt)

    def _release(self, attempt: _Attempt) -> None:
        if attempt.node:
            self._free.append(attempt.node)
            attempt.node = ""
            self._dispatch()


class SimulatedCompute:
    """One conductor's hold on a cluster; a further one takes over by ``attach``."""

    def __init__(self, cluster: SimulatedCluster) -> None:
        self._cluster = cluster
        self._closed = False
        cluster.outbox.clear()

    @property
    def capacity(self) -> int:
        return self._cluster.nodes

    def submit(self, launch: Launch) -> None:
        self._cluster.submit(launch)

    def attach(self, launches: Iterable[Launch]) -> None:
        named = {launch.key: launch for launch in launches}
        for key in self._cluster.alive():
            if key not in named:
                self._cluster.vanish(key)
        for key, launch in named.items():
            told = self._cluster.told(key)
            self._cluster.outbox.extend([_lost(launch)] if told is None else told)

    def poll(self, timeout: float) -> Sequence[News]:
        self._cluster.advance(timeout)
        news = list(self._cluster.outbox)
        self._cluster.outbox.clear()
        return news

    def cancel(self, key: str, at_once: bool = False) -> None:
        self._cluster.cancel(key, at_once)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for key in self._cluster.alive():
            self._cluster.vanish(key)


def _end(launch: Launch, script: Script) -> Ended:
    outcome = script.end()
    if outcome is Outcome.COMPLETED:
        return Ended(launch.trial, launch.attempt, outcome, exit_code=0)
    if outcome is Outcome.FAILED:
        reason = f"The command ended with exit code {script.exit_code}."
        return Ended(launch.trial, launch.attempt, outcome, script.exit_code, reason=reason)
    return Ended(launch.trial, launch.attempt, outcome, reason="The node vanished.")


def _lost(launch: Launch) -> Ended:
    reason = "The cluster knows nothing of this attempt any more."
    return Ended(launch.trial, launch.attempt, Outcome.LOST, reason=reason)
