"""What we learned: all conclusions on one page, under the headings of their experiments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook.links import LinkKind
from labbook.pages import escape, facts, words
from labbook.pages.address import link
from labbook.pages.conclusions import Conclusion, conclusions
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.views import Crumb, EntryView, Views

ADDRESS = "learned/"
TITLE = "What we learned"
UNCATEGORIZED = "Uncategorized"

# The first say most: somebody wrote them up.
_EVIDENCE = (
    LinkKind.WANDB_REPORT,
    LinkKind.WANDB_SHORT_LINK,
    LinkKind.ARXIV,
    LinkKind.WANDB_RUN,
    LinkKind.WANDB_GROUP,
    LinkKind.WANDB_SWEEP,
    LinkKind.WANDB_PROJECT,
    LinkKind.DATA_EXPERIMENT,
    LinkKind.DATA_VIEW,
)
_RANK = {kind: rank for rank, kind in enumerate(_EVIDENCE)}


@dataclass(frozen=True, slots=True)
class _Found:
    """An experiment beside its conclusion; a day that is not known is None."""

    entry: EntryView
    opened: Markup | None
    concluded: Markup | None
    evidence: list[Markup]


@dataclass(frozen=True, slots=True)
class _Row:
    conclusion: Markup
    found: list[_Found]
    height: int


@dataclass(frozen=True, slots=True)
class _Group:
    """A heading and the conclusions of which it holds the first experiment."""

    title: str
    id: str
    crumb: Crumb
    conclusions: list[Conclusion]


def learned(views: Views) -> str:
    """The page of all conclusions."""
    groups = _groups(views)
    counts = _counts(views, groups)
    front = {
        "title": TITLE,
        "description": escape.meta(f"{TITLE}: {counts}, each with its evidence."),
        "hide": ["navigation"],
    }
    return page(ADDRESS, front, _blocks(views, groups, counts))


def _blocks(views: Views, groups: list[_Group], counts: str) -> Iterator[str]:
    yield heading(1, TITLE, "what-we-learned")
    book = views.book
    yield render(
        "learned_lead.html",
        counts=counts,
        begun=facts.moment(book.history.begun) if book.history else None,
        projects=[Crumb(escape.html(title), link(to)) for title, to in book.settings.projects],
    )
    # A column of which nothing is known says nothing.
    dated = any(views.concluded_on(key) for key in views.entries)
    for group in groups:
        yield heading(2, group.title, group.id)
        yield render(
            "learned.html",
            group=group.crumb,
            rows=[_row(views, conclusion) for conclusion in group.conclusions],
            dated=dated,
        )


def _groups(views: Views) -> list[_Group]:
    """The top-level headings that hold conclusions, in reading order."""
    groups = [_Group(top.title, top.id, views.crumbs[top], []) for top in views.book.sections]
    crumb = Crumb(escape.html(UNCATEGORIZED), link(f"reports/#{UNCATEGORIZED.lower()}"))
    groups.append(_Group(UNCATEGORIZED, UNCATEGORIZED.lower(), crumb, []))
    listed = [
        [item for part in top.walk() for item in part.listings] for top in views.book.sections
    ]
    listed.append(list(views.book.uncategorized))
    home: dict[str, _Group] = {}
    for group, listings in zip(groups, listed, strict=True):
        for listing in listings:
            home.setdefault(listing.key, group)
    for conclusion in conclusions(views.entries[key] for key in home):
        home[conclusion.entries[0].key].conclusions.append(conclusion)
    return [group for group in groups if group.conclusions]


def _counts(views: Views, groups: list[_Group]) -> str:
    shown = [conclusion for group in groups for conclusion in group.conclusions]
    concluded = sum(len(conclusion.entries) for conclusion in shown)
    of_all = words.count(len(views.entries), "experiment")
    return f"{words.count(len(shown), 'conclusion')} from {concluded:,} of {of_all}"


def _row(views: Views, conclusion: Conclusion) -> _Row:
    found = [_found(views, entry) for entry in conclusion.entries]
    return _Row(conclusion.text, found, len(found))


def _found(views: Views, entry: EntryView) -> _Found:
    opened = entry.issue.created if entry.issue else None
    concluded = views.concluded_on(entry.key)
    # Stable: links of a kind stay in the curator's order, others come last.
    evidence = sorted(entry.links, key=lambda item: _RANK.get(item.kind, len(_RANK)))
    return _Found(
        entry,
        facts.moment(opened) if opened else None,
        facts.moment(concluded) if concluded else None,
        [item.html for item in evidence],
    )
