"""What decides every page beside its own text: settings, theme, navigation."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.pages import Page

# The book is in the pages' texts already; a template that reads it is told by `reads_more`.
BOOK = "book"
# They hold what differs at each build, or all pages at once.
_WIDE = frozenset({"pages", "build_date_utc"})
_PARSER = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])


def settings(config: MkDocsConfig) -> tuple[object, ...]:
    """All of the configuration that a page's content can be made of."""
    return (
        Path(config.config_file_path).read_bytes(),
        # MkDocs empties what it has validated of extensions and plugins, hence both.
        repr(config.user_configs),
        repr(config.markdown_extensions),
        repr(config.mdx_configs),
        repr([(name, getattr(plugin, "config", None)) for name, plugin in config.plugins.items()]),
        config.site_url,
        theme(config),
    )


def theme(config: MkDocsConfig) -> tuple[object, ...]:
    """The project's own templates by content, those of installed themes by their stamps."""
    own = config.theme.custom_dir
    stamps: list[object] = []
    for folder in config.theme.dirs:
        for path in _files(folder, hidden=folder == own):
            if folder == own:
                stamps.append((path, Path(path).read_bytes()))
            else:
                stat = Path(path).stat()
                stamps.append((path, stat.st_mtime_ns, stat.st_size))
    return tuple(stamps)


def reads_more(config: MkDocsConfig) -> bool:
    """Whether the project's own templates read what is not compared."""
    own = config.theme.custom_dir
    templates = (Path(path) for path in _files(own, hidden=False)) if own else ()
    texts = (path.read_text("utf-8") for path in templates if path.suffix == ".html")
    return any(map(template_reads_more, texts))


def frame(config: MkDocsConfig, items: Iterable[StructureItem]) -> tuple[object, ...]:
    """All else that the theme puts around a page's content."""
    extra = [(name, value) for name, value in config.extra.items() if name != BOOK]
    styles, scripts = repr(list(config.extra_css)), repr(list(config.extra_javascript))
    return repr(extra), styles, scripts, tuple(map(_item, items))


def _item(item: StructureItem) -> tuple[object, ...]:
    """An item of the navigation with all below it."""
    children = tuple(map(_item, item.children or ()))  # type: ignore[attr-defined]
    kind, url = type(item).__name__, getattr(item, "url", None)
    return kind, item.title, url, children, identity(item) if isinstance(item, Page) else None


def identity(page: Page) -> tuple[object, ...]:
    """What a page is called, where it stands, and what its front matter says of it."""
    file = page.file
    return (
        file.src_uri,
        file.url,
        file.inclusion,
        page.title,
        # `1` and `True` are equal, but not in a template.
        repr(page.meta),
        page.edit_url,
        page.canonical_url,
        page.abs_url,
        page.update_date,
    )


def headings(toc: Any) -> tuple[object, ...]:
    """A table of contents to compare."""
    return tuple((i.title, i.id, i.level, headings(i.children)) for i in toc)


def _files(folder: str, *, hidden: bool) -> Iterator[str]:
    """The files below a folder in one order; the theme's icons by the thousand are hidden."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if hidden or not name.startswith("."))
        for name in sorted(names):
            yield f"{at}{os.sep}{name}"


@functools.lru_cache(maxsize=128)
def template_reads_more(text: str) -> bool:
    """Whether a template reads what differs at each build, or all pages; in doubt it does."""
    try:
        parsed = _PARSER.parse(text)
    except jinja2.TemplateError:
        # MkDocs names what is wrong with it.
        return True
    read = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}
    attributes = {node.attr for node in parsed.find_all(nodes.Getattr)}
    keys = (node.arg for node in parsed.find_all(nodes.Getitem))
    items = {key.value for key in keys if isinstance(key, nodes.Const)}
    return bool(read & _WIDE) or BOOK in attributes | items
