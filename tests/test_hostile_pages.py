from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from xml.etree.ElementTree import Element

import pytest

from hostile import HOSTILE
from labbook import pages
from labbook.book import Book, Source, join
from labbook.live.snapshot import (
    AsOf,
    Curve,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
)
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.pages import escape
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts, words_of

FORBIDDEN = {"script", "style", "iframe", "img", "object", "form", "base", "meta", "embed"}
# What the drawings of curves are made of; an `svg` holds nothing else.
DRAWING = {"title", "desc", "g", "path", "text"}
INLINE = {"em", "strong", "code", "a", "br"}
# Where curators may write inline Markdown.
RICH = {
    "introduction",
    "entry__conclusion",
    "entry__note",
    "finding__conclusion",
    "findings__conclusion",
    "learned__conclusion",
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


def name_of(item: Element) -> str:
    """The element's name; the parser says of those in a drawing that they are SVG's."""
    return item.tag.rpartition("}")[2]


def book_of(text: str, url: str = "https://example.org/x") -> Book:
    """A book with `text` in every field that a person or a server fills."""
    experiment = Experiment(
        key="1",
        title=text,
        issue=IssueRef("example/lab", 1),
        links=(
            Link(url, label=text),
            Link("gs://bucket/x", label=text),
            Link("https://wandb.ai/lab/project/runs/one", label="A run"),
            Link("https://wandb.ai/lab/project/runs/two", label=text),
            Link("https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA"),
            Link("https://api.wandb.ai/links/lab/abc12345"),
        ),
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
        reason=f"completed {text}",
        author=text,
        assignees=(text, "someone"),
        created=f"1 {text}",
        closed=f"2 {text}",
        moved_to=f"example/other#{text}",
    )
    run = RunFacts(
        f"Run {text}",
        AsOf(f"3 {text}"),
        state=f"finished {text}",
        created=f"4 {text}",
        heartbeat=f"5 {text}",
        duration=60.0,
        user=f"user {text}",
        tags=(text, "tag"),
        metrics=((f"eval/{text}/loss", 2.5),),
        curve=Curve(f"train/{text}", ((0.0, 3.0), (1.0, 2.0))),
    )
    report = ReportFacts(f"Report {text}", AsOf(f"6 {text}"), f"author {text}", f"7 {text}")
    short = ShortLinkFacts(AsOf(f"8 {text}"), "VmlldzoxMTY3MzU3OA")
    snapshot = Snapshot(
        {"example/lab#1": facts},
        {"lab/project/one": run, "lab/project/two": replace(run, user=None)},
        {"VmlldzoxMTY3MzU3OA": report},
        {"lab/abc12345": short},
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
    return join(catalog, snapshot, lab, Source(commit="abc"))


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
    drawings = 0
    baseline = harmless("harmless" if escape.clean(text).strip() else " ")
    for path, expected in baseline.items():
        body = parsed(rendered[path])
        assert list(skeleton(body)) == expected, path
        for item in body.iter():
            assert name_of(item) not in FORBIDDEN
            assert not [name for name in item.attrib if name.startswith("on") or name == "style"]
            if name_of(item) == "svg":
                assert {name_of(part) for part in item.iter()} <= {"svg", *DRAWING}
                drawings += 1
            href = item.get("href", "").lower()
            assert href.startswith(("http", "mailto:", "#", "./", "../")) or not href
    assert drawings == 3
    one = parsed(rendered["experiments/1.md"])
    assert words_of(one, "h1") == title
    links = [*by_class(one, "link--other"), *by_class(one, "link--storage")]
    assert ["".join(link.itertext()) for link in links] == [title, f"{title} gs://bucket/x"]
    visible = [*filter(None, [escape.clean(text).strip()])]
    assert texts(one, "facts__label") == [*visible, "tag", *visible, "tag", *visible, "p1"]
    reports = parsed(rendered["reports/index.md"])
    assert words_of(reports, "h1") == title
    assert words_of(reports, "h2") == title
    assert words_of(reports, "h3") == title
    assert escape.title(f"Was {text}") in texts(reports, "live__title")[0]
    shown = " ".join("".join(one.itertext()).split())
    for said in ("Run {}", "user {}", "finished {}", "3 {}", "5 {}", "eval/{}/loss"):
        assert escape.title(said.format(text))[:200].rstrip("…") in shown, said
    for said in ("train/{}", "Report {}", "author {}", "6 {}"):
        assert escape.title(said.format(text))[:200].rstrip("…") in shown, said
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
            assert name_of(item) not in FORBIDDEN
            assert not [name for name in item.attrib if name.startswith("on") or name == "style"]
            if item.tag == "a":
                assert re.match(r"https?://|\.\.?/|#", item.get("href", ""))


def test_a_script_of_a_template_would_be_seen() -> None:
    body = parsed("---\na: b\n---\n\n<div><script>alert(1)</script></div>\n")
    assert "script" in [item.tag for item in body.iter()]
