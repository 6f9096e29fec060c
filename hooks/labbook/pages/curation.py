"""The page of what waits for a curator's hand: what `labbook check` finds, by what is to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.book import Entry
from labbook.checking import check, live
from labbook.checking.live import Stale
from labbook.checking.remark import Remark, Rule
from labbook.live.snapshot import Source as Server
from labbook.pages import escape, facts, words
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.views import Views

ADDRESS = "curation/"
# A longer list is read elsewhere.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Topic:
    """A heading, the rules below it, and what a curator does about it."""

    title: str
    id: str
    rules: frozenset[Rule]
    about: str


_TOPICS = (
    _Topic(
        "Without a category",
        "without-a-category",
        frozenset({Rule.UNCATEGORIZED}),
        "Each of these entries belongs under a heading: move its lines there.",
    ),
    _Topic(
        "Closed without a conclusion",
        "closed-without-a-conclusion",
        frozenset({Rule.CLOSED}),
        f"The issue has been closed for {live.PATIENCE} days or longer. What was learned?",
    ),
    _Topic(
        "Gone or moved",
        "gone-or-moved",
        frozenset({Rule.GONE, Rule.MOVED}),
        "GitHub or W&B say so; what was last known of it stays on the site.",
    ),
    _Topic(
        "Without a run or report",
        "without-a-run-or-report",
        frozenset({Rule.EVIDENCE}),
        "An experiment is listed for its evidence.",
    ),
    _Topic(
        "Links with an access token",
        "links-with-an-access-token",
        frozenset({Rule.TOKEN}),
        "Whoever has the link may read what it leads to. Once that is public, the token can go.",
    ),
    _Topic(
        "Links into an editor or a workspace",
        "links-into-an-editor-or-a-workspace",
        frozenset({Rule.EDITOR, Rule.WORKSPACE}),
        "A reader is served better by the plain page.",
    ),
    _Topic(
        "Titles that differ from the issue",
        "titles-that-differ-from-the-issue",
        frozenset({Rule.TITLE}),
        "The issue has words in its title that the entry has not. Where that is meant, leave it.",
    ),
    _Topic(
        "Runs that failed",
        "runs-that-failed",
        frozenset({Rule.FAILED}),
        "Where the failed run is the evidence, leave it.",
    ),
)
_SERVERS = {Server.GITHUB: ("GitHub", "issue"), Server.WANDB: ("W&B", "run or report")}


@dataclass(frozen=True, slots=True)
class _Item:
    """What a rule says of an entry, with the link to its lines."""

    title: Markup
    href: Markup
    message: str
    remedy: Markup
    lines: Markup | None
    where: str


def curation(views: Views) -> str:
    """Everything that waits, each with the link to its lines."""
    front = {
        "title": "What waits for a hand",
        "description": "What in the curated list waits for a hand, each with its lines.",
        # Whoever searches looks for an experiment itself.
        "search": {"exclude": True},
    }
    return page(ADDRESS, front, _blocks(views))


def _blocks(views: Views) -> Iterator[str]:
    found = list(check.remarks(views.book))
    old = live.stale(views.book)
    yield heading(1, "What waits for a hand", "curation")
    yield render("curation_lead.html", count=_waiting(len(found)) if found else None, old=old)
    for topic in _TOPICS:
        items = [_item(views, *pair) for pair in found if pair[1].rule in topic.rules]
        if items:
            # What is the same for all is said once.
            shared = len({item.remedy for item in items}) == 1
            yield heading(2, topic.title, topic.id)
            yield render(
                "curation_list.html",
                about=topic.about,
                shared=items[0].remedy if shared else None,
                items=items[:_LONGEST],
                left_out=words.count(len(items) - _LONGEST, "item"),
                more=len(items) > _LONGEST,
            )
    if old:
        yield heading(2, "Live data to renew", "live-data-to-renew")
        yield render("curation_stale.html", sentences=[_stale(item) for item in old])


def _waiting(number: int) -> str:
    return words.count(number, "thing") + (" waits" if number == 1 else " wait")


def _item(views: Views, entry: Entry, remark: Remark) -> _Item:
    view = views.entries[entry.key]
    file, mark, _ = entry.source_url.partition("#")
    place = remark.place
    # Without a commit the lines of the branch may be others.
    lines = f"{file}#L{place.line}-L{place.end_line}" if mark else file
    return _Item(
        title=view.title,
        href=view.href,
        message=_sentence(remark.message),
        remedy=_coded(_sentence(remark.remedy)),
        lines=escape.href(lines),
        where=f"line {place.line}",
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _coded(text: str) -> Markup:
    """The text of a rule, what stands between backticks as code."""
    words_and_code = map(escape.html, text.split("`"))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(words_and_code)
    )


def _stale(item: Stale) -> Markup:
    server, noun = _SERVERS[item.source]
    parts = []
    if item.old and item.oldest:
        number = _count(item.old, noun)
        said = f"What {server} says of {number} is too old, the oldest as of"
        parts.append(Markup("{} {}.").format(escape.html(said), facts.when(item.oldest)))
    if item.unknown:
        number = _count(item.unknown, noun)
        parts.append(escape.html(f"What {server} says of {number} is not known yet."))
    return Markup(" ").join(parts)


def _count(number: int, noun: str) -> str:
    """A number of things that may be of two kinds: `2 runs or reports`."""
    several = noun.replace(" or ", "s or ") + "s"
    return f"{number:,} {noun if number == 1 else several}"
