"""Findings as text, as JSON, as annotations of GitHub, and as Markdown for its summaries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from labbook.errors import Finding, Severity
from labbook.markdown_text import code

FORMAT = 1
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
# GitHub shows ten of each level: the ones that ask for more come first.
_ORDER = list(_LEVELS)
# A summary is cut at a megabyte.
_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What a check has found: `experiments` is None where the file cannot be used.

    `damages` are sentences on other files that are damaged.
    """

    findings: Sequence[Finding]
    experiments: int | None = None
    damages: Sequence[str] = ()

    def count(self, severity: Severity) -> int:
        """How many findings count as this, damages being errors."""
        found = sum(finding.severity is severity for finding in self.findings)
        return found + (len(self.damages) if severity is Severity.ERROR else 0)

    @property
    def summary(self) -> str:
        """How much was found: `33 experiments, 0 errors, 9 warnings`."""
        parts = [] if self.experiments is None else [_count(self.experiments, "experiment")]
        parts += [_count(self.count(item), item) for item in (Severity.ERROR, Severity.WARNING)]
        if notes := self.count(Severity.NOTE):
            parts.append(_count(notes, "note"))
        return ", ".join(parts)


def text(result: Result) -> str:
    """One finding a line, the summary last."""
    lines = [*result.damages, *map(str, result.findings), result.summary]
    return "".join(f"{line}\n" for line in lines)


def as_json(result: Result) -> str:
    """All of it for machines."""
    document = {
        "format": FORMAT,
        "experiments": result.experiments,
        "errors": result.count(Severity.ERROR),
        "warnings": result.count(Severity.WARNING),
        "notes": result.count(Severity.NOTE),
        "damages": list(result.damages),
        "findings": [
            {
                "path": finding.path,
                "line": finding.line,
                "column": finding.column,
                "item": finding.where,
                "severity": finding.severity,
                "rule": finding.rule or None,
                "message": finding.message,
                "remedy": finding.remedy,
            }
            for finding in result.findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def github(result: Result, prefix: str = "") -> str:
    """Workflow commands: each puts a finding on its line of the pull request's diff.

    `prefix` leads from the repository's root to the folder that the paths begin in.
    """
    lines = [f"::error::{_data(damage)}" for damage in result.damages]
    for finding in sorted(result.findings, key=lambda item: _ORDER.index(item.severity)):
        properties = {
            "file": prefix + finding.path,
            "line": finding.line,
            "col": finding.column,
            "title": finding.rule.replace("-", " ") or "wrong data",
        }
        said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
        item = f"{finding.where}: " if finding.where else ""
        message = _data(f"{item}{finding.message}; {finding.remedy}")
        lines.append(f"::{_LEVELS[finding.severity]} {said}::{message}")
    return "".join(f"{line}\n" for line in [*lines, result.summary])


def markdown(result: Result) -> str:
    """A table for a summary; nothing that the data says can be markup in it."""
    lines = ["## The curated file", "", f"{result.summary[:1].upper()}{result.summary[1:]}."]
    if result.damages:
        lines += ["", *(f"- {code(damage)}" for damage in result.damages)]
    if result.findings:
        lines += ["", "| | where | what | what would be right |", "| --- | --- | --- | --- |"]
    for finding in result.findings[:_MOST_ROWS]:
        place = f"{finding.path}:{finding.line}:{finding.column}"
        said = code(finding.message, table=True), code(finding.remedy, table=True)
        lines.append(f"| {finding.severity} | {place} | {said[0]} | {said[1]} |")
    if len(result.findings) > _MOST_ROWS:
        left = len(result.findings) - _MOST_ROWS
        lines += ["", f"And {left:,} more: `labbook check` lists all."]
    return "".join(f"{line}\n" for line in lines)


def _data(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
