"""The search entries of pages, kept where the pages stayed the same."""

from __future__ import annotations

from typing import Any, Protocol

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from quick_rebuild.surroundings import headings, identity


class _Index(Protocol):
    """What is known of the theme's index."""

    entries: list[dict[str, Any]]

    def add_entry_from_context(self, page: Page) -> None:
        """Append the entries of a page."""


class SearchEntries:
    """The entries of the build before, by page."""

    def __init__(self) -> None:
        self._settings: tuple[object, ...] = ()
        self._kept: dict[str, tuple[tuple[object, ...], list[dict[str, Any]]]] = {}
        self.reused: set[str] = set()

    def begin(self, settings: tuple[object, ...], index: _Index | None) -> None:
        """Begin a build that fills this index."""
        if settings != self._settings:
            self._kept.clear()
        self._settings = settings
        self.reused = set()
        if index is not None:
            self._hold(index)

    def end(self, pages: set[str]) -> None:
        """Forget the pages that are no more."""
        for uri in self._kept.keys() - pages:
            del self._kept[uri]

    def _hold(self, index: _Index) -> None:
        add = index.add_entry_from_context

        def held(page: Page) -> None:
            uri = page.file.src_uri
            key = (*identity(page), page.content, headings(page.toc))
            kept = self._kept.get(uri)
            if kept and kept[0] == key:
                index.entries.extend(kept[1])
                self.reused.add(uri)
                return
            before = len(index.entries)
            add(page)
            self._kept[uri] = (key, index.entries[before:])

        index.add_entry_from_context = held  # type: ignore[method-assign]


def index_of(config: MkDocsConfig) -> _Index | None:
    """The index of the theme's search, if the site has it and it is as it was known."""
    index = getattr(config.plugins.get("material/search"), "search_index", None)
    known = isinstance(getattr(index, "entries", None), list)
    return index if known and hasattr(index, "add_entry_from_context") else None
