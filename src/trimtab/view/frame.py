"""One picture of a running sweep, for a terminal of any width."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Group, OverflowMethod
from rich.table import Table
from rich.text import Text

from trimtab.model.state import Trial, TrialStatus
from trimtab.view import text
from trimtab.view.progress import Progress

NARROW = 60
"""Columns below which parameters and best values of running trials are left out."""
_FIXED_LINES = 8
_COUNTED = (
    (TrialStatus.COMPLETED, "completed", "green"),
    (TrialStatus.STOPPED, "stopped early", "cyan"),
    (TrialStatus.FAILED, "failed", "red"),
    (TrialStatus.CANCELED, "canceled", "yellow"),
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a frame may use: ``width`` columns, ``height`` lines, letters beyond ASCII or not."""

    width: int
    height: int
    unicode: bool = True

    @property
    def ellipsis(self) -> str:
        return "…" if self.unicode else "..."

    @property
    def bar(self) -> tuple[str, str]:
        return ("━", "─") if self.unicode else ("#", "-")


def frame(progress: Progress, now: float, screen: Screen, ending: str = "") -> Group:
    """The sweep as of ``now`` (seconds since the epoch).

    ``ending`` says what happens after the last trial, once it does.
    """
    if progress.state.plan is None:
        return Group(Text("starting"))
    rows = [_title(progress, now), _bar(progress, now, screen), _counts(progress)]
    best = _best(progress)
    if best is not None:
        rows.append(best)
    for row in rows:
        _fit(row, screen)
    below = Text(ending or _hint(progress), style="yellow" if _ending(progress) else "dim")
    _fit(below, screen)
    table = _running(progress, now, screen)
    return Group(*rows, *([table] if table else []), below)


def _title(progress: Progress, now: float) -> Text:
    state = progress.state
    title = Text(state.sweep, style="bold")
    return title.append(f"  {text.duration(state.elapsed(now))}", style="not bold")


def _bar(progress: Progress, now: float, screen: Screen) -> Text:
    done, total = len(progress.state.finished), progress.total
    said = f" {done}/{total} trials" if progress.state.finished or total else ""
    eta = progress.eta(now)
    if eta is not None and eta >= 1.0:
        said += f", {text.duration(eta)} left"
    width = max(4, min(40, screen.width - len(said)))
    full, empty = screen.bar
    filled = width * done // max(1, total)
    bar = Text(full * filled, style="green")
    return bar.append(empty * (width - filled), style="dim").append(said, style="default")


def _counts(progress: Progress) -> Text:
    parts = Text(f"{len(progress.running)} running")
    for status, word, style in _COUNTED:
        amount = progress.count(status)
        if amount:
            parts.append(", ").append(f"{amount} {word}", style=style)
    waiting = len(progress.state.waiting)
    return parts.append(f", {waiting} waiting") if waiting else parts


def _best(progress: Progress) -> Text | None:
    leader, objective = progress.leader, progress.state.the_plan().objective
    value = progress.value(leader) if leader else None
    if leader is None or value is None or objective is None:
        return None
    best = Text("best ").append(
        f"{text.clean(objective.metric)} {text.number(value)}", "bold green"
    )
    return best.append(f" trial {leader.index}").append(f"  {text.params(leader.params)}", "dim")


def _ending(progress: Progress) -> bool:
    return bool(progress.state.stop_reason or progress.state.winding_down)


def _hint(progress: Progress) -> str:
    state = progress.state
    if not _ending(progress):
        return "Ctrl-C stops the sweep"
    left = text.count(len(state.open), "trial")
    if state.stop_at_once:
        return f"Stopping at once, {left} to go"
    return f"Stopping, {left} to go; Ctrl-C: at once"


def _running(progress: Progress, now: float, screen: Screen) -> Table | None:
    running = progress.running
    room = max(1, screen.height - _FIXED_LINES)
    objective = progress.state.the_plan().objective
    if not running:
        return None
    wide = screen.width >= NARROW
    overflow: OverflowMethod = "ellipsis" if screen.unicode else "crop"
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("trial", "for", *(("reports", "last", "best") if objective else ())):
        if wide or name not in ("reports", "best"):
            table.add_column(name, justify="right", no_wrap=True)
    if wide:
        table.add_column("parameters", no_wrap=True, overflow=overflow, ratio=1)
    for trial in running[:room]:
        table.add_row(*_cells(progress, trial, now, wide))
    if len(running) > room:
        table.add_row(Text(f"+{len(running) - room}", style="dim"))
    return table


def _cells(progress: Progress, trial: Trial, now: float, wide: bool) -> list[Text]:
    spent = "waits" if trial.started_at is None else text.duration(now - trial.started_at)
    cells = [Text(str(trial.index)), Text(spent)]
    if progress.state.the_plan().objective is not None:
        last, best = progress.last(trial), progress.value(trial)
        shown = ["" if one is None else text.number(one) for one in (last, best)]
        reports = len(progress.state.curves[trial.index].values)
        cells += [Text(str(reports))] if wide else []
        cells += [Text(one) for one in (shown if wide else shown[:1])]
    if wide:
        ending = "ending: " if trial.stopping or trial.canceling else ""
        cells.append(Text(ending + text.params(trial.params), style="yellow" if ending else "dim"))
    return cells


def _fit(row: Text, screen: Screen) -> None:
    row.no_wrap = True
    row.truncate(screen.width, overflow="ellipsis" if screen.unicode else "crop")
