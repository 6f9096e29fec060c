"""The site's data on disk -> Book: what the command line and the build both begin with."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from labbook import book, catalog, history, repository
from labbook.live import ages, current, wanted
from labbook.live.rim import Rim
from labbook.live.snapshot import Snapshot
from labbook.live.wanted import Wanted
from labbook.model import Catalog
from labbook.settings import Settings

CATALOG = "data/experiments.yaml"
SCHEMA = "data/experiments.schema.json"
IGNORED = "data/ignored.yaml"
IGNORED_SCHEMA = "data/ignored.schema.json"
REMOVED = "data/removed.yaml"
SNAPSHOT = current.FILE
HISTORY = "data/history.json"

Say = Callable[[str], None]
Renew = Callable[[Wanted, Snapshot], Snapshot]


def rim(root: Path, settings: Settings) -> Rim:
    """The world as it is now."""
    return Rim(root, settings, os.environ, ages.utc(datetime.now(UTC)))


def load_catalog(root: Path, settings: Settings) -> Catalog:
    """Read the curated file below `root`."""
    return catalog.load(root / CATALOG, settings.repository, CATALOG)


def load_book(
    root: Path, settings: Settings, renew: Renew | None = None, say: Say | None = None
) -> book.Book:
    """Read the curated file and the last good answers below `root`, and join them.

    `renew` may replace what is known by what is known now; `say` is told of damaged files.
    """
    curated = load_catalog(root, settings)
    now = rim(root, settings).now
    loaded = current.load(root, now)
    if say:
        for problem in loaded.problems:
            say(problem)
    known = loaded.snapshot
    if renew:
        known = renew(wanted.of(curated.experiments(), settings), known)
    source = repository.source(root, CATALOG)
    joined = book.join(curated, known, settings, source, now[: len("2026-11-22")])
    return dataclasses.replace(
        joined,
        history=history.load(root / HISTORY, HISTORY),
        build=repository.build(root, _built_at(now)),
    )


def _built_at(now: str) -> str:
    """The second of the build: that of SOURCE_DATE_EPOCH, by which builds can be reproduced."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return ages.utc(datetime.fromtimestamp(int(epoch), UTC)) if epoch.isdecimal() else now
