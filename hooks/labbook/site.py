"""The site's data on disk -> Book: what the command line and the build both begin with."""

from __future__ import annotations

from pathlib import Path

from labbook import book, catalog, repository
from labbook.live import store
from labbook.settings import Settings

CATALOG = "data/experiments.yaml"
SCHEMA = "data/experiments.schema.json"
SNAPSHOT = "data/live.json"


def load_book(root: Path, settings: Settings) -> book.Book:
    """Read the curated file and the last good answers below `root`, and join them."""
    curated = catalog.load(root / CATALOG, settings.repository, CATALOG)
    known = store.load(root / SNAPSHOT, SNAPSHOT).snapshot
    return book.join(curated, known, settings, repository.source(root, CATALOG))
