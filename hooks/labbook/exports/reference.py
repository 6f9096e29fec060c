"""The tables and examples of the page that says how to use the data, out of its description."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from labbook.book import Book
from labbook.exports import addresses, fields
from labbook.exports.shapes import Field, Record
from labbook.pages import blocks, escape, inline
from labbook.pages.address import relative
from labbook.pages.blocks import TableView
from labbook.projects import Content

SOURCE = "data/api.md"
_BEGIN = Record("begin", "What every document begins with.", fields.ENVELOPE)
_LINK = Markup('<a href="{}">{}</a>')
_CODE = Markup('<div class="highlight"><pre><code>{}</code></pre></div>')
# Where the address of the site is not known, a reader puts it here.
_ANYWHERE = "https://SITE/"
_EXAMPLES = {
    "curl": """\
curl --silent {site}{experiments} |
  jq -r '.experiments[] | select(.conclusion) | [.key, .conclusion.text] | @tsv'
""",
    "pandas": """\
import pandas as pd

table = pd.read_csv("{site}{csv}", dtype={{"key": str}})
table[table["conclusion"].notna()].groupby("category").size()
""",
    "duckdb": """\
SELECT e.key, e.title, run.id, run.metrics
FROM (SELECT unnest(experiments) AS e FROM read_json('{site}{experiments}')),
     unnest(e.runs) AS runs(run);
""",
}


def content(book: Book) -> Content:
    """What the blocks of the page show, by kind and id."""
    return Content(
        {
            "fields": {record.name: str(_table(record)) for record in records()},
            "addresses": {"api": str(_documents()), "others": str(_others())},
            "example": {name: _example(book, code) for name, code in _EXAMPLES.items()},
        }
    )


def records() -> list[Record]:
    """Every record that the documents hold, what they begin with, and the row of the CSV."""
    held = (record for document in fields.DOCUMENTS for record in document.held())
    return list(dict.fromkeys((_BEGIN, *held, fields.ROW)))


def _table(record: Record) -> Markup:
    view = TableView(
        f"Fields: {record.name}",
        ("Field", "Type", "What it is"),
        [
            (Markup("<code>{}</code>").format(f.name), _type(f), _words(f.about))
            for f in record.fields
        ],
    )
    return blocks.table(view)


def _type(field: Field) -> Markup:
    name, null = field.type.name, " or null" if field.null else ""
    if field.type.record:
        held = field.type.record.name
        before, _, after = name.rpartition(held)
        link = _LINK.format(f"#{held}", held)
        return Markup("{}{}{}{}").format(before, link, after, null)
    return escape.html(name + null)


def _documents() -> Markup:
    rows = []
    for document in fields.DOCUMENTS:
        path = addresses.document(document.name)
        if document is fields.SINGLE:
            # No such address: it stands for many.
            path = addresses.experiment("{key}")
            shown = Markup("<code>{}</code>").format(path.removeprefix(addresses.API))
        else:
            shown = _to(path, path.removeprefix(addresses.API))
        schema = _to(addresses.schema(document.name), "schema")
        rows.append((shown, _words(document.about), schema))
    rows.append(
        (
            _to(addresses.CSV, addresses.CSV.removeprefix(addresses.API)),
            _words("Every experiment as a row."),
            Markup(),
        )
    )
    return blocks.table(TableView("Documents", ("Address", "What it holds", "Schema"), rows))


def _others() -> Markup:
    rows = [
        (_to(addresses.ATOM), "New experiments and new conclusions, as an Atom feed."),
        (_to(addresses.JSON_FEED), "The same, as a JSON Feed."),
        (_to(addresses.LLMS), "What there is, for language models."),
        (_to(addresses.BUILD), "The commit and time of the build, and the age of its data."),
    ]
    return blocks.table(TableView("Feeds and more", ("Address", "What it holds"), rows))


def _to(path: str, text: str = "") -> Markup:
    return _LINK.format(relative(addresses.DOCUMENTATION, path), text or path)


def _words(about: str) -> Markup:
    return inline.markdown(about)


def _example(book: Book, code: str) -> str:
    text = code.format(
        site=book.settings.site_url or _ANYWHERE,
        experiments=addresses.document(fields.EXPERIMENTS.name),
        csv=addresses.CSV,
    )
    # Blocks stand in one line; in an element that keeps its lines, these are written out.
    lines: Iterator[Markup] = map(escape.html, text.rstrip("\n").split("\n"))
    return str(_CODE.format(Markup("&#10;").join(lines)))
