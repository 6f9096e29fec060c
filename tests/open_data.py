"""A small lab with something of everything, and its exports as programs read them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema

from labbook import exports
from labbook.book import Book, Build, Source, join
from labbook.exports.records import Figures
from labbook.figures import ListedFigure
from labbook.history import History, Seen
from labbook.live.snapshot import (
    AsOf,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
)
from labbook.live.snapshot import Source as Server
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.settings import Licence, Rewrite, Settings

SITE = "https://example.org/base/"
NOW, BEFORE = AsOf("2026-11-22T05:00:00Z"), AsOf("2026-09", archive=True)
REPORT = "VmlldzoxMTY3MzU3OA"
LAB = Settings(
    "Lab book",
    "example/lab",
    ("experiment",),
    "lab",
    "https://github.com/example/site",
    rewrites=(Rewrite("https://wandb.ai/old/", "https://wandb.ai/lab/"),),
    description="All experiments of the lab.",
    pages=(("Home", ""), ("Reports", "reports/")),
    site_url=SITE,
    author="The lab",
    licence=Licence("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
)
ONE = Experiment(
    "1",
    "A *warm* filter",
    IssueRef("example/lab", 1),
    (
        Link("https://wandb.ai/old/project/runs/one?nw=nwuser", "The baseline"),
        Link("https://wandb.ai/lab/project/runs/two"),
        Link(f"https://wandb.ai/old/project/reports/Slug--{REPORT}"),
        Link("https://api.wandb.ai/links/lab/abc12345"),
        Link("gs://bucket/path"),
        Link("/contributing/"),
    ),
    conclusion="Warm is *better*, see [the next](../experiments/next/) & `x < y`.",
    notes=("Tried **once**.",),
    related=("next",),
)
NEXT = Experiment("next", "Next", None, (Link("https://wandb.ai/lab/project/runs/one"),))
OTHER = Experiment("else/tools/3", "Elsewhere", IssueRef("else/tools", 3), (), "None needed.")
CATALOG = Catalog(
    "Reports",
    "",
    (
        Category(
            "Data",
            "data",
            ("old-data",),
            (ONE,),
            (Category("Deeper: filters", "filters", (), (NEXT, See("1"))),),
        ),
    ),
    (OTHER,),
)
SNAPSHOT = Snapshot(
    issues={
        "example/lab#1": IssueFacts(
            "Try a warm filter",
            NOW,
            state="closed",
            reason="completed",
            labels=("experiment", "data"),
            author="someone",
            assignees=("first",),
            created="2025-03-04",
            closed="2025-04-05T06:07:08Z",
        )
    },
    runs={
        "lab/project/one": RunFacts(
            "warm-filter",
            NOW,
            state="finished",
            created="2025-03-05T10:20:30Z",
            heartbeat="2025-03-07T10:20:30Z",
            duration=180_000.5,
            user="someone",
            tags=("compel",),
            metrics=(("eval/loss", 2.8), ("train/loss", float("nan"))),
            parameters=1_413_000_000,
            tokens=30_000_000_000,
        )
    },
    reports={REPORT: ReportFacts("Warm filters", BEFORE, "author", "2025-05-06T00:00:00Z")},
    short_links={"lab/abc12345": ShortLinkFacts(NOW, REPORT)},
    sources={Server.GITHUB: NOW, Server.WANDB: BEFORE},
)
HISTORY = History(
    "2026-10-01",
    {
        "1": Seen(None, concluded=True, conclusion="2026-11-20"),
        "next": Seen("2026-11-21"),
        "else/tools/3": Seen(None, concluded=True),
        "gone": Seen("2026-11-22"),
    },
)
BUILD = Build("0" * 40, modified=False, at="2026-11-22T06:00:00Z")
FIGURES: Figures = {
    "projects/compute.md": (
        ListedFigure(
            "figure-1",
            "Loss by size",
            "A line falls.",
            "It falls.",
            "published",
            "The paper, table 1",
            "2025-09-01",
            {"svg": "figures/figure-1.svg", "csv": "figures/figure-1.csv"},
        ),
    )
}


def book(
    catalog: Catalog = CATALOG,
    snapshot: Snapshot = SNAPSHOT,
    history: History | None = HISTORY,
    **settings: Any,
) -> Book:
    """The book of this lab, with other settings where wanted."""
    joined = join(catalog, snapshot, replace(LAB, **settings), Source())
    return replace(joined, history=history, build=BUILD)


def documents(made: Book, figures: Figures = FIGURES) -> dict[str, Any]:
    """The documents and schemas of the API, by path."""
    rendered = exports.render(made, figures)
    return {
        path: json.loads(text)
        for path, text in rendered.items()
        if path.startswith("api/") and path.endswith(".json")
    }


def faults(found: dict[str, Any], site: str) -> list[str]:
    """What the documents hold against their own schemas, or beside what these describe."""
    said = []
    for path, document in found.items():
        if "/schemas/" in path:
            jsonschema.Draft202012Validator.check_schema(document)
            continue
        schema = found[document["schema_url"].removeprefix(site)]
        said += [
            f"{path}: {error.message}"
            for error in _strict(json.dumps(schema)).iter_errors(document)
        ]
    return said


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, names of metrics among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


@cache
def _strict(schema: str) -> jsonschema.Draft202012Validator:
    """The schema without leave for fields that it does not describe."""
    closed = copy.deepcopy(json.loads(schema))
    for part in (closed, *closed.get("$defs", {}).values()):
        part["additionalProperties"] = False
    return jsonschema.Draft202012Validator(closed)
