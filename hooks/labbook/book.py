"""Catalog + Snapshot -> Book: what every page, export and feed reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from labbook import links
from labbook.history import History
from labbook.live import wanted
from labbook.live.snapshot import (
    AsOf,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
)
from labbook.live.snapshot import Source as Server
from labbook.model import Catalog, Category, Experiment, Link, See
from labbook.settings import Settings

_ASKED = {
    links.LinkKind.WANDB_RUN,
    links.LinkKind.WANDB_REPORT,
    links.LinkKind.WANDB_SHORT_LINK,
}


@dataclass(frozen=True, slots=True)
class Source:
    """The curated file as the build saw it.

    `commit` is None where the file is not exactly that of a commit: then no lines are cited.
    """

    path: str = "data/experiments.yaml"
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """Which build the book is for: of which commit of the site's repository, and when.

    `at` is an ISO 8601 second in UTC; `modified` says that files differ from the commit's.
    What is None is not known.
    """

    commit: str | None = None
    modified: bool | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class BookLink:
    """A link as the site shows it: `url` after the rewrites, `curated` as the data has it.

    `run`, `report` and `short_link` are what W&B says of what it leads to, where that is known;
    a short link that leads to a report has both.
    """

    url: str
    label: str
    kind: links.LinkKind
    curated: str
    run: RunFacts | None = None
    report: ReportFacts | None = None
    short_link: ShortLinkFacts | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An experiment with all that is known of it.

    `links` begins with the GitHub issue, where there is one; `sections` are those that list it,
    in reading order (none for an uncategorized one).
    """

    key: str
    experiment: Experiment
    links: tuple[BookLink, ...]
    facts: IssueFacts | None
    sections: tuple[Section, ...]
    source_url: str
    edit_url: str

    @property
    def address(self) -> str:
        """The folder of its page below the site's root; it never changes."""
        return f"experiments/{self.key}/"

    @property
    def runs(self) -> tuple[RunFacts, ...]:
        """What is known of its runs, each once, in the order of its links."""
        return tuple(dict.fromkeys(link.run for link in self.links if link.run))

    @property
    def reports(self) -> tuple[ReportFacts, ...]:
        """What is known of its W&B reports, each once, in the order of its links."""
        return tuple(dict.fromkeys(link.report for link in self.links if link.report))


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry under a heading; `first` is true where the page meets it for the first time."""

    key: str
    first: bool


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A category: `id` is its heading's anchor on the reports page, `level` counts from 2.

    `top` is the id of the top-level category it belongs to, whose page holds it.
    """

    title: str
    id: str
    level: int
    top: str
    formerly: tuple[str, ...]
    listings: tuple[Listing, ...]
    sections: tuple[Section, ...]

    @property
    def address(self) -> str:
        """The page that holds it, with the fragment of its heading below a top-level one."""
        return f"reports/{self.top}/" + (f"#{self.id}" if self.level > 2 else "")

    def walk(self) -> Iterator[Section]:
        """This section and all below it, in reading order."""
        yield self
        for child in self.sections:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Book:
    """The whole lab book; `entries` stand in reading order of their definitions.

    `catalog` is what people wrote of it, `today` the UTC day on which it was joined: None where
    no day counts. `project_issues` is what is known of project pages' issues, by number;
    `asked` says when GitHub and W&B last answered; `history` when entries were first seen.
    """

    settings: Settings
    title: str
    introduction: str
    sections: tuple[Section, ...]
    uncategorized: tuple[Listing, ...]
    entries: Mapping[str, Entry]
    catalog: Catalog
    today: str | None = None
    project_issues: Mapping[int, IssueFacts] = field(default_factory=dict)
    asked: Mapping[Server, AsOf] = field(default_factory=dict)
    history: History | None = None
    build: Build = Build()


def join(
    catalog: Catalog,
    snapshot: Snapshot,
    settings: Settings,
    source: Source,
    today: str | None = None,
) -> Book:
    """Join what people wrote with what GitHub and W&B last said, as of the day `today`."""
    seen: set[str] = set()
    sections = tuple(_section(c, c.id, 2, seen) for c in catalog.categories)
    uncategorized = _listings(catalog.uncategorized, seen)
    listed: dict[str, list[Section]] = {}
    for top in sections:
        for section in top.walk():
            for listing in section.listings:
                listed.setdefault(listing.key, []).append(section)
    entries = {
        item.key: _entry(item, tuple(listed.get(item.key, ())), snapshot, settings, source)
        for item in catalog.experiments()
    }
    return Book(
        settings,
        catalog.title,
        catalog.introduction,
        sections,
        uncategorized,
        entries,
        catalog,
        today,
        dict(_project_issues(snapshot, settings)),
        snapshot.sources,
    )


def _project_issues(snapshot: Snapshot, settings: Settings) -> Iterator[tuple[int, IssueFacts]]:
    for page in settings.project_pages:
        facts = snapshot.issues.get(f"{settings.repository}#{page.issue}")
        if page.issue and facts:
            yield page.issue, facts


def _section(category: Category, top: str, level: int, seen: set[str]) -> Section:
    listings = _listings(category.experiments, seen)
    sections = tuple(_section(child, top, level + 1, seen) for child in category.categories)
    return Section(category.title, category.id, level, top, category.formerly, listings, sections)


def _listings(items: Sequence[Experiment | See], seen: set[str]) -> tuple[Listing, ...]:
    listings = []
    for item in items:
        listings.append(Listing(item.key, first=item.key not in seen))
        seen.add(item.key)
    return tuple(listings)


def _entry(
    experiment: Experiment,
    sections: tuple[Section, ...],
    snapshot: Snapshot,
    settings: Settings,
    source: Source,
) -> Entry:
    issue = experiment.issue
    own = (Link(issue.url),) if issue else ()
    lines = f"#L{experiment.place.line}-L{experiment.place.end_line}"
    revision, fragment = (source.commit, lines) if source.commit else (settings.branch, "")
    return Entry(
        key=experiment.key,
        experiment=experiment,
        links=tuple(_link(link, snapshot, settings) for link in own + experiment.links),
        facts=snapshot.issues.get(str(issue)) if issue else None,
        sections=sections,
        source_url=f"{settings.repo_url}/blob/{revision}/{source.path}{fragment}",
        edit_url=f"{settings.repo_url}/edit/{settings.branch}/{source.path}",
    )


def _link(link: Link, snapshot: Snapshot, settings: Settings) -> BookLink:
    url = links.rewrite(link.url, settings.rewrites)
    target = links.classify(link.url, settings.repository)
    run = report = short_link = None
    # What W&B is asked for is named by where it is now; the label stays that of the curated URL.
    match wanted.key(link.url, settings) if target.kind in _ASKED or url != link.url else None:
        case links.LinkKind.WANDB_RUN, key:
            run = snapshot.runs.get(key)
        case links.LinkKind.WANDB_REPORT, key:
            report = snapshot.reports.get(key)
        case links.LinkKind.WANDB_SHORT_LINK, key:
            short_link = snapshot.short_links.get(key)
            if short_link and short_link.target:
                report = snapshot.reports.get(short_link.target)
    return BookLink(
        url=url,
        label=link.label or target.label,
        kind=target.kind,
        curated=link.url,
        run=run,
        report=report,
        short_link=short_link,
    )
