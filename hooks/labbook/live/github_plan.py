"""What one refresh asks of GitHub, and which issues a list of changes can confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from labbook.live.snapshot import IssueFacts
from labbook.model import IssueRef

# A list of changes tells nothing of issues that were deleted or transferred away: after a day
# all are asked again.
_CHANGES_FOR = timedelta(days=1)
# GitHub's clock and ours need not agree.
_OVERLAP = timedelta(minutes=10)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Plan:
    """All of `refs` are asked; the facts of those in `sure` were right at the time `since`.

    `labels` mark most issues, `known` are their last facts, `now` and `since` are UTC seconds.
    """

    refs: tuple[IssueRef, ...]
    labels: tuple[str, ...]
    known: Mapping[str, IssueFacts]
    now: str
    since: str | None
    sure: frozenset[IssueRef]

    @property
    def hour(self) -> int:
        """The number of the hour it is, to take turns by."""
        return int(_time(self.now).timestamp()) // 3600


def plan(
    wanted: Sequence[IssueRef],
    labels: Sequence[str],
    known: Mapping[str, IssueFacts],
    since: str | None,
    now: str,
) -> Plan:
    """The plan for the wanted issues; `since` is when GitHub was last asked."""
    refs = tuple(dict.fromkeys(wanted))
    start = _start(since, now)
    sure = (ref for ref in refs if since and _is_sure(known.get(str(ref)), since, now))
    return Plan(refs, tuple(labels), known, now, start, frozenset(sure if start else ()))


def _start(since: str | None, now: str) -> str | None:
    """The time from which to ask for changes; None where all must be asked."""
    try:
        last = _time(since or "")
    except ValueError:
        return None
    usable = timedelta() <= _time(now) - last < _CHANGES_FOR
    return (last - _OVERLAP).strftime(_TIME) if usable else None


def _is_sure(known: IssueFacts | None, since: str, now: str) -> bool:
    if known is None or known.gone or known.moved_to or known.as_of.archive:
        return False
    return since <= known.as_of.when <= now


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
