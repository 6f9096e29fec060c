"""The events of a build by which this room takes part in it."""

from __future__ import annotations

import os
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from quick_rebuild import disk, names, surroundings
from quick_rebuild.content import Contents
from quick_rebuild.output import Outputs
from quick_rebuild.polling import sooner
from quick_rebuild.search import SearchEntries, index_of

# `off` has every page made anew at each save, as MkDocs does by itself.
SWITCH = "LABBOOK_QUICK"
_NAME = "quick-rebuild"
_log = get_plugin_logger(_NAME)


class _Memory:
    """What is kept from one build to the next while a server runs."""

    def __init__(self) -> None:
        self.contents = Contents()
        self.outputs = Outputs()
        self.entries = SearchEntries()
        self.files = disk.Files()
        self.said: set[str] = set()

    def say_once(self, text: str) -> None:
        """What stays true at every build is said at the first."""
        if text not in self.said:
            self.said.add(text)
            _log.info(text)


_memory = _Memory()


def join(config: MkDocsConfig) -> None:
    """Take part in this build of a running server; called when the configuration is ready."""
    if os.environ.get(SWITCH) == "off":
        reason = f"{SWITCH} is off"
    elif absent := names.missing():
        reason = f"this release of MkDocs has not {', '.join(absent)}"
    elif unknown := names.unknown(config):
        reason = f"what it makes pages of is not known of {', '.join(unknown)}"
    else:
        config.plugins[_NAME] = _Events(_memory)  # type: ignore[assignment]
        return
    _memory.say_once(f"every page is made anew at each save: {reason}")


class _Events:
    """Last at each event, since what the others do must be seen."""

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory
        self._nav: Navigation | None = None
        self._pages: set[str] = set()
        self._settings: tuple[object, ...] = ()
        self.config: dict[str, Any] = {}

    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Notice saves sooner."""
        if not sooner(server):
            self._memory.say_once("saves are noticed as soon as MkDocs notices them")
        return server

    @event_priority(-100)
    def on_pre_build(self, config: MkDocsConfig) -> None:
        """Hold what is about to be made."""
        self._settings = surroundings.settings(config)
        self._memory.contents.begin(self._settings)
        self._memory.entries.begin(self._settings, index_of(config))
        self._memory.files.begin()

    @event_priority(-100)
    def on_nav(self, nav: Navigation, files: Files, **_: Any) -> Navigation:
        """Note the navigation, whose titles are known only when all pages are rendered."""
        self._nav = nav
        self._pages = {file.src_uri for file in files if file.is_documentation_page()}
        return nav

    @event_priority(-100)
    def on_page_markdown(self, markdown: str, page: Page, **_: Any) -> str:
        """Keep the content of the page."""
        self._memory.contents.hold(page)
        return markdown

    @event_priority(-100)
    def on_env(self, env: jinja2.Environment, config: MkDocsConfig, **_: Any) -> Any:
        """Keep what the theme makes of the pages."""
        frame = surroundings.frame(config, self._nav or ())
        self._memory.outputs.begin((self._settings, frame))
        wide = surroundings.reads_more(config)
        if wide:
            text = "pages are put into the theme anew at each save: a template here reads them all"
            self._memory.say_once(text)
        return self._memory.outputs.holding(env, keep=not wide)

    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Remove what is no more, and say how much was kept."""
        memory = self._memory
        memory.files.end(config.site_dir)
        kept = (memory.contents, memory.outputs, memory.entries)
        for each in kept:
            each.end(self._pages)
        same = set.intersection(*(each.reused for each in kept))
        _log.info("%d of %d pages stayed as they were", len(same), len(self._pages))

    def on_build_error(self, **_: Any) -> None:
        """Leave MkDocs as it was."""
        self._memory.files.release()
