from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree.ElementTree import Element

import html5lib
import markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from mkdocs.config import load_config

import checkout
from hostile import HOSTILE
from labbook import pages, settings, site
from labbook.book import Book, Source, join
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.pages import escape, words
from labbook.settings import Settings

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
ARCHIVE = AsOf("2026-09", archive=True)
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


@cache
def markdown_options() -> dict[str, Any]:
    config = load_config(str(checkout.ROOT / "mkdocs.yml"))
    return {
        "extensions": [*config.markdown_extensions],
        "extension_configs": config.mdx_configs or {},
    }


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body


def parsed(text: str) -> Element:
    """The body of a page as a browser sees it, through the extensions of mkdocs.yml."""
    _, body = front_matter(text)
    html = markdown.markdown(body, **markdown_options())
    document = html5lib.parse(f"<!doctype html><body>{html}", namespaceHTMLElements=False)
    found = document.find("body")
    assert found is not None
    return found


def texts(body: Element, class_: str) -> list[str]:
    return ["".join(item.itertext()) for item in by_class(body, class_)]


def by_class(body: Element, class_: str) -> list[Element]:
    return [item for item in body.iter() if class_ in item.get("class", "").split()]


def skeleton(body: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Elements with their attributes in order, without inline Markdown where it is allowed."""
    for item in body:
        yield item.tag, tuple(sorted(item.attrib))
        if RICH & set(item.get("class", "").split()):
            allowed = INLINE | {"p"} if item.get("class") == "introduction" else INLINE
            yield from (part for part in skeleton(item) if part[0] not in allowed)
        else:
            yield from skeleton(item)


def words_of(body: Element, tag: str) -> str:
    item = next(body.iter(tag))
    links = [link for link in item if link.get("class") == "headerlink"]
    for link in links:
        item.remove(link)
    return "".join(item.itertext())


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
        f"Was {text}", ARCHIVE, f"closed {text}", (text, "p1"), author=text, created=f"1 {text}"
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


@pytest.fixture(scope="module")
def real() -> Book:
    return site.load_book(checkout.ROOT, settings.load(checkout.ROOT / "mkdocs.yml"))


def test_every_link_of_the_real_book_leads_to_a_page_and_an_anchor(real: Book) -> None:
    rendered = pages.render(real)
    bodies = {address_of(path): parsed(text) for path, text in rendered.items() if ".md" in path}
    anchors = {
        address: {item.get("id") for item in body.iter()} for address, body in bodies.items()
    }
    hand_written = {
        address_of(str(path.relative_to(checkout.ROOT / "docs")))
        for path in (checkout.ROOT / "docs").rglob("*.md")
    }
    count = 0
    for address, body in bodies.items():
        ids = [item.get("id") for item in body.iter() if item.get("id")]
        assert len(ids) == len(set(ids)), address
        for link in body.iter("a"):
            href = link.get("href", "")
            if href.startswith(("http", "mailto:")):
                assert link.get("rel") == "noopener"
                continue
            target, fragment = urldefrag(urljoin(f"https://site/base/{address}", href))
            assert target.startswith("https://site/base/"), href
            page = unquote(target.removeprefix("https://site/base/"))
            assert page in bodies or page in hand_written, href
            assert not fragment or page not in bodies or unquote(fragment) in anchors[page], href
            count += 1
    assert count > 300


def address_of(path: str) -> str:
    return (
        re.sub(r"(^|/)index\.md$|\.md$", r"\1", path).rstrip("/") + "/"
        if path != "index.md"
        else ""
    )


def test_pages_of_the_real_book(real: Book) -> None:
    rendered = pages.render(real)
    assert {f"experiments/{key}.md" for key in real.entries} <= set(rendered)
    assert {f"reports/{section.id}.md" for section in real.sections} <= set(rendered)
    assert {"index.md", "reports/index.md"} <= set(rendered)


def small(**changes: Any) -> Book:
    """Two categories; experiment 1 stands in both, 2 has an issue of another repository."""
    one = Experiment("1", "One", IssueRef("example/lab", 1), conclusion="It works.")
    two = Experiment("other/lab/2", "Two", IssueRef("other/lab", 2), notes=("a loose end",))
    three = Experiment("index", "Three", related=("1",))
    catalog = Catalog(
        "Reports",
        categories=(
            Category("A", "a", ("old-a",), (one, two), (Category("B", "b", ("old-b",), (three,)),)),
            Category("C", "c", (), (See("1"),)),
        ),
    )
    facts = IssueFacts("One of GitHub", ARCHIVE, **changes)
    return join(catalog, Snapshot({"example/lab#1": facts}), LAB, Source())


def test_an_entry_has_its_id_where_it_is_met_first() -> None:
    rendered = pages.render(small())
    reports = parsed(rendered["reports/index.md"])
    entries = by_class(reports, "entry")
    assert [item.get("id") for item in entries] == [
        "experiment-1",
        "experiment-other-lab-2",
        "experiment-index",
        None,
    ]
    first, second = (
        texts(parsed(rendered[path]), "entry__links")[0]
        for path in ("reports/a.md", "reports/c.md")
    )
    assert first == second
    assert [item.get("id") for item in by_class(parsed(rendered["reports/c.md"]), "entry")] == [
        "experiment-1"
    ]


def test_earlier_ids_of_categories_still_lead_there() -> None:
    rendered = pages.render(small())
    redirect = html5lib.parse(rendered["reports/old-a/index.html"], namespaceHTMLElements=False)
    assert {item.get("href") for item in redirect.iter() if item.get("href")} == {"../a/"}
    refresh = [item.get("content") for item in redirect.iter("meta") if item.get("http-equiv")]
    assert refresh == ["0; url=../a/"]
    assert "reports/old-b/index.html" not in rendered
    for path in ("reports/index.md", "reports/a.md"):
        ids = {item.get("id") for item in parsed(rendered[path]).iter()}
        assert {"a", "old-a", "b", "old-b"} <= ids


def test_the_page_of_an_experiment_says_what_is_known() -> None:
    facts = {"state": "closed", "author": "someone", "created": "2025-03-04", "labels": ("p1",)}
    rendered = pages.render(small(**facts))
    one = parsed(rendered["experiments/1.md"])
    assert texts(one, "finding__conclusion") == ["Conclusion: It works."]
    assert texts(one, "finding__state") == [
        "The issue is closed (as of September 2026, archive copy)."
    ]
    assert [item.text for item in one.iter("dd")][:2] == ["#1 One of GitHub", "closed"]
    assert texts(one, "paths") == ["\nA\nC\n"]
    assert texts(one, "related") == ["\nThree\nTwo\n"]
    two = parsed(rendered["experiments/other/lab/2.md"])
    assert texts(two, "finding__conclusion") == ["No conclusion has been recorded yet."]
    assert not texts(two, "finding__state")
    assert not list(two.iter("dl"))
    assert texts(two, "notes") == ["\na loose end\n"]
    three = parsed(rendered["experiments/index/index.md"])
    assert by_class(three, "related")[0][0][0].get("href") == "../../experiments/1/"


def test_what_is_unknown_is_absent() -> None:
    one = parsed(pages.render(small())["experiments/1.md"])
    assert [item.text for item in one.iter("dt")] == ["Title", "As of"]
    assert not texts(one, "finding__state")


def test_a_catalog_of_nothing_has_its_pages() -> None:
    rendered = pages.render(join(Catalog("Reports"), Snapshot(), LAB, Source()))
    assert set(rendered) == {"index.md", "reports/index.md"}
    assert "0 experiments" in rendered["index.md"]
    assert "uncategorized" in rendered["reports/index.md"]


def test_the_title_of_the_reports_page_takes_no_id_of_another() -> None:
    experiment = Experiment("1", "One", IssueRef("example/lab", 1))
    catalog = Catalog("Experiment 1", categories=(Category("A", "a", (), (experiment,)),))
    text = pages.render(join(catalog, Snapshot(), LAB, Source()))["reports/index.md"]
    ids = [item.get("id") for item in parsed(text).iter() if item.get("id")]
    assert ids == ["experiment-1_1", "a", "experiment-1", "uncategorized"]


@pytest.mark.parametrize(
    ("stamp", "date"),
    [
        ("2026-09", "September 2026"),
        ("2024-02-09", "9 February 2024"),
        ("2026-11-22T05:06:07Z", "22 November 2026, 05:06 UTC"),
        ("yesterday", "yesterday"),
        ("2026-13", "2026-13"),
    ],
)
def test_dates_in_words(stamp: str, date: str) -> None:
    assert words.date(stamp) == date


def test_the_age_of_a_whole_page() -> None:
    live = AsOf("2026-11-22T05:06:07Z")
    assert words.as_of_all([]) is None
    assert words.as_of_all([ARCHIVE, ARCHIVE]) == "September 2026, from an archive copy"
    assert words.as_of_all([live, ARCHIVE]) == (
        "between September 2026 and 22 November 2026, 05:06 UTC, some from an archive copy"
    )


TEXTS = st.one_of(st.text(max_size=30), st.sampled_from([t for t in HOSTILE if len(t) < 1_000]))
KEYS = st.sampled_from(["1", "2", "600", "own-id", "index", "other/re.po_x/7"])
URLS = st.one_of(TEXTS, st.sampled_from(["https://e.org/a", "gs://bucket/x", "/projects/p/"]))
EXPERIMENTS = st.builds(
    Experiment,
    key=KEYS,
    title=TEXTS,
    issue=st.none() | st.builds(IssueRef, st.just("example/lab"), st.integers(1, 3)),
    links=st.lists(st.builds(Link, URLS, st.none() | TEXTS), max_size=3).map(tuple),
    conclusion=st.none() | TEXTS,
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    related=st.lists(KEYS, max_size=2).map(tuple),
)
FACTS = st.builds(
    IssueFacts,
    title=TEXTS,
    as_of=st.builds(AsOf, TEXTS, st.booleans()),
    state=st.none() | TEXTS,
    labels=st.lists(TEXTS, max_size=2).map(tuple),
    author=st.none() | TEXTS,
    created=st.none() | TEXTS,
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Each key is defined once, then listed anywhere; headings nest deeper than HTML's do."""
    defined = draw(st.lists(EXPERIMENTS, max_size=5, unique_by=lambda item: item.key))
    items: list[Experiment | See] = [*defined, *(See(item.key) for item in defined)]
    numbers = iter(range(1_000))

    def category(depth: int) -> Category:
        number = next(numbers)
        mine = tuple(items.pop(0) for _ in range(draw(st.integers(0, len(items)))))
        below = draw(st.integers(0, 2)) if depth < 8 else 0
        children = tuple(category(depth + 1) for _ in range(below))
        formerly = (f"old_{number}_",) if draw(st.booleans()) else ()
        return Category(draw(TEXTS), f"_c_{number}", formerly, mine, children)

    categories = tuple(category(2) for _ in range(draw(st.integers(0, 3))))
    left = tuple(item for item in items if isinstance(item, Experiment))
    shown = {item.key for part in categories for c in part.walk() for item in c.experiments}
    assert shown | {item.key for item in left} == {item.key for item in defined}
    facts = draw(st.dictionaries(st.sampled_from(["example/lab#1", "example/lab#2"]), FACTS))
    catalog = Catalog(draw(TEXTS), draw(TEXTS), categories, left)
    commit = draw(st.sampled_from([None, "abc"]))
    return join(catalog, Snapshot(facts), LAB, Source(commit=commit))


@hypothesis_settings(max_examples=60)
@given(books())
def test_rendering_any_catalog_gives_whole_pages(book: Book) -> None:
    rendered = pages.render(book)
    assert len([path for path in rendered if path.startswith("experiments/")]) == len(book.entries)
    for path, text in rendered.items():
        assert "\x00" not in text
        text.encode()
        if path.endswith(".md"):
            assert front_matter(text)[0]["title"]
    reports = parsed(rendered["reports/index.md"])
    ids = [item.get("id") for item in reports.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    sections = [part for top in book.sections for part in top.walk()]
    wanted = {part.id for part in sections} | {old for part in sections for old in part.formerly}
    assert wanted <= set(ids)
