"""The MkDocs hook: joins the book before each build and shows what is wrong with its data."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from mkdocs import utils
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import quick_rebuild
from labbook import book, card_images, cards, head, marks, policy, site, sources
from labbook import settings as lab_settings
from labbook.errors import DataError, LabbookError
from labbook.live import background, current, wanted
from labbook.live.rim import Mode
from labbook.live.snapshot import Snapshot
from labbook.model import Catalog
from labbook.projects import Content

if TYPE_CHECKING:
    # A build serves nothing, and should not pay for what does.
    from mkdocs.livereload import LiveReloadServer

# MkDocs has this folder on `sys.path` only while it executes this file: importing its packages here
# binds them, those of project pages too, and every later import of their modules goes through
# their own `__path__`.
for _package in pkgutil.iter_modules([str(Path(__file__).parent)]):
    if _package.ispkg:
        importlib.import_module(_package.name)

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
    projects: Mapping[str, Content] = {}
    held: ClassVar[dict[str, marks.Held]] = {}
    # By the address of the section; none where they are not drawn.
    cards: Mapping[str, cards.Card] = {}


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
    # A preview is of now, and one build of it keeps pages of another.
    config.extra["built"] = None if _Server.running else sources.built(joined)
    config.extra["problems"] = problems
    config.extra["shown"] = _SHOWN if _Server.last_good else _NOTHING_SHOWN
    config.nav = sources.navigation(config.nav, joined)
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
    """Put the files of project pages beside them, the images of links, and the open data."""
    for source, content in _Server.projects.items():
        for name, data in content.files.items():
            path = f"{source.removesuffix('.md')}/{name}"
            files.append(File.generated(config, path, content=data))
    shown: book.Book = config.extra["book"]
    _Server.cards = cards.cards(shown) if _has_cards(config) else {}
    root = Path(config.config_file_path).parent
    for path, image in card_images.images(root, shown, _Server.cards).items():
        files.append(File.generated(config, path, content=image))
    pages = [file.src_uri for file in files.documentation_pages()]
    for path, text in sources.exported(shown, _Server.projects, pages).items():
        files.append(_written(config, path, text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Rewrite links and fill blocks of hand-written pages; hold HTML back from Markdown."""
    shown: book.Book = config.extra["book"]
    page.meta.update(head.facts(page.url, shown, _Server.cards))
    source = page.file.src_uri
    if getattr(page.file, "generated_by", None):
        text, _Server.held[source] = marks.hold_page(markdown)
        return text
    return sources.handwritten(markdown, shown.settings, _Server.projects.get(source))


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put the blocks where their marks stand: links and the search may read them now."""
    held = _Server.held.get(page.file.src_uri)
    if held is None:
        return html
    wanted = marks.found(page.markdown or "", held.shown)
    # A new set: the one that is there may be kept for the next build.
    page.present_anchor_ids = (page.present_anchor_ids or set()) | marks.ids(held, wanted)
    return _restored(html, held.shown, wanted)


@event_priority(-100)
def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Last of all: the policy, then what no search reads where its marks stand."""
    output = _protected(output, page.content or "")
    held = _Server.held.get(page.file.src_uri)
    if held is not None:
        wanted = marks.found(page.content or "", held.unsearched)
        output = _restored(output, held.unsearched, wanted)
    return policy.noopener(output)


@event_priority(-100)
def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """The same for the page of addresses that lead nowhere."""
    if not template_name.endswith(".html"):
        return output_content
    return policy.noopener(_protected(output_content))


def _written(config: MkDocsConfig, path: str, text: str) -> File:
    """A file that is on the site already, so that nobody holds its text to the end of the build."""
    place = str(Path(config.site_dir) / path)
    utils.write_file(text.encode("utf-8"), place)
    return File.generated(config, path, abs_src_path=place)


def _protected(output: str, content: str = "") -> str:
    # The script by which a preview reloads its pages is another one each time.
    if _Server.running:
        return output
    try:
        return policy.protect(output, content)
    except LabbookError as error:
        raise PluginError(str(error)) from error


def _has_cards(config: MkDocsConfig) -> bool:
    """Images of links are for those who see the published site's address, and it must be known."""
    return bool(config.site_url) and not _Server.running


def _restored(text: str, parts: Mapping[str, str], wanted: list[str]) -> str:
    try:
        return marks.restore(text, parts, wanted)
    except LabbookError as error:
        raise PluginError(str(error)) from error


def _load(root: Path, settings: lab_settings.Settings) -> tuple[book.Book, list[str]]:
    """The book of now; under `serve`, on wrong data, the last good one and what is wrong."""
    rim = site.rim(root, settings)
    renew = functools.partial(current.renewed, rim, say=_say, required=rim.mode is Mode.REQUIRE)
    # A preview renews in the background: saving a file must not wait for the network.
    quiet = _Server.running or rim.mode is Mode.OFF
    try:
        joined = site.load_book(root, settings, None if quiet else renew, _say)
        contents = sources.contents(root, joined)
    except DataError as error:
        if not _Server.running:
            raise
        sys.stderr.write(f"{error}\n")
        empty = book.join(Catalog("Experiment reports"), Snapshot(), settings, book.Source())
        return _Server.last_good or empty, [str(finding) for finding in error.findings]
    _Server.last_good = joined
    held = {source: marks.hold(content) for source, content in contents.items()}
    _Server.projects = {source: content for source, (content, _) in held.items()}
    _Server.held.clear()
    _Server.held.update({source: parts for source, (_, parts) in held.items()})
    return joined, []


def _has_news(root: Path) -> bool:
    """Renew what the pages of now show."""
    shown = _Server.last_good
    if shown is None:
        return False
    experiments = (entry.experiment for entry in shown.entries.values())
    rim = site.rim(root, shown.settings)
    return current.has_news(rim, wanted.of(experiments, shown.settings), _say)
