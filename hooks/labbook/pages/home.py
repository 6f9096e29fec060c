"""The home page: what this is, where to go, what was learned lately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.pages import escape, facts, learned, timeline, words
from labbook.pages.address import link
from labbook.pages.conclusions import conclusions
from labbook.pages.environment import render
from labbook.pages.explore import ADDRESS as EXPLORE
from labbook.pages.page import heading, page
from labbook.pages.views import EntryView, Views, section_keys

LATEST = 6


@dataclass(frozen=True, slots=True)
class _Finding:
    conclusion: Markup
    entries: list[tuple[EntryView, Markup | None]]


@dataclass(frozen=True, slots=True)
class _Destination:
    title: str
    href: Markup
    about: str


def home(views: Views) -> str:
    """What a newcomer needs, on one screen."""
    book = views.book
    name = book.settings.site_name
    counts = words.experiments(len(book.entries), views.concluded(set(book.entries)))
    categories = words.count(len(book.sections), "category")
    front = {
        "title": escape.meta(name),
        "description": escape.meta(f"{name}: {counts}, in {categories}."),
        "hide": ["navigation", "toc"],
    }
    return page("", front, _blocks(views, f"{counts}, in {categories}"))


def _blocks(views: Views, counts: str) -> Iterator[str]:
    yield heading(1, views.book.settings.site_name, "home")
    yield render(
        "home_lead.html",
        about=views.book.settings.description,
        title=views.book.title,
        href=link("reports/"),
        counts=counts,
    )
    yield render("home_destinations.html", destinations=_destinations(views))
    if latest := _latest(views):
        yield heading(2, "What was learned lately", "learned-lately")
        yield render("home_latest.html", findings=latest, href=link(learned.ADDRESS))
    if categories := list(_categories(views)):
        yield heading(2, "By category", "by-category")
        yield render("home_categories.html", categories=categories)


def _latest(views: Views) -> list[_Finding]:
    """The newest conclusions, where their day is known, then those of what was opened last."""

    def age(view: EntryView) -> tuple[str, str]:
        return views.concluded_on(view.key) or "", _created(view)

    # Stable: those without a date stay last, each group in reading order.
    newest_first = sorted(views.entries.values(), key=age, reverse=True)
    return [
        _Finding(item.text, [(entry, _when(views, entry)) for entry in item.entries])
        for item in conclusions(newest_first)[:LATEST]
    ]


def _created(view: EntryView) -> str:
    return (view.issue.created if view.issue else None) or ""


def _when(views: Views, view: EntryView) -> Markup | None:
    if concluded := views.concluded_on(view.key):
        return Markup("concluded {}").format(facts.moment(concluded))
    if created := _created(view):
        return Markup("opened {}").format(facts.moment(created))
    return None


def _destinations(views: Views) -> Iterator[_Destination]:
    book = views.book
    concluded = views.concluded(set(book.entries))
    yield _Destination("Explore", link(EXPLORE), "Search, filter and sort all of them")
    yield _Destination(
        learned.TITLE, link(learned.ADDRESS), f"{concluded:,} with a conclusion, and the evidence"
    )
    yield _Destination(timeline.TITLE, link(timeline.ADDRESS), "What was opened and closed when")
    yield _Destination("Reports", link("reports/"), "The whole list under its headings")
    for title, address in book.settings.projects:
        yield _Destination(escape.title(title), link(address), "A project of many runs")
    yield _Destination("Data", link("data/about/"), "Where it comes from, and how to use it")


def _categories(views: Views) -> Iterator[_Destination]:
    book = views.book
    for section in book.sections:
        keys = section_keys(section)
        about = words.experiments(len(keys), views.concluded(keys))
        yield _Destination(escape.title(section.title), link(section.address), about)
    if book.uncategorized:
        about = words.count(len(book.uncategorized), "experiment")
        yield _Destination("Uncategorized", link("reports/#uncategorized"), about)
