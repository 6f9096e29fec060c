"""The records of version 1 of the API, field by field: the one description of them.

What the documents hold, their JSON Schemas, the columns of the CSV and the tables of the
documentation all come from here. What stands here is promised: a field is never removed, renamed
or given another type within this version.
"""

from __future__ import annotations

from labbook.exports.shapes import (
    ADDRESS,
    COUNT,
    DAY,
    FLAG,
    METRICS,
    NUMBER,
    PATH,
    STAMP,
    TEXT,
    TIME,
    URL,
    Field,
    Record,
    Type,
    choice,
    many,
    one,
)
from labbook.links import LinkKind

VERSION = "1.0"

_TEXTS = many(TEXT)

AS_OF = Record(
    "as_of",
    "When something was true.",
    (
        Field("when", STAMP, "The month, day or second (UTC) of the answer that says so."),
        Field(
            "archive",
            FLAG,
            "Whether the answer was copied from an archive: then it is from `when` at the latest.",
        ),
    ),
)
_GONE = "no longer has it; everything else is what was last known."

MARKDOWN = Record(
    "words",
    "A text that people wrote.",
    (
        Field("markdown", TEXT, "As it was written: one paragraph of inline Markdown."),
        Field("text", TEXT, "The same without any markup."),
    ),
)

ISSUE = Record(
    "issue",
    "The GitHub issue of an experiment. All but the first three fields are GitHub's answer.",
    (
        Field("repository", TEXT, "The repository that holds it, as `owner/name`."),
        Field("number", COUNT, "Its number."),
        Field("url", URL, "Its page on GitHub."),
        Field("title", TEXT, "Its title on GitHub.", null=True),
        Field("state", TEXT, "`open` or `closed`.", null=True),
        Field(
            "reason",
            TEXT,
            "Why it was closed: `completed`, `not_planned` or `duplicate`.",
            null=True,
        ),
        Field("labels", _TEXTS, "Its labels."),
        Field("author", TEXT, "The GitHub account that opened it.", null=True),
        Field("assignees", _TEXTS, "The GitHub accounts that it is assigned to."),
        Field("created", STAMP, "When it was opened.", null=True),
        Field("closed", STAMP, "When it was closed.", null=True),
        Field("moved_to", TEXT, "Where it was moved, as `owner/name#number`.", null=True),
        Field("pull_request", FLAG, "Whether the number is that of a pull request.", null=True),
        Field("gone", FLAG, f"Whether GitHub {_GONE}", null=True),
        Field("as_of", one(AS_OF), "When GitHub said so; null where it never did.", null=True),
    ),
)

PLACE = Record(
    "place",
    "A category, with those that it stands in.",
    (
        Field("id", TEXT, "The category's id."),
        Field("ids", _TEXTS, "The ids from the top-level category down to this one."),
        Field("titles", _TEXTS, "The titles of the same."),
    ),
)

LINK = Record(
    "link",
    "A link of an experiment.",
    (
        Field("label", TEXT, "Its text on the site."),
        Field("kind", choice(*LinkKind), "What it leads to."),
        Field(
            "url",
            URL,
            "Where it leads. Null where that is no page of the web: see `target`.",
            null=True,
        ),
        Field(
            "target",
            TEXT,
            "What the curated link says: a URL, the path of an object in a store such as "
            "`gs://…`, or that of a page of this site.",
        ),
        Field("run", TEXT, "The id of the W&B run that it leads to.", null=True),
        Field("report", TEXT, "The id of the W&B report that it leads to.", null=True),
    ),
)

RUN = Record(
    "run",
    "A W&B run that an experiment links. All but the first three fields are W&B's answer.",
    (
        Field("id", TEXT, "Its id, as `entity/project/run`."),
        Field("url", URL, "Its page on W&B, as first linked.", null=True),
        Field("experiments", _TEXTS, "The keys of the experiments that link it."),
        Field("name", TEXT, "Its name.", null=True),
        Field("state", TEXT, "Its state, such as `running` or `finished`.", null=True),
        Field("created", STAMP, "When it was started.", null=True),
        Field("heartbeat", STAMP, "When it was last heard of.", null=True),
        Field("duration", NUMBER, "How long it ran, in seconds.", null=True),
        Field("user", TEXT, "The W&B account that started it.", null=True),
        Field("tags", _TEXTS, "Its tags."),
        Field("parameters", COUNT, "How many parameters its model has.", null=True),
        Field("tokens", COUNT, "How many tokens it was trained on.", null=True),
        Field("metrics", METRICS, "Final values, by the names under which the run logged them."),
        Field("gone", FLAG, f"Whether W&B {_GONE}", null=True),
        Field("as_of", one(AS_OF), "When W&B said so; null where it never did.", null=True),
    ),
)

