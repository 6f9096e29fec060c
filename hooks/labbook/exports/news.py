"""What is new, by the history: experiments and conclusions, each on the day it was first seen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from labbook.book import Book, Entry
from labbook.exports import addresses
from labbook.exports.records import Record, Records
from labbook.pages import escape, inline
from labbook.pages.address import ROOT
from labbook.pages.environment import render

LONGEST = 100
# A day has no hour; feeds want one.
MIDNIGHT = "T00:00:00Z"
# Feeds must say when they last changed, and nothing is known without a history.
_NEVER = "1970-01-01"


class Kind(Enum):
    """What happened, in the words of its title."""

    ENTRY = "New experiment"
    CONCLUSION = "Conclusion"


@dataclass(frozen=True, slots=True)
class Event:
    """Something new, on a day that is known: `url` is that of the experiment's page."""

    id: str
    title: str
    day: str
    url: str
    issue_url: str | None
    categories: tuple[str, ...]
    html: str


def latest(book: Book, records: Records) -> list[Event]:
    """The newest events first; those of one day in reading order."""
    found = sorted(_events(book), key=lambda event: event[0], reverse=True)[:LONGEST]
    return [
        _event(book, book.entries[key], records.experiments[key], kind, day)
        for day, kind, key in found
    ]


def updated(book: Book, events: list[Event]) -> str:
    """When the feeds last changed: never the time of a build."""
    if events:
        return events[0].day + MIDNIGHT
    return (book.history.begun if book.history else _NEVER) + MIDNIGHT


def feed_id(book: Book) -> str:
    """What the feed is called for ever, wherever it is published."""
    return _id(book, "feed")


def _events(book: Book) -> Iterator[tuple[str, Kind, str]]:
    """The day, the kind and the key of everything dated that is still there."""
    if not book.history:
        return
    for key, entry in book.entries.items():
        seen = book.history.entries.get(key)
        if seen and seen.conclusion and entry.experiment.conclusion:
            yield seen.conclusion, Kind.CONCLUSION, key
        if seen and seen.entry:
            yield seen.entry, Kind.ENTRY, key


def _event(book: Book, entry: Entry, record: Record, kind: Kind, day: str) -> Event:
    issue = record["issue"]
    return Event(
        id=_id(book, f"experiments/{entry.key}#{kind.name.lower()}"),
        title=f"{kind.value}: {record['title']}",
        day=day,
        url=addresses.on(book.settings.site_url, entry.address),
        issue_url=issue["url"] if issue else None,
        categories=tuple(dict.fromkeys(place["titles"][0] for place in record["categories"])),
        html=_html(book, entry),
    )


def _html(book: Book, entry: Entry) -> str:
    rewrites = book.settings.rewrites
    links = [(escape.title(link.label), escape.href(link.url), link.url) for link in entry.links]
    html = render(
        "feed_entry.html",
        conclusion=inline.markdown(entry.experiment.conclusion or "", rewrites),
        links=links,
    )
    # Feeds stand at the root of the site, and so do links from there.
    return str(html).replace(ROOT, str(escape.html(book.settings.site_url)) or "./")


def _id(book: Book, name: str) -> str:
    """A name that stays when the site moves: it is of the lab's repository."""
    lab = f"https://github.com/{book.settings.repository}"
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{lab}/{name}").urn
