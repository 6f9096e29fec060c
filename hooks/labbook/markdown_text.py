"""Texts in the Markdown that GitHub shows: nothing that they hold is markup, link or mention."""

from __future__ import annotations

import re

from labbook.links import mask
from labbook.problems import visible

_TICKS = re.compile("`+")


def code(text: str, *, table: bool = False, longest: int = 500) -> str:
    """The text as a code span: GitHub finds no mention, issue or tag in one; tokens are masked."""
    line = " ".join(visible(mask(text)).split()) or " "
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    fence = "`" * (max((len(run) for run in _TICKS.findall(line)), default=0) + 1)
    # A space inside keeps a tick at either end from joining the fence; it is not shown.
    edge = " " if "`" in (line[0], line[-1]) else ""
    if table:
        # The one character that ends a cell, even inside a code span.
        line = line.replace("|", "\\|")
    return f"{fence}{edge}{line}{edge}{fence}"
