"""What one source answered in one refresh; both rims hand this to the refresh."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from labbook.live.snapshot import IssueFacts, ReportFacts, RunFacts, ShortLinkFacts


@dataclass(slots=True)
class Answers:
    """The facts that arrived, by the snapshot's keys; what is not here could not be renewed.

    `unchanged` are keys that the source confirmed without sending them (`since` queries).
    `problems` are sentences for people, free of credentials. `requests` counts HTTP requests.
    """

    issues: dict[str, IssueFacts] = field(default_factory=dict)
    runs: dict[str, RunFacts] = field(default_factory=dict)
    reports: dict[str, ReportFacts] = field(default_factory=dict)
    short_links: dict[str, ShortLinkFacts] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    requests: int = 0


class Deadline:
    """A point in time that every call of one refresh keeps to."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, never below zero."""
        return max(0.0, self._end - time.monotonic())
