from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from xml.etree.ElementTree import Element

import pytest

from hostile import HOSTILE
from labbook import pages
from labbook.book import Book, Source, join
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.pages import escape
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts, words_of

FORBIDDEN = {"script", "style", "iframe", "img", "svg", "object", "form", "base", "meta", "embed"}
INLINE = {"em", "strong", "code", "a", "br"}
# Where curators may write inline Markdown.
RICH = {
    "introduction",
    "entry__conclusion",
    "entry__note",
    "finding__conclusion",
    "findings__conclusion",
    "notes",
}


def skeleton(body: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Elements with their attributes in order, without inline Markdown where it is allowed."""
    for item in body:
        yield item.tag, tuple(sorted(item.attrib))
        if RICH & set(item.get("class", "").split()):
            allowed = INLINE | {"p"} if item.get("class") == "introduction" else INLINE
            yield from (part for part in skeleton(item) if part[0] not in allowed)
        else:
            yield from skeleton(item)


def book_of(text: str, url: str = "https://example.org/x") -> Book:
    """A book with `text` in every field that a person or a server fills."""
    experiment = Experiment(
        key="1",
        title=text,
        issue=IssueRef("example/lab", 1),
        links=(Link(url, label=text), Link("gs://bucket/x", label=text)),
        conclusion=text,
        notes=(text, text),
    )
    other = Experiment(key="second", title="Second", conclusion="Another finding.", related=("1",))
    catalog = Catalog(
        title=text,
        introduction=text,
        categories=(
            Category(text, "one", ("once",), (experiment,), (Category(text, "two", (), (other,)),)),
            Category("Three", "three", (), (See("1"),)),
        ),
        uncategorized=(Experiment(key="third", title=text),),
    )
    facts = IssueFacts(
        f"Was {text}",
        AsOf("2026-09", archive=True),
        f"closed {text}",
        labels=(text, "p1"),
        author=text,
        created=f"1 {text}",
    )
    lab = Settings(
        text,
        "example/lab",
        (text,),
        text,
        "https://github.com/example/site",
        description=text,
        projects=((text, "projects/x/"),),
    )
    return join(catalog, Snapshot({"example/lab#1": facts}), lab, Source(commit="abc"))


@cache
def harmless(text: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    rendered = pages.render(book_of(text))
    return {
        path: list(skeleton(parsed(text)))
        for path, text in rendered.items()
        if path.endswith(".md")
    }


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_text_is_text(text: str) -> None:
    rendered = pages.render(book_of(text))
    title = escape.title(text)
    baseline = harmless("harmless" if escape.clean(text).strip() else " ")
    for path, expected in baseline.items():
        body = parsed(rendered[path])
        assert list(skeleton(body)) == expected, path
        for item in body.iter():
            assert item.tag not in FORBIDDEN
            assert not [name for name in item.attrib if name.startswith("on") or name == "style"]
            href = item.get("href", "").lower()
            assert href.startswith(("http", "mailto:", "#", "./", "../")) or not href
    one = parsed(rendered["experiments/1.md"])
    assert words_of(one, "h1") == title
    links = [*by_class(one, "link--other"), *by_class(one, "link--storage")]
    assert ["".join(link.itertext()) for link in links] == [title, f"{title} gs://bucket/x"]
    assert texts(one, "facts__label") == [*filter(None, [escape.clean(text).strip()]), "p1"]
    reports = parsed(rendered["reports/index.md"])
    assert words_of(reports, "h1") == title
    assert words_of(reports, "h2") == title
    assert words_of(reports, "h3") == title
    assert escape.title(f"Was {text}") in texts(reports, "issue__title")[0]
    entry = by_class(reports, "entry__title")[0]
    assert "".join(entry[0].itertext()) == title
    for path in ("experiments/1.md", "reports/index.md", "reports/one.md", "index.md"):
        front, _ = front_matter(rendered[path])
        assert unescape(front["title"]) == title
        assert not set(front["title"] + front["description"]) & set("<>\"'")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_a_hostile_url_is_no_link_but_of_the_web(text: str) -> None:
    for url in (text, f"https://example.org/{text}", f"/{text}"):
        rendered = pages.render(book_of("harmless", url))
        body = parsed(rendered["experiments/1.md"])
        for item in body.iter():
            assert item.tag not in FORBIDDEN
            assert not [name for name in item.attrib if name.startswith("on") or name == "style"]
            if item.tag == "a":
                assert re.match(r"https?://|\.\.?/|#", item.get("href", ""))


def test_a_script_of_a_template_would_be_seen() -> None:
    body = parsed("---\na: b\n---\n\n<div><script>alert(1)</script></div>\n")
    assert "script" in [item.tag for item in body.iter()]
