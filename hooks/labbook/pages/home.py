"""The home page: what this is, what was learned lately, where to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.pages import escape, words
from labbook.pages.address import link
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.views import EntryView, Views, section_keys

LATEST = 6


@dataclass(frozen=True, slots=True)
class _Finding:
    conclusion: Markup
    entries: list[tuple[EntryView, str | None]]


@dataclass(frozen=True, slots=True)
class _Destination:
    title: str
    href: Markup
    about: str | None = None


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
    if latest := _latest(views):
        yield heading(2, "What was learned lately", "learned-lately")
        yield render("home_latest.html", findings=latest)
    yield heading(2, "Where to go", "where-to-go")
    yield render("home_destinations.html", destinations=_destinations(views))


def _latest(views: Views) -> list[_Finding]:
    """The conclusions of the experiments opened last; one of several experiments counts once."""
    concluded = [view for view in views.entries.values() if view.conclusion is not None]
    # Stable: those without a date stay last, each group in reading order.
    concluded.sort(key=_created, reverse=True)
    findings: dict[Markup, _Finding] = {}
    for view in concluded:
        if view.conclusion in findings:
            findings[view.conclusion].entries.append((view, _opened(view)))
        elif view.conclusion is not None and len(findings) < LATEST:
            findings[view.conclusion] = _Finding(view.conclusion, [(view, _opened(view))])
    return list(findings.values())


def _created(view: EntryView) -> str:
    return (view.issue.created if view.issue else None) or ""


def _opened(view: EntryView) -> str | None:
    return words.date(created) if (created := _created(view)) else None


def _destinations(views: Views) -> Iterator[_Destination]:
    book = views.book
    yield _Destination(
        "All reports", link("reports/"), words.count(len(book.entries), "experiment")
    )
    for section in book.sections:
        keys = section_keys(section)
        about = words.experiments(len(keys), views.concluded(keys))
        yield _Destination(escape.title(section.title), link(section.address), about)
    if book.uncategorized:
        about = words.count(len(book.uncategorized), "experiment")
        yield _Destination("Uncategorized", link("reports/#uncategorized"), about)
    for title, address in book.settings.projects:
        yield _Destination(escape.title(title), link(address), "project")
    yield _Destination("How to contribute", link("contributing/"))
