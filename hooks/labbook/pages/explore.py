"""Every experiment in one table, and the rows from which a script filters, searches and sorts it.

The rows are one JSON object. `facets` has the options of each filter as [value, words]; `places`
are [path below reports/, words, category] and `states` [state, words]. Each item of `rows` is
[path below experiments/, title, issue, places, state, conclusion, runs, labels, author, opened,
opened in words, [kind of link, count], notes], where numbers count in these lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from labbook.pages import escape, words
from labbook.pages.address import link, source
from labbook.pages.environment import macro, render
from labbook.pages.explore_rows import BLUEPRINT, FACETS, Row, options, rows
from labbook.pages.page import heading, page
from labbook.pages.views import Views

ADDRESS = "explore/"
ROWS = f"{ADDRESS}rows.json"
# So many rows stand on a page; where there are more, the others follow on pages of their own.
LONGEST = 500

_TITLE = "Explore"
_ROW = macro("explore_row.html", "row")
_EXPERIMENTS, _REPORTS = link("experiments/"), link("reports/")
# Name, words, and the order in which the first press on the column's heading sorts.
_COLUMNS = (
    ("title", "Experiment", "asc"),
    ("category", "Category", "asc"),
    ("state", "State", "asc"),
    ("conclusion", "Conclusion", "asc"),
    ("runs", "Runs", "desc"),
    ("labels", "Labels", "asc"),
    ("author", "Author", "asc"),
    ("opened", "Opened", "desc"),
    ("links", "Links", "desc"),
)


def explore(views: Views) -> Iterator[tuple[str, str]]:
    """Path and text of each page of the table, and of the rows."""
    table = rows(views)
    parts = [table[start : start + LONGEST] for start in range(0, len(table), LONGEST)] or [table]
    counts = words.experiments(len(table), views.concluded(set(views.entries)))
    for number, part in enumerate(parts, start=1):
        yield source(_address(number)), _page(counts, table, part, number, len(parts))
    yield ROWS, _json(table, [section.id for section in views.book.sections])


def _page(counts: str, table: Sequence[Row], part: Sequence[Row], number: int, pages: int) -> str:
    which = f", page {number} of {pages}" if number > 1 else ""
    front: dict[str, object] = {
        "title": escape.meta(f"{_TITLE}{which}"),
        "description": escape.meta(f"Every experiment in one table{which}: {counts}."),
        "hide": ["navigation", "toc"],
        "styles": ["assets/catalog.css"],
    }
    if number == 1:
        front["scripts"] = ["assets/catalog.js"]
    else:
        # The site's own search has the page of each experiment.
        front["search"] = {"exclude": True}
    return page(_address(number), front, _blocks(len(table), part, number, pages))


def _blocks(count: int, part: Sequence[Row], number: int, pages: int) -> Iterator[str]:
    yield heading(1, _TITLE, "explore")
    first = (number - 1) * LONGEST + 1
    shown = f", {first:,} to {first + len(part) - 1:,} shown" if pages > 1 else ""
    # The search leaves an element out up to the end of the first in it that is called alike: the
    # table stands in a `section`, and no other does within.
    yield render(
        "explore.html",
        is_first=number == 1,
        home=link(ADDRESS),
        status=f"{words.count(count, 'experiment')}{shown}",
        facets=FACETS,
        columns=_COLUMNS,
        experiments=_EXPERIMENTS,
        reports=_REPORTS,
        blueprint=_row(BLUEPRINT),
        rows=map(_row, part),
        pages=_pages(number, pages),
        here=f"Page {number} of {pages}",
        is_paged=pages > 1,
    )


def _row(row: Row) -> Markup:
    return _ROW(row, _EXPERIMENTS, _REPORTS)


def _pages(number: int, pages: int) -> list[tuple[str, str, Markup | None]]:
    """Name, words and link of the first, previous, next and last page; no link to this page."""
    turns = (
        ("first", "First", 1, number > 1),
        ("prev", "Previous", number - 1, number > 1),
        ("next", "Next", number + 1, number < pages),
        ("last", "Last", pages, number < pages),
    )
    return [
        (name, text, link(_address(to)) if is_there else None) for name, text, to, is_there in turns
    ]


def _address(number: int) -> str:
    return ADDRESS if number == 1 else f"{ADDRESS}{number}/"


def _json(table: Sequence[Row], categories: Sequence[str]) -> str:
    """The rows for the script; texts that many of them have stand once."""
    facets = options(table, categories)
    index = {
        facet: {value: at for at, (value, _) in enumerate(found)} for facet, found in facets.items()
    }
    places = {
        place: at
        for at, place in enumerate(dict.fromkeys(place for row in table for place in row.places))
    }
    states = {state: at for at, state in enumerate(dict.fromkeys(row.state for row in table))}
    data = {
        "facets": facets,
        "places": [[place.path, place.words, index["category"][place.top]] for place in places],
        "states": [[index["state"][kind], text] for kind, text in states],
        "rows": [
            [
                row.path,
                row.title,
                row.issue,
                [places[place] for place in row.places],
                states[row.state],
                row.conclusion,
                row.runs,
                [index["label"][label] for label in row.labels],
                index["author"].get(row.author),
                row.opened,
                row.day,
                [[index["link"][kind.value], kind.count] for kind in row.links],
                row.notes,
            ]
            for row in table
        ],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
