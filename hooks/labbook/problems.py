"""Collecting every problem of a data file, with texts of the file quoted so that they are safe."""

from __future__ import annotations

from typing import Protocol

from labbook import links
from labbook.errors import DataError, Finding

_MOST = 1000
_QUOTED_LENGTH = 60


class Placed(Protocol):
    """What stands in a file: its line and column from 1, and the item's path from the root."""

    line: int
    column: int
    where: str


class Problems:
    """The findings of one file, in the order they were met; after a thousand it stops counting."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        # Lines that hold a syntax error: what else they seem to say is not worth a finding.
        self.settled: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether further problems are no longer noted."""
        return len(self.findings) > _MOST

    def add(self, line: int, column: int, where: str, message: str, remedy: str) -> None:
        """Note a problem at a line and column."""
        if line in self.settled:
            return
        if len(self.findings) < _MOST:
            self.findings.append(Finding(self.path, line, column, where, message, remedy))
        elif len(self.findings) == _MOST:
            last = max(self.findings)
            # Behind the last of them, where the order of places puts it at the end.
            line, column = last.line, last.column + 1
            message, remedy = "more problems than are listed here", "mend the ones above first"
            self.findings.append(Finding(self.path, line, column, "", message, remedy))

    def at(self, item: Placed, message: str, remedy: str) -> None:
        """Note a problem of an item."""
        self.add(item.line, item.column, item.where, message, remedy)

    def raise_any(self) -> None:
        """Raise DataError if there is any."""
        if self.findings:
            raise DataError(self.findings)


def quoted(text: str) -> str:
    """A text of the file as a message shows it: masked, in bounds, nothing invisible."""
    masked = links.mask(text[:4000])
    if len(masked) > _QUOTED_LENGTH:
        masked = masked[: _QUOTED_LENGTH - 1] + "…"
    return f"`{visible(masked)}`"


def visible(text: str) -> str:
    """The text with control and other invisible characters written as escapes."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)
