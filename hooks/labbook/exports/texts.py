"""Texts of people and servers as the exports hold them: visible, bounded, of the form promised."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from labbook.pages import escape, inline, words
from labbook.pages.facts import visible
from labbook.settings import Rewrite

__all__ = ["count", "number", "stamp", "texts", "visible", "web", "written"]


def texts(found: Iterable[str]) -> list[str]:
    """Each of them that can be seen."""
    return [text for text in map(visible, found) if text]


def stamp(text: str | None) -> str | None:
    """A month, day or time; None where it is none."""
    return text if text and words.is_date(text) else None


def web(url: str) -> str | None:
    """The URL where it is one of the web; None else."""
    return url if not url.startswith("/") and escape.href(url) else None


def number(value: float | None) -> float | None:
    """A number that JSON has."""
    return value if value is not None and math.isfinite(value) else None


def count(value: int | None) -> int | None:
    """A count, which is never negative."""
    return value if value is not None and value >= 0 else None


def written(markdown: str | None, rewrites: tuple[Rewrite, ...]) -> dict[str, Any] | None:
    """A paragraph as it was written, and without markup; None where nothing of it is visible."""
    shown = inline.markdown(markdown or "", rewrites)
    text = visible(inline.plain(shown))
    return {"markdown": visible(markdown), "text": text} if text else None
