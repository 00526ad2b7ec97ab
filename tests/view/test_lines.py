"""The lines of a sweep: one per event that somebody may want to know of, no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.engine.play import Counting, Theatre, Threshold, plan, steady
from trimtab.compute.simulated import Play, Script
from trimtab.model.facts import Ended, Fact, Noted, Outcome, StopRequested
from trimtab.model.launch import Launch
from trimtab.testing.faults import Fuse
from trimtab.view.lines import QUIET_SECONDS, Line, Lines, Weight
from trimtab.view.progress import Progress


def lines_of(facts: Iterable[Fact]) -> list[Line]:
    progress = Progress()
    lines = Lines(progress, lambda trial, attempt: Path(f"/logs/{trial}-{attempt}"))
    said = []
    for fact in facts:
        progress.apply(fact)
        said.append(lines.of(fact))
    return [line for line in said if line is not None]


def texts(facts: Iterable[Fact]) -> list[str]:
    return [line.text for line in lines_of(facts)]


def values(*by_trial: float) -> Play:
    def play(launch: Launch) -> Script:
        return Script(2.0, ((1.0, "score", by_trial[launch.trial], None),))

    return play


def played(play: Play, total: int = 3) -> Sequence[Fact]:
    theatre = Theatre(plan(total=total, concurrent=1), play)
    theatre.run()
    return theatre.facts


def test_a_sweep_begins_with_what_it_is() -> None:
    assert texts(played(steady()))[0] == (
        "sweep sweep: 3 trials, 1 at once, looking for the highest score"
    )


def test_each_trial_that_ends_says_how_and_the_best_are_good_news() -> None:
    said = [line for line in lines_of(played(values(0.5, 0.2, 0.8))) if "completed" in line.text]
    assert [(line.text.split(", ", 1)[1], line.weight) for line in said] == [
        ("score 0.5 (best so far)", Weight.GOOD),
        ("score 0.2", Weight.PLAIN),
        ("score 0.8 (best so far)", Weight.GOOD),
    ]


def test_new_leaders_among_running_trials_are_told_of_now_and_then() -> None:
    seconds = QUIET_SECONDS * 3

    def play(launch: Launch) -> Script:
        reports = tuple((seconds * n / 100, "score", n / 100, n) for n in range(1, 100))
        return Script(seconds, reports)

    leads = [text for text in texts(played(play, 1)) if "leads" in text]
    assert 2 <= len(leads) <= 4
    assert leads[0] == "trial 0 leads: score 0.01"


def test_a_failed_trial_says_why_and_where_its_log_is() -> None:
    said = lines_of(played(lambda _: Script(1.0, exit_code=3), 1))
    [failed] = [line for line in said if line.weight is Weight.BAD]
    assert failed.text.startswith("trial 0 failed after 1.0s: ")
    assert failed.text.endswith("; log: /logs/0-1")
    assert ".;" not in failed.text


def test_a_trial_that_was_stopped_early_says_why() -> None:
    theatre = Theatre(plan(total=1), steady(value=0.1), stopper=Threshold())
    theatre.run()
    [stopped] = [text for text in texts(theatre.facts) if "stopped early" in text]
    assert stopped.endswith("score 0.1 (best so far): 0.1 at report 2 is below 0.5.")


def test_a_lost_trial_will_run_again_and_says_so() -> None:
    def play(launch: Launch) -> Script:
        return Script(1.0, outcome=Outcome.LOST if launch.attempt == 1 else None)

    said = texts(played(play, 1))
    assert any("lost" in text and "it will run again" in text for text in said)
    assert "trial 0 started again (attempt 2): x=0" in said


def test_a_resumed_sweep_says_how_far_it_was() -> None:
    theatre = Theatre(plan(total=4, concurrent=1), steady())
    theatre.run_through([Fuse(at=30)])
    assert any(text.startswith("resumed: ") for text in texts(theatre.facts))


def test_all_of_a_space_is_told() -> None:
    theatre = Theatre(plan(total=9), steady(), sampler=Counting(1))
    theatre.run()
    assert "all 1 point of the space are proposed" not in texts(theatre.facts)
    assert "the whole space is proposed: 1 point" in texts(theatre.facts)


def test_notes_and_stops_are_notes() -> None:
    facts = [
        *played(steady(), 1)[:1],
        Fact(2, 1001.0, Noted("a-code", "Mind \x1b[31mthis\x1b[0m.\nAnd that.")),
        Fact(3, 1002.0, StopRequested("Enough.", at_once=True)),
    ]
    assert [(line.text, line.weight) for line in lines_of(facts)[1:]] == [
        ("note: Mind this.", Weight.NOTE),
        ("stopping at once: Enough.", Weight.NOTE),
    ]


def test_a_line_is_one_line_whatever_the_reason_says() -> None:
    facts = list(played(lambda _: Script(1.0, exit_code=1), 1))
    at = next(place for place, one in enumerate(facts) if isinstance(one.body, Ended))
    reason = "\x1b[2J\nexit code 1:\t \u202efirst\nsecond\x07"
    facts[at] = Fact(facts[at].seq, facts[at].at, Ended(0, 1, Outcome.FAILED, 1, reason=reason))
    [failed] = [line for line in lines_of(facts[: at + 1]) if line.weight is Weight.BAD]
    assert failed.text == "trial 0 failed after 1.0s: exit code 1:  first; log: /logs/0-1"
