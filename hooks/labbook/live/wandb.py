"""What W&B says of runs, reports and short links, asked by a process with a hard deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from labbook.live.answers import Answers, Deadline
from labbook.live.snapshot import AsOf, Curve, ReportFacts, RunFacts, ShortLinkFacts, Snapshot
from labbook.live.wandb_facts import FINAL_STATES, RunFields
from labbook.live.wandb_reading import Reading
from labbook.live.wanted import Wanted

__all__ = ["RunFields", "fetch"]

_WORKER = "labbook.live.wandb_worker"


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
    request = {
        "api": api,
        "bulk": bulk,
        "fields": asdict(fields),
        "reports": wanted.reports,
        "runs": [run for run in wanted.runs if run.count("/") == 2],
        "settled": _settled(wanted, known, fields),
        "short_links": wanted.short_links,
    }
    facts = _Facts(answers, known, AsOf(now), fields.digest)
    reading = Reading(key, facts.take)
    reading.run(_WORKER, request, deadline)
    answers.problems, answers.requests = reading.problems, reading.requests
    return answers


class _Facts:
    """Makes answers out of the worker's lines."""

    def __init__(self, answers: Answers, known: Snapshot, stamp: AsOf, asked: str) -> None:
        self._answers = answers
        self._known = known
        self._stamp = stamp
        self._asked = asked

    def take(self, line: Mapping[str, Any]) -> None:
        """Keep what a line says."""
        match line:
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
