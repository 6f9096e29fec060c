from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import strategies
from hostile import HOSTILE
from labbook import pages
from labbook.book import Book, Source, join
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.pages import escape
from labbook.pages.address import filtered
from labbook.pages.explore import LONGEST
from labbook.settings import Settings
from reading import by_class, front_matter, parsed, texts

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
ARCHIVE = AsOf("2026-09", archive=True)
RUN = "https://wandb.ai/lab/project/runs"
REPORT = "https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA"


def facts(**changes: Any) -> IssueFacts:
    return IssueFacts("Title", ARCHIVE, **changes)


def small() -> Book:
    one = Experiment(
        "1",
        "One",
        IssueRef("example/lab", 1),
        (Link(f"{RUN}/a"), Link(f"{RUN}/b?nw=x"), Link(f"{RUN}/b"), Link(REPORT)),
        "It *works*, see `x < y`.",
        ("A note with **words**.",),
    )
    two = Experiment("other/lab/2", "Two", IssueRef("other/lab", 2), (Link("gs://bucket/x"),))
    three = Experiment("three", "Three")
    catalog = Catalog(
        "Reports",
        categories=(
            Category("A", "a", (), (), (Category("B", "b", (), (one,)),)),
            Category("C", "c", (), (See("1"), two)),
        ),
        uncategorized=(three,),
    )
    known = {
        "example/lab#1": facts(
            state="closed",
            reason="not_planned",
            author="someone",
            created="2025-03-04T05:06:07Z",
            labels=("p1", "experiment"),
        ),
        "other/lab#2": facts(state="open", created="yesterday", labels=("experiment",)),
    }
    return join(catalog, Snapshot(known), LAB, Source())


def table_of(page: str) -> list[Element]:
    """The rows of the table, without the one that the script copies."""
    table = by_class(parsed(page), "catalog__table")[0]
    body = table.find("tbody")
    assert body is not None
    return body.findall("tr")


def cells(row: Element) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in row]


def decoded(text: str) -> list[list[str]]:
    """The cells of each row as rows.json has them."""
    data = json.loads(text)
    named = {name: [words for _, words in options] for name, options in data["facets"].items()}
    found = []
    for path, title, issue, places, state, conclusion, runs, labels, *rest in data["rows"]:
        author, opened, day, links, _ = rest
        assert (opened == "") == (day == "")
        assert path
        line = [
            f"{title} {issue}",
            "".join(data["places"][place][1] for place in places),
            data["states"][state][1],
            conclusion,
            str(runs or ""),
            " ".join(named["label"][label] for label in labels),
            "" if author is None else named["author"][author],
            day,
            " ".join(
                named["link"][kind] + (f" ({count})" if count > 1 else "") for kind, count in links
            ),
        ]
        found.append([" ".join(cell.split()) for cell in line])
    return found


def test_a_row_says_what_is_known() -> None:
    rendered = pages.render(small())
    one, two, three = table_of(rendered["explore/index.md"])
    assert cells(one) == [
        "One #1",
        "A \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} BC",
        "closed as not planned",
        "It works, see x < y.",
        "2",
        "p1 experiment",
        "someone",
        "4 March 2025",
        "W&B report W&B run (3)",
    ]
    assert [link.get("href") for link in one.iter("a")] == [
        "../experiments/1/",
        "../reports/a/#b",
        "../reports/c/",
    ]
    assert [time.get("datetime") for time in one.iter("time")] == ["2025-03-04"]
    assert cells(two) == [
        "Two other/lab#2", "C", "open", "", "", "experiment", "", "", "Data browser"
    ]  # fmt: skip
    assert cells(three) == ["Three", "Uncategorized", *[""] * 7]
    assert [item.get("data-state") for item in by_class(one, "live__state")] == ["set-aside"]


def test_a_cell_is_named_after_its_column() -> None:
    body = parsed(pages.render(small())["explore/index.md"])
    table = by_class(body, "catalog__table")[0]
    heads = ["".join(head.itertext()) for head in table.iter("th") if head.get("scope") == "col"]
    assert table.find("caption") is not None
    for row in table_of(pages.render(small())["explore/index.md"]):
        assert [cell.get("data-label") for cell in row] == heads
        assert [cell.get("scope") for cell in row] == ["row", *[None] * (len(heads) - 1)]


def test_options_of_the_filters_stand_as_a_reader_looks_for_them() -> None:
    facets = json.loads(pages.render(small())["explore/rows.json"])["facets"]
    assert facets == {
        "category": [["a", "A"], ["c", "C"], ["uncategorized", "Uncategorized"]],
        "state": [
            ["open", "open"],
            ["set-aside", "closed, not completed"],
            ["unknown", "not known"],
        ],
        "conclusion": [["yes", "with a conclusion"], ["no", "without"]],
        "runs": [["yes", "with runs"], ["no", "without"]],
        "label": [["experiment", "experiment"], ["p1", "p1"]],
        "author": [["someone", "someone"]],
        "year": [["2025", "2025"]],
        "link": [
            ["wandb-report", "W&B report"],
            ["wandb-run", "W&B run"],
            ["data-browser", "Data browser"],
        ],
    }
    fields = by_class(parsed(pages.render(small())["explore/index.md"]), "catalog__facet")
    assert [field.get("data-facet") for field in fields] == list(facets)


def test_notes_are_for_the_search_alone() -> None:
    rendered = pages.render(small())
    assert json.loads(rendered["explore/rows.json"])["rows"][0][-1] == "A note with words."
    assert "A note" not in rendered["explore/index.md"]


