"""Inline Markdown of conclusions, notes and introductions: CommonMark without HTML and images."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from html import unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from labbook.links import rewrite
from labbook.pages import escape
from labbook.pages.address import ROOT
from labbook.settings import Rewrite

_MAY_BE_MARKUP = re.compile(r"[\\`*_\[\]<>&!]")
_TAG = re.compile(r"<[^>]*>")
_BLANK_LINES = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")


class _Renderer(RendererHTML):
    """Links get nothing but a target, and those of the web a `rel`."""

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        token = tokens[idx]
        target = str(token.attrGet("href") or "")
        token.attrs = {"href": target}
        if not target.startswith((ROOT, "mailto:")):
            token.attrSet("rel", "noopener")
        return self.renderToken(tokens, idx, options, env)


class _Inline(MarkdownIt):
    """The parser: a link whose target is not allowed stays text."""

    def __init__(self, rewrites: Sequence[Rewrite]) -> None:
        super().__init__("commonmark", {"html": False}, renderer_cls=_Renderer)
        self.disable(["image", "html_inline"])
        self._rewrites = rewrites

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The address that `url` has on the site; empty where it may not be a link."""
        address = rewrite(url, self._rewrites)
        target = escape.target(super().normalizeLink(address) if ":" in address else address)
        return unescape(str(target or ""))

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether `normalizeLink` let the target pass."""
        return bool(url)


_parser = lru_cache(maxsize=8)(_Inline)


def markdown(text: str, rewrites: tuple[Rewrite, ...] = ()) -> Markup:
    """The HTML of one paragraph; empty where nothing of the text is visible."""
    line = escape.clean(text).strip()
    if not _MAY_BE_MARKUP.search(line):
        return escape.html(line)
    rendered = _parser(rewrites).renderInline(line)
    # Entities and percent escapes may hide what `clean` keeps out; the root marker stays.
    safe = ROOT.join(escape.clean(part, len(part)) for part in rendered.split(ROOT))
    return Markup(safe.replace("`", "&#96;").replace("~", "&#126;"))  # noqa: S704


def paragraphs(text: str, rewrites: tuple[Rewrite, ...] = ()) -> tuple[Markup, ...]:
    """Each paragraph of a longer text; blank lines part them."""
    parts = _BLANK_LINES.split(text[: escape.TEXT_LENGTH])
    return tuple(filter(None, (markdown(part, rewrites) for part in parts)))


def plain(rendered: Markup) -> str:
    """The words of a rendered paragraph, without its markup."""
    return unescape(_TAG.sub("", rendered))
