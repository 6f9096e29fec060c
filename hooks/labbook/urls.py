"""URLs as texts: whether a curator may write one, how it is rewritten, how it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from urllib.parse import quote, urlsplit

from labbook.settings import Rewrite

Problem = tuple[str, str]

_SCHEMES = {"http", "https", "gs"}
_HOST = re.compile(r"(?:[\w-]+\.)*[\w-]+\.?|[0-9a-f]*:[0-9a-f:.]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TOKEN = re.compile(
    r"(?P<name>access_?token(?:=|%3D))(?P<shown>[^&#\s\"'<>%…]{0,4})[^&#\s\"'<>]*", re.IGNORECASE
)
_LINK_OR_OPAQUE = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<a(?:rea)?\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
_HREF = re.compile(
    r"(?P<name>\shref\s*=\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE
)


def rewrite(url: str, rewrites: Sequence[Rewrite]) -> str:
    """The address of `url` on the site: the first rewrite whose prefix matches wins."""
    for row in rewrites:
        if url.startswith(row.old):
            return row.new + url[len(row.old) :]
    return url


def rewrite_hrefs(html: str, rewrites: Sequence[Rewrite]) -> str:
    """Apply the rewrites to the links of an HTML text; scripts and comments stay as they are."""
    if not rewrites:
        return html

    def href(match: re.Match[str]) -> str:
        value = match["value"]
        old = unescape(value[1:-1] if value[0] in "\"'" else value)
        new = rewrite(old, rewrites)
        return match[0] if new == old else f'{match["name"]}"{escape(new)}"'

    def tag(match: re.Match[str]) -> str:
        return _HREF.sub(href, match[0]) if match[0][1] in "aA" else match[0]

    return _LINK_OR_OPAQUE.sub(tag, html)


def mask(text: str) -> str:
    """The URL, or any text with URLs in it, with access tokens cut to their first characters."""
    return _TOKEN.sub(r"\g<name>\g<shown>…", text)


def problem(url: str) -> Problem | None:
    """What is wrong with a curated URL and what would be right, or None."""
    if found := _character_problem(url):
        return found
    if url.startswith("//"):
        return "the URL has no scheme", "write https: before it"
    if url.startswith("/"):
        return _escape_problem(url)
    if found := _scheme_problem(url):
        return found
    # The name of a storage object may hold a plain %.
    return _host_problem(url) or (None if url[:3].lower() == "gs:" else _escape_problem(url))


def _character_problem(url: str) -> Problem | None:
    if not url:
        return "the URL is empty", "paste a URL"
    if any(char.isspace() or not char.isprintable() for char in url):
        return "the URL holds a space or an invisible character", "remove it, or write it as %20"
    if wrong := sorted(set(url) & set('<>"`\\')):
        return f"the URL holds {wrong[0]}", f"remove it, or write it as {quote(wrong[0])}"
    return None


def _escape_problem(url: str) -> Problem | None:
    if _BROKEN_ESCAPE.search(url):
        return "the URL holds a broken percent escape", "paste it anew, or write a plain % as %25"
    return None


def _scheme_problem(url: str) -> Problem | None:
    scheme, colon, _ = url.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,30}", scheme):
        return "not a URL", "begin with https:// or gs://, or with / for a page of this site"
    if scheme.lower() not in _SCHEMES:
        return f"a link cannot begin with {scheme}:", "begin with https://, http:// or gs://"
    return None


def _host_problem(url: str) -> Problem | None:
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError:
        host, port = "", None
    if not _HOST.fullmatch(host) or port == 0:
        return "the URL names no valid host", "write https://, then the host, then the path"
    if "@" in split.netloc:
        return "the URL holds a user name or password", "remove what stands before the @"
    return None
