"""The documents of the API as texts: an envelope each, then records, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from labbook.book import Book
from labbook.exports import addresses, fields, shapes
from labbook.exports.records import Record, Records, as_of
from labbook.live.snapshot import Source

_JSON = "application/json"
_ABOUT_CSV = "Every experiment as a row, for spreadsheets and data frames."


def documents(book: Book, records: Records) -> Iterator[tuple[str, str]]:
    """Path and text of each document, and of each schema."""
    envelope = _Envelope(book)
    experiments = {key: encode(record) for key, record in records.experiments.items()}
    for key, text in experiments.items():
        yield (
            addresses.experiment(key),
            envelope.around(fields.SINGLE, {"experiment": text}),
        )
    lists = {
        fields.EXPERIMENTS: experiments.values(),
        fields.RUNS: map(encode, records.runs.values()),
        fields.REPORTS: map(encode, records.reports.values()),
        fields.FIGURES: map(encode, records.figures),
    }
    for document, texts in lists.items():
        yield (
            addresses.document(document.name),
            envelope.around(document, {document.name: _rows(texts)}),
        )
    yield (
        addresses.document(fields.CATEGORIES.name),
        envelope.around(
            fields.CATEGORIES,
            {
                "categories": _rows(map(encode, records.categories)),
                "uncategorized": encode([listing.key for listing in book.uncategorized]),
            },
        ),
    )
    yield (
        addresses.document(fields.INDEX.name),
        envelope.around(
            fields.INDEX,
            {
                "documentation_url": encode(envelope.on(addresses.DOCUMENTATION)),
                "documents": _rows(map(encode, _index(envelope, records))),
            },
        ),
    )
    yield from _schemas(book.settings.site_url)


def encode(value: Any) -> str:
    """A value as JSON, in one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def ages(book: Book) -> Record:
    """When GitHub and W&B last answered."""
    return {source.value: as_of(book.asked.get(source)) for source in Source}


class _Envelope:
    """What all documents begin with; only the address of the schema differs."""

    def __init__(self, book: Book) -> None:
        settings = book.settings
        licence = settings.licence
        self._site = settings.site_url
        common = {
            "version": fields.VERSION,
            "generated_at": book.build.at,
            "as_of": ages(book),
            "site": settings.site_url or None,
            "source": settings.repo_url,
            "licence": {"id": licence.id, "url": licence.url} if licence else None,
        }
        self._begin = {name: encode(value) for name, value in common.items()}

    def around(self, document: shapes.Record, content: dict[str, str]) -> str:
        """The text of a document with this content, which is JSON already."""
        schema_url = self.on(addresses.schema(document.name))
        parts = {**self._begin, "schema_url": encode(schema_url), **content}
        return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "\n}\n"

    def on(self, path: str) -> str:
        """The address of what stands at the path."""
        return addresses.on(self._site, path)


def _index(envelope: _Envelope, records: Records) -> Iterator[Record]:
    counts = {
        fields.EXPERIMENTS: len(records.experiments),
        fields.CATEGORIES: len(records.categories),
        fields.RUNS: len(records.runs),
        fields.REPORTS: len(records.reports),
        fields.FIGURES: len(records.figures),
    }
    for document in fields.DOCUMENTS:
        path = addresses.document(document.name)
        if document is fields.SINGLE:
            path = addresses.experiment("{key}")
        yield {
            "name": document.name,
            "about": document.about,
            "media_type": _JSON,
            "path": path,
            "url": envelope.on(path),
            "schema_url": envelope.on(addresses.schema(document.name)),
            "count": counts.get(document),
        }
    yield {
        "name": fields.EXPERIMENTS.name,
        "about": _ABOUT_CSV,
        "media_type": "text/csv",
        "path": addresses.CSV,
        "url": envelope.on(addresses.CSV),
        "schema_url": None,
        "count": len(records.experiments),
    }


def _schemas(site_url: str) -> Iterator[tuple[str, str]]:
    for document in fields.DOCUMENTS:
        path = addresses.schema(document.name)
        id_ = addresses.on(site_url, path) if site_url else None
        schema = shapes.schema(document, document.name.capitalize(), id_)
        yield path, json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _rows(texts: Iterable[str]) -> str:
    """A list of records, one a line."""
    rows = ",\n".join(texts)
    return f"[\n{rows}\n]" if rows else "[]"
