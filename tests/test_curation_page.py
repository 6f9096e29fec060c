"""The page of what waits for a hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checkout import ROOT
from hostile import HOSTILE
from labbook import catalog, pages, settings, site
from labbook.book import Book, Source, join
from labbook.checking import check
from labbook.live.snapshot import AsOf, IssueFacts, RunFacts, Snapshot
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
NOW = AsOf("2026-11-22T05:00:00Z")
RUN = "https://wandb.ai/lab/project/runs/a"
ENTRY = f"""\
categories:
  - title: A
    experiments:
      - title: First
        issue: 1
        links: [{RUN}]
"""
FRESH = Snapshot(
    issues={"example/lab#1": IssueFacts("First", NOW, state="open")},
    runs={"lab/project/a": RunFacts("a", NOW)},
)


def book(text: str = ENTRY, snapshot: Snapshot = FRESH, commit: str | None = "abc123") -> Book:
    curated = catalog.parse(text.encode(), "a.yaml", LAB.repository)
    return join(curated, snapshot, LAB, Source(commit=commit), "2026-11-22")


def curation(current: Book) -> str:
    return pages.render(current)["curation.md"]


def headings(page: str) -> list[str]:
    return [line for line in page.split("\n") if line.startswith("## ")]


def test_nothing_waits() -> None:
    page = curation(book())
    assert texts(parsed(page), "curation__lead") == ["\nNothing waits.\n"]
    assert headings(page) == []
    assert front_matter(page)[0]["search"] == {"exclude": True}


def test_each_thing_leads_to_its_lines() -> None:
    page = parsed(curation(book(ENTRY.replace(f"[{RUN}]", f"\n          - {RUN}?nw=nwuserx"))))
    (item,) = by_class(page, "curation__item")
    entry, lines = item.iter("a")
    assert entry.get("href") == "../experiments/1/"
    assert lines.get("href") == (
        "https://github.com/example/site/blob/abc123/data/experiments.yaml#L7-L7"
    )
    assert lines.text == "line 7"


def test_lines_are_not_cited_of_what_is_not_committed() -> None:
    page = parsed(curation(book(f"{ENTRY}        related: []\n".replace(RUN, "/x/"), commit=None)))
    (item,) = by_class(page, "curation__item")
    _, lines = item.iter("a")
    assert lines.get("href") == "https://github.com/example/site/blob/main/data/experiments.yaml"


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        (RUN, f"{RUN}?accessToken=abcdefghijkl", "Links with an access token"),
        (RUN, f"{RUN}?nw=x", "Links into an editor or a workspace"),
        (RUN, "/x/", "Without a run or report"),
        ("title: First", "title: Second", "Titles that differ from the issue"),
        ("categories:\n  - title: A\n    experiments:", "categories: []\nuncategorized:", None),
    ],
)
def test_what_is_curated_stands_under_its_topic(old: str, new: str, title: str | None) -> None:
    found = headings(curation(book(ENTRY.replace(old, new))))
    assert [line.split(" {")[0] for line in found] == [f"## {title or 'Without a category'}"]


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"state": "closed", "closed": "2026-01-01"}, "Closed without a conclusion"),
        ({"gone": True}, "Gone or moved"),
        ({"as_of": AsOf("2026-11-01")}, "Live data to renew"),
    ],
)
def test_what_github_says_stands_under_its_topic(facts: dict[str, object], title: str) -> None:
    issue = replace(FRESH.issues["example/lab#1"], **facts)  # type: ignore[arg-type]
    page = curation(book(snapshot=replace(FRESH, issues={"example/lab#1": issue})))
    assert [line.split(" {")[0] for line in headings(page)] == [f"## {title}"]


def test_what_is_not_known_yet() -> None:
    page = parsed(curation(book(snapshot=Snapshot())))
    assert texts(page, "curation__item") == [
        "What GitHub says of 1 issue is not known yet.",
        "What W&B says of 1 run or report is not known yet.",
    ]
    assert texts(page, "curation__lead") == ["\nNo entry waits.\n"]


def test_no_token_is_printed_and_no_text_is_markup() -> None:
    for text in HOSTILE:
        issue = IssueFacts(f"{text} accessToken=abcdefghijkl", NOW, state="open")
        page = curation(book(snapshot=replace(FRESH, issues={"example/lab#1": issue})))
        (item,) = by_class(parsed(page), "curation__item")
        assert {child.tag for child in item.iter()} == {"li", "a", "span"}
        assert "efgh" not in page


def test_an_endless_list_is_cut() -> None:
    more = "".join(f"      - {{title: Entry {n}, id: entry-{n}}}\n" for n in range(250))
    page = parsed(curation(book(ENTRY + more)))
    assert len(by_class(page, "curation__item")) == 200
    assert "50 items more: labbook check lists all." in " ".join(texts(page, "curation__about"))


def test_the_real_page_says_all_that_check_says() -> None:
    real = site.load_book(ROOT, settings.load(ROOT / "mkdocs.yml"))
    page = parsed(curation(real))
    said = texts(page, "curation__said")
    assert len(said) == len(list(check.remarks(real))) > 5
