"""What the pages show of the answers of GitHub and W&B."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element

import pytest

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
from labbook.model import Catalog, Category, Experiment, IssueRef, Link
from labbook.pages import words
from labbook.settings import Rewrite, Settings
from reading import by_class, parsed, texts

NOW, BEFORE = AsOf("2026-11-22T05:00:00Z"), AsOf("2026-11-19T04:30:00Z")
REPORT = "VmlldzoxMTY3MzU3OA"
LAB = Settings(
    "Lab",
    "example/lab",
    ("experiment",),
    "lab",
    "https://github.com/example/site",
    rewrites=(Rewrite("https://wandb.ai/old/", "https://wandb.ai/lab/"),),
)
ISSUE = IssueFacts(
    "One of GitHub",
    NOW,
    state="closed",
    reason="completed",
    labels=("experiment",),
    author="someone",
    assignees=("first", "second"),
    created="2025-03-04",
    closed="2025-04-05",
)
RUN = RunFacts(
    "warm-filter",
    NOW,
    state="finished",
    created="2025-03-05T10:20:30Z",
    heartbeat="2025-03-07T10:20:30Z",
    duration=180_000.0,
    user="someone",
    tags=("compel", "1.4b"),
    metrics=(("eval/c4/loss", 2.8123456), ("train/loss", 2.7001234)),
    parameters=1_413_000_000,
    tokens=30_000_000_000,
    curve=Curve("train/loss", ((0.0, 10.9), (5_000.0, 3.1), (10_000.0, 2.71))),
)


def book(**changes: object) -> Book:
    """An experiment with two runs (one linked at its old address), a report and a short link."""
    links = (
        Link("https://wandb.ai/old/project/runs/one?nw=nwuser", "WandB Run: baseline"),
        Link("https://wandb.ai/lab/project/runs/two"),
        Link(f"https://wandb.ai/old/project/reports/Slug--{REPORT}"),
        Link("https://api.wandb.ai/links/lab/abc12345"),
        Link("https://api.wandb.ai/links/lab/gone0000"),
    )
    one = Experiment("1", "One", IssueRef("example/lab", 1), links)
    facts: dict[str, object] = {
        "issues": {"example/lab#1": ISSUE},
        "runs": {
            "lab/project/one": RUN,
            "lab/project/two": RunFacts(
                "cold-filter",
                BEFORE,
                state="running",
                metrics=(("eval/c4/loss", 3.0), ("eval/wiki/loss", 2.0)),
                curve=Curve("train/loss", ((0.0, 11.0), (4_000.0, 3.3))),
            ),
        },
        "reports": {REPORT: ReportFacts("Warm filters", NOW, "author", "2025-05-06T00:00:00Z")},
        "short_links": {
            "lab/abc12345": ShortLinkFacts(NOW, REPORT),
            "lab/gone0000": ShortLinkFacts(NOW, None, gone=True),
        },
    }
    catalog = Catalog("Reports", categories=(Category("A", "a", (), (one,)),))
    return join(catalog, Snapshot(**{**facts, **changes}), LAB, Source())  # type: ignore[arg-type]


def one_page(**changes: object) -> Element:
    return parsed(pages.render(book(**changes))["experiments/1.md"])


def table(body: Element) -> dict[str, list[str]]:
    rows = [row for item in by_class(body, "runs__table") for row in item.iter("tr")]
    cells = [["".join(cell.itertext()).strip() for cell in row] for row in rows]
    return {name: values for name, *values in cells}


def lines(body: Element, class_: str) -> list[str]:
    return [" ".join(text.split()) for text in texts(body, class_)]


def test_the_book_knows_runs_and_reports_by_their_links_after_rewriting() -> None:
    entry = book().entries["1"]
    assert [run.name for run in entry.runs] == ["warm-filter", "cold-filter"]
    assert [report.title for report in entry.reports] == ["Warm filters"]
    assert [link.curated for link in entry.links][1].startswith("https://wandb.ai/old/")
    assert [link.url for link in entry.links][1].startswith("https://wandb.ai/lab/project/runs/one")


def test_links_stay_as_they_were_curated() -> None:
    shown = {link.get("href", "") for link in one_page().iter("a")}
    assert {link.url for link in book().entries["1"].links} <= shown


def test_the_facts_of_an_issue() -> None:
    body = one_page()
    names = [item.text for item in body.iter("dt")]
    values = [" ".join("".join(item.itertext()).split()) for item in body.iter("dd")]
    assert dict(zip(names, values, strict=True)) == {
        "Title": "#1 One of GitHub",
        "State": "closed as completed",
        "Author": "someone",
        "Assigned to": "first, second",
        "Opened": "4 March 2025",
        "Closed": "5 April 2025",
        "Labels": "experiment",
        "As of": "22 November 2026, 05:00 UTC",
    }
    stamps = {item.get("datetime") for item in body.iter("time")}
    assert {"2025-03-04", "2025-04-05", "2026-11-22T05:00:00Z"} <= stamps


@pytest.mark.parametrize(
    ("facts", "kind", "said"),
    [
        ({"state": "open"}, "open", "open"),
        ({"state": "closed"}, "closed", "closed"),
        ({"state": "closed", "reason": "completed"}, "closed", "closed as completed"),
        ({"state": "closed", "reason": "not_planned"}, "set-aside", "closed as not planned"),
        ({"state": "closed", "reason": "duplicate"}, "set-aside", "closed as a duplicate"),
        ({"state": "closed", "reason": "new"}, "closed", "closed"),
        ({"state": "open", "moved_to": "a/b#7"}, "moved", "moved to a/b#7, open"),
        ({"state": "open", "pull": True}, "open", "a pull request, open"),
        ({"state": "closed", "gone": True}, "gone", "no longer on GitHub, closed"),
        ({"gone": True}, "gone", "no longer on GitHub"),
        ({"state": "thawed"}, "unknown", "thawed"),
    ],
)
def test_states_in_words(facts: dict[str, object], kind: str, said: str) -> None:
    issue = IssueFacts("One", NOW, **facts)  # type: ignore[arg-type]
    rendered = pages.render(book(issues={"example/lab#1": issue}))
    state = by_class(parsed(rendered["reports/index.md"]), "live__state")[0]
    assert (state.get("data-state"), state.text) == (kind, said)
    finding = texts(parsed(rendered["experiments/1.md"]), "finding__state")
    assert finding == [f"The issue is {said} (as of 22 November 2026, 05:00 UTC)."]


def test_the_runs_of_an_experiment_in_one_table() -> None:
    body = one_page()
    assert table(body) == {
        "": ["1 warm-filter", "2 cold-filter"],
        "State": ["finished", "running"],
        "Created": ["5 March 2025, 10:20 UTC", ""],
        "Duration": ["2 days 2 h", ""],
        "Parameters": ["1.41B", ""],
        "Tokens": ["30B", ""],
        "Last heartbeat": ["7 March 2025, 10:20 UTC", ""],
        "User": ["someone", ""],
        "Tags": ["compel 1.4b", ""],
        "eval/c4/loss": ["2.812", "3"],
        "train/loss": ["2.7", ""],
        "eval/wiki/loss": ["", "2"],
        "As of": ["22 November 2026, 05:00 UTC", "19 November 2026, 04:30 UTC"],
    }
    exact = {item.get("value") for item in body.iter("data")}
    assert {"1413000000", "30000000000", "2.8123456"} <= exact
    assert "PT180000S" in {item.get("datetime") for item in body.iter("time")}
    links = next(item for item in by_class(body, "links") if by_class(item, "mark"))
    assert [text.split()[0] for text in lines(links, "mark")] == ["1", "2"]


def test_the_runs_of_an_experiment_in_one_chart() -> None:
    (figure,) = by_class(one_page(), "curves")
    drawing = by_class(figure, "curves__drawing")[0]
    assert drawing.get("role") == "img"
    named = {item.get("id"): "".join(item.itertext()) for item in drawing if item.get("id")}
    title, description = (named[id_] for id_ in drawing.get("aria-labelledby", "").split())
    assert title == "train/loss of 2 runs over the training steps"
    assert description.split(". ")[:2] == [
        "warm-filter: from 10.9 at step 0 to 2.71 at step 10K; final value 2.7",
        "cold-filter: from 11 at step 0 to 3.3 at step 4K",
    ]
    drawn = [item.get("class") for item in drawing if "curve" in item.get("class", "").split()]
    assert drawn == ["curve curve--1 dash--1", "curve curve--2 dash--2"]
    assert lines(figure, "curves__mark") == ["1", "2"]
    above = "train/loss over the training steps; the steep start lies above the frame"
    assert above in lines(figure, "curves__caption")[0]
    assert not [item for item in figure.iter() if item.get("style") or item.tag == "script"]


def test_one_run_alone_needs_no_number() -> None:
    body = one_page(runs={"lab/project/one": RUN})
    assert table(body)[""] == ["warm-filter"]
    assert not by_class(body, "mark")
    (title,) = [item.text for item in body.iter() if item.tag.endswith("}title")]
    assert title == "train/loss of 1 run over the training steps"


def test_of_very_many_runs_the_first_are_compared() -> None:
    links = tuple(Link(f"https://wandb.ai/lab/project/runs/r{n}") for n in range(15))
    one = Experiment("1", "One", links=links)
    runs = {f"lab/project/r{n}": RunFacts(f"Run {n}", NOW, curve=RUN.curve) for n in range(15)}
    catalog = Catalog("Reports", uncategorized=(one,))
    body = parsed(
        pages.render(join(catalog, Snapshot(runs=runs), LAB, Source()))["experiments/1.md"]
    )
    assert len(table(body)[""]) == 12
    assert lines(body, "runs__left-out") == ["3 runs more: follow the links above."]
    looks = [
        item.get("class")
        for item in by_class(body, "curves__drawing")[0]
        if "curve" in item.get("class", "").split()
    ]
    assert len(set(looks)) == 12


def test_curves_that_cannot_be_drawn_are_absent() -> None:
    empty = RunFacts("warm-filter", NOW, curve=Curve("train/loss", ((0.0, math.nan),)))
    body = one_page(runs={"lab/project/one": empty})
    assert not by_class(body, "curves")
    assert list(table(body)) == ["", "As of"]


def test_lists_show_the_facts_in_a_line() -> None:
    body = parsed(pages.render(book())["reports/index.md"])
    final = "eval/c4/loss 2.812 train/loss 2.7"
    assert lines(body, "live") == [
        "One of GitHub closed as completed",
        f"warm-filter finished 2 days 2 h 1.41B parameters 30B tokens {final}",
        "cold-filter running eval/c4/loss 3 eval/wiki/loss 2 as of 19 November 2026, 04:30 UTC",
        "Warm filters by author updated 6 May 2025",
        "Warm filters by author updated 6 May 2025",
        "no longer on W&B",
    ]
    now = "22 November 2026, 05:00 UTC"
    said = f"What GitHub says of the issues is as of {now}."
    said += f" What W&B says of runs and reports is as of {now}. What is older says so."
    assert lines(body, "as-of") == [said]


def test_a_report_stands_on_the_page_of_its_experiment() -> None:
    reports = by_class(one_page(), "links")[0]
    assert lines(reports, "live") == [
        "Warm filters by author updated 6 May 2025",
        "Warm filters by author updated 6 May 2025",
        "no longer on W&B",
    ]


def test_without_answers_there_are_no_facts() -> None:
    rendered = pages.render(book(issues={}, runs={}, reports={}, short_links={}))
    for path in ("experiments/1.md", "reports/index.md"):
        body = parsed(rendered[path])
        for class_ in ("live", "curves", "runs", "as-of", "finding__state"):
            assert not by_class(body, class_)


def test_an_archive_copy_says_that_it_is_one() -> None:
    archived = IssueFacts("One", AsOf("2026-09", archive=True), state="open")
    rendered = pages.render(book(issues={"example/lab#1": archived}))
    said = "September 2026 at the latest, from an archive copy"
    assert said in lines(parsed(rendered["experiments/1.md"]), "finding__state")[0]
    assert f"GitHub says of the issues is as of {said}." in rendered["reports/index.md"].replace(
        '<time datetime="2026-09">September 2026</time>', "September 2026"
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.9, "1 min"),
        (3_599, "59 min 59 s"),
        (3_600, "1 h"),
        (86_400, "1 day"),
        (200_000, "2 days 7 h"),
        (-1, None),
        (math.nan, None),
        (1e300, None),
    ],
)
def test_durations_in_words(seconds: float, said: str | None) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1K"),
        (999_499, "999K"),
        (999_500, "1M"),
        (1_413_000_000, "1.41B"),
        (30 * 10**9, "30B"),
        (10**15, "1.00e+15"),
        (10**400, "1.00e+400"),
    ],
)
def test_counts_in_words(number: int, said: str) -> None:
    assert words.quantity(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(2.712345, "2.712"), (-3.0, "-3"), (12_345.6, "12,346"), (1e12, "1e+12"), (math.inf, None)],
)
def test_values_in_words(number: float, said: str | None) -> None:
    assert words.value(number) == said
