"""The MkDocs hook: joins the book before each build and shows what is wrong with its data."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# MkDocs has this folder on `sys.path` only while it executes this file: importing the packages
# here binds them, and every later import of their modules goes through their own `__path__`.
import infinite_compute  # noqa: F401 - bound for the module that mkdocs.yml names
import quick_rebuild
from labbook import book, links, projects, site
from labbook import settings as lab_settings
from labbook.errors import DataError, LabbookError
from labbook.live import background, current, wanted
from labbook.live.rim import Mode
from labbook.live.snapshot import Snapshot
from labbook.model import Catalog

if TYPE_CHECKING:
    # A build serves nothing, and should not pay for what does.
    from mkdocs.livereload import LiveReloadServer

REPORTS = "reports/index.md"

# What the network does is information: a strict build counts warnings.
_say = get_plugin_logger("labbook").info
_SHOWN = "These pages show its last good state; the next good save replaces them."
_NOTHING_SHOWN = "There is nothing to show yet; the first good save brings the pages."


class _Server:
    """What a running `mkdocs serve` remembers from one build to the next."""

    running = False
    quick = False
    last_good: book.Book | None = None
    # By the path of the page; of the build that runs.
    projects: Mapping[str, projects.Content] = {}


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Note whether wrong data may be shown (`serve`) or must fail (`build`)."""
    _Server.running = command == "serve"
    _Server.quick = _Server.running and not dirty


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the book on the configuration, where the generating script finds it."""
    try:
        settings = lab_settings.from_config(config)
        joined, problems = _load(Path(config.config_file_path).parent, settings)
    except LabbookError as error:
        raise PluginError(str(error)) from error
    config.extra["book"] = joined
    config.extra["problems"] = problems
    config.extra["shown"] = _SHOWN if _Server.last_good else _NOTHING_SHOWN
    config.nav = _with_categories(config.nav, joined)
    if _Server.quick:
        quick_rebuild.join(config)
    return config


def on_serve(
    server: LiveReloadServer,
    *,
    config: MkDocsConfig,
    builder: Callable[..., None],  # noqa: ARG001
) -> LiveReloadServer:
    """Renew the live data in the background; the site is built anew when there is news."""
    root = Path(config.config_file_path).parent
    current_book: book.Book = config.extra["book"]
    if site.rim(root, current_book.settings).mode is Mode.OFF:
        return server
    news = root / current.NEWS
    try:
        news.parent.mkdir(parents=True, exist_ok=True)
        news.touch()
    except OSError as error:
        _say("nothing is renewed: %s cannot be written (%s)", news, error.strerror)
        return server
    server.watch(str(news))
    background.start(functools.partial(_has_news, root), current_book.settings.live.ttl, news, _say)
    return server


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the files of the project pages on the site, beside their pages."""
    for source, content in _Server.projects.items():
        for name, data in content.files.items():
            path = f"{source.removesuffix('.md')}/{name}"
            files.append(File.generated(config, path, content=data))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Fill the blocks of project pages."""
    content = _Server.projects.get(page.file.src_uri)
    return projects.fill(markdown, content) if content else markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Rewrite the links of hand-written pages; generated ones come rewritten."""
    if getattr(page.file, "generated_by", None):
        return html
    shown: book.Book = config.extra["book"]
    return links.rewrite_hrefs(html, shown.settings.rewrites)


def _load(root: Path, settings: lab_settings.Settings) -> tuple[book.Book, list[str]]:
    """The book of now; under `serve`, on wrong data, the last good one and what is wrong."""
    rim = site.rim(root, settings)
    renew = functools.partial(current.renewed, rim, say=_say, required=rim.mode is Mode.REQUIRE)
    # A preview renews in the background: saving a file must not wait for the network.
    quiet = _Server.running or rim.mode is Mode.OFF
    try:
        joined = site.load_book(root, settings, None if quiet else renew, _say)
        made = {page.source: projects.load(page, root, joined) for page in settings.project_pages}
    except DataError as error:
        if not _Server.running:
            raise
        sys.stderr.write(f"{error}\n")
        empty = book.join(Catalog("Experiment reports"), Snapshot(), settings, book.Source())
        return _Server.last_good or empty, [str(finding) for finding in error.findings]
    _Server.last_good, _Server.projects = joined, made
    return joined, []


def _has_news(root: Path) -> bool:
    """Renew what the pages of now show."""
    shown = _Server.last_good
    if shown is None:
        return False
    experiments = (entry.experiment for entry in shown.entries.values())
    rim = site.rim(root, shown.settings)
    return current.has_news(rim, wanted.of(experiments, shown.settings), _say)


def _with_categories(nav: list[Any] | None, joined: book.Book) -> list[Any] | None:
    """The navigation with each category's page behind the reports page."""
    pages = [f"reports/{section.id}.md" for section in joined.sections]
    return nav and [
        {title: [*value, *pages]} if isinstance(value, list) and REPORTS in value else item
        for item in nav
        for title, value in (item.items() if isinstance(item, dict) else [("", None)])
    ]
