"""A page's text: YAML front matter, Markdown headings, raw HTML blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from labbook.pages import escape
from labbook.pages.address import anchor, rooted

# libyaml's writer is ten times faster; it may be missing where PyYAML was built without it.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def heading(level: int, text: str, id_: str) -> str:
    """A Markdown heading; HTML ends at the sixth level."""
    # Of what an id may hold, only the underscore means something in Markdown.
    id_ = anchor(id_).replace("_", r"\_")
    return f"{'#' * min(level, 6)} {escape.markdown(text)} {{#{id_}}}"


def page(address: str, front: Mapping[str, Any], blocks: Iterable[str]) -> str:
    """The text of the page at `address`; empty blocks are left out."""
    matter = yaml.dump(
        dict(front), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31 - 1
    )
    body = "\n\n".join(block for block in blocks if block)
    return f"---\n{matter}---\n\n{rooted(body, address)}\n"
