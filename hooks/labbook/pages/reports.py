"""The page of all reports, and a page for each top-level category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markdown.extensions.toc import slugify, unique
from markupsafe import Markup

from labbook.book import Listing, Section
from labbook.live.snapshot import Source as Server
from labbook.pages import escape, facts, inline, words
from labbook.pages.address import anchor, link
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.views import Views, section_keys

ADDRESS = "reports/"

_SAYS = {
    Server.GITHUB: "GitHub says of the issues",
    Server.WANDB: "W&B says of runs and reports",
}


def reports(views: Views) -> str:
    """Every experiment under its headings, on one page."""
    book = views.book
    counts = words.experiments(len(book.entries), views.concluded(set(book.entries)))
    front = {
        "title": escape.meta(book.title),
        "description": escape.meta(f"{book.title}: {counts}."),
    }
    return page(ADDRESS, front, _reports(views))


def category(views: Views, section: Section) -> str:
    """A top-level category on a page of its own."""
    counts = _counts(views, section)
    front = {
        "title": escape.meta(section.title),
        "description": escape.meta(f"{section.title}: {counts}."),
    }
    return page(section.address, front, _category(views, section, counts))


def _reports(views: Views) -> Iterator[str]:
    book = views.book
    yield heading(1, book.title, _free_id(views))
    yield render(
        "introduction.html",
        paragraphs=inline.paragraphs(book.introduction, book.settings.rewrites),
        ages=_ages(views, book.entries),
    )
    for top in book.sections:
        for section in top.walk():
            yield _formerly(section)
            yield heading(section.level, section.title, section.id)
            if section is top:
                yield render(
                    "section_facts.html",
                    counts=_counts(views, top),
                    href=link(top.address),
                    link_text="on a page of its own",
                )
            listings = [(item.key, item.first) for item in section.listings]
            yield _entries(views, section, listings)
    yield heading(2, "Uncategorized", "uncategorized")
    yield render("uncategorized.html")
    yield _entries(views, None, [(item.key, item.first) for item in book.uncategorized])


def _category(views: Views, top: Section, counts: str) -> Iterator[str]:
    met: set[str] = set()
    yield _formerly(top)
    yield heading(1, top.title, top.id)
    yield render(
        "section_facts.html",
        counts=counts,
        href=link(f"{ADDRESS}#{anchor(top.id)}"),
        link_text="among all reports",
    )
    yield render("introduction.html", paragraphs=(), ages=_ages(views, section_keys(top)))
    for section in top.walk():
        if section is not top:
            yield _formerly(section)
            yield heading(section.level - 1, section.title, section.id)
        yield _entries(views, section, _first_here(section.listings, met))


def _first_here(listings: Sequence[Listing], met: set[str]) -> list[tuple[str, bool]]:
    here = []
    for listing in listings:
        here.append((listing.key, listing.key not in met))
        met.add(listing.key)
    return here


def _entries(views: Views, section: Section | None, listings: Sequence[tuple[str, bool]]) -> str:
    if not listings:
        return ""
    shown = [views.listing(key, section, anchored=first) for key, first in listings]
    return render("entries.html", listings=shown)


def _formerly(section: Section) -> str:
    return render("formerly.html", anchors=[anchor(old) for old in section.formerly])


def _counts(views: Views, section: Section) -> str:
    keys = section_keys(section)
    return words.experiments(len(keys), views.concluded(keys))


def _ages(views: Views, keys: Iterable[str]) -> list[tuple[str, Markup]]:
    """When the newest facts were true, of each source that has any on the page."""
    there = {age for key in keys for age in views.entries[key].ages}
    return [
        (_SAYS[server], facts.when(newest))
        for server, newest in views.newest.items()
        if (server, newest) in there
    ]


def _free_id(views: Views) -> str:
    """The id of the page's title: its slug, unless another anchor of the page is called so."""
    sections = views.paths
    taken = {"uncategorized"} | {view.anchor for view in views.entries.values()}
    taken |= {section.id for section in sections}
    taken |= {old for section in sections for old in section.formerly}
    return str(unique(slugify(escape.title(views.book.title), "-") or "reports", taken))
