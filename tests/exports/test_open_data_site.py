"""The open data on the built site: everything is there, and what it names is there too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree, html

import checkout
from labbook import settings
from labbook.exports import addresses
from open_data import faults, strings

BASE = f"https://example.org{checkout.BASE}"


@pytest.fixture(scope="module")
def documents(site: Path) -> dict[str, Any]:
    return {
        path.relative_to(site).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in (site / addresses.API).rglob("*.json")
    }


def lost(site: Path, urls: Iterator[str]) -> list[str]:
    """The addresses of this site, of those, at which nothing stands."""
    return [url for url in urls if url.startswith(BASE) and "{" not in url and not there(site, url)]


def there(site: Path, url: str) -> bool:
    path, _, fragment = unquote(url.removeprefix(BASE)).partition("#")
    target = site / path / "index.html" if path.endswith("/") or not path else site / path
    if not target.is_file():
        return False
    return not fragment or fragment in ids(target)


def ids(page: Path) -> set[str]:
    return {str(id_) for id_ in html.parse(str(page)).xpath("//@id")}


def test_the_documents_on_the_site_fit_their_schemas(documents: dict[str, Any]) -> None:
    assert faults(documents, BASE) == []
    index = documents[addresses.document("index")]
    assert index["site"] == BASE
    counts = {each["name"]: each["count"] for each in index["documents"]}
    assert counts["experiments"] >= 33
    assert counts["figures"] >= 10


def test_every_address_in_the_documents_leads_somewhere(
    site: Path, documents: dict[str, Any]
) -> None:
    urls = {text for document in documents.values() for text in strings(document)}
    assert len([url for url in urls if url.startswith(BASE)]) > 100
    assert lost(site, iter(urls)) == []


def test_every_link_of_llms_leads_somewhere(site: Path) -> None:
    links = re.findall(r"\]\((\S+)\)", (site / addresses.LLMS).read_text(encoding="utf-8"))
    assert len(links) > 15
    assert all(link.startswith(BASE) for link in links)
    assert lost(site, iter(links)) == []


def test_every_page_of_the_navigation_is_named(site: Path) -> None:
    text = (site / addresses.LLMS).read_text(encoding="utf-8")
    lab = settings.load(checkout.ROOT / "mkdocs.yml")
    assert not [page for _, page in lab.pages if f"]({BASE}{page})" not in text]


def test_the_feeds_name_the_site(site: Path) -> None:
    feed = etree.parse(str(site / addresses.ATOM)).getroot()
    links = {link.get("rel"): link.get("href") for link in feed.findall("{*}link")}
    assert links == {"self": f"{BASE}feed.xml", "alternate": BASE}
    other = json.loads((site / addresses.JSON_FEED).read_text(encoding="utf-8"))
    assert other["home_page_url"] == BASE


def test_the_build_counts_what_is_on_the_site(site: Path, documents: dict[str, Any]) -> None:
    counts = json.loads((site / addresses.BUILD).read_text(encoding="utf-8"))["counts"]
    listed = documents[addresses.document("experiments")]["experiments"]
    assert counts["experiments"] == len(listed) == len(list((site / "experiments").rglob("*.html")))
    site_map = etree.parse(str(site / "sitemap.xml")).getroot()
    assert counts["pages"] == len(site_map)


def test_the_page_on_the_data_has_its_tables_and_examples(site: Path) -> None:
    page = html.parse(str(site / "data/api/index.html"))
    text = " ".join(page.getroot().find(".//article").itertext())
    assert "concluded_seen" in text
    assert f"curl --silent {BASE}{addresses.API}experiments.json |\n  jq -r" in text
    assert "```" not in text
