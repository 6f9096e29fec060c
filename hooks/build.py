"""The MkDocs hook: joins the book before each build and shows what is wrong with its data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

# MkDocs has this folder on `sys.path` only while it executes this file: importing the package
# here binds it, and every later import of its modules goes through its own `__path__`.
from labbook import book, links, site
from labbook import settings as lab_settings
from labbook.errors import DataError, LabbookError
from labbook.live.snapshot import Snapshot
from labbook.model import Catalog
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

REPORTS = "reports/index.md"

_SHOWN = "These pages show its last good state; the next good save replaces them."
_NOTHING_SHOWN = "There is nothing to show yet; the first good save brings the pages."


class _Server:
    """What a running `mkdocs serve` remembers from one build to the next."""

    running = False
    last_good: book.Book | None = None


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG001
    """Note whether wrong data may be shown (`serve`) or must fail (`build`)."""
    _Server.running = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the book on the configuration, where the generating script finds it."""
    try:
        settings = lab_settings.from_config(config)
        current, problems = _load(Path(config.config_file_path).parent, settings)
    except LabbookError as error:
        raise PluginError(str(error)) from error
    config.extra["book"] = current
    config.extra["problems"] = problems
    config.extra["shown"] = _SHOWN if _Server.last_good else _NOTHING_SHOWN
    config.nav = _with_categories(config.nav, current)
    return config


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Rewrite the links of hand-written pages; generated ones come rewritten."""
    if getattr(page.file, "generated_by", None):
        return html
    current: book.Book = config.extra["book"]
    return links.rewrite_hrefs(html, current.settings.rewrites)


def _load(root: Path, settings: lab_settings.Settings) -> tuple[book.Book, list[str]]:
    """The book of now; under `serve`, on wrong data, the last good one and what is wrong."""
    try:
        current = site.load_book(root, settings)
    except DataError as error:
        if not _Server.running:
            raise
        sys.stderr.write(f"{error}\n")
        empty = book.join(Catalog("Experiment reports"), Snapshot(), settings, book.Source())
        return _Server.last_good or empty, [str(finding) for finding in error.findings]
    _Server.last_good = current
    return current, []


def _with_categories(nav: list[Any] | None, current: book.Book) -> list[Any] | None:
    """The navigation with each category's page behind the reports page."""
    pages = [f"reports/{section.id}.md" for section in current.sections]
    return nav and [
        {title: [*value, *pages]} if isinstance(value, list) and REPORTS in value else item
        for item in nav
        for title, value in (item.items() if isinstance(item, dict) else [("", None)])
    ]
