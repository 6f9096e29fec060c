"""Where the runs of each mode are: W&B projects, tags and ids, of sources.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infinite_compute import table
from infinite_compute.errors import InfiniteComputeError
from infinite_compute.run_name import RunName

FILE = "data/infinite-compute/sources.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The runs of a mode: those of `project` with the tag, whose ids fit the expression `ids`.

    `data` is the data set that they are evaluated on where their names do not say it.
    """

    project: str
    tag: str | None = None
    ids: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of one project: every run that one of its modes reads."""

    project: str
    filters: Mapping[str, Any]
    data: str | None = None

    @property
    def text(self) -> str:
        """The filters as W&B takes them."""
        return json.dumps(self.filters)

    def metric(self, name: RunName) -> str:
        """Under which key the run logs its evaluation loss."""
        return f"eval/{name.data or self.data}/loss"


def load(root: Path) -> Mapping[str, Source]:
    """The sources of sources.yaml below `root` by mode."""
    read = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    try:
        return {mode: Source(**facts) for mode, facts in read["modes"].items()}
    except TypeError as error:
        raise InfiniteComputeError(f"{FILE}: {error}") from error


def listings(sources: Iterable[Source]) -> list[Listing]:
    """One listing a project; what its authors ignore is left out by the server."""
    by_project: dict[str, list[Source]] = {}
    for source in sources:
        by_project.setdefault(source.project, []).append(source)
    return [
        Listing(project, _filters(found), next((s.data for s in found if s.data), None))
        for project, found in by_project.items()
    ]


def _filters(found: Iterable[Source]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"tags": {"$nin": [table.IGNORED]}}]
    found = list(found)
    tags = {source.tag for source in found if source.tag}
    if all(source.tag for source in found):
        parts.append({"tags": {"$in": sorted(tags)}})
    ids = {source.ids for source in found}
    if len(ids) == 1 and (expression := ids.pop()):
        parts.append({"name": {"$regex": expression}})
    return {"$and": parts}
