"""What version 1.0 of the API promises stands in a file, and the API keeps to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from labbook import exports
from labbook.exports import addresses, fields
from labbook.exports.shapes import Record
from open_data import FIGURES, book

PROMISED = Path(__file__).with_name(f"api-{fields.VERSION}.json")


def shape() -> dict[str, Any]:
    """Every address, every field with its type, every column."""
    records = {record.name: record for document in fields.DOCUMENTS for record in document.held()}
    return {
        "addresses": sorted(exports.render(book(), FIGURES)),
        "documents": {document.name: described(document) for document in fields.DOCUMENTS},
        "records": {name: described(record) for name, record in sorted(records.items())},
        "columns": described(fields.ROW),
    }


def described(record: Record) -> dict[str, str]:
    return {
        field.name: field.type.name + (" or null" if field.null else "") for field in record.fields
    }


def missing(promised: Any, held: Any, path: str = "") -> list[str]:
    """What was promised and is not as it was."""
    if isinstance(promised, dict):
        return [
            said
            for name, part in promised.items()
            for said in missing(part, held.get(name, {}), f"{path}/{name}")
        ]
    if isinstance(promised, list):
        return [f"{path}/{each}" for each in promised if each not in held]
    return [] if promised == held else [f"{path}: {promised} became {held or 'nothing'}"]


def test_nothing_that_was_promised_is_gone_or_another() -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    assert missing(promised, shape()) == []
    # A column keeps its place, too: some read by number.
    columns = list(promised["columns"])
    assert list(described(fields.ROW))[: len(columns)] == columns


def test_what_is_new_is_promised_as_well() -> None:
    recorded = missing(shape(), json.loads(PROMISED.read_text(encoding="utf-8")))
    assert recorded == [], f"write it into {PROMISED.name}, and into the changelog of the API"


def test_a_field_that_is_removed_or_changed_is_noticed() -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    changed = json.loads(PROMISED.read_text(encoding="utf-8"))
    del changed["records"]["experiment"]["conclusion"]
    changed["columns"]["runs"] = "text"
    assert missing(promised, changed) == [
        "/records/experiment/conclusion: words or null became nothing",
        "/columns/runs: whole number became text",
    ]


def test_the_addresses_are_of_the_version() -> None:
    assert addresses.API == "api/v1/"
    assert fields.VERSION.startswith("1.")
