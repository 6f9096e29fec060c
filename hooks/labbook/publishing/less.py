"""A deployment never publishes less than before, unless the data says that it is to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from labbook import site as lab_site
from labbook.discovery import ignored
from labbook.model import Catalog
from labbook.publishing import removed
from labbook.publishing.stamp import Stamp
from labbook.references import issue_key
from labbook.settings import Settings

_SHOWN = 10
# They hold nothing of their own: of how many there are the number of experiments decides.
_NUMBERED = re.compile(r"explore/[0-9]+/")
REMEDY = (
    "restore them, or say that they are to go: an issue with its reason in data/ignored.yaml, a "
    "category as `formerly` of the one that holds its experiments now, any other page with its "
    "reason in data/removed.yaml"
)


def said(root: Path, settings: Settings) -> frozenset[str]:
    """The addresses of the pages that are to go, by what the data below `root` says."""
    own = settings.repository
    refused = ignored.load(root / lab_site.IGNORED, own, lab_site.IGNORED)
    issues = {_experiment(issue_key(item.issue, own)) for item in refused}
    return removed.load(root / lab_site.REMOVED, lab_site.REMOVED) | issues


def lost(old: Catalog, new: Catalog, said: Collection[str]) -> list[str]:
    """The pages of the old catalog that the new one has no more, though nothing says so."""
    former = {_category(id_) for item in new.categories for id_ in item.formerly}
    return sorted(_pages(old) - _pages(new) - former - set(said))


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
    unsaid = sorted(gone.difference(said))
    if unsaid:
        more = [f"and {len(unsaid) - _SHOWN:,} more"] if unsaid[_SHOWN:] else []
        shown = [*unsaid[:_SHOWN], *more]
        yield f"pages that are published now are missing: {', '.join(shown)}; {REMEDY}"
        return
    going = sum(page.startswith("experiments/") for page in gone)
    if before.experiments - now.experiments > going:
        yield (
            f"{now.experiments:,} experiments where {before.experiments:,} are published now, of "
            f"which {going:,} are to go; {REMEDY}"
        )


def _pages(catalog: Catalog) -> set[str]:
    experiments = {_experiment(item.key) for item in catalog.experiments()}
    return experiments | {_category(item.id) for item in catalog.categories}


def _experiment(key: str) -> str:
    return f"experiments/{key}/"


def _category(id_: str) -> str:
    return f"reports/{id_}/"
