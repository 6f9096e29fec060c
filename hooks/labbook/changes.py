"""Two catalogs -> what changed from the one to the other, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from labbook import links
from labbook.model import Catalog, Category, Experiment, Link, See
from labbook.references import as_written

UNCATEGORIZED = "Uncategorized"
_Item = TypeVar("_Item")


class Kind(Enum):
    """What happened to an experiment, or else: in words for one, and for several."""

    ADDED = ("was added", "were added")
    REMOVED = ("was removed", "were removed")
    MOVED = ("moved", "moved")
    RETITLED = ("has a new title", "have new titles")
    GAINED = ("gained a conclusion", "gained conclusions")
    LOST = ("lost its conclusion", "lost their conclusions")
    CONCLUSION = ("has another conclusion", "have other conclusions")
    LINKS = ("has other links", "have other links")
    NOTES = ("has other notes", "have other notes")
    RELATED = ("has other related experiments", "have other related experiments")
    ISSUE = ("has its issue written another way", "have their issues written another way")
    LISTED = ("is listed elsewhere too", "are listed elsewhere too")
    UNLISTED = ("is no longer listed elsewhere", "are no longer listed elsewhere")
    CATEGORIES = ("the categories changed", "the categories changed")
    PAGE = ("the page changed", "the page changed")


_NOUNS = {Kind.LINKS: "link", Kind.NOTES: "note", Kind.RELATED: "related experiment"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: our own words, or `quoted` ones of the data."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: the `name` of an experiment, if it is one's, and a sentence."""

    kind: Kind
    name: str
    parts: tuple[Part, ...]


def changes(old: Catalog, new: Catalog, repository: str) -> list[Change]:
    """All that changed; nothing if and only if both catalogs are equal."""
    homes = _Homes(old, new)
    found = [*_experiments(old, new, homes, repository), *_categories(homes)]
    if old.title != new.title:
        found.append(_said(Kind.PAGE, "", "the page's title was", old.title, "and is", new.title))
    if old.introduction != new.introduction:
        found.append(_said(Kind.PAGE, "", "the introduction changed"))
    if not found and old != new:
        # Such as the order of entries under a heading.
        found.append(_said(Kind.PAGE, "", "the order changed"))
    return found


def summary(found: Sequence[Change]) -> str:
    """The changes in one line: `2 experiments were added; #916 gained a conclusion`."""
    parts = []
    for kind in Kind:
        names = list(dict.fromkeys(change.name for change in found if change.kind is kind))
        if not names:
            continue
        one, several = kind.value
        if kind in {Kind.CATEGORIES, Kind.PAGE}:
            parts.append(one)
        elif len(names) > 1:
            parts.append(f"{len(names):,} experiments {several}")
        else:
            parts.append(f"{names[0]} {one}")
    return "; ".join(parts) or "nothing changed"


class _Homes:
    """Where each experiment is defined and listed, with categories named as they are now."""

    def __init__(self, old: Catalog, new: Catalog) -> None:
        self.old, self.new = _by_id(old), _by_id(new)
        # An id that a category had formerly is that of the same category.
        renamed = {
            former: category.id
            for category, _ in self.new.values()
            for former in category.formerly
            if former in self.old and former not in self.new and category.id not in self.old
        }
        self.now_called = renamed
        self.old_home, self.old_listed = _places(old, renamed)
        self.new_home, self.new_listed = _places(new, {})

    def title(self, category_id: str) -> str:
        """The title of a category as it is now, or was."""
        if not category_id:
            return UNCATEGORIZED
        former = {now: then for then, now in self.now_called.items()}
        both = self.new.get(category_id) or self.old.get(former.get(category_id, category_id))
        return both[0].title if both else category_id


def _by_id(catalog: Catalog) -> dict[str, tuple[Category, str]]:
    """Every category with the id of the one above it."""
    found: dict[str, tuple[Category, str]] = {}

    def walk(categories: Sequence[Category], above: str) -> None:
        for category in categories:
            found[category.id] = (category, above)
            walk(category.categories, category.id)

    walk(catalog.categories, "")
    return found


def _places(
    catalog: Catalog, now_called: dict[str, str]
) -> tuple[dict[str, str], dict[str, set[str]]]:
    """By key the category that defines an experiment, and those that list it once more."""
    homes = {item.key: "" for item in catalog.uncategorized}
    listed: dict[str, set[str]] = {}
    for category, _ in _by_id(catalog).values():
        name = now_called.get(category.id, category.id)
        for item in category.experiments:
            if isinstance(item, See):
                listed.setdefault(item.key, set()).add(name)
            else:
                homes[item.key] = name
    return homes, listed


