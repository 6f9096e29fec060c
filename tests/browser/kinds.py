"""Every kind of page that a built site has, and which of its pages stand for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# By the address below the site's own. A page of no kind, or of two, fails a test.
KINDS = {
    "home": r"",
    "explore": r"explore/",
    "explore, later": r"explore/\d+/",
    "learned": r"learned/",
    "timeline": r"timeline/",
    "reports": r"reports/",
    "category": r"reports/[^/]+/",
    "experiment": r"experiments/[^/]+/",
    "project": r"projects/[^/]+/",
    "about": r"data/about/",
    "api": r"data/api/",
    "contributing": r"contributing/",
    "curation": r"curation/",
    "guide": r"another-lab/|ways-out/|scale/|bench/",
    "nowhere": r"404\.html",
}
# Kinds whose pages differ by what is known: the fullest and the barest stand for them.
VARIED = {"category", "experiment"}


@dataclass(frozen=True, slots=True)
class Site:
    """A built site and where it is served."""

    folder: Path
    address: str


def addresses(site: Path) -> list[str]:
    """The address of every page of the built site, below its own."""
    pages = (path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return sorted(re.sub(r"(^|/)index\.html$", r"\1", page) for page in pages)


def kinds_of(address: str) -> list[str]:
    """The kinds that the page is of: one."""
    return [kind for kind, pattern in KINDS.items() if re.fullmatch(pattern, address)]


def samples(site: Path) -> Iterator[tuple[str, str]]:
    """The kind and the address of each page that stands for its kind."""
    found: dict[str, list[str]] = {}
    for address in addresses(site):
        for kind in kinds_of(address):
            found.setdefault(kind, []).append(address)
    for kind, pages in found.items():
        pages.sort(key=lambda address: file(site, address).stat().st_size, reverse=True)
        yield kind, pages[0]
        if kind in VARIED and len(pages) > 1:
            yield f"{kind}, bare", pages[-1]


def file(site: Path, address: str) -> Path:
    """The file that a web server answers an address with."""
    return site / (f"{address}index.html" if address.endswith("/") or not address else address)
