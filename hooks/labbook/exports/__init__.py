"""Book -> the site's open data: API, CSV, feeds, and what programs look for at its root."""

from __future__ import annotations

from collections.abc import Collection

from labbook.book import Book
from labbook.exports import addresses, atom, json_feed, news, root, table
from labbook.exports.documents import documents
from labbook.exports.records import Figures, Records

__all__ = ["addresses", "render"]

_NO_FIGURES: Figures = {}


def render(
    book: Book, figures: Figures = _NO_FIGURES, pages: Collection[str] = ()
) -> dict[str, str]:
    """Every export by its path below the site's root.

    `figures` are those of the project pages, by the path of the page below `docs/`; `pages` are
    the paths there of all pages of the site.
    """
    records = Records(book, figures)
    events = news.latest(book, records)
    return {
        **dict(documents(book, records)),
        addresses.CSV: table.table(records.experiments.values()),
        addresses.ATOM: atom.feed(book, events),
        addresses.JSON_FEED: json_feed.feed(book, events),
        addresses.LLMS: root.llms(book),
        addresses.BUILD: root.build(book, records, pages),
        addresses.ROBOTS: root.robots(book.settings),
    }
