"""Rules over what GitHub and W&B say of what people wrote, and over how old that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labbook.book import Book, BookLink, Entry
from labbook.checking.remark import Remark, Rule
from labbook.discovery import titles
from labbook.links import LinkKind
from labbook.live import ages
from labbook.live.snapshot import AsOf, Source
from labbook.model import Place
from labbook.problems import quoted, visible

# How long a closed issue may be without a conclusion, in days.
PATIENCE = 30
_DAY = 86_400
# A run that somebody stopped (`killed`) has mostly done what it was for.
_FAILED = {"crashed": "crashed", "failed": "failed"}
_WORDS = re.compile(r"\w+")
_REASONS = {"not_planned": " as not planned", "duplicate": " as a duplicate"}
_ASKED = {LinkKind.WANDB_RUN, LinkKind.WANDB_REPORT, LinkKind.WANDB_SHORT_LINK}


def closed_without_conclusion(entry: Entry, book: Book) -> Iterator[Remark]:
    """An entry whose issue was closed long ago, and that says nothing of what was learned."""
    facts = entry.facts
    if facts is None or facts.state != "closed" or facts.gone or entry.experiment.conclusion:
        return
    # Where the day is not known, it is no later than that on which GitHub said so.
    since = AsOf(facts.closed) if facts.closed else facts.as_of
    passed = ages.age(since, book.today) if book.today else None
    if passed is not None and passed >= PATIENCE * _DAY:
        when = f"since {since.when}{'' if facts.closed else ' at the latest'}"
        reason = _REASONS.get(facts.reason or "", "")
        message = f"its issue has been closed{reason} {when}, and the entry has no conclusion"
        remedy = "write what was learned as its `conclusion`"
        yield Remark(Rule.CLOSED, entry.experiment.place, message, remedy)


def drifted_title(entry: Entry, _: Book) -> Iterator[Remark]:
    """An entry whose issue is titled with words that the curated title has not.

    What a curator added to the title, and "Experiment:" and its relatives, are no difference.
    """
    facts = entry.facts
    if facts is None or facts.gone:
        return
    now = titles.clean(facts.title)
    if not set(_words(now)) <= set(_words(entry.experiment.title)):
        message = f"its issue is now titled {quoted(now)}"
        remedy = "take the title over, unless the curated one is meant"
        yield Remark(Rule.TITLE, entry.experiment.place, message, remedy)


def issue_elsewhere(entry: Entry, _: Book) -> Iterator[Remark]:
    """An issue that is gone, was transferred, or is no issue."""
    facts = entry.facts
    if facts is None:
        return
    place, said = entry.experiment.place, f"GitHub says ({_when(facts.as_of)})"
    if facts.moved_to:
        message = f"{said} that its issue was moved to {quoted(facts.moved_to)}"
        remedy = "name it there; a new key is a new address of its page"
        yield Remark(Rule.MOVED, place, message, remedy)
    elif facts.gone:
        message = f"{said} that its issue no longer exists"
        remedy = "name another issue, or give the entry an `id` in its place"
        yield Remark(Rule.GONE, place, message, remedy)
    elif facts.pull:
        message = f"{said} that its number is that of a pull request"
        remedy = "name the issue, and link the pull request"
        yield Remark(Rule.MOVED, place, message, remedy)


def gone_links(entry: Entry, _: Book) -> Iterator[Remark]:
    """A run, report or short link that W&B has no more."""
    for place, link in _links(entry):
        if link.run and link.run.gone:
            what, when = f"the run {quoted(link.run.name)}", link.run.as_of
        elif link.report and link.report.gone:
            what, when = f"the report {quoted(link.report.title)}", link.report.as_of
        elif link.short_link and link.short_link.gone:
            what, when = "the short link", link.short_link.as_of
        else:
            continue
        message = f"W&B says ({_when(when)}) that {what} no longer exists"
        yield Remark(Rule.GONE, place, message, "link what took its place, or delete the link")


def failed_runs(entry: Entry, _: Book) -> Iterator[Remark]:
    """A run that ended in a crash."""
    for place, link in _links(entry):
        run = link.run
        if run and not run.gone and run.state in _FAILED:
            message = f"the run {quoted(run.name)} {_FAILED[run.state]} ({_when(run.as_of)})"
            remedy = "link the run that took its place, unless this one is meant"
            yield Remark(Rule.FAILED, place, message, remedy)


@dataclass(frozen=True, slots=True)
class Stale:
    """How much of what a source said is older than the settings allow, and was never known.

    `old` of `known` items are too old, the oldest as of `oldest`; `unknown` are not known at all.
    """

    source: Source
    known: int
    old: int
    oldest: AsOf | None
    unknown: int


def stale(book: Book) -> list[Stale]:
    """What of the live data should be renewed, by source; nothing where all is fresh."""
    asked = [link for entry in book.entries.values() for link in entry.links if link.kind in _ASKED]
    of_wandb = {link.curated: link.run or link.report or link.short_link for link in asked}
    of_github = [entry.facts for entry in book.entries.values() if entry.experiment.issue]
    found = (
        _stale(Source.GITHUB, (fact.as_of if fact else None for fact in of_github), book),
        _stale(Source.WANDB, (fact.as_of if fact else None for fact in of_wandb.values()), book),
    )
    return [item for item in found if item.old or item.unknown]


def _stale(source: Source, stamps: Iterable[AsOf | None], book: Book) -> Stale:
    every = list(stamps)
    known = [stamp for stamp in every if stamp]
    longest, today = book.settings.live.max_age, book.today
    old = [stamp for stamp in known if today and ages.is_older(stamp, longest, today)]
    oldest = min(old, key=lambda stamp: stamp.when, default=None)
    return Stale(source, len(known), len(old), oldest, len(every) - len(known))


def _links(entry: Entry) -> Iterator[tuple[Place, BookLink]]:
    """The curated links, each with its place; the entry's own issue is none."""
    curated = entry.experiment.links
    shown = entry.links[len(entry.links) - len(curated) :]
    return zip((link.place for link in curated), shown, strict=True)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _when(stamp: AsOf) -> str:
    return f"as of {visible(stamp.when)}"
