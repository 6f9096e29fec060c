"""A deployment never publishes less than before, unless the data says that it is to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from labbook.publishing.stamp import Stamp

_SHOWN = 10
# They hold nothing of their own: of how many there are the number of experiments decides.
_NUMBERED = re.compile(r"explore/[0-9]+/")
_REMEDY = (
    "restore them, or say that they are to go: an issue with its reason in data/ignored.yaml, a "
    "category as `formerly` of the one that holds its experiments now, any other page with its "
    "reason in data/removed.yaml"
)


def problems(before: Stamp, now: Stamp, site: Path, said: Collection[str]) -> Iterator[str]:
    """What was published before and is not in the built site, though nothing says that it goes.

    `said` are the addresses of the pages that are to go, by what the data says.
    """
    gone = {
        page
        for page in before.pages - now.pages
        # The page of a former category leads on to another.
        if not _NUMBERED.fullmatch(page) and not (site / page / "index.html").is_file()
    }
    lost = sorted(gone.difference(said))
    if lost:
        shown = [*lost[:_SHOWN], *([f"and {len(lost) - _SHOWN:,} more"] if lost[_SHOWN:] else [])]
        yield f"pages that are published now are missing: {', '.join(shown)}; {_REMEDY}"
        return
    going = sum(page.startswith("experiments/") for page in gone)
    if before.experiments - now.experiments > going:
        yield (
            f"{now.experiments:,} experiments where {before.experiments:,} are published now, of "
            f"which {going:,} are to go; {_REMEDY}"
        )
