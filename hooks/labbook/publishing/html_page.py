"""What a built page refers to: the links of readers, and what browsers load by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

_URL = re.compile(r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^)\"'\s]*))\s*\)|@import\s+[\"']([^\"']*)")
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*url\s*=\s*['\"]?([^'\"]*)", re.IGNORECASE)
# What a browser fetches, or connects to, because a page says so.
_LOADED = {
    "audio": ("src",),
    "embed": ("src",),
    "feimage": ("href", "xlink:href"),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src",),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
_FOLLOWED = {"a": ("href", "xlink:href"), "area": ("href",), "form": ("action",)}
_LOADING_RELATIONS = {
    "apple-touch-icon",
    "dns-prefetch",
    "icon",
    "manifest",
    "modulepreload",
    "preconnect",
    "prefetch",
    "preload",
    "prerender",
    "stylesheet",
}
# Of what programs read there: addresses of this site.
_SEEN = {"og:image", "og:url", "twitter:image"}


class Reference(NamedTuple):
    """An address as a page has it, with its line; `loaded` if no reader has to follow it."""

    address: str
    line: int
    loaded: bool


@dataclass(slots=True)
class HtmlPage:
    """What a page refers to, where it can be referred to, and how many main headings it has."""

    references: list[Reference] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    headings: int = 0


def read(text: str) -> HtmlPage:
    """Read the page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page


def of_style(text: str) -> list[Reference]:
    """What a style sheet loads."""
    found = []
    for match in _URL.finditer(text):
        address = next(filter(None, match.groups()), "")
        line = text.count("\n", 0, match.start()) + 1
        found.append(Reference(address, line, loaded=True))
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element refers to."""
        given = {name: value or "" for name, value in attrs}
        if name := given.get("id"):
            self.page.ids.add(name)
        if tag == "a" and "name" in given:
            self.page.ids.add(given["name"])
        self.page.headings += tag == "h1"
        self._in_style = tag == "style"
        for attribute in _LOADED.get(tag, ()):
            self._add(given.get(attribute), loaded=True)
        for attribute in _FOLLOWED.get(tag, ()):
            self._add(given.get(attribute), loaded=False)
        if "srcset" in given:
            for candidate in given["srcset"].split(","):
                self._add(candidate.strip().partition(" ")[0], loaded=True)
        if tag == "link":
            relations = set(given.get("rel", "").lower().split())
            self._add(given.get("href"), loaded=bool(relations & _LOADING_RELATIONS))
        elif tag == "meta":
            self._meta(given)
        self._styled(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        """Styles end with their element."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Note what a style element loads."""
        if self._in_style:
            self._styled(data)

    def _meta(self, given: dict[str, str]) -> None:
        content = given.get("content", "")
        if given.get("http-equiv", "").lower() == "refresh" and (match := _REFRESH.match(content)):
            self._add(match[1], loaded=False)
        if given.get("property", given.get("name")) in _SEEN:
            self._add(content, loaded=False)

    def _styled(self, text: str) -> None:
        for reference in of_style(text) if text else ():
            self._add(reference.address, loaded=True)

    def _add(self, address: str | None, *, loaded: bool) -> None:
        if address is not None:
            self.page.references.append(Reference(address.strip(), self.getpos()[0], loaded))
