"""Making an attempt ready to start, on a thread of its own: folder, code, inputs, variables."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from trimtab.compute.download import Downloads
from trimtab.compute.environment import run_name, trial_environment
from trimtab.compute.inputs import bring, place
from trimtab.compute.layout import FULL, Layout, no_space
from trimtab.errors import TrimtabError
from trimtab.model.launch import Launch
from trimtab.ports import Program
from trimtab.space import text
from trimtab.spec.placeholders import substitute

_log = logging.getLogger(__name__)


class Abandoned(BaseException):
    """The attempt was canceled while it was prepared. No error, so that nothing swallows it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A program to start, or the sentence that says why there is none."""

    program: Program | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all attempts on this machine share.

    ``cache`` is the folder for what trials share; ``threads`` is each trial's share of the cores.
    """

    cache: Path
    downloads: Downloads
    threads: int


@dataclass(slots=True)
class Preparation:
    """Prepares one launch in the background; ``done`` is called there with what came of it."""

    launch: Launch
    surroundings: Surroundings
    done: Callable[[Preparation, Ready], None]
    _abandoned: threading.Event = field(default_factory=threading.Event)

    @property
    def layout(self) -> Layout:
        return Layout(self.launch.folder.absolute())

    def start(self) -> None:
        """A daemon thread: a download that hangs must not keep the process from ending."""
        name = f"prepare-{self.launch.key}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def abandon(self) -> None:
        """Ends it at the next file or chunk; ``done`` will not be called any more."""
        self._abandoned.set()

    def _check(self) -> None:
        if self._abandoned.is_set():
            raise Abandoned

    def _run(self) -> None:
        try:
            ready = Ready(self._program())
        except Abandoned:
            self.layout.settle()
            return
        except TrimtabError as error:
            ready = Ready(None, str(error))
        except OSError as error:
            ready = Ready(None, _sentence(error, self.layout.folder))
        except Exception as error:  # noqa: BLE001 - a slot must never be lost to a fault of ours
            _log.exception("preparing failed", extra={"key": self.launch.key})
            ready = Ready(None, f"The trial could not be prepared: {error!r}.")
        if not self._abandoned.is_set():
            self.done(self, ready)

    def _program(self) -> Program:
        launch, layout = self.launch, self.layout
        work, shared = launch.work, self.surroundings
        layout.make(work.code, self._check)
        fetch = partial(shared.downloads.fetch, launch.sweep)
        inputs = {one.name: bring(one, layout, fetch, self._check) for one in work.inputs}
        outputs = {one.name: place(one, layout, run_name(launch)) for one in work.outputs}
        environment = trial_environment(
            launch, layout, inputs, outputs, shared.threads, shared.cache
        )
        params = {name: text(value) for name, value in launch.params.items()}
        command = substitute(work.command, inputs, outputs, params)
        return Program(launch.key, command, layout.code, environment, layout.log)


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in FULL:
        return no_space(folder)
    where = error.filename if error.filename is not None else folder
    return f"The trial could not be prepared: {where}: {error.strerror or error}."
