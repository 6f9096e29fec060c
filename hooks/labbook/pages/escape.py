"""The only door through which curated and remote text gets onto a page.

Each way out cleans the text first: control characters and line breaks become spaces; what is
invisible or turns the direction of what follows is left out; lengths are bounded.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup

from labbook.pages.address import ROOT

TITLE_LENGTH = 300
TEXT_LENGTH = 20_000

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Format characters: soft hyphen, marks, embeddings and isolates of direction, zero-width spaces,
# annotations, tags. What has a visible form (Arabic number signs) is not among them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_NOT_A_CHARACTER = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
# Joiners shape scripts and emoji; beside ASCII they only hide.
_JOINERS = re.compile(
    "(?<=[^\x00-\x7f])([\u200c\u200d])[\u200c\u200d]*(?=[^\x00-\x7f])|[\u200c\u200d]+"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_FLOOD = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_PUNCTUATION = {ord(c): f"&#{ord(c)};" for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_SPECIAL = re.compile("[&<>'\"`~]")
_NOT_IN_A_URL = re.compile(r"[\s\\]")
_WEB = re.compile(r"https?://[^/?#@]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", re.IGNORECASE)


def clean(text: str, length: int = TEXT_LENGTH) -> str:
    """The text as one line of visible characters, cut with an ellipsis at `length`."""
    text = text if len(text) <= length else text[: length - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    text = _NOT_A_CHARACTER.sub("\ufffd", text)
    return _FLOOD.sub(r"\1", _JOINERS.sub(r"\1", text))


def title(text: str) -> str:
    """The text as a name: cleaned, single spaces, bounded, never empty. Not yet escaped."""
    return " ".join(clean(text, TITLE_LENGTH).split()) or "(untitled)"


def html(text: str) -> Markup:
    """The text inside an element or a quoted attribute of a raw HTML block."""
    text = clean(text)
    if not _SPECIAL.search(text):
        return Markup(text)  # noqa: S704
    # Backticks and tildes: at the start of a line three of them begin a fenced block, also in HTML.
    escaped = str(Markup.escape(text))
    return Markup(escaped.replace("`", "&#96;").replace("~", "&#126;"))  # noqa: S704


def markdown(text: str) -> str:
    """The text in a Markdown heading: no extension finds any markup in it."""
    return title(text).translate(_PUNCTUATION)


def meta(text: str) -> str:
    """The text as a value of front matter, which the theme's templates print unescaped."""
    return str(Markup.escape(title(text)))


def href(url: str) -> Markup | None:
    """The URL in an `href`: of the web, or a path of this site; None where it must stay text."""
    return target(url) if _WEB.match(url) or url.startswith("/") else None


def target(url: str) -> Markup | None:
    """As `href`, for a link in a text: mail and relative targets too, from the reports page on."""
    if not url or url.startswith("//") or _NOT_IN_A_URL.search(url) or clean(url) != url:
        return None
    if _MAIL.fullmatch(url):
        return html(url)
    try:
        resolved = urljoin("/reports/", url)
        parts = urlsplit(resolved)
    except ValueError:
        return None
    if _WEB.match(url):
        return html(url)
    if parts.scheme or parts.netloc or not resolved.startswith("/"):
        return None
    return Markup(ROOT) + html(resolved[1:])  # noqa: S704
