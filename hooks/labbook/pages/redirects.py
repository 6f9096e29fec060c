"""Redirects from the earlier addresses of categories."""

from __future__ import annotations

from collections.abc import Iterator

from labbook import policy
from labbook.book import Book, Section
from labbook.pages import escape
from labbook.pages.address import anchor
from labbook.pages.environment import render


def redirects(book: Book) -> Iterator[tuple[str, str]]:
    """Path and text of a page for each id that a top-level category had."""
    current = {section.id for section in book.sections}
    for section in book.sections:
        for old in section.formerly:
            if old not in current:
                yield f"reports/{anchor(old)}/index.html", _redirect(section)


def _redirect(section: Section) -> str:
    page = render(
        "redirect.html", title=escape.title(section.title), href=f"../{anchor(section.id)}/"
    )
    # It is no page of the site builder, which gives all others theirs.
    return f"{policy.protect(str(page))}\n"
