"""The navigation of mkdocs.yml: which pages it names, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def titled(nav: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Title and address of each page that has a title there; a section's index has its title."""
    if isinstance(nav, list):
        for item in nav:
            yield from titled(item, above)
    elif isinstance(nav, Mapping):
        for title, target in nav.items():
            if isinstance(target, str) and target.endswith(".md"):
                yield str(title), address(target)
            else:
                yield from titled(target, str(title))
    elif isinstance(nav, str) and nav.endswith("/index.md") and above:
        yield above, address(nav)


def address(source: str) -> str:
    """Where the page written at this path below `docs/` is served, below the site's root."""
    stem = source.removesuffix(".md")
    is_index = stem == "index" or stem.endswith("/index")
    return stem.removesuffix("index") if is_index else f"{stem}/"
