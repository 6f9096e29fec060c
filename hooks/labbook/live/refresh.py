"""Asking both sources side by side within one time budget, and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from labbook.live import ages
from labbook.live.answers import Answers, Deadline
from labbook.live.merge import Outcome
from labbook.live.snapshot import Facts, Snapshot

Fetch = Callable[[Deadline], Answers]
# Told the share of the time that is spent, and who has not answered yet.
Tick = Callable[[float, Sequence[str]], None]
# Given to a source that keeps to its deadline but for the way home.
_GRACE = 0.5
_TICK = 0.1
_NAMES = {
    "issues": "issues",
    "runs": "runs",
    "reports": "reports",
    "short_links": "short links",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the items of a refresh, by section."""

    outcomes: Mapping[str, Mapping[str, Outcome]]
    oldest: Mapping[str, float] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    problems: Sequence[str] = ()

    def __str__(self) -> str:
        """One line for people, as `labbook refresh` closes with."""
        parts = [
            f"{_NAMES[section]}: {self._counts(section, list(outcomes.values()))}"
            for section, outcomes in self.outcomes.items()
            if outcomes
        ]
        requests = f"{self.requests:,} request{'' if self.requests == 1 else 's'}"
        return "; ".join([*parts, f"{requests}, {self.seconds:.1f} s"])

    def _counts(self, section: str, outcomes: list[Outcome]) -> str:
        kept = f"{outcomes.count(Outcome.KEPT):,} kept"
        if section in self.oldest:
            kept += f" (oldest {ages.words(self.oldest[section])})"
        gone = outcomes.count(Outcome.GONE)
        return ", ".join(
            [
                f"{outcomes.count(Outcome.FRESH):,} fresh",
                *([f"{gone:,} gone"] if gone else []),
                kept,
                f"{outcomes.count(Outcome.MISSING):,} missing",
            ]
        )


def ask(fetches: Mapping[str, Fetch], seconds: float, tick: Tick | None = None) -> Answers:
    """What all sources answer within so many seconds; one that is late or breaks is a problem.

    `tick` is called now and then, and at the end.
    """
    deadline = Deadline(seconds)
    answered: dict[str, Answers] = {}
    threads = {
        # A daemon: a source that hangs must not keep the process from ending.
        name: threading.Thread(target=_run, args=(name, fetch, deadline, answered), daemon=True)
        for name, fetch in fetches.items()
    }
    for thread in threads.values():
        thread.start()
    end = time.monotonic() + seconds + _GRACE
    for thread in threads.values():
        while thread.is_alive() and (left := end - time.monotonic()) > 0:
            if tick:
                tick(1 - deadline.left / seconds, [n for n in fetches if n not in answered])
            thread.join(min(_TICK, left))
    if tick:
        tick(1.0, ())
    late = [name for name in fetches if name not in answered]
    problems = [f"{name}: no answer within {seconds:g} s" for name in late]
    return _together([*answered.values(), Answers(problems=problems)])


def report(
    outcomes: Mapping[str, Mapping[str, Outcome]],
    snapshot: Snapshot,
    answers: Answers,
    seconds: float,
    now: str,
) -> Report:
    """Count what a refresh brought; `snapshot` is what it led to."""
    oldest = {}
    for section, items in outcomes.items():
        facts: Mapping[str, Facts] = getattr(snapshot, section)
        kept = (key for key, outcome in items.items() if outcome is Outcome.KEPT)
        known = [age for key in kept if (age := ages.age(facts[key].as_of, now)) is not None]
        if known:
            oldest[section] = max(known)
    return Report(outcomes, oldest, answers.requests, seconds, tuple(answers.problems))


def _run(name: str, fetch: Fetch, deadline: Deadline, answered: dict[str, Answers]) -> None:
    try:
        answered[name] = fetch(deadline)
    except Exception as error:  # noqa: BLE001 - whatever a source does, the site must be built
        # Its type alone: the text of an error may hold what was sent.
        answered[name] = Answers(problems=[f"{name}: failed ({type(error).__name__})"])


def _together(parts: Iterable[Answers]) -> Answers:
    whole = Answers()
    for part in parts:
        whole.issues |= part.issues
        whole.runs |= part.runs
        whole.reports |= part.reports
        whole.short_links |= part.short_links
        whole.unchanged |= part.unchanged
        whole.problems += part.problems
        whole.requests += part.requests
    return whole
