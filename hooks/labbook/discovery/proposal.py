"""What the issues have that the curated file has not: what discovery proposes, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from labbook import fields, links
from labbook.discovery import results, suggest, titles
from labbook.discovery.ignored import Ignored
from labbook.discovery.issues import ListedIssue, Listing
from labbook.discovery.reading import FoundLink, Mention, Reading, links_of
from labbook.discovery.results import Quote
from labbook.discovery.suggest import Suggestion
from labbook.history import History
from labbook.links import LinkKind
from labbook.live import wanted
from labbook.live.snapshot import Facts, IssueFacts, Snapshot
from labbook.model import Catalog, Experiment, Link
from labbook.references import issue_key, parse_issue
from labbook.settings import Settings
from labbook.source_text import UNWANTED


@dataclass(frozen=True, slots=True)
class Lab:
    """All that is known before the issues are read."""

    settings: Settings
    catalog: Catalog
    snapshot: Snapshot
    ignored: tuple[Ignored, ...] = ()
    history: History | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An experiment to list: its links in order of appearance, each with where it stood."""

    issue: ListedIssue
    experiment: Experiment
    found: tuple[FoundLink, ...]
    mentions: tuple[Mention, ...]
    suggestion: Suggestion | None
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class NewLinks:
    """A listed experiment whose issue has links that its entry has not.

    `unsure` where one of its links leads nobody knows where, and so maybe to one of these.
    """

    experiment: Experiment
    found: tuple[FoundLink, ...]
    unsure: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A listed experiment without a conclusion whose issue was closed since it is listed."""

    experiment: Experiment
    day: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Named:
    """An issue that is not listed: it names runs, or links data, but neither run nor report."""

    issue: ListedIssue
    found: tuple[FoundLink, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A listed experiment, and what of it is not where it was."""

    experiment: Experiment
    what: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything for the curator's eye; `entries` and `links` are what can be inserted."""

    new: tuple[NewEntry, ...]
    known: tuple[NewLinks, ...]
    closed: tuple[Closed, ...]
    named: tuple[Named, ...]
    lost: tuple[Lost, ...]
    problems: tuple[str, ...]

    @property
    def entries(self) -> tuple[Experiment, ...]:
        """The new entries, in the order of their issues."""
        return tuple(item.experiment for item in self.new)

    @property
    def links(self) -> Mapping[str, tuple[str, ...]]:
        """The new links of listed experiments, by key."""
        return {item.experiment.key: tuple(link.url for link in item.found) for item in self.known}


def known_numbers(lab: Lab) -> frozenset[int]:
    """The issues of the lab's own repository that are listed or refused."""
    keys = _listed(lab).keys() | _refused(lab)
    return frozenset(int(key) for key in keys if key.isdigit())


def propose(lab: Lab, listing: Listing) -> Proposal:
    """Compare the issues with the catalog; each is known by its number alone."""
    listed, refused = _listed(lab), _refused(lab)
    repository = lab.settings.repository
    new: list[NewEntry] = []
    known: list[NewLinks] = []
    named: list[Named] = []
    for issue in sorted(listing.issues, key=lambda issue: issue.ref.number):
        key = issue_key(issue.ref, repository)
        if key in refused:
            continue
        reading = _reading(lab, issue)
        if experiment := listed.get(key):
            if found := _news(lab, experiment, reading):
                known.append(NewLinks(experiment, found, _has_unknown_target(lab, experiment)))
        elif any(_is_evidence(lab, link) for link in reading.found):
            new.append(_entry(lab, issue, key, reading))
        elif reading.mentions or reading.found:
            named.append(Named(issue, reading.found, reading.mentions))
    return Proposal(
        tuple(new),
        tuple(known),
        tuple(_closed(lab, listing)),
        tuple(named),
        tuple(_lost(lab)),
        listing.problems,
    )


def _listed(lab: Lab) -> dict[str, Experiment]:
    """The experiments by key, those whose issue was transferred also by where it is now."""
    listed = {item.key: item for item in lab.catalog.experiments()}
    for item in tuple(listed.values()):
        facts = lab.snapshot.issues.get(str(item.issue))
        moved = parse_issue(facts.moved_to or "", lab.settings.repository) if facts else None
        if moved:
            listed.setdefault(issue_key(moved, lab.settings.repository), item)
    return listed


def _refused(lab: Lab) -> set[str]:
    return {issue_key(item.issue, lab.settings.repository) for item in lab.ignored}


def _reading(lab: Lab, issue: ListedIssue) -> Reading:
    """What the issue links, as far as an entry can hold it."""
    reading = links_of(
        issue.body,
        issue.comments,
        lab.settings.repository,
        number=issue.ref.number,
        rewrites=lab.settings.rewrites,
    )
    fitting = (link for link in reading.found if len(link.url) <= fields.LONGEST_URL)
    return replace(reading, found=tuple(fitting))


