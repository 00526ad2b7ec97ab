"""The conductor: observe, note, decide, obey. One thread, one sweep.

Nothing is done before it is written down: orders become facts, the facts are appended to the
store, and only then is the compute told. So a process that dies at any point leaves a log from
which the next one goes on.
"""

from __future__ import annotations

import logging
import math
import os
import socket
from collections.abc import Callable, Sequence
from functools import partial

from trimtab.clock import Clock
from trimtab.model.facts import (
    Body,
    CancelRequested,
    ConductorStarted,
    Fact,
    News,
    Noted,
    Proposed,
    SpaceExhausted,
    StopDecided,
    StopRequested,
    Submitted,
    SweepEnded,
)
from trimtab.model.launch import Launch, attempt_key
from trimtab.model.orders import Cancel, End, Exhaust, Note, Order, Propose, Stop, Submit
from trimtab.model.state import SweepState
from trimtab.ports import Compute, Store
from trimtab.scheduler import Scheduler

_log = logging.getLogger(__name__)

Action = Callable[[], None]
LaunchOf = Callable[[SweepState, int, int], Launch]
"""Makes the launch of ``(state, trial, attempt)``."""

StopSignal = Callable[[], StopRequested | None]
"""Says whether somebody wants the sweep to end; asked at least every ``tick`` seconds."""


def nobody() -> StopRequested | None:
    """The stop signal of a sweep that nobody can stop."""
    return None


class Conductor:
    """Runs one sweep from its log to its end. Owns neither store nor compute.

    ``tick`` bounds, in seconds, how long a poll may wait; ``heartbeat`` is called after each.
    ``listeners`` hear every fact after it is durable. All are called on the conductor's thread.
    """

    def __init__(
        self,
        store: Store,
        compute: Compute,
        scheduler: Scheduler,
        clock: Clock,
        launch_of: LaunchOf,
        stop: StopSignal = nobody,
        listeners: Sequence[Callable[[Fact], None]] = (),
        heartbeat: Callable[[], None] | None = None,
        tick: float = math.inf,
    ) -> None:
        self._store = store
        self._compute = compute
        self._scheduler = scheduler
        self._clock = clock
        self._launch_of = launch_of
        self._stop = stop
        self._listeners = listeners
        self._heartbeat = heartbeat
        self._tick = tick
        self._unwritten: list[Fact] = []

    @property
    def state(self) -> SweepState:
        return self._scheduler.state

    def run(self) -> SweepState:
        """Replays the log, takes the sweep over, and returns its state at the end.

        A log whose sweep has ended is taken up again (see ``SweepState``). Raises StoreError when
        facts cannot be written; what was appended before is safe.
        """
        for fact in self._store.read():
            self._scheduler.apply(fact)
            self._tell(fact)
        self._note(ConductorStarted(os.getpid(), socket.gethostname()))
        self._write()
        open_trials = [self.state.trials[index] for index in self.state.open]
        launches = [self._launch_of(self.state, one.index, one.attempt) for one in open_trials]
        self._compute.attach(launches)
        while True:
            self._heed_stop()
            self._settle()
            if self.state.ended is not None:
                return self.state
            self._listen()

    def _heed_stop(self) -> None:
        wanted = self._stop()
        if wanted is None or (self.state.stop_reason and not wanted.at_once):
            return
        if not self.state.stop_at_once:
            self._note(wanted)

    def _settle(self) -> None:
        """Obeys orders until there are none: all facts first, then all deeds."""
        actions: list[Action] = []
        while orders := self._scheduler.orders(self._clock.now()):
            actions.extend(self._obey(order) for order in orders)
        self._write()
        for act in actions:
            act()

    def _listen(self) -> None:
        moment = self._scheduler.next_moment()
        wait = self._tick
        if moment is not None:
            wait = min(wait, max(0.0, moment - self._clock.now()))
        for news in self._compute.poll(wait):
            self._hear(news)
        if self._heartbeat is not None:
            self._heartbeat()

    def _hear(self, news: News) -> None:
        if self.state.accepts(news):
            self._note(news)
        else:
            _log.debug("known or stale news left out", extra={"news": repr(news)})

    def _obey(self, order: Order) -> Action:
        """Notes the order's fact and returns the deed that may follow once it is durable."""
        match order:
            case Propose():
                self._note(Proposed(order.trial, order.params))
            case Exhaust():
                self._note(SpaceExhausted(order.total))
            case Submit():
                self._note(Submitted(order.trial, order.attempt))
                launch = self._launch_of(self.state, order.trial, order.attempt)
                return partial(self._compute.submit, launch)
            case Stop():
                self._note(StopDecided(order.trial, order.attempt, order.report, order.reason))
                return partial(self._compute.cancel, self._key(order.trial, order.attempt))
            case Cancel():
                self._note(CancelRequested(order.trial, order.attempt, order.reason, order.at_once))
                key = self._key(order.trial, order.attempt)
                return partial(self._compute.cancel, key, order.at_once)
            case Note():
                self._note(Noted(order.code, order.text, order.trial))
            case End():
                self._note(SweepEnded(order.outcome, order.reason))
        return _nothing

    def _key(self, trial: int, attempt: int) -> str:
        return attempt_key(self.state.sweep, trial, attempt)

    def _note(self, body: Body) -> None:
        at = max(self._clock.now(), self.state.last_at)
        fact = Fact(self.state.seq + 1, at, body)
        self._scheduler.apply(fact)
        self._unwritten.append(fact)

    def _write(self) -> None:
        if not self._unwritten:
            return
        facts, self._unwritten = self._unwritten, []
        self._store.append(facts)
        for fact in facts:
            self._tell(fact)

    def _tell(self, fact: Fact) -> None:
        for listener in self._listeners:
            listener(fact)


def _nothing() -> None:
    return None
