"""All rules over the book: what is no error, but worth a curator's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from labbook.book import Book, Entry
from labbook.checking import curated, live
from labbook.checking.remark import Remark
from labbook.errors import Finding
from labbook.problems import Problems
from labbook.yaml_nodes import walk
from labbook.yaml_tree import compose

# Those that look at one entry; a further rule is a further function here.
RULES: tuple[Callable[[Entry, Book], Iterator[Remark]], ...] = (
    curated.without_evidence,
    curated.personal_workspace,
    curated.editing,
    curated.access_token,
    live.closed_without_conclusion,
    live.drifted_title,
    live.issue_elsewhere,
    live.gone_links,
    live.failed_runs,
)


def remarks(book: Book) -> Iterator[tuple[Entry, Remark]]:
    """What the rules say, each with the entry that it is about."""
    yield from curated.uncategorized(book)
    for entry in book.entries.values():
        for rule in RULES:
            for remark in rule(entry, book):
                yield entry, remark


def findings(book: Book, text: str, path: str) -> list[Finding]:
    """All findings, in order of place; `text` is the curated file that the book was read from."""
    nodes = list(walk(compose(text, Problems(path)).root))
    names = {(node.line, node.column): node.where for node in nodes}
    found = [remark for _, remark in remarks(book)]
    found += curated.lost_texts(nodes, text.split("\n"))
    return sorted(
        Finding(
            path,
            remark.place.line,
            remark.place.column,
            names.get((remark.place.line, remark.place.column), ""),
            remark.message,
            remark.remedy,
            remark.severity,
            remark.rule,
        )
        for remark in found
    )
