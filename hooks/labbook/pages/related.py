"""Which experiments belong together: named ones, those of the same category, neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labbook.book import Section
from labbook.pages.views import Crumb, EntryView, Views

NEAREST = 8


@dataclass(frozen=True, slots=True)
class Near:
    """The experiments to show beside one; `more` leads to the categories that hold others."""

    entries: tuple[EntryView, ...]
    more: tuple[Crumb, ...]


class Related:
    """Answers for every experiment of a book, prepared once."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._order = list(views.entries)
        self._position = {key: index for index, key in enumerate(self._order)}
        self._named = _named_both_ways(views)
        self._rows = {section: _Row(section) for section in views.paths}

    def of(self, key: str) -> Near:
        """The named ones first, then at most `NEAREST` of the same categories."""
        chosen = dict.fromkeys(self._named.get(key, ()))
        room = len(chosen) + NEAREST
        more = []
        for direct in self._views.book.entries[key].sections:
            section, row = self._with_others(direct)
            for near in row.around(key):
                if len(chosen) < room:
                    chosen.setdefault(near)
            if not row.holds_only({key, *chosen}):
                more.append(self._views.crumbs[section])
        entries = tuple(self._views.entries[near] for near in chosen)
        return Near(entries, tuple(more))

    def neighbours(self, key: str) -> tuple[EntryView | None, EntryView | None]:
        """The experiments before and after it in reading order."""
        here = self._position[key]
        before = self._order[here - 1] if here else None
        after = self._order[here + 1] if here + 1 < len(self._order) else None
        return self._view(before), self._view(after)

    def _with_others(self, direct: Section) -> tuple[Section, _Row]:
        """The section, or the closest one above it that holds more than one experiment."""
        path = self._views.paths[direct]
        found = (section for section in reversed(path) if len(self._rows[section].keys) > 1)
        section = next(found, path[0])
        return section, self._rows[section]

    def _view(self, key: str | None) -> EntryView | None:
        return None if key is None else self._views.entries[key]


class _Row:
    """The experiments of a section and of those below it, in reading order."""

    def __init__(self, section: Section) -> None:
        listed = (listing.key for part in section.walk() for listing in part.listings)
        self.keys = list(dict.fromkeys(listed))
        self.position = {key: index for index, key in enumerate(self.keys)}

    def around(self, key: str) -> Iterator[str]:
        """The nearest others, by turns after and before it."""
        here = self.position[key]
        for distance in range(1, NEAREST + 1):
            if here + distance < len(self.keys):
                yield self.keys[here + distance]
            if here - distance >= 0:
                yield self.keys[here - distance]

    def holds_only(self, keys: set[str]) -> bool:
        """Whether no other than these stands in it."""
        return len(self.keys) <= len(keys) and keys.issuperset(self.keys)


def _named_both_ways(views: Views) -> dict[str, Sequence[str]]:
    """By experiment those it names, then those that name it; unknown keys are passed over."""
    entries = views.book.entries
    named: dict[str, dict[str, None]] = {}
    for key, entry in entries.items():
        for other in entry.experiment.related:
            if other in entries and other != key:
                named.setdefault(key, {}).setdefault(other)
    for key, others in [(key, tuple(others)) for key, others in named.items()]:
        for other in others:
            named.setdefault(other, {}).setdefault(key)
    return {key: tuple(others) for key, others in named.items()}
