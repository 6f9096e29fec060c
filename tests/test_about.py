from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from labbook import about, fields
from labbook.book import Book, Build, Source, join
from labbook.exports import fields as exported
from labbook.history import History
from labbook.live.snapshot import AsOf, IssueFacts, RunFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link
from labbook.settings import Licence, Settings
from reading import parsed, texts

LAB = Settings(
    "Lab",
    "example/lab",
    ("experiment",),
    "entity",
    "https://github.com/example/site",
    author="The lab",
    licence=Licence("CC-BY-4.0", "https://example.org/licence"),
)


def book() -> Book:
    runs = [Link(f"https://wandb.ai/lab/project/runs/{name}") for name in ("one", "two")]
    catalog = Catalog(
        "Reports",
        categories=(
            Category(
                "A",
                "a",
                (),
                (
                    Experiment("1", "One", IssueRef("example/lab", 1), tuple(runs), "It works."),
                    Experiment("2", "Two", IssueRef("example/lab", 2), (runs[0],)),
                ),
            ),
        ),
    )
    snapshot = Snapshot(
        {
            "example/lab#1": IssueFacts("One", AsOf("2026-11-20")),
            "example/lab#2": IssueFacts("Two", AsOf("2026-11-02")),
        },
        {"lab/project/one": RunFacts("one", AsOf("2026-09", archive=True))},
    )
    joined = join(catalog, snapshot, LAB, Source())
    return replace(joined, history=History("2026-11-01", {}), build=Build("0123456789abcdef"))


def page(shown: Book) -> Element:
    path, text = about.render_page(shown)
    assert path == "data/about.md"
    return parsed(text)


def test_the_sources_say_how_much_is_known_and_how_old_it_is() -> None:
    rows = [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in page(book()).iter("tr")
    ]
    assert {row[0]: row[-1] for row in rows[1:]} == {
        "data/experiments.yaml": "commit 0123456789ab",
        "GitHub": "20 November 2026; the oldest 2 November 2026",
        "W&B": "September 2026 at the latest, from an archive copy",
        "History": "kept since 1 November 2026; what was there before is not dated",
    }
    known = {row[0]: row[1].partition("Known: ")[2] for row in rows}
    assert known["GitHub"] == "all of 2 issues"
    assert known["W&B"] == "1 of 2 linked runs, no linked reports"


def test_the_counts_are_those_of_the_book() -> None:
    lead = texts(page(book()), "introduction")[0]
    assert "2 experiments, 1 with a conclusion, in 1 category" in lead


def test_every_field_is_described_in_the_words_of_the_code() -> None:
    shown = page(book())
    names = ["".join(item.itertext()) for item in shown.iter("dt")]
    items = (fields.CATALOG, fields.CATEGORY, fields.EXPERIMENT, fields.SEE, fields.LINK)
    assert names[: sum(len(item.fields) for item in items)] == [
        field.name for item in items for field in item.fields
    ]
    answered = [
        field.name
        for record in (exported.ISSUE, exported.RUN, exported.REPORT)
        for field in record.fields[3:]
    ]
    assert names[-len(answered) - 2 :] == [*answered, "first_seen", "concluded_seen"]
    said = ["".join(item.itertext()) for item in shown.iter("dd")]
    assert fields.EXPERIMENT["conclusion"].about in said


def test_licence_and_ways_to_correct() -> None:
    hrefs = {item.get("href") for item in page(book()).iter("a")}
    assert {
        "https://example.org/licence",
        "https://github.com/example/site/edit/main/data/experiments.yaml",
        "../../contributing/",
        "../../curation/",
        "../api/",
    } <= {href.replace("../../data/", "../") for href in hrefs if href}
    without = page(replace(book(), settings=replace(LAB, licence=None)))
    hrefs = {item.get("href") for item in without.iter("a")}
    assert "https://example.org/licence" not in hrefs


def test_what_was_never_answered_says_so() -> None:
    empty = join(Catalog("Reports"), Snapshot(), LAB, Source())
    rows = ["".join(row.itertext()) for row in page(empty).iter("tr")]
    assert sum("no answer yet" in row for row in rows) == 2
    assert "not begun" in rows[-1]
