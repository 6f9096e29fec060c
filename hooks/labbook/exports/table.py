"""The experiments as CSV (RFC 4180) that a spreadsheet shows as text and numbers, never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from labbook.exports.fields import ROW
from labbook.exports.records import Record

# What a spreadsheet may take for the beginning of a formula, in either width.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def table(experiments: Iterable[Record]) -> str:
    """A row an experiment, below the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(ROW.names)
    for experiment in experiments:
        row = _row(experiment)
        writer.writerow([_cell(row[name]) for name in ROW.names])
    return text.getvalue()


def _row(experiment: Record) -> Record:
    issue = experiment["issue"] or {}
    paths = [place["titles"] for place in experiment["categories"]]
    return {
        "key": experiment["key"],
        "title": experiment["title"],
        "url": experiment["url"],
        "issue_url": issue.get("url"),
        "state": issue.get("state"),
        "reason": issue.get("reason"),
        "author": issue.get("author"),
        "labels": "; ".join(issue.get("labels", ())),
        "created": issue.get("created"),
        "closed": issue.get("closed"),
        "as_of": (issue.get("as_of") or {}).get("when"),
        "category": paths[0][0] if paths else None,
        "categories": "; ".join(" > ".join(titles) for titles in paths),
        "conclusion": (experiment["conclusion"] or {}).get("text"),
        "runs": len(experiment["runs"]),
        "reports": len(experiment["reports"]),
        "links": "; ".join(link["target"] for link in experiment["links"]),
        "first_seen": experiment["first_seen"],
        "concluded_seen": experiment["concluded_seen"],
    }


def _cell(value: Any) -> Any:
    """A number as it is; a text that nothing takes for a formula."""
    if isinstance(value, str) and value.lstrip(" \u00a0\u3000").startswith(_FORMULA):
        return f"'{value}"
    return value
