"""What a project's module says of a figure on its page, for those who list figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedFigure:
    """A figure that stands on a page: what it shows, where its values come from, its files.

    `origin` is a word for the kind of values, `source` says in a line where they come from,
    `as_of` is the first of the days on which they were asked for, where these are known. `files`
    are addresses below the page's folder, by their kind: `svg`, `csv`, `json`.
    """

    id: str
    title: str
    description: str
    caption: str
    origin: str
    source: str
    as_of: str | None
    files: Mapping[str, str]
