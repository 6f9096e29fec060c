"""The links of a Markdown text, changed where they stand; code stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from labbook.settings import Rewrite
from labbook.urls import rewrite, rewrite_hrefs

# At any depth of a list or quotation.
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})[^`]*")
_CODE = r"(?P<ticks>(?<!`)`+(?!`)).+?(?<!`)(?P=ticks)(?!`)"
_TAG = r"<a(?:rea)?\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
_AUTOLINK = r"<(?P<auto>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>"
_TARGET = r"(?P<before>\]\(\s*<?|^[ \t>]*\[[^\]\n]+\]:[ \t]*<?)(?P<url>[^\s<>]+)"
_FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE
_LINK = re.compile(rf"{_CODE}|(?P<tag>{_TAG})|{_AUTOLINK}|{_TARGET}", _FLAGS)
_ANY_TAG = r"<[a-z][a-z0-9]*\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
_RAW = re.compile(rf"{_CODE}|<!--.*?-->|(?P<tag>{_ANY_TAG})", _FLAGS)
# An address, or a word in the value of another attribute; neither scheme nor host, nor a place
# on the same page.
_RELATIVE = re.compile(
    r"(?P<before>\s(?:href|src)=[\"']?)(?P<url>(?![a-z][a-z0-9+.-]*:|[/#?])[^\"'\s>]+)"
    r"|=\s*(?:\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)


def rewrite_links(markdown: str, rewrites: Sequence[Rewrite]) -> str:
    """Apply the rewrites to all links, written as Markdown or as HTML."""
    if not rewrites:
        return markdown

    def link(match: re.Match[str]) -> str:
        if match["tag"]:
            return rewrite_hrefs(match[0], rewrites)
        if old := match["auto"]:
            # What a reader sees of it stays.
            new = rewrite(old, rewrites)
            return match[0] if new == old else f'<a href="{escape(new)}">{escape(old)}</a>'
        if old := match["url"]:
            return match["before"] + rewrite(old, rewrites)
        return match[0]

    return "".join(text if is_code else _LINK.sub(link, text) for text, is_code in _parts(markdown))


def from_file(markdown: str, name: str) -> str:
    """Have relative links in HTML begin at the page's file, where they began at its address.

    `name` is the file's path. Links in Markdown begin there anyhow.
    """
    stem = PurePosixPath(name).stem
    if stem == "index":
        return markdown

    def address(match: re.Match[str]) -> str:
        url = match["url"]
        if not url:
            return match[0]
        url = url.removeprefix("./")
        # The address of a page has one folder more than its file.
        moved = url[3:] or "./" if url.startswith("../") else f"{quote(stem)}/{url}"
        return match["before"] + moved

    def tag(match: re.Match[str]) -> str:
        return _RELATIVE.sub(address, match[0]) if match["tag"] else match[0]

    return "".join(text if is_code else _RAW.sub(tag, text) for text, is_code in _parts(markdown))


def _parts(markdown: str) -> Iterator[tuple[str, bool]]:
    """The paragraphs and fenced blocks of the text, and whether each is code."""
    part: list[str] = []
    fence = ""
    for line in markdown.splitlines(keepends=True):
        opening = _FENCE.fullmatch(line.rstrip("\r\n"))
        if fence:
            part.append(line)
            if re.fullmatch(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}\s*", line):
                yield "".join(part), True
                part, fence = [], ""
        elif opening:
            yield "".join(part), False
            part, fence = [line], opening["fence"]
        else:
            part.append(line)
            # No span of code goes on behind an empty line.
            if not line.strip():
                yield "".join(part), False
                part = []
    # Without an end it is no block of code.
    yield "".join(part), False
