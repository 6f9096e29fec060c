"""What a site is built of, whoever builds it: the texts of its pages and its navigation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labbook import pages, projects
from labbook.book import Book
from labbook.markdown_links import rewrite_links
from labbook.projects import Content
from labbook.settings import Settings

DOCS = "docs"
REPORTS = "reports/index.md"
# Seen from docs/: the file that an edit button on a generated page leads to.
EDITED = "../data/experiments.yaml"


def contents(root: Path, book: Book) -> dict[str, Content]:
    """What the modules of project pages make, by the path of the page."""
    return {page.source: projects.load(page, root, book) for page in book.settings.project_pages}


def generated(book: Book) -> dict[str, str]:
    """The pages that are made of the book, by their path below docs/."""
    return pages.render(book)


def handwritten(markdown: str, settings: Settings, content: Content | None) -> str:
    """The Markdown of a page of docs/, its links rewritten and its blocks filled."""
    text = rewrite_links(markdown, settings.rewrites)
    return projects.fill(text, content) if content else text


def navigation(nav: list[Any] | None, book: Book) -> list[Any] | None:
    """The navigation with each category's page behind the reports page."""
    categories = [f"reports/{section.id}.md" for section in book.sections]
    return nav and [
        {title: [*value, *categories]} if isinstance(value, list) and REPORTS in value else item
        for item in nav
        for title, value in (item.items() if isinstance(item, dict) else [("", None)])
    ]
