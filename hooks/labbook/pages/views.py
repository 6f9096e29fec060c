"""What the templates show of an entry: texts chosen, links checked, words found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.book import Book, BookLink, Entry, Section
from labbook.links import LinkKind
from labbook.live.snapshot import AsOf, IssueFacts
from labbook.model import IssueRef
from labbook.pages import escape, inline, words
from labbook.pages.address import experiment_anchor, link
from labbook.pages.environment import render


@dataclass(frozen=True, slots=True)
class IssueView:
    """What GitHub says of an issue; `new_title` is its title where the curated one differs."""

    number: str
    title: str
    new_title: str | None
    state: str | None
    when: str
    as_of: AsOf
    author: str | None
    created: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link; without `href` its text stands alone, with `code` beside it where that differs."""

    kind: LinkKind
    text: str
    href: Markup | None
    external: bool
    code: str | None
    issue: IssueView | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as pages show it."""

    key: str
    title: str
    href: Markup
    anchor: str
    links: tuple[LinkView, ...]
    conclusion: Markup | None
    notes: tuple[Markup, ...]
    issue: IssueView | None


@dataclass(frozen=True, slots=True)
class Crumb:
    """A section in the path of headings above an entry."""

    title: str
    href: Markup


class Views:
    """The views of a whole book; each entry, and each of its listings, is rendered once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.entries = {key: self._entry(entry) for key, entry in book.entries.items()}
        self.paths = {section: path for top in book.sections for section, path in _paths(top, ())}
        self._listings: dict[tuple[str, bool], Markup] = {}

    def listing(self, key: str, *, anchored: bool) -> Markup:
        """The entry under a heading, with its id where it is `anchored`."""
        place = (key, anchored)
        if place not in self._listings:
            view = self.entries[key]
            self._listings[place] = render("entry.html", entry=view, anchored=anchored)
        return self._listings[place]

    def concluded(self, keys: set[str]) -> int:
        """How many of these entries have a conclusion."""
        return sum(self.entries[key].conclusion is not None for key in keys)

    def _entry(self, entry: Entry) -> EntryView:
        experiment, rewrites = entry.experiment, self.book.settings.rewrites
        title = escape.title(experiment.title)
        issue = _issue(experiment.issue, entry.facts, title)
        own = experiment.issue.url if experiment.issue else None
        conclusion = experiment.conclusion
        return EntryView(
            key=entry.key,
            title=title,
            href=link(entry.address),
            anchor=experiment_anchor(entry.key),
            links=tuple(
                _link(item, issue if item.curated == own else None) for item in entry.links
            ),
            conclusion=inline.markdown(conclusion, rewrites) if conclusion else None,
            notes=tuple(inline.markdown(note, rewrites) for note in experiment.notes),
            issue=issue,
        )


def section_keys(section: Section) -> set[str]:
    """The experiments under a heading and all headings below it."""
    return {listing.key for part in section.walk() for listing in part.listings}


def _paths(
    section: Section, above: tuple[Crumb, ...]
) -> Iterator[tuple[Section, tuple[Crumb, ...]]]:
    path = (*above, Crumb(escape.title(section.title), link(section.address)))
    yield section, path
    for child in section.sections:
        yield from _paths(child, path)


def _issue(ref: IssueRef | None, facts: IssueFacts | None, curated: str) -> IssueView | None:
    if ref is None or facts is None:
        return None
    title = escape.title(facts.title)
    return IssueView(
        number=f"#{ref.number}",
        title=title,
        new_title=title if title != curated else None,
        state=facts.state or None,
        when=words.as_of(facts.as_of),
        as_of=facts.as_of,
        author=facts.author or None,
        created=facts.created or None,
        labels=facts.labels,
    )


def _link(item: BookLink, issue: IssueView | None) -> LinkView:
    text, href = escape.title(item.label), escape.href(item.url)
    shown = escape.clean(item.url)
    return LinkView(
        kind=item.kind,
        text=text,
        href=href,
        external=item.kind is not LinkKind.PAGE,
        code=shown if href is None and shown != text else None,
        issue=issue,
    )
