"""The life of attempts on this machine: prepared, started, followed, ended, told.

Nothing here sleeps or polls: one selector waits for ends (pidfds), lines of the wires, finished
preparations and the next deadline, all at once.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import queue
import selectors
import time
from collections.abc import Sequence

from trimtab.compute.log_limit import shorten
from trimtab.compute.preparation import Preparation, Ready, Surroundings
from trimtab.compute.running import Running, Stage
from trimtab.compute.wire_pipe import WirePipe
from trimtab.errors import TrialError
from trimtab.model.facts import Ended, News, Noted, Outcome, Started
from trimtab.model.launch import Launch
from trimtab.ports import Program, Runtime

_log = logging.getLogger(__name__)
_LOG_CHECK = 1.0
"""Seconds between two looks at the sizes of logs."""


class Node:
    """Runs attempts, as many at once as it is given. Not thread-safe, but for ``wake``.

    ``grace`` is how long, in seconds, a command that was asked to end may take; ``log_limit`` is
    how large a log may become, in bytes.
    """

    def __init__(
        self,
        runtime: Runtime,
        surroundings: Surroundings,
        grace: float = 5.0,
        log_limit: int = 256 << 20,
    ) -> None:
        self._runtime = runtime
        self._surroundings = surroundings
        self._grace = grace
        self._log_limit = log_limit
        self._news: list[News] = []
        self._ready: queue.SimpleQueue[tuple[Preparation, Ready]] = queue.SimpleQueue()
        self._preparing: dict[str, tuple[Preparation, str]] = {}
        self._running: dict[str, Running] = {}
        self._shortened: set[str] = set()
        self._next_log_check = 0.0
        self._waking, self._wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._waking, selectors.EVENT_READ)
        self._woken = False
        self._closed = False

    @property
    def busy(self) -> frozenset[str]:
        """Keys of attempts that are prepared or run."""
        return frozenset(self._preparing.keys() | self._running.keys())

    def run(self, launch: Launch, name: str) -> None:
        """Begins an attempt; ``name`` is what its ``Started`` calls this share of the machine."""
        preparation = Preparation(launch, self._surroundings, self._prepared)
        self._preparing[launch.key] = preparation, name
        preparation.start()

    def _prepared(self, preparation: Preparation, ready: Ready) -> None:
        self._ready.put((preparation, ready))
        self._rouse()

    def poll(self, timeout: float) -> Sequence[News]:
        """What is new; waits up to ``timeout`` seconds for the first, or until ``wake``."""
        until = time.monotonic() + timeout
        while True:
            now = time.monotonic()
            wait = 0.0 if self._news else max(0.0, min(until, self._next_moment()) - now)
            self._look(None if math.isinf(wait) else wait)
            self._start_ready()
            self._heed_time()
            if self._news or self._woken or time.monotonic() >= until:
                self._woken = False
                news, self._news = self._news, []
                return news

    def wake(self) -> None:
        """Makes a waiting or the next ``poll`` return; for signal handlers and other threads."""
        self._woken = True
        self._rouse()

    def cancel(self, key: str, at_once: bool) -> bool:
        """Ends an attempt, see ``ports.Compute.cancel``; whether it is known here."""
        if key in self._preparing:
            preparation, _ = self._preparing.pop(key)
            preparation.abandon()
            self._tell_end(preparation.launch, Outcome.CANCELED, "")
            return True
        running = self._running.get(key)
        if running is None:
            return False
        if running.process.exit() is None:
            running.end(Outcome.CANCELED, at_once, time.monotonic())
        return True

    def close(self) -> None:
        """Kills what runs; its end is not told."""
        if self._closed:
            return
        self._closed = True
        for preparation, _ in self._preparing.values():
            preparation.abandon()
        for running in self._running.values():
            running.process.close()
            running.pipe.close()
            running.layout.settle()
        self._preparing.clear()
        self._running.clear()
        self._selector.close()
        # Threads that still prepare may rouse us: the pipe's numbers must not become another's.
        self._wakeup, wakeup = -1, self._wakeup
        os.close(self._waking)
        os.close(wakeup)

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wakeup, b"\0")

    def _next_moment(self) -> float:
        if not self._running:
            return math.inf
        deadlines = [running.deadline for running in self._running.values()]
        return min(*deadlines, self._next_log_check)

    def _look(self, wait: float | None) -> None:
        ended: list[str] = []
        for selected, _ in self._selector.select(wait):
            if selected.fd == self._waking:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._waking, 4096)
                continue
            key, what = selected.data
            if what == "end":
                ended.append(key)
            else:
                self._news += self._running[key].pipe.read()
        for key in ended:
            self._finish(self._running[key])

    def _start_ready(self) -> None:
        while True:
            try:
                preparation, ready = self._ready.get_nowait()
            except queue.Empty:
                return
            _, name = self._preparing.pop(preparation.launch.key, (None, ""))
            if not name:
                continue  # canceled meanwhile
            if ready.program is None:
                self._tell_end(preparation.launch, Outcome.FAILED, ready.reason)
            else:
                self._start(preparation, ready.program, name)

    def _start(self, preparation: Preparation, program: Program, name: str) -> None:
        launch, layout = preparation.launch, preparation.layout
        try:
            pipe = WirePipe(layout.wire, launch.trial, launch.attempt)
        except OSError as error:
            self._tell_end(launch, Outcome.FAILED, f"{layout.wire}: {error.strerror}.")
            return
        try:
            process = self._runtime.start(program)
        except TrialError as error:
            pipe.close()
            layout.settle()
            self._tell_end(launch, Outcome.FAILED, str(error))
            return
        running = Running(launch, layout, process, pipe, self._grace)
        if launch.timeout is not None:
            running.deadline = time.monotonic() + launch.timeout
        self._follow(running)
        self._news.append(Started(launch.trial, launch.attempt, name))

    def _follow(self, running: Running) -> None:
        key, process = running.launch.key, running.process
        self._running[key] = running
        self._selector.register(running.pipe.fileno(), selectors.EVENT_READ, (key, "wire"))
        self._selector.register(process.fileno(), selectors.EVENT_READ, (key, "end"))

    def _heed_time(self) -> None:
        now = time.monotonic()
        for running in list(self._running.values()):
            if now >= running.deadline:
                running.press(now)
            if running.stage is Stage.GIVEN_UP:
                self._finish(running)
        if now >= self._next_log_check:
            self._next_log_check = now + _LOG_CHECK
            for running in self._running.values():
                self._limit_log(running)

    def _limit_log(self, running: Running) -> None:
        launch, log = running.launch, running.layout.log
        try:
            dropped = shorten(log, self._log_limit)
        except OSError as error:
            _log.debug("log not looked at", extra={"log": str(log), "error": repr(error)})
            return
        if dropped and launch.key not in self._shortened:
            self._shortened.add(launch.key)
            text = (
                f"Trial {launch.trial} prints more than {self._log_limit} bytes; "
                f"the middle of its log is dropped: {log}"
            )
            self._news.append(Noted("log", text, launch.trial))

    def _finish(self, running: Running) -> None:
        if running.process.exit() is None and running.stage is not Stage.GIVEN_UP:
            return
        self._selector.unregister(running.process.fileno())
        self._selector.unregister(running.pipe.fileno())
        del self._running[running.launch.key]
        # First the end of all writers, then the last lines, then the end is told.
        running.process.close()
        self._news += running.pipe.finish()
        self._limit_log(running)
        self._shortened.discard(running.launch.key)
        running.layout.settle()
        self._news.append(running.ended())

    def _tell_end(self, launch: Launch, outcome: Outcome, reason: str) -> None:
        self._news.append(Ended(launch.trial, launch.attempt, outcome, reason=reason))
