"""The page of an experiment: what was found first, then the evidence, then all else known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from labbook.book import Entry, Source
from labbook.links import LinkKind, classify
from labbook.pages import citation, escape, facts, inline, runs
from labbook.pages.address import link
from labbook.pages.environment import render
from labbook.pages.page import heading, page
from labbook.pages.related import Related
from labbook.pages.views import Crumb, EntryView, LinkView, Views

_GROUPS: tuple[tuple[str, str, frozenset[LinkKind]], ...] = (
    ("W&B reports", "wandb-reports", frozenset({LinkKind.WANDB_REPORT, LinkKind.WANDB_SHORT_LINK})),
    (
        "W&B runs",
        "wandb-runs",
        frozenset(
            {
                LinkKind.WANDB_RUN,
                LinkKind.WANDB_GROUP,
                LinkKind.WANDB_SWEEP,
                LinkKind.WANDB_PROJECT,
            }
        ),
    ),
    (
        "Data browser",
        "data-browser",
        frozenset({LinkKind.DATA_EXPERIMENT, LinkKind.DATA_VIEW, LinkKind.STORAGE}),
    ),
    (
        "GitHub",
        "github",
        frozenset({LinkKind.GITHUB_ISSUE, LinkKind.GITHUB_PULL, LinkKind.GITHUB_FILE}),
    ),
    ("Papers and models", "papers-and-models", frozenset({LinkKind.ARXIV, LinkKind.HUGGING_FACE})),
)
# The search shows tags as HTML.
_PLAIN = re.compile(r"[\w.-]{1,100}", re.ASCII)
_OTHER = ("Other links", "other-links")
_UNCATEGORIZED = (Crumb(escape.html("Uncategorized"), link("reports/#uncategorized")),)


def experiment(views: Views, related: Related, entry: Entry) -> str:
    """All that is known of an experiment, on a page whose address never changes."""
    view = views.entries[entry.key]
    front = {
        "title": escape.meta(view.name),
        "description": escape.meta(_description(view)),
        "hide": ["navigation"],
        "scripts": [citation.SCRIPT],
        # By these the search finds the page, though its text may call a run by another name.
        "tags": _tags(entry, views.book.settings.repository),
    }
    return page(entry.address, front, _blocks(views, related, entry, view))


def _tags(entry: Entry, repository: str) -> list[str]:
    """The number of the issue and the ids of the runs, but none that would be markup."""
    issue = entry.experiment.issue
    runs = (item.url for item in entry.links if item.kind is LinkKind.WANDB_RUN)
    names = [
        *([str(issue.number)] if issue else []),
        *(classify(url, repository).name for url in runs),
    ]
    return [name for name in dict.fromkeys(names) if _PLAIN.fullmatch(name)]


def _blocks(views: Views, related: Related, entry: Entry, view: EntryView) -> Iterator[str]:
    yield heading(1, view.name, view.anchor)
    yield render(
        "finding.html", entry=view, when=facts.when(view.issue.as_of) if view.issue else None
    )
    marks = runs.marks(view.runs)
    for title, id_, links in _grouped(view):
        yield heading(2, title, id_)
        yield render(
            "links.html",
            links=[(item, item.run and marks.get(item.run)) for item in links],
            details=id_ == "wandb-reports",
        )
        if id_ == "wandb-runs" and view.runs:
            yield from runs.comparison(view.runs)
    if view.notes:
        yield heading(2, "Notes", "notes")
        yield render("notes.html", notes=view.notes)
    yield heading(2, "Categories", "categories")
    yield render(
        "paths.html",
        paths=[[views.crumbs[part] for part in views.paths[section]] for section in entry.sections]
        or [_UNCATEGORIZED],
    )
    near = related.of(entry.key)
    if near.entries:
        yield heading(2, "Related experiments", "related-experiments")
        yield render("related.html", entries=near.entries, more=near.more)
    if view.issue:
        yield heading(2, "The issue on GitHub", "issue")
        yield render(
            "issue.html",
            issue=view.issue,
            created=_moment(view.issue.created),
            closed=_moment(view.issue.closed),
            labels=facts.label_links(view.issue.labels),
            when=facts.when(view.issue.as_of),
        )
    yield heading(2, "Cite", "cite")
    yield citation.block(citation.of_entry(entry, views.book.settings))
    yield heading(2, "This page", "this-page")
    yield render(
        "source.html",
        source=escape.href(entry.source_url),
        where="Lines of this entry in" if "#" in entry.source_url else "This entry stands in",
        path=Source().path,
        edit=escape.href(entry.edit_url),
    )
    earlier, later = related.neighbours(entry.key)
    yield render("neighbours.html", earlier=earlier, later=later)


def _grouped(view: EntryView) -> Iterator[tuple[str, str, list[LinkView]]]:
    left = list(view.links)
    for title, id_, kinds in _GROUPS:
        if links := [item for item in left if item.kind in kinds]:
            left = [item for item in left if item.kind not in kinds]
            yield title, id_, links
    if left:
        yield *_OTHER, left


def _moment(stamp: str | None) -> Markup | None:
    return facts.moment(stamp) if stamp else None


def _description(view: EntryView) -> str:
    if view.conclusion is None:
        return f"{view.name}: links to its reports, runs and data. No conclusion recorded yet."
    return f"Conclusion: {inline.plain(view.conclusion)}"
