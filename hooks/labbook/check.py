"""Rules over the book: what is no error, but worth a curator's hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from labbook import links
from labbook.book import Book, Entry
from labbook.errors import Finding, Severity
from labbook.model import Link, Place
from labbook.problems import Problems
from labbook.yaml_nodes import Node, ScalarNode, walk
from labbook.yaml_tree import compose

_TOKENS = {"accesstoken", "access_token"}
# An issue number behind a space: YAML takes it for a comment.
_LOST = re.compile(r"[ \t]+(#[0-9]+)\b")


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of a place in the curated file."""

    place: Place
    message: str
    remedy: str


def findings(book: Book, text: str, path: str) -> list[Finding]:
    """All warnings, in order of place; `text` is the curated file that the book was read from."""
    nodes = list(walk(compose(text, Problems(path)).root))
    names = {(node.line, node.column): node.where for node in nodes}
    remarks = [
        remark for entry in book.entries.values() for rule in RULES for remark in rule(entry, book)
    ]
    remarks += _lost_texts(nodes, text.split("\n"))
    return sorted(
        Finding(
            path,
            remark.place.line,
            remark.place.column,
            names.get((remark.place.line, remark.place.column), ""),
            remark.message,
            remark.remedy,
            Severity.WARNING,
        )
        for remark in remarks
    )


def without_evidence(entry: Entry, book: Book) -> Iterator[Remark]:
    """An entry with neither run nor report."""
    repository = book.settings.repository
    curated = entry.experiment.links
    if not any(links.is_evidence(links.classify(link.url, repository)) for link in curated):
        remedy = "link one, or leave the experiment out until there is one"
        yield Remark(entry.experiment.place, "neither a run nor a report is linked", remedy)


def personal_workspace(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link to a run or project as one person has arranged it."""
    for link in entry.experiment.links:
        if values := [value for name, value in _query(link) if name == "nw"]:
            message = "the link opens somebody's personal workspace"
            yield Remark(link.place, message, f"delete `nw={links.mask(values[0])[:40]}` from it")


def editing(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link to the editor of a report."""
    for link in entry.experiment.links:
        if urlsplit(link.url).path.rstrip("/").endswith("/edit"):
            yield Remark(link.place, "the link opens an editor", "delete `/edit` from its end")


def access_token(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link that holds the right to read what it leads to."""
    for link in entry.experiment.links:
        if any(name.lower() in _TOKENS for name, _ in _query(link)):
            message = f"the link holds an access token: {links.mask(link.url)}"
            remedy = "a share link needs it; delete it once the report is public"
            yield Remark(link.place, message, remedy)


# A further rule is a further function here.
RULES: tuple[Callable[[Entry, Book], Iterator[Remark]], ...] = (
    without_evidence,
    personal_workspace,
    editing,
    access_token,
)


def _query(link: Link) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(link.url).query, keep_blank_values=True)


def _lost_texts(nodes: list[Node], lines: list[str]) -> Iterator[Remark]:
    """Texts that end at a ` #600`, which YAML takes for a comment."""
    for node in nodes:
        if not isinstance(node, ScalarNode) or not node.plain:
            continue
        rest = lines[node.end_line - 1][node.end_column - 1 :]
        if found := _LOST.match(rest):
            message = f"the text ends before {found[1]}, since ` #` begins a comment"
            place = Place(node.line, node.column, node.end_line)
            yield Remark(place, message, "put the whole text in quotes if it belongs to it")