def _is_evidence(lab: Lab, link: FoundLink) -> bool:
    return links.is_evidence(_target(lab, link.url))


def _target(lab: Lab, url: str) -> links.Target:
    url = links.rewrite(url, lab.settings.rewrites)
    return links.classify(url, lab.settings.repository)


def _entry(lab: Lab, issue: ListedIssue, key: str, reading: Reading) -> NewEntry:
    labels = {
        item.key: facts.labels
        for item in lab.catalog.experiments()
        if (facts := lab.snapshot.issues.get(str(item.issue)))
    }
    title = _title(issue)
    experiment = Experiment(key, title, issue.ref, tuple(Link(link.url) for link in reading.found))
    return NewEntry(
        issue,
        experiment,
        reading.found,
        reading.mentions,
        suggest.suggest(lab.catalog, title, issue.facts.labels, labels),
        results.quote(issue.body, issue.comments),
    )


def _title(issue: ListedIssue) -> str:
    """The title as the curated file can hold it."""
    title = titles.clean(UNWANTED.sub(" ", issue.facts.title))
    if len(title) > fields.LONGEST_LINE:
        title = f"{title[: fields.LONGEST_LINE - 1]}…"
    shows = any(char.isprintable() and char != " " for char in title)
    return title if shows else f"Issue {issue.ref.number}"


def _news(lab: Lab, experiment: Experiment, reading: Reading) -> tuple[FoundLink, ...]:
    """The links that the entry has under no form."""
    have = {name for link in experiment.links for name in _names(lab, link.url)}
    return tuple(link for link in reading.found if not have & _names(lab, link.url))


def _names(lab: Lab, url: str) -> set[str]:
    """What a link is known as within an entry.

    A run goes by its project and id, since organisations get renamed; a short link also by the
    report that it leads to, where that is known.
    """
    target = _target(lab, url)
    names = {target.canonical}
    if target.kind in {LinkKind.WANDB_RUN, LinkKind.WANDB_GROUP, LinkKind.WANDB_SWEEP}:
        names = {f"{target.kind}:{target.scope.partition('/')[2]}/{target.name}"}
    elif target.kind is LinkKind.WANDB_SHORT_LINK:
        facts = lab.snapshot.short_links.get(f"{target.scope}/{target.name}")
        if facts and facts.target:
            names.add(f"{LinkKind.WANDB_REPORT}:{facts.target}")
    return names


def _has_unknown_target(lab: Lab, experiment: Experiment) -> bool:
    short = LinkKind.WANDB_SHORT_LINK
    names = (_names(lab, link.url) for link in experiment.links)
    return any(len(found) == 1 and next(iter(found)).startswith(short) for found in names)


def _closed(lab: Lab, listing: Listing) -> Iterator[Closed]:
    """Experiments to conclude: their issue was closed on the day they were listed, or later."""
    if lab.history is None:
        return
    issues = {issue.ref: issue for issue in listing.issues}
    for item in lab.catalog.experiments():
        if item.conclusion or item.issue is None:
            continue
        issue = issues.get(item.issue)
        facts: IssueFacts | None = (
            issue.facts if issue else lab.snapshot.issues.get(str(item.issue))
        )
        seen = lab.history.entries.get(item.key)
        if facts is None or seen is None or facts.state != "closed" or facts.closed is None:
            continue
        if facts.closed >= (seen.entry or lab.history.begun):
            quote = results.quote(issue.body, issue.comments) if issue else None
            yield Closed(item, facts.closed, quote)


def _lost(lab: Lab) -> Iterator[Lost]:
    """What GitHub or W&B say is gone, or stands elsewhere."""
    for item in lab.catalog.experiments():
        facts = lab.snapshot.issues.get(str(item.issue)) if item.issue else None
        if facts and facts.gone:
            yield Lost(item, "the issue is not on GitHub any more")
        elif facts and facts.moved_to:
            yield Lost(item, f"the issue was transferred to {facts.moved_to}")
        for link in item.links:
            if (named := wanted.key(link.url, lab.settings)) and _is_gone(lab, *named):
                yield Lost(item, f"not on W&B any more: {links.mask(link.url)}")


def _is_gone(lab: Lab, kind: LinkKind, key: str) -> bool:
    of_kind: Mapping[LinkKind, Callable[[str], Facts | None]] = {
        LinkKind.WANDB_RUN: lab.snapshot.runs.get,
        LinkKind.WANDB_REPORT: lab.snapshot.reports.get,
        LinkKind.WANDB_SHORT_LINK: lab.snapshot.short_links.get,
    }
    facts = of_kind[kind](key)
    return facts is not None and facts.gone
