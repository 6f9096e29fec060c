"""The page about the data: what there is, where each field comes from, how old it may be.

The fields are described where they are defined, for the curated file and for the API.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from labbook import fields
from labbook.book import Book, Source
from labbook.exports import fields as exported
from labbook.links import LinkKind
from labbook.live.snapshot import AsOf, Facts
from labbook.live.snapshot import Source as Server
from labbook.pages import escape, facts, inline, words
from labbook.pages.address import link, source
from labbook.pages.environment import render
from labbook.pages.page import heading, page

ADDRESS = "data/about/"
TITLE = "About the data"

_CURATED = (fields.CATALOG, fields.CATEGORY, fields.EXPERIMENT, fields.SEE, fields.LINK)
# Of these records the first fields say what was asked for; the rest is the answer.
_ANSWERED = (
    ("GitHub of an issue", exported.ISSUE, 3),
    ("W&B of a run", exported.RUN, 3),
    ("W&B of a report", exported.REPORT, 3),
)
_SEEN = ("first_seen", "concluded_seen")


@dataclass(frozen=True, slots=True)
class _Known:
    """How many things of a kind there are, and the ages of what is known of them."""

    noun: str
    number: int
    ages: list[AsOf]

    def __str__(self) -> str:
        if not self.number:
            return f"no {self.noun}s"
        known = "all" if len(self.ages) == self.number else f"{len(self.ages):,}"
        return f"{known} of {words.count(self.number, self.noun)}"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    about: Markup


def render_page(book: Book) -> tuple[str, str]:
    """The path of the page below docs/, and its text."""
    front = {"title": TITLE, "description": "What the data holds, whence, and how old it may be."}
    return source(ADDRESS), page(ADDRESS, front, _blocks(book))


def _blocks(book: Book) -> Iterator[str]:
    settings = book.settings
    repository = f"https://github.com/{settings.repository}"
    file = f"{settings.repo_url}/blob/{settings.branch}/"
    concluded = sum(bool(entry.experiment.conclusion) for entry in book.entries.values())
    yield heading(1, TITLE, "about-the-data")
    yield render(
        "about_lead.html",
        counts=words.experiments(len(book.entries), concluded),
        categories=words.count(len(book.sections), "category"),
        repository=settings.repository,
        repository_href=escape.href(repository),
        labels=Markup(" or ").join(facts.labels((label,)) for label in settings.labels),
    )
    yield heading(2, "Where it comes from, and how old it is", "sources")
    yield from _sources(book, file)
    yield heading(2, "Fields that people write", "curated-fields")
    for item in _CURATED:
        yield heading(3, _sentence(item.name), f"curated-{_id(item.name)}")
        yield _fields(item.about, ((field.name, field.about) for field in item.fields))
    yield heading(2, "Fields that servers answer", "answered-fields")
    for title, record, asked in _ANSWERED:
        yield heading(3, title, f"answered-{_id(record.name)}")
        answered = record.fields[asked:]
        yield _fields(record.about, ((field.name, field.about) for field in answered))
    yield heading(2, "Fields that this site notes", "noted-fields")
    seen = (field for field in exported.EXPERIMENT.fields if field.name in _SEEN)
    yield _fields("", ((field.name, field.about) for field in seen))
    yield heading(2, "What is not included", "not-included")
    yield render("about_missing.html", ignored=escape.href(f"{file}data/ignored.yaml"))
    yield heading(2, "Licence", "licence")
    yield render("about_licence.html", licence=settings.licence, author=settings.author)
    yield heading(2, "How to add and correct", "correct")
    yield render(
        "about_correct.html",
        file=Source().path,
        edit=escape.href(f"{settings.repo_url}/edit/{settings.branch}/{Source().path}"),
        contributing=link("contributing/"),
        curation=link("curation/"),
        api=link("data/api/"),
    )


def _sources(book: Book, file: str) -> Iterator[Markup]:
    live = book.settings.live
    yield render(
        "about_sources.html",
        # The line may break between the folder and the name.
        file=Markup("/<wbr>").join(Source().path.split("/")),
        file_href=escape.href(f"{file}{Source().path}"),
        commit=book.build.commit and book.build.commit[:12],
        modified=book.build.modified,
        servers=[
            (name, said, ", ".join(map(str, known)), *_range(book, server, known))
            for server, name, said, known in _servers(book)
        ],
        begun=facts.moment(book.history.begun) if book.history else None,
        projects=[(title, link(address)) for title, address in book.settings.projects],
        ttl=words.duration(live.ttl),
        max_age=words.duration(live.max_age),
    )


def _servers(book: Book) -> Iterator[tuple[Server, str, str, list[_Known]]]:
    entries = book.entries.values()
    issues = [entry.facts for entry in entries if entry.experiment.issue]
    yield (
        Server.GITHUB,
        "GitHub",
        "Title, state, labels and days of each issue",
        [_known("issue", issues)],
    )
    runs: dict[str, Facts | None] = {}
    reports: dict[str, Facts | None] = {}
    for entry in entries:
        for item in entry.links:
            if item.kind is LinkKind.WANDB_RUN:
                runs[item.url] = item.run
            elif item.kind in {LinkKind.WANDB_REPORT, LinkKind.WANDB_SHORT_LINK}:
                reports[item.url] = item.report
    yield (
        Server.WANDB,
        "W&B",
        "Name, state, length, sizes and final values of each run; titles of reports",
        [
            _known("linked run", runs.values()),
            _known("linked report", reports.values()),
        ],
    )


def _known(noun: str, said: Collection[Facts | None]) -> _Known:
    return _Known(noun, len(said), [fact.as_of for fact in said if fact])


def _range(book: Book, server: Server, known: list[_Known]) -> tuple[Markup | None, Markup | None]:
    """The newest answer, and the oldest that is still shown where that is another."""
    ages = sorted((age for item in known for age in item.ages), key=lambda age: age.when)
    newest = ages[-1] if ages else book.asked.get(server)
    oldest = ages[0] if ages and ages[0] != newest else None
    return facts.when(newest) if newest else None, facts.when(oldest) if oldest else None


def _fields(about: str, rows: Iterable[tuple[str, str]]) -> Markup:
    return render(
        "about_fields.html",
        about=inline.markdown(about),
        fields=[_Field(name, inline.markdown(text)) for name, text in rows],
    )


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def _id(name: str) -> str:
    return name.replace(" ", "-")
