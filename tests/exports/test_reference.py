"""The page that says how to use the data: of the same description as the data itself."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
from lxml import html

import checkout
from labbook import exports, projects
from labbook.exports import addresses, fields, reference
from labbook.exports.shapes import Record
from open_data import FIGURES, SITE, book

PAGE = checkout.ROOT / "docs" / reference.SOURCE
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = reference.content(book()).blocks
_HEADING_ID = re.compile(r"^#+ .*\{ #(\w+) \}$|^### `(\w+)`$", re.MULTILINE)


def cells(block: str) -> list[list[str]]:
    rows = html.fragment_fromstring(block).iter("tr")
    return [["".join(map(str, cell.itertext())) for cell in row] for row in rows][1:]


def test_the_page_shows_all_there_is_and_nothing_else() -> None:
    assert not list(projects.check(TEXT, reference.content(book()), str(PAGE)))
    shown = set(re.findall(r"```(\w+)\nid: (\w+)\n```", TEXT))
    assert shown == {(kind, id_) for kind, ids in BLOCKS.items() for id_ in ids}


@pytest.mark.parametrize("record", reference.records(), ids=lambda record: record.name)
def test_a_table_has_every_field(record: Record) -> None:
    rows = cells(BLOCKS["fields"][record.name])
    assert [row[0] for row in rows] == list(record.names)
    assert [row[1] for row in rows] == [
        field.type.name + (" or null" if field.null else "") for field in record.fields
    ]
    assert all(row[2].endswith(".") for row in rows)


def test_every_record_has_a_heading_that_types_lead_to() -> None:
    headings = {first or second for first, second in _HEADING_ID.findall(TEXT)}
    tables = "".join(BLOCKS["fields"].values())
    assert set(re.findall(r'href="#(\w+)"', tables)) <= headings
    assert {record.name for record in reference.records()} <= headings


def test_every_address_on_the_page_is_one_of_the_exports() -> None:
    rendered = exports.render(book(), FIGURES)
    tables = "".join(BLOCKS["addresses"].values())
    hrefs = re.findall(r'href="([^"]*)"', tables)
    assert {href.removeprefix("../../") for href in hrefs} == {
        path for path in rendered if not re.search(r"experiments/|robots", path)
    }


def test_examples_name_the_site_where_its_address_is_known() -> None:
    def text(site_url: str) -> str:
        element: Element = html.fragment_fromstring(
            reference.content(book(site_url=site_url)).blocks["example"]["curl"]
        )
        return "".join(element.itertext())

    assert f"curl --silent {SITE}{addresses.API}experiments.json |\n  jq" in text(SITE)
    assert "curl --silent https://SITE/api/v1" in text("")


def test_the_version_is_that_of_the_page() -> None:
    assert f"The version is `{fields.VERSION}`." in TEXT
    assert f"- **{fields.VERSION}** (" in TEXT
