"""The CSV: rows that programs read back, and that a spreadsheet does not run."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from hostile import HOSTILE
from labbook import exports
from labbook.exports import addresses, table
from labbook.exports.fields import ROW
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link
from open_data import SITE, book

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    " =1",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    '=HYPERLINK("https://evil.example")',
    "=cmd|' /C calc'!A0",
)


def rows(**changes: Any) -> list[dict[str, str]]:
    text = exports.render(book(**changes))[addresses.CSV]
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_an_experiment() -> None:
    first, second, third = rows()
    assert first == {
        "key": "1",
        "title": "A *warm* filter",
        "url": f"{SITE}experiments/1/",
        "issue_url": "https://github.com/example/lab/issues/1",
        "state": "closed",
        "reason": "completed",
        "author": "someone",
        "labels": "experiment; data",
        "created": "2025-03-04",
        "closed": "2025-04-05T06:07:08Z",
        "as_of": "2026-11-22T05:00:00Z",
        "category": "Data",
        "categories": "Data; Data > Deeper: filters",
        "conclusion": "Warm is better, see the next & x < y.",
        "runs": "2",
        "reports": "1",
        "links": first["links"],
        "first_seen": "",
        "concluded_seen": "2026-11-20",
    }
    assert first["links"].split("; ")[0] == first["issue_url"]
    assert second["issue_url"] == second["conclusion"] == second["state"] == ""
    assert third["category"] == third["categories"] == ""


def test_lines_end_as_the_standard_says_and_columns_as_described() -> None:
    text = exports.render(book())[addresses.CSV]
    assert text.startswith(",".join(ROW.names) + "\r\n")
    assert text.count("\r\n") == text.count("\n") == 4


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula(text: str) -> None:
    entry = Experiment("1", text, IssueRef("example/lab", 1), (Link(text),), text)
    catalog = Catalog("A", "", (Category(text, "a", (), (entry,)),))
    facts = IssueFacts(text, AsOf("2026-09"), text, text, (text,), text)
    (row,) = rows(catalog=catalog, snapshot=Snapshot(issues={"example/lab#1": facts}))
    cells = [row[name] for name in ("title", "state", "reason", "author", "labels", "category")]
    assert {cell[0] for cell in cells} == {"'"}
    assert row["conclusion"][0] == "'"
    assert not [cell for cell in row.values() if cell.lstrip().startswith(tuple("=+-@\t\r\uff1d"))]


def test_numbers_stay_numbers() -> None:
    assert table._cell(-1) == -1
    assert rows()[0]["runs"] == "2"


def test_hostile_texts_come_back() -> None:
    texts = [text for text in HOSTILE if len(text) < 10_000]
    entries = tuple(Experiment(str(i), text, None) for i, text in enumerate(texts, 1))
    found = rows(catalog=Catalog("A", "", (), entries))
    assert [row["key"] for row in found] == [entry.key for entry in entries]
    assert not [row for row in found if set(row) != set(ROW.names)]
