"""Conducting a sweep of the home in this process: the real store, compute, mirror and signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trimtab.clock import SystemClock
from trimtab.conductor import Conductor, LaunchOf
from trimtab.creation import job_of, work_of
from trimtab.errors import InputError
from trimtab.home import Home, SweepFolder
from trimtab.model.facts import Fact, SweepCreated, SweepOutcome
from trimtab.model.launch import Launch, attempt_key
from trimtab.model.state import SweepState
from trimtab.reading import creation_of, read_creation, read_state, state_of
from trimtab.scheduler import Scheduler
from trimtab.stopping import StopSwitch, heeding_signals
from trimtab.store.sqlite import SqliteStore
from trimtab.tracking.environment import trial_environment
from trimtab.tracking.mirror import Mirror, Remaining
from trimtab.wiring import (
    make_compute,
    make_mirror,
    make_sampler,
    make_stopper,
    mlflow_installed,
    tracking_uri,
)

TICK = 0.25
"""Seconds after which a running conductor looks whether it is to stop, at the latest."""
MIRROR_SECONDS = 60.0
"""How long the end of a sweep waits for MLflow to catch up; the rest is for ``trimtab sync``."""

HURRIED_SECONDS = 2.0

Listener = Callable[[Fact], None]


@dataclass(frozen=True, slots=True)
class Conducted:
    """A sweep's state at its end, and what MLflow does not know of it yet."""

    state: SweepState
    unmirrored: Remaining


def conduct(
    home: Home,
    folder: SweepFolder,
    *,
    compute: str = "local",
    listeners: Sequence[Listener] = (),
    heartbeat: Callable[[], None] | None = None,
    switch: StopSwitch | None = None,
    tracked: bool = True,
) -> Conducted:
    """Runs a sweep from wherever its facts stand to its end.

    Raises SweepBusyError while another process conducts it, StoreError when facts cannot be
    written, InputError when the sweep needs what is not installed. ``tracked`` off leaves MLflow
    alone, as does MLflow not being installed.
    """
    store = SqliteStore.writer(folder.facts)
    try:
        created = creation_of(store)
        state_plan = state_of(store).the_plan()
        scheduler_parts = make_sampler(state_plan), make_stopper(state_plan)
        experiment = experiment_of(created)
        uri = tracking_uri(home)
        tracked = tracked and mlflow_installed()
        mirror = make_mirror(folder, home, uri, experiment) if tracked else None
        switch = switch or StopSwitch(folder.stop_file)
        switch.forget_file()
        pool = make_compute(compute, state_plan, home)
        try:
            conductor = Conductor(
                store,
                pool,
                Scheduler(*scheduler_parts, pool.capacity),
                SystemClock(),
                _launches(folder, created, experiment, uri),
                switch,
                (*listeners, _waker(mirror)),
                heartbeat,
                TICK,
            )
            with heeding_signals(switch):
                if mirror is not None:
                    mirror.start()
                try:
                    state = conductor.run()
                finally:
                    pool.close()
                    rest = _let_go(mirror, switch, conductor.state) if mirror else Remaining(0)
        finally:
            pool.close()
            folder.stop_file.unlink(missing_ok=True)
        return Conducted(state, rest)
    finally:
        store.close()


def resume(
    home: Home,
    folder: SweepFolder,
    *,
    listeners: Sequence[Listener] = (),
    heartbeat: Callable[[], None] | None = None,
    switch: StopSwitch | None = None,
    tracked: bool = True,
) -> Conducted:
    """Goes on with a sweep that was stopped or whose process died.

    Raises InputError when it has ended for good.
    """
    check_resumable(folder)
    return conduct(
        home, folder, listeners=listeners, heartbeat=heartbeat, switch=switch, tracked=tracked
    )


def check_resumable(folder: SweepFolder) -> None:
    """Raises InputError when the sweep has ended for good."""
    state = read_state(folder)
    if state.ended in (SweepOutcome.COMPLETED, SweepOutcome.FAILED):
        raise InputError(
            f"The sweep {folder.sweep} has {state.ended} and there is nothing to resume; "
            f"see: trimtab show {folder.sweep}"
        )


def experiment_of(created: SweepCreated) -> str:
    """The MLflow experiment that a sweep belongs to."""
    return str(created.document.get("experiment_name") or "trimtab")


def sync(home: Home, folder: SweepFolder, timeout: float) -> Remaining:
    """Brings MLflow up to date with a sweep, within ``timeout`` seconds.

    A conductor at work does so itself: then this waits for it, in vain while it runs.
    """
    experiment = experiment_of(read_creation(folder))
    mirror = make_mirror(folder, home, tracking_uri(home), experiment)
    mirror.start()
    return mirror.stop(timeout)


def _launches(folder: SweepFolder, created: SweepCreated, experiment: str, uri: str) -> LaunchOf:
    work = work_of(job_of(created), folder.code)

    def launch_of(state: SweepState, trial: int, attempt: int) -> Launch:
        place = folder.attempt(trial, attempt)
        return Launch(
            key=attempt_key(state.sweep, trial, attempt),
            sweep=state.sweep,
            trial=trial,
            attempt=attempt,
            params=state.trials[trial].params,
            work=work,
            folder=place,
            timeout=state.the_plan().limits.trial_timeout,
            tracking=trial_environment(state.sweep, trial, place, experiment, uri),
        )

    return launch_of


def _waker(mirror: Mirror | None) -> Listener:
    def wake(_fact: Fact) -> None:
        if mirror is not None:
            mirror.wake()

    return wake


def _let_go(mirror: Mirror, switch: StopSwitch, state: SweepState) -> Remaining:
    """Waits for MLflow, unless somebody is in a hurry: who stopped at once, or asks again now."""
    before = switch.requests
    seconds = HURRIED_SECONDS if state.stop_at_once else MIRROR_SECONDS
    return mirror.stop(seconds, lambda: switch.requests > before)
