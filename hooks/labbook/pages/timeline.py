"""The timeline: when experiments were opened, closed and concluded, by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from labbook.book import Section
from labbook.live.snapshot import Source as Server
from labbook.pages import escape, facts, words
from labbook.pages.address import filtered, link
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.timeline_chart import Event, Lane, chart
from labbook.pages.views import EntryView, Views

ADDRESS = "timeline/"
TITLE = "Timeline"
WIDE, NARROW = 680, 288
# A longer table is a table of counts; a longer sentence leads to the list of all.
ROWS = 500
NAMED = 40


@dataclass(frozen=True, slots=True)
class _Group:
    """A lane with the entries behind its events; `id` filters the list of all experiments."""

    lane: Lane
    id: str
    entries: list[tuple[EntryView, Event]]


@dataclass(frozen=True, slots=True)
class _Row:
    opened: Markup
    entry: EntryView
    group: Markup
    closed: Markup | None
    conclusion: Markup


@dataclass(frozen=True, slots=True)
class _Years:
    title: str
    href: Markup
    cells: list[tuple[str, Markup | None]]


def timeline(views: Views) -> str:
    """The page of the timeline."""
    front = {
        "title": TITLE,
        "description": "When each experiment was opened, closed and concluded, by category.",
        "hide": ["navigation", "toc"],
    }
    return page(ADDRESS, front, _blocks(views))


def _blocks(views: Views) -> Iterator[str]:
    groups, undated = _grouped(views)
    yield heading(1, TITLE, "timeline")
    lanes = [group.lane for group in groups]
    drawn = [(name, chart(lanes, width)) for name, width in (("wide", WIDE), ("narrow", NARROW))]
    charts = [(name, drawing) for name, drawing in drawn if drawing]
    history, github = views.book.history, views.newest.get(Server.GITHUB)
    counted = sum(len(group.entries) for group in groups)
    many = counted > ROWS
    if charts:
        yield render(
            "timeline.html",
            charts=charts,
            counts=words.count(counted, "experiment"),
            bars=any(drawing.bars for _, drawing in charts),
            marks=any(not drawing.bars for _, drawing in charts),
            closed=_any(groups, "closed"),
            learned=_any(groups, "learned"),
            github=facts.when(github) if github else None,
            begun=facts.moment(history.begun) if history else None,
            rows=None if many else _rows(views, groups),
            years=_years(groups) if many else None,
        )
    if undated:
        yield render(
            "timeline_undated.html",
            entries=undated[:NAMED],
            more=f"{len(undated) - NAMED:,}" if len(undated) > NAMED else None,
            href=link("explore/"),
        )


def _any(groups: Sequence[_Group], day: str) -> bool:
    return any(getattr(event, day) for group in groups for _, event in group.entries)


def _grouped(views: Views) -> tuple[list[_Group], list[EntryView]]:
    """Each entry under the first top-level heading that lists it; and those without a day."""
    groups, undated, met = [], list[EntryView](), set[str]()
    for title, href, id_, keys in _headings(views):
        entries = []
        for key in dict.fromkeys(keys):
            if key in met:
                continue
            met.add(key)
            event = _event(views, key)
            if event is None:
                undated.append(views.entries[key])
            else:
                entries.append((views.entries[key], event))
        if entries:
            of_year = filtered(category=id_, year="")
            lane = Lane(title, href, [event for _, event in entries], of_year)
            groups.append(_Group(lane, id_, entries))
    return groups, undated


def _headings(views: Views) -> Iterator[tuple[str, Markup, str, list[str]]]:
    for top in views.book.sections:
        yield escape.title(top.title), link(top.address), top.id, _keys(top)
    uncategorized = [listing.key for listing in views.book.uncategorized]
    yield "Uncategorized", link("reports/#uncategorized"), "uncategorized", uncategorized


def _keys(top: Section) -> list[str]:
    return [listing.key for part in top.walk() for listing in part.listings]


def _event(views: Views, key: str) -> Event | None:
    """What is known of an entry's days; None where not even the first is."""
    view = views.entries[key]
    opened = _day(view.issue.created) if view.issue else None
    if opened is None or view.issue is None:
        return None
    closed, learned = _day(view.issue.closed), _day(views.concluded_on(key))
    said = [f"{view.name}: opened {words.date(opened.isoformat())}"]
    if closed:
        said.append(f"closed {words.date(closed.isoformat())}")
    if learned:
        said.append(f"conclusion first seen {words.date(learned.isoformat())}")
    else:
        said.append("without a conclusion" if view.conclusion is None else "with a conclusion")
    return Event(
        view.href,
        ", ".join(said),
        view.conclusion is not None,
        opened,
        max(opened, closed) if closed else None,
        max(opened, learned) if learned else None,
    )


def _day(stamp: str | None) -> date | None:
    """The day of a stamp; None where it names none."""
    try:
        return date.fromisoformat((stamp or "")[: len("2026-11-22")])
    except ValueError:
        return None


def _rows(views: Views, groups: Sequence[_Group]) -> list[_Row]:
    """Every dated experiment, the newest first."""
    rows = [(event, entry, group) for group in groups for entry, event in group.entries]
    rows.sort(key=lambda row: row[0].opened, reverse=True)
    return [
        _Row(
            facts.moment(event.opened.isoformat()),
            entry,
            Markup('<a href="{}">{}</a>').format(group.lane.href, escape.html(group.lane.title)),
            facts.moment(event.closed.isoformat()) if event.closed else None,
            _conclusion(views, entry),
        )
        for event, entry, group in rows
    ]


def _conclusion(views: Views, entry: EntryView) -> Markup:
    if entry.conclusion is None:
        return escape.html("none yet")
    day = views.concluded_on(entry.key)
    return facts.moment(day) if day else escape.html("yes")


def _years(groups: Sequence[_Group]) -> tuple[list[int], list[_Years]]:
    """How many were opened by category and year, each number a link to them."""
    counts = [Counter(event.opened.year for _, event in group.entries) for group in groups]
    years = sorted({year for count in counts for year in count})
    rows = []
    for group, count in zip(groups, counts, strict=True):
        hrefs = {year: filtered(category=group.id, year=str(year)) for year in count}
        cells = [(f"{count[year]:,}", hrefs.get(year)) for year in years]
        rows.append(_Years(group.lane.title, group.lane.href, cells))
    return years, rows
