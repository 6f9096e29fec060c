"""The rows of the table of all experiments: what each cell says, and what filters find it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from labbook import links
from labbook.book import Entry
from labbook.links import LinkKind
from labbook.pages import escape, inline, words
from labbook.pages.views import EntryView, Views

# The filters: the name in an address, the heading, and how many options show without a press.
FACETS = (
    ("category", "Category", 12),
    ("state", "State of the issue", 6),
    ("conclusion", "Conclusion", 2),
    ("runs", "Runs", 2),
    ("label", "Label", 5),
    ("author", "Author", 5),
    ("year", "Year opened", 5),
    ("link", "Kind of link", 5),
)
# States as they style the words of a cell, and as a filter calls them.
_STATES = {
    "open": "open",
    "closed": "closed",
    "set-aside": "closed, not completed",
    "moved": "moved",
    "gone": "no longer on GitHub",
    "unknown": "not known",
}
_CONCLUSION = {"yes": "with a conclusion", "no": "without"}
_RUNS = {"yes": "with runs", "no": "without"}
_KINDS = {
    "wandb-report": "W&B report",
    "wandb-run": "W&B run",
    "wandb-project": "W&B group, sweep or project",
    "data-browser": "Data browser",
    "github": "GitHub",
    "hugging-face": "Hugging Face",
    "arxiv": "arXiv",
    "page": "Page of this site",
    "other": "Other",
}
_MERGED = {
    LinkKind.WANDB_SHORT_LINK: "wandb-report",
    LinkKind.WANDB_GROUP: "wandb-project",
    LinkKind.WANDB_SWEEP: "wandb-project",
    LinkKind.DATA_EXPERIMENT: "data-browser",
    LinkKind.DATA_VIEW: "data-browser",
    LinkKind.STORAGE: "data-browser",
    LinkKind.GITHUB_ISSUE: "github",
    LinkKind.GITHUB_PULL: "github",
    LinkKind.GITHUB_FILE: "github",
}
_UNCATEGORIZED = "uncategorized"
_BELOW = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


@dataclass(frozen=True, slots=True)
class Place:
    """A heading that lists the experiment: its path below reports/, and that of its category."""

    path: str
    words: str
    top: str
    top_words: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How many links of one kind there are."""

    value: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """An experiment in the table, its texts clean and not yet escaped; what is unknown is empty.

    `path` is that of its page below experiments/. `state` is the word that styles it and all
    that is to say. `opened` is an ISO 8601 month or day, `day` the same in words.
    """

    path: str
    title: str
    issue: str
    places: tuple[Place, ...]
    state: tuple[str, str]
    conclusion: str
    runs: int
    labels: tuple[str, ...]
    author: str
    opened: str
    day: str
    links: tuple[Kind, ...]
    notes: str

    def found_by(self) -> dict[str, list[tuple[str, str]]]:
        """Of each filter, the values that find it, each with its words."""
        with_conclusion = "yes" if self.conclusion else "no"
        with_runs = "yes" if self.runs else "no"
        year = self.opened[:4]
        return {
            "category": list(dict.fromkeys((place.top, place.top_words) for place in self.places)),
            "state": [(self.state[0], _STATES[self.state[0]])],
            "conclusion": [(with_conclusion, _CONCLUSION[with_conclusion])],
            "runs": [(with_runs, _RUNS[with_runs])],
            "label": [(label, label) for label in self.labels],
            "author": [(self.author, self.author)] if self.author else [],
            "year": [(year, year)] if year else [],
            "link": [(kind.value, kind.words) for kind in self.links],
        }


# A row with one of everything, whose copies a script fills.
BLUEPRINT = Row(
    path="",
    title="",
    issue="#",
    places=(Place("", "", "", ""),),
    state=("unknown", "?"),
    conclusion="",
    runs=0,
    labels=("",),
    author="",
    opened="0000",
    day="",
    links=(Kind("", "", 0),),
    notes="",
)


def rows(views: Views) -> list[Row]:
    """A row for each experiment, in the order of the curated list."""
    repository = views.book.settings.repository
    return [
        _row(entry, views.entries[key], _places(views, entry), repository)
        for key, entry in views.book.entries.items()
    ]


def options(table: Sequence[Row], categories: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Of each filter, the values that some row has, with their words, as a reader looks for them.

    Categories stand in the order that is given, labels and authors by how many rows have them.
    """
    found = {facet: Counter[tuple[str, str]]() for facet, _, _ in FACETS}
    for row in table:
        for facet, values in row.found_by().items():
            found[facet].update(values)
    orders: dict[str, Iterable[str]] = {
        "category": [*categories, _UNCATEGORIZED],
        "state": _STATES,
        "conclusion": _CONCLUSION,
        "runs": _RUNS,
        "link": _KINDS,
    }
    listed = {facet: [option for option, _ in c.most_common()] for facet, c in found.items()}
    for facet, order in orders.items():
        said = dict(listed[facet])
        listed[facet] = [(value, said[value]) for value in order if value in said]
    listed["year"].sort(reverse=True)
    return listed


def _row(entry: Entry, view: EntryView, places: tuple[Place, ...], repository: str) -> Row:
    issue, said = entry.experiment.issue, view.issue
    opened = said.created if said and said.created and words.is_date(said.created) else ""
    opened = opened[: len("2026-11-22")]
    return Row(
        path=_path(entry.address, "experiments/"),
        title=view.name,
        issue=(f"#{issue.number}" if issue.repository == repository else str(issue))
        if issue
        else "",
        places=places,
        state=(said.kind, said.state or "") if said else ("unknown", ""),
        conclusion=escape.clean(inline.plain(view.conclusion)) if view.conclusion else "",
        runs=len(
            {
                links.classify(item.curated, repository).canonical
                for item in entry.links
                if item.kind is LinkKind.WANDB_RUN
            }
        ),
        labels=tuple(dict.fromkeys(said.labels)) if said else (),
        author=said.author or "" if said else "",
        opened=opened,
        day=words.date(opened),
        links=_kinds(entry),
        notes="\n".join(escape.clean(inline.plain(note)) for note in view.notes),
    )


def _places(views: Views, entry: Entry) -> tuple[Place, ...]:
    titles = {
        section: [escape.title(part.title) for part in views.paths[section]]
        for section in entry.sections
    }
    return tuple(
        Place(_path(section.address, "reports/"), _BELOW.join(path), section.top, path[0])
        for section, path in titles.items()
    ) or (Place(f"#{_UNCATEGORIZED}", "Uncategorized", _UNCATEGORIZED, "Uncategorized"),)


def _kinds(entry: Entry) -> tuple[Kind, ...]:
    """The kinds of its links but the one to its own issue, which every row has."""
    own = entry.experiment.issue.url if entry.experiment.issue else None
    found = Counter(
        _MERGED.get(item.kind, item.kind.value) for item in entry.links if item.curated != own
    )
    return tuple(Kind(value, _KINDS[value], found[value]) for value in _KINDS if value in found)


def _path(address: str, folder: str) -> str:
    """The address below a folder, as it stands in a link."""
    return quote(address.removeprefix(folder), safe="/#")
