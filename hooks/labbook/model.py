"""What the curated data means: a catalog of categories, experiments and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in its file; lines and columns count from 1, `end_line` is the last."""

    line: int
    column: int
    end_line: int


NOWHERE = Place(1, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class IssueRef:
    """A GitHub issue: its repository as `owner/name`, and its number."""

    repository: str
    number: int

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"

    @property
    def url(self) -> str:
        """The issue's page on GitHub."""
        return f"https://github.com/{self.repository}/issues/{self.number}"


@dataclass(frozen=True, slots=True)
class Link:
    """A curated link; `label` is None where the usual text of its kind is wanted."""

    url: str
    label: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment, defined once.

    `key` names it everywhere: the issue number, `owner/repository/number` for an issue
    of another repository, or the curated `id`. It is also the end of its page's address.
    `related` holds keys. `conclusion` and `notes` are inline Markdown.
    """

    key: str
    title: str
    issue: IssueRef | None = None
    links: tuple[Link, ...] = ()
    conclusion: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class See:
    """A second listing of an experiment that is defined elsewhere."""

    key: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """A heading with its experiments and, below them, its categories.

    `id` is its address: set by hand, or the slug of the title. `formerly` lists earlier ids.
    """

    title: str
    id: str
    formerly: tuple[str, ...] = ()
    experiments: tuple[Experiment | See, ...] = ()
    categories: tuple[Category, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)

    def walk(self) -> Iterator[Category]:
        """This category and all below it, in reading order."""
        yield self
        for child in self.categories:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that people wrote in `data/experiments.yaml`."""

    title: str
    introduction: str = ""
    categories: tuple[Category, ...] = ()
    uncategorized: tuple[Experiment, ...] = ()

    def listings(self) -> Iterator[Experiment | See]:
        """Every listing in reading order, the uncategorized last."""
        for category in self.categories:
            for part in category.walk():
                yield from part.experiments
        yield from self.uncategorized

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment where it is defined, in reading order."""
        return (item for item in self.listings() if isinstance(item, Experiment))
