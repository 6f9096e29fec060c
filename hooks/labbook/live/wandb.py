"""What W&B says of runs, reports and short links, asked by a process with a hard deadline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from labbook.live import wandb_process
from labbook.live.answers import Answers, Deadline
from labbook.live.snapshot import AsOf, Curve, ReportFacts, RunFacts, ShortLinkFacts, Snapshot
from labbook.live.wandb_facts import FINAL_STATES, RunFields
from labbook.live.wanted import Wanted
from labbook.urls import mask

__all__ = ["RunFields", "fetch"]


def fetch(  # noqa: PLR0913  what the rim gets is all that it may know
    wanted: Wanted,
    *,
    api: str,
    key: str | None,
    fields: RunFields,
    known: Snapshot,
    deadline: Deadline,
    now: str,
    bulk: bool = True,
) -> Answers:
    """Ask W&B at `api` for what is wanted of it; never raises for what the network does.

    A run of the same state and heartbeat as the last time keeps what is `known` of it. Without
    `bulk`, only the public methods of W&B's package are used, which are slow.
    """
    answers = Answers()
    if not (wanted.runs or wanted.reports or wanted.short_links):
        return answers
    key, wrong = wandb_process.usable(key)
    if wrong:
        answers.problems.append(wrong)
    request = {
        "api": api,
        "bulk": bulk,
        "fields": asdict(fields),
        "reports": wanted.reports,
        "runs": [run for run in wanted.runs if run.count("/") == 2],
        "settled": _settled(wanted, known, fields),
        "short_links": wanted.short_links,
    }
    reading = _Reading(answers, known, AsOf(now), key, fields.digest)
    try:
        late = wandb_process.run(
            "labbook.live.wandb_worker", request, key=key, deadline=deadline, read=reading.read
        )
    except OSError as error:
        reading.problem(f"W&B: its worker process cannot be started ({error.strerror})")
    else:
        reading.end(late=late)
    return answers


class _Reading:
    """Makes answers out of the worker's lines."""

    def __init__(
        self, answers: Answers, known: Snapshot, stamp: AsOf, key: str | None, asked: str
    ) -> None:
        self.done = False
        self._ready = False
        self._answers = answers
        self._known = known
        self._stamp = stamp
        self._key = key
        self._asked = asked

    def read(self, lines: Iterable[bytes]) -> None:
        """Take every whole line until the worker is done or no more."""
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                return
            self._take(found)
            if self.done:
                return

    def problem(self, sentence: str) -> None:
        """Say what went wrong, once, without the key or a token."""
        masked = mask(sentence.replace(self._key, "…") if self._key else sentence)
        if masked not in self._answers.problems:
            self._answers.problems.append(masked)

    def end(self, *, late: bool) -> None:
        """Say so if the worker was not done."""
        if late:
            self.problem("W&B did not answer everything in time")
        elif not self._ready:
            self.problem(
                "W&B: its package cannot be loaded; install the packages of requirements.txt"
            )
        elif not self.done:
            self.problem("W&B: its worker process ended early")

    def _take(self, line: Mapping[str, Any]) -> None:
        match line:
            case {"ready": True}:
                self._ready = True
            case {"done": True}:
                self.done = True
            case {"asked": count}:
                self._answers.requests += count
            case {"problem": sentence}:
                self.problem(sentence)
            case {"same": key, "facts": facts}:
                self._answers.runs[key] = replace(
                    self._known.runs[key],
                    name=facts["name"],
                    tags=tuple(facts["tags"]),
                    as_of=self._stamp,
                )
            case {"run": key, "facts": facts}:
                self._answers.runs[key] = self._run(key, facts)
            case {"report": key, "facts": facts}:
                self._answers.reports[key] = self._report(key, facts)
            case {"link": key, "facts": facts}:
                self._answers.short_links[key] = self._short_link(key, facts)

    def _run(self, key: str, facts: Mapping[str, Any] | None) -> RunFacts:
        if facts is None:
            last = self._known.runs.get(key) or RunFacts(key.rpartition("/")[2], self._stamp)
            return replace(last, as_of=self._stamp, gone=True)
        curve = facts["curve"]
        pairs = {
            "tags": tuple(facts["tags"]),
            "metrics": tuple((name, value) for name, value in facts["metrics"]),
            "curve": curve and Curve(curve["metric"], tuple((x, y) for x, y in curve["points"])),
        }
        return RunFacts(**{**facts, **pairs, "as_of": self._stamp, "asked": self._asked})

    def _report(self, key: str, facts: Mapping[str, Any] | None) -> ReportFacts:
        if facts is None:
            last = self._known.reports.get(key) or ReportFacts(key, self._stamp)
            return replace(last, as_of=self._stamp, gone=True)
        return ReportFacts(**facts, as_of=self._stamp)

    def _short_link(self, key: str, facts: Mapping[str, Any] | None) -> ShortLinkFacts:
        last = self._known.short_links.get(key) or ShortLinkFacts(self._stamp)
        if facts is None:
            return replace(last, as_of=self._stamp, gone=True)
        # A page that names no report may be any page; a link's target does not change.
        return ShortLinkFacts(self._stamp, facts["target"] or last.target)


def _settled(
    wanted: Wanted, known: Snapshot, fields: RunFields
) -> dict[str, tuple[str | None, str | None]]:
    """State and heartbeat of the wanted runs that need no more than a look whether these are new.

    A run that was read under other settings, or is known from an archive, is asked for anew.
    """
    runs = ((key, known.runs[key]) for key in wanted.runs if key in known.runs)
    return {
        key: (run.state, run.heartbeat)
        for key, run in runs
        if run.asked == fields.digest
        and (run.state in FINAL_STATES or run.heartbeat)
        and not run.gone
        and not run.as_of.archive
    }
