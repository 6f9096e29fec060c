"""What a lab sets in mkdocs.yml: site address, credit, licence, and what the navigation names."""

from __future__ import annotations

from typing import Any

import pytest

from labbook import nav, settings
from labbook.errors import SettingsError
from labbook.settings import Licence, Settings

CC_BY = {"id": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}


def made(lab: dict[str, Any] | None = None, **config: Any) -> Settings:
    return settings.from_config(
        {"extra": {"labbook": {"repository": "example/lab", **(lab or {})}}, **config}
    )


@pytest.mark.parametrize(
    ("written", "known"),
    [
        (None, ""),
        ("", ""),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/base/", "https://example.org/base/"),
    ],
)
def test_the_address_of_the_site_ends_with_a_slash(written: str | None, known: str) -> None:
    assert made(site_url=written).site_url == known


@pytest.mark.parametrize("written", ["example.org", "https://", "https://a b/", "https://a/?b"])
def test_what_is_no_address_of_a_site_is_named(written: str) -> None:
    with pytest.raises(SettingsError, match=r"mkdocs\.yml: site_url: not the address of a site"):
        made(site_url=written)


def test_the_site_is_credited_to_its_author_else_by_its_name() -> None:
    assert made(site_name="Lab book", site_author="The lab").author == "The lab"
    assert made(site_name="Lab book").author == "Lab book"


def test_a_licence_has_an_identifier_and_an_address() -> None:
    assert made({"licence": CC_BY}).licence == Licence(CC_BY["id"], CC_BY["url"])
    assert made().licence is None


@pytest.mark.parametrize(
    "row", ["CC-BY-4.0", {"id": "x"}, {"id": "x", "url": "x"}, {**CC_BY, "a": 1}]
)
def test_what_is_no_licence_is_named(row: object) -> None:
    with pytest.raises(SettingsError, match=r"extra\.labbook\.licence: not a licence; write `{id"):
        made({"licence": row})


NAV = [
    {"Home": "index.md"},
    {"Reports": ["reports/index.md", "reports/data.md"]},
    {"Projects": [{"One": "projects/one.md"}, "projects/untitled.md"]},
    {"More": [{"Deep": [{"Elsewhere": "https://example.org"}, {"Below": "a/myindex.md"}]}]},
    "plain.md",
]


def test_the_pages_that_the_navigation_names() -> None:
    lab = made(nav=NAV)
    assert lab.pages == (
        ("Home", ""),
        ("Reports", "reports/"),
        ("One", "projects/one/"),
        ("Below", "a/myindex/"),
    )
    assert lab.projects == (("One", "projects/one/"),)
    assert not list(nav.titled(None))
