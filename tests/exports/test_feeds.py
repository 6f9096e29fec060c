"""The feeds: of their standards, dated by the history alone, and the same wherever published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import jsonschema
from lxml import etree

from hostile import HOSTILE
from labbook import exports
from labbook.book import Book, Build
from labbook.exports import addresses, news
from labbook.history import History, Seen
from labbook.model import Catalog, Category, Experiment, IssueRef, Link
from open_data import SITE, book

FOLDER = Path(__file__).parent
ATOM = etree.RelaxNG(etree.parse(str(FOLDER / "atom.rng")))
JSON_FEED = jsonschema.Draft202012Validator(
    json.loads((FOLDER / "json-feed.schema.json").read_text(encoding="utf-8"))
)
NS = {"a": "http://www.w3.org/2005/Atom"}


def atom(made: Book) -> Any:
    """The Atom feed, which fits the standard's schema and has an author for every entry."""
    feed = etree.fromstring(exports.render(made)[addresses.ATOM].encode())
    assert ATOM.validate(feed), ATOM.error_log
    assert len(texts(feed, "a:author/a:name")) == 1
    ids = texts(feed, "a:id | a:entry/a:id")
    assert len(ids) == len(set(ids))
    return feed


def json_feed(made: Book) -> dict[str, Any]:
    """The JSON Feed, which fits the standard."""
    feed: dict[str, Any] = json.loads(exports.render(made)[addresses.JSON_FEED])
    assert [error.message for error in JSON_FEED.iter_errors(feed)] == []
    return feed


def texts(feed: Any, path: str) -> list[str]:
    return [item.text for item in feed.xpath(path, namespaces=NS)]


def test_what_is_dated_is_new_and_the_newest_is_first() -> None:
    titles = ["New experiment: Next", "Conclusion: A *warm* filter"]
    feed = atom(book())
    assert texts(feed, "a:entry/a:title") == titles
    assert texts(feed, "a:entry/a:updated") == ["2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z"]
    assert texts(feed, "a:updated") == ["2026-11-21T00:00:00Z"]
    items = json_feed(book())["items"]
    assert [item["title"] for item in items] == titles
    assert [item["date_published"] for item in items] == texts(feed, "a:entry/a:published")
    assert [item["id"] for item in items] == texts(feed, "a:entry/a:id")


def test_an_entry_leads_to_its_page_and_says_what_was_learned() -> None:
    (entry,) = atom(book()).xpath("a:entry[2]", namespaces=NS)
    links = {link.get("rel"): link.get("href") for link in entry.findall("a:link", NS)}
    assert links == {
        "alternate": f"{SITE}experiments/1/",
        "related": "https://github.com/example/lab/issues/1",
    }
    assert [item.get("term") for item in entry.findall("a:category", NS)] == ["Data"]
    html = entry.findtext("a:content", namespaces=NS)
    assert "<p>Warm is <em>better</em>" in html
    assert f'href="{SITE}experiments/next/"' in html
    assert json_feed(book())["items"][1]["content_html"] == html


def test_a_build_at_another_time_gives_the_same_feeds() -> None:
    later = replace(book(), build=Build(None, None, "2030-01-01T00:00:00Z"), today="2030-01-01")
    for path in (addresses.ATOM, addresses.JSON_FEED):
        assert exports.render(later)[path] == exports.render(book())[path]


def test_names_stay_when_the_site_moves() -> None:
    here, there = atom(book()), atom(book(site_url="https://elsewhere.example/"))
    for path in ("a:id", "a:entry/a:id"):
        assert texts(here, path) == texts(there, path)
    assert all(name.startswith("urn:uuid:") for name in texts(here, "a:id | a:entry/a:id"))


def test_without_the_address_of_the_site_links_are_relative_or_left_out() -> None:
    feed = atom(book(site_url=""))
    hrefs = [link.get("href") for link in feed.iter("{*}link") if link.get("rel") != "related"]
    assert hrefs == ["feed.xml", "./", "experiments/next/", "experiments/1/"]
    assert 'href="./experiments/next/"' in texts(feed, "a:entry/a:content")[1]
    other = json_feed(book(site_url=""))
    assert not {"home_page_url", "feed_url"} & set(other)
    assert not [item for item in other["items"] if "url" in item]


def test_what_is_undated_stays_out() -> None:
    begun = book(history=History("2026-10-01", {"1": Seen(None, concluded=True)}))
    assert texts(atom(begun), "a:entry/a:title") == []
    assert texts(atom(begun), "a:updated") == ["2026-10-01T00:00:00Z"]
    assert json_feed(begun)["items"] == []
    assert texts(atom(book(history=None)), "a:updated") == ["1970-01-01T00:00:00Z"]


def test_a_conclusion_that_was_withdrawn_is_no_news() -> None:
    entry = Experiment("1", "One", None)
    history = History("2026-10-01", {"1": Seen(None, concluded=True, conclusion="2026-11-01")})
    assert texts(atom(book(Catalog("A", "", (), (entry,)), history=history)), "a:entry") == []


def test_only_the_newest_are_kept() -> None:
    count = news.LONGEST + 50
    entries = tuple(Experiment(str(i), f"E{i}", None) for i in range(1, count + 1))
    days = {str(i): Seen(f"2026-{i // 28 + 1:02}-{i % 28 + 1:02}") for i in range(1, count + 1)}
    made = book(Catalog("A", "", (), entries), history=History("2026-01-01", days))
    titles = texts(atom(made), "a:entry/a:title")
    assert len(titles) == len(json_feed(made)["items"]) == news.LONGEST
    assert titles[0] == f"New experiment: E{count}"


def test_hostile_texts_stay_texts() -> None:
    half = news.LONGEST // 2
    for start in range(0, len(HOSTILE), half):
        part = dict(enumerate((text[:5_000] for text in HOSTILE[start : start + half]), 1))
        catalog = Catalog("A", "", tuple(hostile(key, text) for key, text in part.items()))
        days = {str(key): Seen("2026-11-01", True, "2026-11-02") for key in part}  # noqa: FBT003
        made = book(catalog, history=History("2026-10-01", days), author=part[1])
        found = atom(made)
        titles = texts(found, "a:entry/a:title")
        assert [item["title"] for item in json_feed(made)["items"]] == titles
        assert len(titles) == 2 * len(part)
        for html in texts(found, "a:entry/a:content"):
            assert_harmless(html)


def hostile(key: int, text: str) -> Category:
    links = (Link("https://example.org/", text), Link(text))
    entry = Experiment(str(key), text, IssueRef("example/lab", key), links, text)
    return Category(text, f"c{key}", (), (entry,))


def assert_harmless(html: str) -> None:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    tags = {item.tag for item in tree.iter() if isinstance(item.tag, str)}
    assert tags <= {"DOCUMENT_FRAGMENT", "p", "ul", "li", "a", "code", "em", "strong", "br"}
    hrefs = [item.get("href", "") for item in tree.iter("a")]
    assert not [h for h in hrefs if not h.startswith(("https://", "http://", "mailto:", SITE))]


def test_the_schema_refuses_a_feed_that_is_none() -> None:
    feed = atom(book())
    feed.remove(feed.find("a:id", NS))
    assert not ATOM.validate(feed)
