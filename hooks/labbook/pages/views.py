"""What the templates show of an entry: texts chosen, links checked, words found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.book import Book, BookLink, Entry, Section
from labbook.links import LinkKind
from labbook.live.snapshot import AsOf, RunFacts
from labbook.live.snapshot import Source as Server
from labbook.pages import escape, facts, inline
from labbook.pages.address import experiment_anchor, link
from labbook.pages.environment import macro, render
from labbook.pages.facts import IssueView, RunView

_LINK = macro("link.html", "link")


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link, or what stands in its place where its URL may not be one, as HTML.

    `facts` is in a line what GitHub or W&B says of what it leads to, where that is known;
    `run` is the run that it leads to.
    """

    kind: LinkKind
    html: Markup
    facts: Markup | None
    run: RunFacts | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as pages show it; `name` is its title as text, `title` as HTML.

    `runs` are those that W&B says something of, each once; `ages` says how old all of this is.
    """

    key: str
    name: str
    title: Markup
    href: Markup
    anchor: str
    links: tuple[LinkView, ...]
    conclusion: Markup | None
    notes: tuple[Markup, ...]
    issue: IssueView | None
    runs: tuple[tuple[RunFacts, RunView], ...]
    ages: frozenset[tuple[Server, AsOf]]


@dataclass(frozen=True, slots=True)
class Crumb:
    """The link to a section."""

    title: Markup
    href: Markup


class Views:
    """The views of a whole book; each entry, and each of its listings, is rendered once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        ages = set[tuple[Server, AsOf]]().union(*map(_ages, book.entries.values()))
        self.newest = {
            server: max((age for by, age in ages if by is server), key=lambda age: age.when)
            for server in Server
            if any(by is server for by, _ in ages)
        }
        self.entries = {key: self._entry(entry) for key, entry in book.entries.items()}
        self.paths = {section: path for top in book.sections for section, path in _paths(top, ())}
        self.crumbs = {
            section: Crumb(escape.html(escape.title(section.title)), link(section.address))
            for section in self.paths
        }
        self._listings: dict[tuple[str, bool, Section | None], Markup] = {}

    def listing(self, key: str, section: Section | None, *, anchored: bool) -> Markup:
        """The entry under a heading, with its id where it is `anchored`."""
        others = [
            self.crumbs[other] for other in self.book.entries[key].sections if other != section
        ]
        # Where it is listed once, it looks the same on every page.
        place = (key, anchored, section if others else None)
        if place not in self._listings:
            view = self.entries[key]
            self._listings[place] = render(
                "entry.html", entry=view, anchored=anchored, others=others
            )
        return self._listings[place]

    def concluded(self, keys: set[str]) -> int:
        """How many of these entries have a conclusion."""
        return sum(self.entries[key].conclusion is not None for key in keys)

    def concluded_on(self, key: str) -> str | None:
        """The day on which an entry's conclusion was first seen; None where that is not known."""
        seen = self.book.history.entries.get(key) if self.book.history else None
        return seen.conclusion if seen and self.entries[key].conclusion is not None else None

    def _entry(self, entry: Entry) -> EntryView:
        experiment, rewrites = entry.experiment, self.book.settings.rewrites
        name = escape.title(experiment.title)
        issue = facts.issue(experiment.issue, entry.facts, name)
        own = experiment.issue.url if experiment.issue else None
        said_of_issue = facts.issue_line(issue, self.newest[Server.GITHUB]) if issue else None
        runs: dict[RunFacts, RunView] = {}
        return EntryView(
            key=entry.key,
            name=name,
            title=escape.html(name),
            href=link(entry.address),
            anchor=experiment_anchor(entry.key),
            links=tuple(
                _link(item, said_of_issue if item.curated == own else self._of_wandb(item, runs))
                for item in entry.links
            ),
            conclusion=inline.markdown(experiment.conclusion or "", rewrites) or None,
            notes=tuple(filter(None, (inline.markdown(n, rewrites) for n in experiment.notes))),
            issue=issue,
            runs=tuple(runs.items()),
            ages=frozenset(_ages(entry)),
        )

    def _of_wandb(self, item: BookLink, runs: dict[RunFacts, RunView]) -> Markup | None:
        """What W&B says of a link's target in a line; a run that is met first joins `runs`."""
        newest, label = self.newest.get(Server.WANDB), escape.title(item.label)
        if item.run:
            view = runs.setdefault(item.run, facts.run(item.run, label, newest))
            return view.compact
        return facts.report_line(item.report, item.short_link, label, newest)


def section_keys(section: Section) -> set[str]:
    """The experiments under a heading and all headings below it."""
    return {listing.key for part in section.walk() for listing in part.listings}


def _paths(
    section: Section, above: tuple[Section, ...]
) -> Iterator[tuple[Section, tuple[Section, ...]]]:
    """Each section from this one down, with those that lead to it, itself the last."""
    path = (*above, section)
    yield section, path
    for child in section.sections:
        yield from _paths(child, path)


def _ages(entry: Entry) -> set[tuple[Server, AsOf]]:
    """Who said something of the entry, and when."""
    of_wandb = {
        (Server.WANDB, fact.as_of)
        for item in entry.links
        for fact in (item.run, item.report, item.short_link)
        if fact
    }
    return of_wandb | ({(Server.GITHUB, entry.facts.as_of)} if entry.facts else set())


def _link(item: BookLink, said: Markup | None) -> LinkView:
    text, href, url = escape.title(item.label), escape.href(item.url), escape.clean(item.url)
    html = _LINK(
        kind=item.kind,
        text=text,
        href=href,
        external=item.kind is not LinkKind.PAGE,
        code=url if href is None and url != text else None,
    )
    return LinkView(item.kind, html, said, item.run)
