"""What a site is built of, whoever builds it: the texts of its pages and its navigation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from labbook import about, exports, measurements, pages, projects
from labbook.book import Book
from labbook.exports import reference
from labbook.markdown_links import rewrite_links
from labbook.pages import words
from labbook.projects import Content
from labbook.settings import Settings

DOCS = "docs"
REPORTS = "reports/index.md"
# Seen from docs/: the file that an edit button on a generated page leads to.
EDITED = "../data/experiments.yaml"


def contents(root: Path, book: Book) -> dict[str, Content]:
    """What fills the blocks of pages in docs/, by the path of the page there."""
    made = {page.source: projects.load(page, root, book) for page in book.settings.project_pages}
    return {**made, reference.SOURCE: reference.content(book), **measurements.contents(root)}


def generated(book: Book) -> dict[str, str]:
    """The pages that are made of the book, by their path below docs/."""
    path, text = about.render_page(book)
    return {**pages.render(book), path: text}


def exported(book: Book, contents: Mapping[str, Content], pages: Collection[str]) -> dict[str, str]:
    """The data of the site for programs, by its path; `pages` are the paths of all its pages."""
    figures = {source: content.figures for source, content in contents.items() if content.figures}
    return exports.render(book, figures, pages)


def handwritten(markdown: str, settings: Settings, content: Content | None) -> str:
    """The Markdown of a page of docs/, its links rewritten and its blocks filled."""
    text = rewrite_links(markdown, settings.rewrites)
    return projects.fill(text, content) if content else text


def built(book: Book) -> dict[str, str] | None:
    """When the site was built, for the foot of its pages: for machines, and in words."""
    at = book.build.at
    return {"at": at, "words": words.date(at)} if at else None


def navigation(nav: list[Any] | None, book: Book) -> list[Any] | None:
    """The navigation with each category's page behind the reports page."""
    categories = [f"reports/{section.id}.md" for section in book.sections]
    return nav and [
        {title: [*value, *categories]} if isinstance(value, list) and REPORTS in value else item
        for item in nav
        for title, value in (item.items() if isinstance(item, dict) else [("", None)])
    ]
