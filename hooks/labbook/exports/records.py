"""Book -> the records of the API, as `fields` describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labbook import nav
from labbook.book import Book, BookLink, Entry, Section
from labbook.exports import addresses, texts
from labbook.figures import ListedFigure
from labbook.history import Seen
from labbook.links import LinkKind
from labbook.live import wanted
from labbook.live.snapshot import AsOf, IssueFacts, ReportFacts, RunFacts
from labbook.model import IssueRef
from labbook.pages import escape

Record = dict[str, Any]
# Telling again what a link is takes time.
_OF_WANDB = {LinkKind.WANDB_RUN, LinkKind.WANDB_REPORT, LinkKind.WANDB_SHORT_LINK}
# What the projects' modules say of their figures, by the path of the page below `docs/`.
Figures = Mapping[str, Sequence[ListedFigure]]


@dataclass(slots=True)
class _Linked:
    """What several experiments may link: first linked where, and what is known of it."""

    url: str
    facts: RunFacts | ReportFacts | None = None
    experiments: list[str] = field(default_factory=list)

    def met(self, key: str, facts: RunFacts | ReportFacts | None) -> None:
        self.facts = self.facts or facts
        if key not in self.experiments:
            self.experiments.append(key)


class Records:
    """The records of a whole book; each is made once."""

    def __init__(self, book: Book, figures: Figures) -> None:
        self._book = book
        self._site = book.settings.site_url
        self._places = {
            section: place for top in book.sections for section, place in _places(top, ())
        }
        links = {key: list(self._links(entry)) for key, entry in book.entries.items()}
        runs, reports = dict[str, _Linked](), dict[str, _Linked]()
        for key, found in links.items():
            for link, run, report in found:
                if run:
                    runs.setdefault(run, _Linked(link.url)).met(key, link.run)
                if report:
                    reports.setdefault(report, _Linked(link.url)).met(key, link.report)
        self.runs = {id_: _run(id_, linked) for id_, linked in runs.items()}
        self.reports = {id_: _report(id_, linked) for id_, linked in reports.items()}
        self.experiments = {
            key: self._experiment(entry, links[key]) for key, entry in book.entries.items()
        }
        self.categories = [
            self._category(section, place) for section, place in self._places.items()
        ]
        self.figures = list(self._figures(figures))

    def _links(self, entry: Entry) -> Iterator[tuple[BookLink, str | None, str | None]]:
        """Each link, and the run or report that it leads to."""
        for link in entry.links:
            run = report = None
            of_wandb = link.kind in _OF_WANDB or link.url != link.curated
            match wanted.key(link.curated, self._book.settings) if of_wandb else None:
                case LinkKind.WANDB_RUN, id_:
                    run = texts.visible(id_)
                case LinkKind.WANDB_REPORT, id_:
                    report = texts.visible(id_)
                case LinkKind.WANDB_SHORT_LINK, _ if link.short_link:
                    report = texts.visible(link.short_link.target)
            yield link, run, report

    def _experiment(
        self, entry: Entry, links: Sequence[tuple[BookLink, str | None, str | None]]
    ) -> Record:
        experiment, book = entry.experiment, self._book
        rewrites = book.settings.rewrites
        seen = (book.history.entries.get(entry.key) if book.history else None) or Seen()
        notes = (texts.written(note, rewrites) for note in experiment.notes)
        conclusion = texts.written(experiment.conclusion, rewrites)
        return {
            "key": entry.key,
            "title": escape.title(experiment.title),
            "path": entry.address,
            "url": self._on(entry.address),
            "api_url": self._on(addresses.experiment(entry.key)),
            "issue": _issue(experiment.issue, entry.facts) if experiment.issue else None,
            "categories": [self._places[section] for section in entry.sections],
            "conclusion": conclusion,
            "notes": [note for note in notes if note],
            "links": [_link(*link) for link in links],
            "runs": [self.runs[run] for run in _once(run for _, run, _ in links)],
            "reports": [self.reports[report] for report in _once(report for *_, report in links)],
            "related": [key for key in experiment.related if key in book.entries],
            "first_seen": seen.entry,
            "concluded_seen": seen.conclusion if conclusion else None,
            "source_url": texts.web(entry.source_url),
        }

    def _category(self, section: Section, place: Record) -> Record:
        return {
            "id": section.id,
            "title": place["titles"][-1],
            "level": len(place["ids"]),
            "parent": place["ids"][-2] if len(place["ids"]) > 1 else None,
            "formerly": list(section.formerly),
            "path": section.address,
            "url": self._on(section.address),
            "experiments": [listing.key for listing in section.listings],
        }

    def _figures(self, figures: Figures) -> Iterator[Record]:
        for source, listed in figures.items():
            page = nav.address(source)
            for figure in listed:
                files = {kind: self._on(page + path) for kind, path in figure.files.items()}
                yield {
                    "id": figure.id,
                    "project": page.removeprefix("projects/").rstrip("/"),
                    "title": escape.title(figure.title),
                    "description": escape.clean(figure.description),
                    "caption": escape.clean(figure.caption),
                    "origin": figure.origin,
                    "source": escape.clean(figure.source),
                    "as_of": texts.stamp(figure.as_of),
                    "path": f"{page}#{figure.id}",
                    "url": self._on(f"{page}#{figure.id}"),
                    "svg_url": files.get("svg"),
                    "csv_url": files.get("csv"),
                    "json_url": files.get("json"),
                }

    def _on(self, path: str) -> str:
        return addresses.on(self._site, path)


def as_of(stamp: AsOf | None) -> Record | None:
    """When something was true; None where that is not known."""
    when = texts.stamp(stamp.when) if stamp else None
    return {"when": when, "archive": stamp.archive} if stamp and when else None


def _places(section: Section, above: tuple[Section, ...]) -> Iterator[tuple[Section, Record]]:
    path = (*above, section)
    yield (
        section,
        {
            "id": section.id,
            "ids": [part.id for part in path],
            "titles": [escape.title(part.title) for part in path],
        },
    )
    for child in section.sections:
        yield from _places(child, path)


def _once(ids: Iterator[str | None]) -> list[str]:
    return list(dict.fromkeys(id_ for id_ in ids if id_))


def _link(link: BookLink, run: str | None, report: str | None) -> Record:
    return {
        "label": escape.title(link.label),
        "kind": link.kind.value,
        "url": texts.web(link.url),
        "target": escape.clean(link.url),
        "run": run,
        "report": report,
    }


def _issue(ref: IssueRef, facts: IssueFacts | None) -> Record:
    known = facts or IssueFacts("", AsOf(""))
    return {
        "repository": ref.repository,
        "number": ref.number,
        "url": ref.url,
        "title": texts.visible(known.title),
        "state": texts.visible(known.state),
        "reason": texts.visible(known.reason),
        "labels": texts.texts(known.labels),
        "author": texts.visible(known.author),
        "assignees": texts.texts(known.assignees),
        "created": texts.stamp(known.created),
        "closed": texts.stamp(known.closed),
        "moved_to": texts.visible(known.moved_to),
        "pull_request": known.pull if facts else None,
        "gone": known.gone if facts else None,
        "as_of": as_of(known.as_of),
    }


def _run(id_: str, linked: _Linked) -> Record:
    facts = linked.facts if isinstance(linked.facts, RunFacts) else None
    known = facts or RunFacts("", AsOf(""))
    metrics = ((texts.visible(name), texts.number(value)) for name, value in known.metrics)
    return {
        "id": id_,
        "url": texts.web(linked.url),
        "experiments": linked.experiments,
        "name": texts.visible(known.name),
        "state": texts.visible(known.state),
        "created": texts.stamp(known.created),
        "heartbeat": texts.stamp(known.heartbeat),
        "duration": texts.number(known.duration),
        "user": texts.visible(known.user),
        "tags": texts.texts(known.tags),
        "parameters": texts.count(known.parameters),
        "tokens": texts.count(known.tokens),
        "metrics": {name: value for name, value in metrics if name and value is not None},
        "gone": known.gone if facts else None,
        "as_of": as_of(known.as_of),
    }


def _report(id_: str, linked: _Linked) -> Record:
    facts = linked.facts if isinstance(linked.facts, ReportFacts) else None
    known = facts or ReportFacts("", AsOf(""))
    return {
        "id": id_,
        "url": texts.web(linked.url),
        "experiments": linked.experiments,
        "title": texts.visible(known.title),
        "author": texts.visible(known.author),
        "updated": texts.stamp(known.updated),
        "gone": known.gone if facts else None,
        "as_of": as_of(known.as_of),
    }