def test_controls_are_hidden_until_the_script_runs() -> None:
    body = parsed(pages.render(small())["explore/index.md"])
    for part in ("catalog__search", "catalog__filters", "catalog__clear", "catalog__pages"):
        (control,) = by_class(body, part)
        assert control.get("hidden") is not None
    assert texts(body, "catalog__without") == [
        "Filters, search and sorting need JavaScript; the table is complete without it."
    ]


def test_a_large_catalog_is_paged() -> None:
    count = 1_200
    experiments = tuple(Experiment(f"e{n}", f"Title {n}") for n in range(count))
    catalog = Catalog("Reports", categories=(Category("A", "a", (), experiments),))
    rendered = pages.render(join(catalog, Snapshot(), LAB, Source()))
    paths = [path for path in rendered if path.startswith("explore/") and path.endswith(".md")]
    assert paths == ["explore/index.md", "explore/2.md", "explore/3.md"]
    rows = [[cells(row)[0] for row in table_of(rendered[path])] for path in paths]
    assert [len(part) for part in rows] == [LONGEST, LONGEST, count - 2 * LONGEST]
    assert [title for part in rows for title in part] == [f"Title {n}" for n in range(count)]
    turns = []
    for path in paths:
        body = parsed(rendered[path])
        (nav,) = by_class(body, "catalog__pages")
        assert nav.get("hidden") is None
        # Where no script runs, nothing waits for one.
        assert path == paths[0] or all(a.get("href") for a in nav.iter("a"))
        turns.append([(a.text, a.get("href")) for a in nav.iter("a") if a.get("hidden") is None])
    assert turns == [
        [("Next", "../explore/2/"), ("Last", "../explore/3/")],
        [
            ("First", "../../explore/"),
            ("Previous", "../../explore/"),
            ("Next", "../../explore/3/"),
            ("Last", "../../explore/3/"),
        ],
        [("First", "../../explore/"), ("Previous", "../../explore/2/")],
    ]
    fronts = [front_matter(rendered[path])[0] for path in paths]
    assert ["scripts" in front for front in fronts] == [True, False, False]
    assert len({front["title"] for front in fronts}) == 3
    second = parsed(rendered["explore/2.md"])
    assert texts(second, "catalog__status") == ["1,200 experiments, 501 to 1,000 shown"]
    assert [link.get("href") for link in by_class(second, "catalog__without")[0]] == [
        "../../explore/"
    ]
    assert decoded(rendered["explore/rows.json"]) == [
        cells(row) for path in paths for row in table_of(rendered[path])
    ]


TEXTS = st.sampled_from([text for text in HOSTILE if len(text) < 1_000]) | st.text(max_size=20)
FACTS = st.builds(
    IssueFacts,
    title=TEXTS,
    as_of=st.just(ARCHIVE),
    state=st.none() | TEXTS | st.sampled_from(["open", "closed"]),
    labels=st.lists(TEXTS, max_size=4).map(tuple),
    author=st.none() | TEXTS,
    created=st.none() | TEXTS | st.sampled_from(["2024-05", "2025-06-07"]),
    moved_to=st.none() | TEXTS,
    gone=st.booleans(),
)


@hypothesis_settings(max_examples=30)
@given(strategies.catalogs(), st.lists(FACTS, max_size=4))
def test_the_script_is_given_what_the_page_says(catalog: Catalog, known: list[IssueFacts]) -> None:
    issues = [str(item.issue) for item in catalog.experiments() if item.issue]
    snapshot = Snapshot(dict(zip(issues, known, strict=False)))
    rendered = pages.render(join(catalog, snapshot, LAB, Source()))
    rows = table_of(rendered["explore/index.md"])
    assert decoded(rendered["explore/rows.json"]) == [cells(row) for row in rows]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_text_is_text_in_a_row(text: str) -> None:
    experiment = Experiment("1", text, IssueRef("example/lab", 1), conclusion=text, notes=(text,))
    catalog = Catalog("Reports", categories=(Category(text, "a", (), (experiment,)),))
    known = facts(state=text, author=text, labels=(text,), created=text)
    rendered = pages.render(join(catalog, Snapshot({"example/lab#1": known}), LAB, Source()))
    (row,) = table_of(rendered["explore/index.md"])
    assert {item.tag for item in row.iter()} <= {"tr", "th", "td", "a", "span", "time"}
    known_names = {"scope", "data-label", "class", "href", "data-state", "datetime"}
    assert {name for item in row.iter() for name in item.attrib} <= known_names
    hrefs = {item.get("href", "") for item in row.iter("a")}
    assert hrefs == {"../experiments/1/", "../reports/a/"}
    assert cells(row)[0] == " ".join(f"{escape.title(text)} #1".split())
    assert decoded(rendered["explore/rows.json"]) == [cells(row)]


@pytest.mark.parametrize("text", ["p1", "needs discussion", 'a&b="<c>"', "é/#?+%", "1,2"])
def test_a_filter_in_a_link_is_read_back_as_it_was(text: str) -> None:
    href = str(filtered(label=text, year="2025"))
    assert not set(href) & set("<>\"' ")
    assert parse_qs(urlsplit(href.replace("&amp;", "&")).query) == {
        "label": [text],
        "year": ["2025"],
    }


def test_a_label_leads_to_all_experiments_that_have_it() -> None:
    rendered = pages.render(small())
    body = parsed(rendered["experiments/1.md"])
    links = {label.text: label.get("href") for label in by_class(body, "facts__label")}
    assert links == {
        "p1": "../../explore/?label=p1",
        "experiment": "../../explore/?label=experiment",
    }
    options = json.loads(rendered["explore/rows.json"])["facets"]["label"]
    assert {value for value, _ in options} == set(links)