def _experiments(old: Catalog, new: Catalog, homes: _Homes, repository: str) -> Iterator[Change]:
    before = {item.key: item for item in old.experiments()}
    after = {item.key: item for item in new.experiments()}
    for key, item in after.items():
        if key not in before:
            where = homes.title(homes.new_home[key])
            yield _said(Kind.ADDED, _name(key), "was added:", item.title, "under", where)
    for key, item in before.items():
        if key not in after:
            where = homes.title(homes.old_home[key])
            yield _said(Kind.REMOVED, _name(key), "was removed:", item.title, "under", where)
    for key, item in after.items():
        if then := before.get(key):
            yield from _places_of(key, homes)
            yield from _experiment(then, item, repository)


def _places_of(key: str, homes: _Homes) -> Iterator[Change]:
    name = _name(key)
    then, now = homes.old_home[key], homes.new_home[key]
    if then != now:
        yield _said(Kind.MOVED, name, "moved from", homes.title(then), "to", homes.title(now))
    listed, listing = homes.old_listed.get(key, set()), homes.new_listed.get(key, set())
    for category in sorted(listing - listed):
        yield _said(Kind.LISTED, name, "is listed under", homes.title(category), "too")
    for category in sorted(listed - listing):
        yield _said(Kind.UNLISTED, name, "is no longer listed under", homes.title(category))


def _experiment(old: Experiment, new: Experiment, repository: str) -> Iterator[Change]:
    name = _name(new.key)
    if old.title != new.title:
        yield _said(Kind.RETITLED, name, "was called", old.title, "and is called", new.title)
    if old.issue != new.issue:
        issues = str(old.issue), str(new.issue)
        yield _said(Kind.ISSUE, name, "had the issue", issues[0], "and has", issues[1])
    if old.conclusion != new.conclusion:
        if new.conclusion is None:
            yield _said(Kind.LOST, name, "lost its conclusion", old.conclusion or "")
        elif old.conclusion is None:
            yield _said(Kind.GAINED, name, "gained the conclusion", new.conclusion)
        else:
            words = "had the conclusion", old.conclusion, "and has", new.conclusion
            yield _said(Kind.CONCLUSION, name, *words)
    yield from _lists(Kind.LINKS, name, old.links, new.links, lambda link: _link(link, repository))
    yield from _lists(Kind.NOTES, name, old.notes, new.notes, str)
    yield from _lists(Kind.RELATED, name, old.related, new.related, _name)


def _lists(
    kind: Kind,
    name: str,
    old: Sequence[_Item],
    new: Sequence[_Item],
    text: Callable[[_Item], str],
) -> Iterator[Change]:
    """What was added to a list and removed from it, or that its order changed."""
    if old == new:
        return
    noun = _NOUNS[kind]
    added, removed = _without(new, old), _without(old, new)
    for item in added:
        yield _said(kind, name, f"gained the {noun}", text(item))
    for item in removed:
        yield _said(kind, name, f"lost the {noun}", text(item))
    if not added and not removed:
        yield _said(kind, name, f"has its {noun}s in another order")


def _without(items: Sequence[_Item], others: Sequence[_Item]) -> list[_Item]:
    """The items without the others; what stands several times counts as often."""
    left = list(others)
    found = []
    for item in items:
        if item in left:
            left.remove(item)
        else:
            found.append(item)
    return found


def _categories(homes: _Homes) -> Iterator[Change]:
    now_called = homes.now_called
    kept = {now_called.get(old_id, old_id) for old_id in homes.old} & homes.new.keys()
    for category_id, (category, above) in homes.new.items():
        if category_id not in kept:
            where = ("was added below", homes.title(above)) if above else ("was added",)
            yield _category(category.title, *where)
    for old_id, (category, above) in homes.old.items():
        now_id = now_called.get(old_id, old_id)
        if now_id not in kept:
            yield _category(category.title, "was removed")
            continue
        now, now_above = homes.new[now_id]
        if category.title != now.title:
            yield _category(category.title, "is now called", now.title)
        if old_id != now_id:
            yield _category(now.title, "has now the id", now_id)
        if now_called.get(above, above) != now_above:
            where = ("moved below", homes.title(now_above)) if now_above else ("moved to the top",)
            yield _category(now.title, *where)
        if category.formerly != now.formerly and old_id == now_id:
            yield _category(now.title, "has other earlier ids")


def _category(title: str, *words: str) -> Change:
    return _said(Kind.CATEGORIES, "", "the category", title, *words)


def _said(kind: Kind, name: str, *words: str) -> Change:
    """A sentence in which our words and those of the data take turns."""
    parts = tuple(Part(text, quoted=index % 2 == 1) for index, text in enumerate(words))
    return Change(kind, name, parts)


def _link(link: Link, repository: str) -> str:
    label = link.label or links.classify(link.url, repository).label
    return f"{label} ({links.mask(link.url)})"


def _name(key: str) -> str:
    return f"#{key}" if key.isdigit() else as_written(key)