REPORT = Record(
    "report",
    "A W&B report that an experiment links. All but the first three fields are W&B's answer.",
    (
        Field("id", TEXT, "Its id; it stays when the report is renamed."),
        Field("url", URL, "Its page on W&B, as first linked.", null=True),
        Field("experiments", _TEXTS, "The keys of the experiments that link it."),
        Field("title", TEXT, "Its title.", null=True),
        Field("author", TEXT, "The W&B account that wrote it.", null=True),
        Field("updated", STAMP, "When it was last changed.", null=True),
        Field("gone", FLAG, f"Whether W&B {_GONE}", null=True),
        Field("as_of", one(AS_OF), "When W&B said so; null where it never did.", null=True),
    ),
)

EXPERIMENT = Record(
    "experiment",
    "An experiment: what people wrote of it, and what GitHub and W&B say.",
    (
        Field(
            "key",
            TEXT,
            "Its name, which never changes: the number of its issue, `owner/name/number` for an "
            "issue of another repository, or an id.",
        ),
        Field("title", TEXT, "Its title, as people wrote it."),
        Field("path", PATH, "The path of its page below the root of the site; it never changes."),
        Field("url", ADDRESS, "The address of its page."),
        Field("api_url", ADDRESS, "The address of this record alone."),
        Field("issue", one(ISSUE), "Its GitHub issue; null for one without.", null=True),
        Field(
            "categories",
            many(one(PLACE)),
            "The categories that list it, in reading order; none while nobody has sorted it.",
        ),
        Field(
            "conclusion", one(MARKDOWN), "What was learned; null until somebody says it.", null=True
        ),
        Field("notes", many(one(MARKDOWN)), "Remarks beside the conclusion."),
        Field("links", many(one(LINK)), "Its links, the issue's first."),
        Field("runs", many(one(RUN)), "The W&B runs that it links, each once."),
        Field("reports", many(one(REPORT)), "The W&B reports that it links, each once."),
        Field("related", _TEXTS, "The keys of experiments that its curators relate it to."),
        Field(
            "first_seen",
            DAY,
            "The day on which the list first had it; null for what was there before the list's "
            "history began.",
            null=True,
        ),
        Field(
            "concluded_seen",
            DAY,
            "The day on which it first had a conclusion; null without one, and where that was "
            "before the history began.",
            null=True,
        ),
        Field("source_url", URL, "Where its entry stands in the curated file.", null=True),
    ),
)

CATEGORY = Record(
    "category",
    "A heading of the reports.",
    (
        Field("id", TEXT, "Its id."),
        Field("title", TEXT, "Its title."),
        Field("level", COUNT, "1 for a top-level category, 2 for one below it, and so on."),
        Field("parent", TEXT, "The id of the category that it stands in.", null=True),
        Field("formerly", _TEXTS, "Ids that it had earlier."),
        Field("path", PATH, "The path of its page, with its heading there, below the site's root."),
        Field("url", ADDRESS, "The address of the same."),
        Field("experiments", _TEXTS, "The keys of the experiments right below it, in order."),
    ),
)

FIGURE = Record(
    "figure",
    "A figure of a project page.",
    (
        Field("id", TEXT, "Its id, unique on its page."),
        Field("project", TEXT, "The name of the project."),
        Field("title", TEXT, "What it shows, in a line."),
        Field("description", TEXT, "What it shows, for those who do not see it."),
        Field("caption", TEXT, "What it stands for."),
        Field("origin", TEXT, "`published` for values out of publications, `runs` for run data."),
        Field("source", TEXT, "Where its values come from."),
        Field(
            "as_of", STAMP, "When its values were asked for; of several days, the first.", null=True
        ),
        Field("path", PATH, "The path of its place on the page below the site's root."),
        Field("url", ADDRESS, "The address of the same."),
        Field("svg_url", ADDRESS, "The address of the image.", null=True),
        Field("csv_url", ADDRESS, "The address of its data as CSV.", null=True),
        Field("json_url", ADDRESS, "The address of it as a Vega-Lite chart.", null=True),
    ),
)

SOURCES = Record(
    "sources",
    "When GitHub and W&B last answered. Single facts may be older, and say so themselves.",
    (
        Field("github", one(AS_OF), "When GitHub did; null where it never did.", null=True),
        Field("wandb", one(AS_OF), "When W&B did; null where it never did.", null=True),
    ),
)

