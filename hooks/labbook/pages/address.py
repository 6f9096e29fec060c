"""Addresses of pages below the site's root, and the links between them.

Pages are written with links that begin with `ROOT`; when a page's address is known, `rooted`
turns them into relative ones. So each piece of a page is rendered once, wherever it stands,
and the site works under any base path.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

# A character that no escaped text can hold.
ROOT = "\x00"

# Addresses that have others below them.
_FOLDERS = ("", "explore/", "reports/")
_NOT_IN_AN_ANCHOR = re.compile(r"[^A-Za-z0-9._-]+")


def relative(from_address: str, to_address: str) -> str:
    """The link to the page at `to_address` in the page at `from_address`."""
    # `./` keeps an address whose first part holds a colon from being read as a scheme.
    return ("../" * from_address.count("/") or "./") + to_address


def rooted(text: str, address: str) -> str:
    """The text of the page at `address`, its links relative to it."""
    return text.replace(ROOT, relative(address, ""))


def source(address: str) -> str:
    """The path below `docs/` of the Markdown file that is served at `address`."""
    return f"{address}index.md" if address in _FOLDERS else f"{address.rstrip('/')}.md"


def anchor(text: str) -> str:
    """An id that stands in Markdown, HTML and a URL as it is; ids of the data stay the same."""
    return _NOT_IN_AN_ANCHOR.sub("-", text)


def experiment_anchor(key: str) -> str:
    """The id of an experiment's container on the pages that list it."""
    return "experiment-" + anchor(key)


def link(address: str) -> Markup:
    """The link to a page of this site, before the page that holds it is known."""
    return Markup(ROOT + quote(address, safe="/#"))  # noqa: S704


def filtered(**filters: str) -> Markup:
    """The link to the table of all experiments, filtered: `filtered(label="p1")`."""
    return link("explore/") + Markup("?") + escape(urlencode(filters, errors="replace"))
