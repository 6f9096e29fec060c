from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from labbook import pages
from labbook.book import Book, Source, join
from labbook.history import History, Seen
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts, words_of

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
RUN = Link("https://wandb.ai/lab/project/runs/one")
REPORT = Link("https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA")


def book(history: History | None = None) -> Book:
    one = Experiment("1", "One", IssueRef("example/lab", 1), (RUN, REPORT), "It *works*.")
    two = Experiment("two", "Two", conclusion="It *works*.")
    three = Experiment("three", "Three", conclusion="It does not.")
    open_ = Experiment("open", "Open")
    catalog = Catalog(
        "Reports",
        categories=(
            Category("A", "a", (), (one, open_), (Category("B", "b", (), (two,)),)),
            Category("C", "c", (), (See("1"), open_)),
            Category("D", "d", (), (See("two"), three)),
        ),
    )
    facts = IssueFacts("One", AsOf("2026-11-20"), "closed", "not_planned", created="2025-03-04")
    return replace(
        join(catalog, Snapshot({"example/lab#1": facts}), LAB, Source()), history=history
    )


def learned(shown: Book) -> Element:
    return parsed(pages.render(shown)["learned.md"])


def rows(page: Element) -> list[list[str]]:
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for table in page.iter("table")
        for row in table.iter("tr")
    ]


def test_a_shared_conclusion_stands_once_with_all_its_experiments() -> None:
    page = learned(book())
    head = ["Conclusion", "Experiment", "Opened", "Evidence"]
    assert rows(page) == [
        head,
        [
            "It works.",
            "One closed as not planned",
            "4 March 2025",
            "WandB Report WandB Run: one GitHub Issue #1",
        ],
        ["Two", "not known", ""],
        head,
        ["It does not.", "Three", "not known", ""],
    ]
    (conclusion, _) = by_class(page, "learned__conclusion")
    assert conclusion.get("rowspan") == "2"
    assert [item.tag for item in conclusion] == ["em"]


def test_only_headings_with_conclusions_stand_there_each_with_a_permalink() -> None:
    page = learned(book())
    headings = list(page.iter("h2"))
    assert [item.get("id") for item in headings] == ["a", "d"]
    assert [by_class(item, "headerlink")[0].get("href") for item in headings] == ["#a", "#d"]
    assert words_of(page, "h2") == "A"


def test_days_of_conclusions_stand_there_where_one_is_known() -> None:
    seen = {
        "1": Seen(None, concluded=True),
        "two": Seen(None, concluded=True, conclusion="2026-11-24"),
    }
    page = learned(book(History("2026-11-22", seen)))
    assert rows(page)[0] == ["Conclusion", "Experiment", "Opened", "Concluded", "Evidence"]
    assert [row[-2] for row in rows(page)[1:3]] == ["not known", "24 November 2026"]
    assert "first seen after 22 November 2026" in texts(page, "as-of")[0]


def test_the_page_counts() -> None:
    matter, _ = front_matter(pages.render(book())["learned.md"])
    assert matter["description"] == (
        "What we learned: 2 conclusions from 3 of 4 experiments, each with its evidence."
    )


def test_a_withdrawn_conclusion_has_no_day() -> None:
    seen = {"open": Seen(None, concluded=True, conclusion="2026-11-24")}
    assert "Concluded" not in rows(learned(book(History("2026-11-22", seen))))[0]


def test_an_entry_says_where_else_it_stands() -> None:
    rendered = pages.render(book())
    assert texts(parsed(rendered["reports/a.md"]), "entry__others") == [
        "Also under C",
        "Also under C",
        "Also under D",
    ]
    assert texts(parsed(rendered["reports/c.md"]), "entry__others")[0] == "Also under A"
    (others, *_) = by_class(parsed(rendered["reports/d.md"]), "entry__others")
    assert others[0].get("href") == "../../reports/a/#b"


def test_home_shows_the_newest_conclusion_first() -> None:
    seen = {"three": Seen(None, concluded=True, conclusion="2026-11-24")}
    home = parsed(pages.render(book(History("2026-11-22", seen)))["index.md"])
    assert texts(home, "findings__conclusion") == ["It does not.", "It works."]
    assert texts(home, "findings__when") == ["concluded 24 November 2026", "opened 4 March 2025"]
