"""Which category an experiment may belong to, by the words of those that are curated there."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from labbook.model import Catalog, Category, Experiment

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*|[0-9]+b\b", re.IGNORECASE)
_PART = re.compile(r"[-.]")
# Words of any title, which tell no category from another.
_COMMON_TEXT = """
    a about across add after an and any are as at baseline better big both build by can
    create different do does doing down effect epic experiment experiments explore figuring
    figure find fix for from full get going good have high how if implement in into is it
    its keep large less like look make model models more most new no not of on or other our
    out over part per pick project projects quite replicate reproduce run running runs see
    sees set simple small so some test than that the their them then there these this to
    train training try up use using vs was we what when where which why will with work
    working
"""
_COMMON = frozenset(_COMMON_TEXT.split())
# A suggestion needs this many words' worth in common, and a lead over the next category.
_LEAST = 1.45
_LEAD = 1.15
_SHOWN = 3
# Labels that most categories have, such as priorities, say nothing.
_RARE = 0.4
# A word in the heading says more than one in the title of an entry below it.
_HEADING = 1.5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category for an experiment, by its id and its title, and why in a sentence."""

    category_id: str
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A category as the words of its heading and of its entries, by key, with their labels."""

    category: Category
    heading: frozenset[str]
    entries: Mapping[str, frozenset[str]]
    labels: Mapping[str, frozenset[str]]

    @property
    def words(self) -> frozenset[str]:
        return self.heading.union(*self.entries.values())


def suggest(
    catalog: Catalog,
    title: str,
    labels: Collection[str],
    curated_labels: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Suggestion | None:
    """The category whose entries are most alike, or None where none fits well.

    `labels` are those of the issue, `curated_labels` those of curated ones by key. Deterministic:
    what entries have in common counts by how few categories have it.
    """
    shelves = [_shelf(c, curated_labels) for top in catalog.categories for c in top.walk()]
    shelves = [shelf for shelf in shelves if shelf.entries]
    if len(shelves) < 2:
        return None
    own_labels = {label.lower() for label in labels}
    wanted = _words(title) | {word for label in own_labels for word in _words(label)}
    rarity = _rarity(shelf.words for shelf in shelves)
    label_rarity = _rarity(frozenset().union(*shelf.labels.values()) for shelf in shelves)
    scored = [
        (
            _by_words(shelf, wanted, rarity) + _by_labels(shelf, own_labels, label_rarity),
            -index,
        )
        for index, shelf in enumerate(shelves)
    ]
    (best, place), (next_best, _) = sorted(scored, reverse=True)[:2]
    if best < _LEAST or best < next_best * _LEAD:
        return None
    shelf = shelves[-place]
    reason = _reason(shelf, wanted, own_labels, rarity, label_rarity)
    return Suggestion(shelf.category.id, shelf.category.title, reason)


def _shelf(category: Category, curated_labels: Mapping[str, Collection[str]]) -> _Shelf:
    experiments = [item for item in category.experiments if isinstance(item, Experiment)]
    return _Shelf(
        category,
        _words_and_initials(category.title),
        {item.key: _words_and_initials(item.title) for item in experiments},
        {
            item.key: frozenset(label.lower() for label in curated_labels.get(item.key, ()))
            for item in experiments
        },
    )


def _words(text: str) -> set[str]:
    """The telling words of a title, in lower case and without the plural's s."""
    found: set[str] = set()
    for match in _WORD.finditer(text.replace("_", " ")):
        whole = match[0].lower()
        found.update((whole, *_PART.split(whole)))
    return {_singular(word) for word in found if len(word) > 1 and word not in _COMMON}


def _words_and_initials(text: str) -> frozenset[str]:
    """The words, and what three or four in a row are in short: `sft` of supervised fine tuning."""
    letters = "".join(word[0].lower() for word in re.findall(r"[^\W\d_]+", text))
    return frozenset(_words(text)).union(
        letters[start : start + size] for size in (3, 4) for start in range(len(letters) - size + 1)
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def _rarity(groups: Iterator[frozenset[str]]) -> Mapping[str, float]:
    """How much a word tells: nothing if every category has it, 1 if one of many has."""
    sets = list(groups)
    counts = Counter(word for words in sets for word in words)
    return {
        word: math.log(len(sets) / count) / math.log(len(sets)) for word, count in counts.items()
    }


def _by_words(shelf: _Shelf, wanted: set[str], rarity: Mapping[str, float]) -> float:
    """What the heading has in common, and the entries: the more of them, the surer."""
    score = sum(_HEADING * rarity[word] for word in shelf.heading & wanted)
    for word in wanted & rarity.keys():
        having = sum(word in words for words in shelf.entries.values())
        score += rarity[word] * (1 + math.log(having) / 2) if having else 0
    return score


def _by_labels(shelf: _Shelf, labels: set[str], rarity: Mapping[str, float]) -> float:
    score = 0.0
    for label in labels & rarity.keys():
        share = sum(label in found for found in shelf.labels.values()) / len(shelf.labels)
        score += rarity[label] * share if rarity[label] >= _RARE else 0
    return score


def _reason(
    shelf: _Shelf,
    wanted: set[str],
    labels: set[str],
    rarity: Mapping[str, float],
    label_rarity: Mapping[str, float],
) -> str:
    """What decided it: the words in common, and the entries or the heading that have them."""
    common = [word for word in shelf.words & wanted if rarity[word] > 0]
    telling = sorted(common, key=lambda word: (-rarity[word], word))[:_SHOWN]
    like = [key for key, words in shelf.entries.items() if words & set(telling)][:_SHOWN]
    parts = []
    if telling:
        at = [*(["its heading"] if shelf.heading & set(telling) else []), *map(_named, like)]
        parts.append(f"{_list([f'“{word}”' for word in telling])} in {_list(at)}")
    shared = sorted(
        label
        for label in labels & label_rarity.keys()
        if label_rarity[label] >= _RARE and any(label in found for found in shelf.labels.values())
    )
    if shared:
        parts.append(f"the label {_list([f'“{label}”' for label in shared[:_SHOWN]])}")
    return "; ".join(parts)


def _named(key: str) -> str:
    return f"#{key}" if key.isdigit() else key


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
