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
from labbook.pages.environment import macro, render

_LINK = macro("link.html", "link")
_FACTS = macro("link.html", "facts")


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
    """A link, or what stands in its place where its URL may not be one, as HTML.

    `issue` is what GitHub says of the issue it leads to, where that is known.
    """

    kind: LinkKind
    html: Markup
    issue: Markup | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as pages show it; `name` is its title as text, `title` as HTML."""

    key: str
    name: str
    title: Markup
    href: Markup
    anchor: str
    links: tuple[LinkView, ...]
    conclusion: Markup | None
    notes: tuple[Markup, ...]
    issue: IssueView | None


@dataclass(frozen=True, slots=True)
class Crumb:
    """The link to a section."""

    title: Markup
    href: Markup


class Views:
    """The views of a whole book; each entry, and each of its listings, is rendered once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.entries = {key: self._entry(entry) for key, entry in book.entries.items()}
        self.paths = {section: path for top in book.sections for section, path in _paths(top, ())}
        self.crumbs = {
            section: Crumb(escape.html(escape.title(section.title)), link(section.address))
            for section in self.paths
        }
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
        name = escape.title(experiment.title)
        issue = _issue(experiment.issue, entry.facts, name)
        own = experiment.issue.url if experiment.issue else None
        return EntryView(
            key=entry.key,
            name=name,
            title=escape.html(name),
            href=link(entry.address),
            anchor=experiment_anchor(entry.key),
            links=tuple(
                _link(item, issue if item.curated == own else None) for item in entry.links
            ),
            conclusion=inline.markdown(experiment.conclusion or "", rewrites) or None,
            notes=tuple(filter(None, (inline.markdown(n, rewrites) for n in experiment.notes))),
            issue=issue,
        )


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


def _issue(ref: IssueRef | None, facts: IssueFacts | None, curated: str) -> IssueView | None:
    if ref is None or facts is None:
        return None
    title = escape.title(facts.title)
    return IssueView(
        number=f"#{ref.number}",
        title=title,
        new_title=title if title != curated else None,
        state=_visible(facts.state),
        when=words.as_of(facts.as_of),
        as_of=facts.as_of,
        author=_visible(facts.author),
        created=_visible(facts.created),
        labels=tuple(label for label in map(_visible, facts.labels) if label),
    )


def _visible(text: str | None) -> str | None:
    return escape.clean(text or "").strip() or None


def _link(item: BookLink, issue: IssueView | None) -> LinkView:
    text, href, url = escape.title(item.label), escape.href(item.url), escape.clean(item.url)
    html = _LINK(
        kind=item.kind,
        text=text,
        href=href,
        external=item.kind is not LinkKind.PAGE,
        code=url if href is None and url != text else None,
    )
    return LinkView(item.kind, html, _FACTS(issue) if issue else None)
