"""The errors of the package: one base, a sentence each, the data kept as attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LabbookError(Exception):
    """Base of every error that the package raises on purpose; its text is for people."""


class Severity(StrEnum):
    """How a finding counts.

    An error stops a build, a warning asks for a curator's hand, a note may be as it is meant.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong or worth a hand, with its place (line and column count from 1).

    `rule` names the rule that found it; empty for what makes the file unusable.
    """

    path: str
    line: int
    column: int
    where: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    rule: str = ""

    def __str__(self) -> str:
        """The finding as `path:line:column: item: what is wrong; what would be right`."""
        item = f"{self.where}: " if self.where else ""
        return f"{self.path}:{self.line}:{self.column}: {item}{self.message}; {self.remedy}"


class DataError(LabbookError):
    """A data file cannot be used; `findings` holds every problem, in order of place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)))


class SettingsError(LabbookError):
    """`extra.labbook` in mkdocs.yml names something that cannot be."""
