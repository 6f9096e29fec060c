"""The content of pages, kept where their text and what their links lead to stayed the same."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import mkdocs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# What rendering sets on a page; more than these, and the page is not kept.
RENDERED = frozenset(
    {"content", "toc", "_title_from_render", "present_anchor_ids", "links_to_anchors"}
)
_INCLUDES = re.compile(r"-8<-")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rendered page; links and anchors name files, which are new objects at each build."""

    key: tuple[object, ...]
    found: Mapping[str, object]
    state: Mapping[str, Any]
    anchors: Mapping[str, dict[str, str]]


class Contents:
    """The contents of the build before, by the path of the page."""

    def __init__(self) -> None:
        self._settings: tuple[object, ...] = ()
        self._kept: dict[str, _Kept] = {}
        self.reused: set[str] = set()

    def begin(self, settings: tuple[object, ...]) -> None:
        """Begin a build under these settings."""
        if settings != self._settings:
            self._kept.clear()
        self._settings = settings
        self.reused = set()

    def hold(self, page: Page) -> None:
        """Have the page, which is about to be rendered, take over what it can."""

        def render(config: MkDocsConfig, files: Files) -> None:
            del page.render
            self._render(page, config, files)

        page.render = render  # type: ignore[method-assign]

    def end(self, pages: set[str]) -> None:
        """Forget the pages that are no more."""
        for uri in self._kept.keys() - pages:
            del self._kept[uri]

    def _render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        uri = page.file.src_uri
        key = (page.markdown, page.file.url, page.file.inclusion, repr(page.meta))
        kept = self._kept.pop(uri, None)
        if kept and kept.key == key and _still_found(kept.found, files):
            vars(page).update(kept.state)
            page.links_to_anchors = {
                _file(page, files, target): anchors for target, anchors in kept.anchors.items()
            }
            self._kept[uri] = kept
            self.reused.add(uri)
            return
        before = dict(vars(page))
        lookups = _Lookups(files)
        with _Heard() as heard:
            page.render(config, cast("Files", lookups))
        state = {k: v for k, v in vars(page).items() if k not in before or before[k] is not v}
        links = state.pop("links_to_anchors", None)
        if (
            heard.nothing
            and lookups.all_known
            and links is not None
            and state.keys() <= RENDERED
            and not _INCLUDES.search(page.markdown or "")
        ):
            anchors = {file.src_uri: dict(found) for file, found in links.items()}
            self._kept[uri] = _Kept(key, lookups.found, state, anchors)


class _Lookups:
    """The files of a build, noting each that a page's links look up."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.found: dict[str, object] = {}
        self.all_known = True

    def get_file_from_path(self, path: str) -> File | None:
        file = self._files.get_file_from_path(path)
        self.found[path] = _identity(file)
        return file

    def __getattr__(self, name: str) -> Any:
        self.all_known = False
        return getattr(self._files, name)


class _Heard(logging.Handler):
    """Listens whether anything is said; what was said must be said again at the next build."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.nothing = True

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.nothing = False

    def __enter__(self) -> _Heard:
        for logger in self._loggers():
            logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        for logger in self._loggers():
            logger.removeHandler(self)

    def _loggers(self) -> tuple[logging.Logger, logging.Logger]:
        # MkDocs passes nothing on to the root; other packages do.
        return logging.getLogger(mkdocs.__name__), logging.getLogger()


def _identity(file: File | None) -> object:
    return file and (file.src_uri, file.url, file.inclusion)


def _still_found(found: Mapping[str, object], files: Files) -> bool:
    return all(_identity(files.get_file_from_path(path)) == was for path, was in found.items())


def _file(page: Page, files: Files, uri: str) -> File:
    if uri == page.file.src_uri:
        return page.file
    file = files.get_file_from_path(uri)
    assert file, uri  # noqa: S101 - it has just been found
    return file
