"""Rules over what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from labbook import links
from labbook.book import Book, Entry
from labbook.checking.remark import Remark, Rule
from labbook.discovery.suggest import suggest
from labbook.model import Link, Place
from labbook.problems import quoted, visible
from labbook.yaml_nodes import Node, ScalarNode

_TOKENS = {"accesstoken", "access_token"}
# An issue number behind a space: YAML takes it for a comment.
_LOST = re.compile(r"[ \t]+(#[0-9]+)\b")


def uncategorized(book: Book) -> Iterator[tuple[Entry, Remark]]:
    """The entries that wait for a category, each with the one that fits best."""
    waiting = [book.entries[listing.key] for listing in book.uncategorized]
    if not waiting:
        return
    labels = {key: entry.facts.labels for key, entry in book.entries.items() if entry.facts}
    for entry in waiting:
        found = suggest(book.catalog, entry.experiment.title, labels.get(entry.key, ()), labels)
        remedy = "move it under the heading where it belongs"
        if found:
            remedy = f"{quoted(found.category)} may fit: {visible(found.reason)}"
        message = "the entry waits for a category"
        yield entry, Remark(Rule.UNCATEGORIZED, entry.experiment.place, message, remedy)


def without_evidence(entry: Entry, book: Book) -> Iterator[Remark]:
    """An entry with neither run nor report."""
    repository = book.settings.repository
    curated = entry.experiment.links
    if not any(links.is_evidence(links.classify(link.url, repository)) for link in curated):
        message = "neither a run nor a report is linked"
        remedy = "link one, or leave the experiment out until there is one"
        yield Remark(Rule.EVIDENCE, entry.experiment.place, message, remedy)


def personal_workspace(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link to a run or project as one person has arranged it."""
    for link in entry.experiment.links:
        if values := [value for name, value in _query(link) if name == "nw"]:
            message = "the link opens somebody's personal workspace"
            remedy = f"delete `nw={links.mask(values[0])[:40]}` from it"
            yield Remark(Rule.WORKSPACE, link.place, message, remedy)


def editing(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link to the editor of a report."""
    for link in entry.experiment.links:
        if urlsplit(link.url).path.rstrip("/").endswith("/edit"):
            message, remedy = "the link opens an editor", "delete `/edit` from its end"
            yield Remark(Rule.EDITOR, link.place, message, remedy)


def access_token(entry: Entry, _: Book) -> Iterator[Remark]:
    """A link that holds the right to read what it leads to."""
    for link in entry.experiment.links:
        if any(name.lower() in _TOKENS for name, _ in _query(link)):
            message = f"the link holds an access token: {links.mask(link.url)}"
            remedy = "a share link needs it; delete it once the report is public"
            yield Remark(Rule.TOKEN, link.place, message, remedy)


def lost_texts(nodes: Sequence[Node], lines: Sequence[str]) -> Iterator[Remark]:
    """Texts that end at a ` #600`, which YAML takes for a comment."""
    for node in nodes:
        if not isinstance(node, ScalarNode) or not node.plain:
            continue
        rest = lines[node.end_line - 1][node.end_column - 1 :]
        if found := _LOST.match(rest):
            message = f"the text ends before {found[1]}, since ` #` begins a comment"
            remedy = "put the whole text in quotes if it belongs to it"
            place = Place(node.line, node.column, node.end_line)
            yield Remark(Rule.LOST_TEXT, place, message, remedy)


def _query(link: Link) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(link.url).query, keep_blank_values=True)
