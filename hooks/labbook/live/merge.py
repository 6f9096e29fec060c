"""What was known and what was answered -> what is known now; nothing that is wanted is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from labbook.live.answers import Answers
from labbook.live.codec import SECTIONS
from labbook.live.snapshot import (
    AsOf,
    Facts,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
    SnapshotError,
)
from labbook.live.wanted import Wanted

F = TypeVar("F", IssueFacts, RunFacts, ReportFacts, ShortLinkFacts)
_REPORT = re.compile(r"Vmlldzo[A-Za-z0-9]+")


class Outcome(StrEnum):
    """What became of a wanted item: GONE is an answer too, MISSING was never known."""

    FRESH = "fresh"
    KEPT = "kept"
    GONE = "gone"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Merged:
    """The new snapshot, and each wanted item's outcome by section and key."""

    snapshot: Snapshot
    outcomes: Mapping[str, Mapping[str, Outcome]]


def keys(wanted: Wanted, known: Snapshot) -> dict[str, tuple[str, ...]]:
    """The wanted keys of each section; a short link that is known to lead to a report wants it."""
    targets = (
        known.short_links[key].target for key in wanted.short_links if key in known.short_links
    )
    reports = [target for target in targets if target and _REPORT.fullmatch(target)]
    return {
        "issues": tuple(map(str, wanted.issues)),
        "runs": wanted.runs,
        "reports": tuple(dict.fromkeys((*wanted.reports, *reports))),
        "short_links": wanted.short_links,
    }


def merge(old: Snapshot, answers: Answers, wanted: Wanted, now: str) -> Merged:
    """Take what was answered, keep what was not, and drop what is no longer wanted."""
    stamp = AsOf(now)
    links, links_outcomes = _section(
        old.short_links, answers.short_links, answers.unchanged, wanted.short_links, stamp
    )
    names = keys(wanted, replace(old, short_links=links))
    issues, issue_outcomes = _section(
        old.issues, answers.issues, answers.unchanged, names["issues"], stamp
    )
    runs, run_outcomes = _section(old.runs, answers.runs, answers.unchanged, names["runs"], stamp)
    reports, report_outcomes = _section(
        old.reports, answers.reports, answers.unchanged, names["reports"], stamp
    )
    outcomes = {
        "issues": issue_outcomes,
        "runs": run_outcomes,
        "reports": report_outcomes,
        "short_links": links_outcomes,
    }
    sources = dict(old.sources)
    for section, (_, source) in SECTIONS.items():
        if {Outcome.FRESH, Outcome.GONE} & set(outcomes[section].values()):
            sources[source] = stamp
    return Merged(Snapshot(issues, runs, reports, links, sources), outcomes)


def overlay(base: Snapshot, other: Snapshot, now: str) -> Snapshot:
    """Of each item the newer facts; a stamp later than `now` is of a clock that was wrong."""

    def newer(left: AsOf, right: AsOf) -> bool:
        return _rank(right, now) > _rank(left, now)

    def laid(under: Mapping[str, F], over: Mapping[str, F]) -> dict[str, F]:
        both = dict(under)
        for key, item in over.items():
            if key not in both or newer(both[key].as_of, item.as_of):
                both[key] = item
        return both

    sources = dict(base.sources)
    for source, stamp in other.sources.items():
        if source not in sources or newer(sources[source], stamp):
            sources[source] = stamp
    return Snapshot(
        laid(base.issues, other.issues),
        laid(base.runs, other.runs),
        laid(base.reports, other.reports),
        laid(base.short_links, other.short_links),
        sources,
    )


def is_news(old: Snapshot, new: Snapshot) -> bool:
    """Whether anything but the stamps differs."""
    return _undated(old) != _undated(new)


def refuse_shrink(old: Snapshot, new: Snapshot, wanted: Wanted) -> None:
    """Raise SnapshotError if an item that is known and wanted would be lost."""
    lost = [
        key
        for section, names in keys(wanted, old).items()
        for key in names
        if key in getattr(old, section) and key not in getattr(new, section)
    ]
    if lost:
        shown = ", ".join(lost[:5]) + (" and others" if len(lost) > 5 else "")
        raise SnapshotError(
            f"not written: it would lose {shown}, which the catalog names; "
            "take an entry out of the catalog to drop what is known of it"
        )


def _section(
    old: Mapping[str, F],
    answered: Mapping[str, F],
    unchanged: set[str],
    wanted: tuple[str, ...],
    stamp: AsOf,
) -> tuple[dict[str, F], dict[str, Outcome]]:
    new: dict[str, F] = {}
    outcomes = {}
    for key in wanted:
        before, after = old.get(key), answered.get(key)
        if after is not None:
            new[key] = _joined(before, after)
            outcomes[key] = Outcome.GONE if after.gone else Outcome.FRESH
        elif before is None:
            outcomes[key] = Outcome.MISSING
        elif key in unchanged:
            new[key] = replace(before, as_of=stamp)
            outcomes[key] = Outcome.GONE if before.gone else Outcome.FRESH
        else:
            new[key] = before
            outcomes[key] = Outcome.KEPT
    return new, outcomes


def _joined(before: F | None, after: F) -> F:
    """What was answered, with what only earlier answers know."""
    if before is None:
        return after
    if after.gone:
        return replace(before, as_of=after.as_of, gone=True)
    if (
        isinstance(after, RunFacts)
        and isinstance(before, RunFacts)
        and after.curve is None
        and after.state != "running"
    ):
        # A finished run's curve is asked for once.
        return replace(after, curve=before.curve)
    return after


def _rank(stamp: AsOf, now: str) -> tuple[bool, bool, str]:
    return stamp.when <= now, not stamp.archive, stamp.when


def _undated(snapshot: Snapshot) -> list[dict[str, Facts]]:
    never = AsOf("")
    sections: list[Mapping[str, Facts]] = [getattr(snapshot, section) for section in SECTIONS]
    return [
        {key: replace(item, as_of=never) for key, item in section.items()} for section in sections
    ]
