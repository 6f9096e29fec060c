"""What a rule says of a place in the curated file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from labbook.errors import Severity
from labbook.model import Place


class Rule(StrEnum):
    """What a remark is about; the name under which machines know it."""

    UNCATEGORIZED = "uncategorized"
    CLOSED = "closed-without-conclusion"
    GONE = "gone"
    MOVED = "moved"
    EVIDENCE = "without-evidence"
    TOKEN = "access-token"  # noqa: S105  # the name of a rule
    WORKSPACE = "personal-workspace"
    EDITOR = "editor"
    LOST_TEXT = "lost-text"
    TITLE = "title-drifted"
    FAILED = "failed-run"


# What may well be as it is meant to be.
_NOTES = {Rule.UNCATEGORIZED, Rule.TITLE, Rule.FAILED}


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of a place in the curated file, and what would settle it."""

    rule: Rule
    place: Place
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """Whether it asks for a hand, or may be as it is meant."""
        return Severity.NOTE if self.rule in _NOTES else Severity.WARNING
