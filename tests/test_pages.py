from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import html5lib
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import checkout
import strategies
from hostile import HOSTILE
from labbook import pages, settings, site, sources
from labbook.book import Book, Source, join
from labbook.live import wanted
from labbook.live.snapshot import AsOf, Curve, IssueFacts, ReportFacts, RunFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, See
from labbook.pages import words
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
ARCHIVE = AsOf("2026-09", archive=True)


@pytest.fixture(scope="module")
def real() -> Book:
    return site.load_book(checkout.ROOT, settings.load(checkout.ROOT / "mkdocs.yml"))


def test_every_link_of_the_real_book_leads_to_a_page_and_an_anchor(real: Book) -> None:
    rendered = sources.generated(real)
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
            page = unquote(target.removeprefix("https://site/base/").partition("?")[0])
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
    three = Experiment("three", "Three", related=("1",))
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
        "experiment-three",
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
    said = {item.get("http-equiv"): item.get("content", "") for item in redirect.iter("meta")}
    assert said["refresh"] == "0; url=../a/"
    assert "default-src 'none'" in said["Content-Security-Policy"]
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
        "The issue is closed (as of September 2026 at the latest, from an archive copy)."
    ]
    assert [item.text for item in one.iter("dd")][:2] == ["#1 One of GitHub", "closed"]
    assert texts(one, "paths") == ["\nA\nC\n"]
    assert texts(one, "related") == ["\nThree\nTwo\n"]
    two = parsed(rendered["experiments/other/lab/2.md"])
    assert texts(two, "finding__conclusion") == ["No conclusion has been recorded yet."]
    assert not texts(two, "finding__state")
    assert not list(two.iter("dl"))
    assert texts(two, "notes") == ["\na loose end\n"]
    three = parsed(rendered["experiments/three.md"])
    assert by_class(three, "related")[0][0][0].get("href") == "../../experiments/1/"


def test_what_is_unknown_is_absent() -> None:
    one = parsed(pages.render(small())["experiments/1.md"])
    assert [item.text for item in one.iter("dt")] == ["Title", "As of"]
    assert not texts(one, "finding__state")


def test_a_catalog_of_nothing_has_its_pages() -> None:
    rendered = pages.render(join(Catalog("Reports"), Snapshot(), LAB, Source()))
    written = {"index.md", "curation.md", "reports/index.md", "explore/index.md"}
    assert set(rendered) == {*written, "explore/rows.json", "learned.md", "timeline.md"}
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


TEXTS = st.one_of(st.text(max_size=30), st.sampled_from([t for t in HOSTILE if len(t) < 1_000]))
AGES = st.builds(AsOf, TEXTS | st.just("2026-11-22T05:06:07Z"), st.booleans())
NUMBERS = st.floats() | st.integers(-(10**30), 10**30)
FACTS = st.builds(
    IssueFacts,
    title=TEXTS,
    as_of=AGES,
    state=st.none() | TEXTS | st.just("closed"),
    reason=st.none() | TEXTS | st.just("not_planned"),
    labels=st.lists(TEXTS, max_size=2).map(tuple),
    author=st.none() | TEXTS,
    assignees=st.lists(TEXTS, max_size=2).map(tuple),
    created=st.none() | TEXTS,
    closed=st.none() | TEXTS,
    moved_to=st.none() | TEXTS,
    pull=st.booleans(),
    gone=st.booleans(),
)
RUNS = st.builds(
    RunFacts,
    name=TEXTS,
    as_of=AGES,
    state=st.none() | TEXTS,
    created=st.none() | TEXTS,
    heartbeat=st.none() | TEXTS,
    duration=st.none() | st.floats(),
    user=st.none() | TEXTS,
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    metrics=st.lists(st.tuples(TEXTS, st.floats()), max_size=3).map(tuple),
    parameters=st.none() | st.integers(),
    tokens=st.none() | st.integers(),
    curve=st.none()
    | st.builds(Curve, TEXTS, st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4).map(tuple)),
    gone=st.booleans(),
)
REPORTS = st.builds(ReportFacts, TEXTS, AGES, st.none() | TEXTS, st.none() | TEXTS, st.booleans())


@hypothesis_settings(max_examples=60)
@given(
    strategies.catalogs(),
    st.lists(FACTS, min_size=1, max_size=3),
    st.lists(RUNS, max_size=3),
    REPORTS,
    st.none() | st.just("abc"),
)
def test_rendering_any_catalog_gives_whole_pages(
    catalog: Catalog,
    facts: list[IssueFacts],
    runs: list[RunFacts],
    report: ReportFacts,
    commit: str | None,
) -> None:
    issues = [str(item.issue) for item in catalog.experiments() if item.issue]
    asked = wanted.of(catalog.experiments(), LAB)
    snapshot = Snapshot(
        dict(zip(issues, facts, strict=False)),
        dict(zip(asked.runs, runs, strict=False)),
        dict.fromkeys(asked.reports, report),
    )
    book = join(catalog, snapshot, LAB, Source(commit=commit))
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
    expected = {part.id for part in sections} | {old for part in sections for old in part.formerly}
    assert expected | {f"experiment-{key.replace('/', '-')}" for key in book.entries} <= set(ids)
