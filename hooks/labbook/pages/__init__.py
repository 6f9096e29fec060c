"""Book -> the texts of the site's generated pages."""

from __future__ import annotations

from labbook.book import Book
from labbook.pages import address, curation, learned, timeline
from labbook.pages.experiment import experiment
from labbook.pages.explore import explore
from labbook.pages.home import home
from labbook.pages.redirects import redirects
from labbook.pages.related import Related
from labbook.pages.reports import ADDRESS, category, reports
from labbook.pages.views import Views

__all__ = ["render"]


def render(book: Book) -> dict[str, str]:
    """Every generated page by its path below `docs/`."""
    views = Views(book)
    related = Related(views)
    pages = {
        address.source(""): home(views),
        address.source(ADDRESS): reports(views),
        address.source(learned.ADDRESS): learned.learned(views),
        address.source(timeline.ADDRESS): timeline.timeline(views),
        address.source(curation.ADDRESS): curation.curation(views),
    }
    for section in book.sections:
        pages[address.source(section.address)] = category(views, section)
    for entry in book.entries.values():
        pages[address.source(entry.address)] = experiment(views, related, entry)
    pages.update(explore(views))
    pages.update(redirects(book))
    return pages
