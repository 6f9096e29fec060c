"""The keys of the curated file: one table for reading, writing and the editors' schema."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

DEFAULT_TITLE = "Experiment reports"
LONGEST_LINE = 500
LONGEST_TEXT = 20_000
LONGEST_URL = 4_000
LONGEST_ID = 100
ISSUE_NUMBER = "[1-9][0-9]{0,9}"
REPOSITORY = "[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}"
EXPERIMENT_ID = "[a-z0-9]+(?:-[a-z0-9]+)*"
CATEGORY_ID = "[a-z0-9][a-z0-9_-]*"


class Shape(Enum):
    """What a field holds."""

    LINE = auto()
    TEXT = auto()
    TEXTS = auto()
    URL = auto()
    LINKS = auto()
    ISSUE = auto()
    EXPERIMENT_ID = auto()
    CATEGORY_ID = auto()
    CATEGORY_IDS = auto()
    REFERENCE = auto()
    REFERENCES = auto()
    EXPERIMENTS = auto()
    ENTRIES = auto()
    CATEGORIES = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A key, what it holds, and what an editor says about it."""

    name: str
    shape: Shape
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of mapping in the file: its fields, in the order in which they are written."""

    name: str
    about: str
    fields: tuple[Field, ...]

    def __getitem__(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


CATALOG = Item(
    "the catalog",
    "The curated list of experiments.",
    (
        Field("title", Shape.LINE, f"Title of the reports page. Default: {DEFAULT_TITLE}."),
        Field(
            "introduction",
            Shape.TEXT,
            "What stands above the list: Markdown, paragraphs apart by an empty line.",
        ),
        Field(
            "categories",
            Shape.CATEGORIES,
            "The headings of the reports page, in their order.",
            required=True,
        ),
        Field(
            "uncategorized",
            Shape.EXPERIMENTS,
            "Experiments that nobody has put under a heading yet.",
        ),
    ),
)

CATEGORY = Item(
    "a category",
    "A heading, with its experiments and, below them, its categories.",
    (
        Field("title", Shape.LINE, "The heading.", required=True),
        Field(
            "id",
            Shape.CATEGORY_ID,
            "The end of its address. Default: the title in lower case, words joined by hyphens.",
        ),
        Field(
            "formerly",
            Shape.CATEGORY_IDS,
            "Earlier ids (after a change of title, the old one): old links still lead here.",
        ),
        Field(
            "experiments",
            Shape.ENTRIES,
            "The experiments under this heading, in their order.",
        ),
        Field("categories", Shape.CATEGORIES, "Headings one level below."),
    ),
)

EXPERIMENT = Item(
    "an experiment",
    "An experiment. It is defined once; under further headings it is listed as `see: 600`.",
    (
        Field("title", Shape.LINE, "The experiment in a few words.", required=True),
        Field(
            "issue",
            Shape.ISSUE,
            "Its GitHub issue: the number, or owner/repository#304 in another repository.",
        ),
        Field(
            "id",
            Shape.EXPERIMENT_ID,
            "Only where there is no issue: a lasting name such as `spring-report`.",
        ),
        Field(
            "links",
            Shape.LINKS,
            "Runs, reports and data: pasted URLs, or {url: ..., label: ...} for another text.",
        ),
        Field("conclusion", Shape.TEXT, "What was learned, in a sentence or two (Markdown)."),
        Field("notes", Shape.TEXTS, "Further remarks (Markdown), each an item of the list."),
        Field(
            "related",
            Shape.REFERENCES,
            "Related experiments: issue numbers, owner/repository#304, or ids.",
        ),
    ),
)

SEE = Item(
    "a further listing",
    "Lists an experiment again that is defined elsewhere in this file.",
    (
        Field(
            "see",
            Shape.REFERENCE,
            "The experiment: its issue number, owner/repository#304, or its id.",
            required=True,
        ),
    ),
)

LINK = Item(
    "a link",
    "A link whose text is not the usual one.",
    (
        Field("url", Shape.URL, "The address.", required=True),
        Field("label", Shape.LINE, "The text to show for it."),
    ),
)

IGNORED = Item(
    "a refused issue",
    "An issue with the label of an experiment that is not to be listed.",
    (
        Field(
            "issue",
            Shape.ISSUE,
            "The number, or owner/repository#304 in another repository.",
            required=True,
        ),
        Field("reason", Shape.TEXT, "Why it is not listed, for who asks later.", required=True),
    ),
)