LICENCE = Record(
    "licence",
    "What others may do with the data.",
    (
        Field("id", TEXT, "Its SPDX identifier."),
        Field("url", URL, "Its text."),
    ),
)

DOCUMENT = Record(
    "document",
    "A document of the API.",
    (
        Field("name", TEXT, "Its name, without an ending."),
        Field("about", TEXT, "What it holds."),
        Field("media_type", TEXT, "What it is."),
        Field("path", TEXT, "Its path below the site's root; `{key}` stands for a key."),
        Field("url", TEXT, "Its address; `{key}` stands for a key."),
        Field("schema_url", ADDRESS, "Its JSON Schema, where it is JSON.", null=True),
        Field("count", COUNT, "How many records it holds; null for a single one.", null=True),
    ),
)

# What every document of the API begins with.
ENVELOPE: tuple[Field, ...] = (
    Field("version", TEXT, "The version of the API: its first number promises the fields."),
    Field(
        "generated_at",
        TIME,
        "When the site was built, in UTC. It says nothing of the age of what it holds.",
        null=True,
    ),
    Field("as_of", one(SOURCES), "When GitHub and W&B last answered."),
    Field(
        "site", URL, "The address of the site; null where its builder did not know it.", null=True
    ),
    Field("source", URL, "The repository that holds the curated file."),
    Field("licence", one(LICENCE), "The licence of the data.", null=True),
    Field("schema_url", ADDRESS, "The JSON Schema of this document."),
)


def document(name: str, about: str, *content: Field) -> Record:
    """A document: what all begin with, then what it holds."""
    return Record(name, about, (*ENVELOPE, *content))


def _listing(name: str, about: str, record: Record) -> Record:
    return document(name, about, Field(name, many(one(record)), about))


INDEX = document(
    "index",
    "What there is.",
    Field("documentation_url", ADDRESS, "How to use it, and what is promised."),
    Field("documents", many(one(DOCUMENT)), "The documents."),
)
EXPERIMENTS = _listing("experiments", "Every experiment, in reading order.", EXPERIMENT)
SINGLE = document(
    "experiment", "One experiment.", Field("experiment", one(EXPERIMENT), "The experiment.")
)
CATEGORIES = document(
    "categories",
    "Every category, in reading order.",
    Field("categories", many(one(CATEGORY)), "The categories, each before those below it."),
    Field("uncategorized", _TEXTS, "The keys of experiments that nobody has sorted yet."),
)
RUNS = _listing("runs", "Every W&B run that an experiment links, each once.", RUN)
REPORTS = _listing("reports", "Every W&B report that an experiment links, each once.", REPORT)
FIGURES = _listing("figures", "Every figure of the project pages that has data.", FIGURE)

DOCUMENTS = (INDEX, EXPERIMENTS, SINGLE, CATEGORIES, RUNS, REPORTS, FIGURES)

_JOINED = Type("texts, apart by `; `", {"type": "string"})
ROW = Record(
    "row",
    "An experiment as a row of the CSV. A cell is empty where its value is not known.",
    (
        Field("key", TEXT, "Its name, which never changes."),
        Field("title", TEXT, "Its title."),
        Field("url", ADDRESS, "The address of its page."),
        Field("issue_url", URL, "Its GitHub issue.", null=True),
        Field("state", TEXT, "The issue's state: `open` or `closed`.", null=True),
        Field("reason", TEXT, "Why the issue was closed.", null=True),
        Field("author", TEXT, "The GitHub account that opened the issue.", null=True),
        Field("labels", _JOINED, "The issue's labels."),
        Field("created", STAMP, "When the issue was opened.", null=True),
        Field("closed", STAMP, "When the issue was closed.", null=True),
        Field("as_of", STAMP, "When GitHub said so.", null=True),
        Field(
            "category", TEXT, "The title of the first top-level category that lists it.", null=True
        ),
        Field("categories", _JOINED, "Every category that lists it, as titles apart by ` > `."),
        Field("conclusion", TEXT, "What was learned, without markup.", null=True),
        Field("runs", COUNT, "How many W&B runs it links."),
        Field("reports", COUNT, "How many W&B reports it links."),
        Field("links", _JOINED, "Where its links lead."),
        Field("first_seen", DAY, "The day on which the list first had it.", null=True),
        Field("concluded_seen", DAY, "The day on which it first had a conclusion.", null=True),
    ),
)
