"""New entries and links put into the curated file as text; every other byte stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from labbook import catalog
from labbook.catalog_writer import block_item, flow_item
from labbook.errors import DataError, LabbookError
from labbook.model import Catalog, Category, Experiment, Link
from labbook.problems import Problems
from labbook.yaml_nodes import ListNode, MappingNode, Node, ScalarNode, walk
from labbook.yaml_tree import compose

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_DOCUMENT_END = re.compile(r"\.\.\.(?:\s|$)")
_MARK = "\ufeff"
# Where the links of an entry stand: behind whatever names it.
_NAMES = ("title", "issue", "id")


class EditError(LabbookError):
    """The curated file cannot be added to as it is written; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """The text that takes the place of a part of the file, mostly of an empty one."""

    start: int
    end: int
    text: str


def added(
    data: bytes,
    name: str,
    repository: str,
    entries: Sequence[Experiment],
    links: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """The file with these entries at the end of `uncategorized`, and these links of known ones.

    `name` is how messages call the file, `links` are by the entry's key. Raise DataError where
    the file is wrong already, EditError where it could not take exactly that.
    """
    before = catalog.parse(data, name, repository)
    wanted = _wanted(before, entries, links)
    if wanted == before:
        return data
    after = _edited(data, name, before, entries, links)
    try:
        read = catalog.parse(after, name, repository)
    except DataError as error:
        first = error.findings[0]
        raise EditError(f"{_trouble(name)} ({first.message})") from error
    if read != wanted:
        raise EditError(_trouble(name))
    return after


def _trouble(name: str) -> str:
    return (
        f"{name}: the new entries cannot be inserted as the file is written, so nothing was; "
        "write `uncategorized` as a list with each item on lines of its own"
    )


def _wanted(
    before: Catalog, entries: Sequence[Experiment], links: Mapping[str, Sequence[str]]
) -> Catalog:
    """The catalog that the edited file must hold."""

    def longer(item: Experiment) -> Experiment:
        more = tuple(Link(url) for url in links.get(item.key, ()))
        return replace(item, links=item.links + more) if more else item

    def category(item: Category) -> Category:
        return replace(
            item,
            experiments=tuple(
                longer(entry) if isinstance(entry, Experiment) else entry
                for entry in item.experiments
            ),
            categories=tuple(map(category, item.categories)),
        )

    return replace(
        before,
        categories=tuple(map(category, before.categories)),
        uncategorized=(*map(longer, before.uncategorized), *entries),
    )


def _edited(
    data: bytes,
    name: str,
    before: Catalog,
    entries: Sequence[Experiment],
    links: Mapping[str, Sequence[str]],
) -> bytes:
    text = data.decode("utf-8")
    mark = _MARK if text.startswith(_MARK) else ""
    source = _Source(text.removeprefix(_MARK))
    root = compose("".join(source.plain_lines), Problems(name)).root
    if not isinstance(root, MappingNode):
        raise EditError(_trouble(name))
    mappings = {
        (node.line, node.column): node for node in walk(root) if isinstance(node, MappingNode)
    }
    edits: list[_Edit] = []
    for item in before.experiments():
        if urls := links.get(item.key):
            node = mappings[item.place.line, item.place.column]
            last = max(node.values[key].end_line for key in _NAMES if key in node.values)
            edits += source.append(node, "links", [Link(url) for url in urls], last)
    if entries:
        edits += source.append(root, "uncategorized", entries, None)
    return (mark + source.with_edits(edits)).encode("utf-8")


class _Source:
    """The text of the file by lines, with their ends as they are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _LINE.findall(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    @property
    def plain_lines(self) -> list[str]:
        """The lines as the parser counts them."""
        return [line.rstrip("\r\n") + "\n" if line[-1] in "\r\n" else line for line in self._lines]

    def with_edits(self, edits: Sequence[_Edit]) -> str:
        """The text with all edits; of those at one place the first comes first."""
        parts, end = [], 0
        for edit in sorted(edits, key=lambda edit: edit.start):
            parts += [self._text[end : edit.start], edit.text]
            end = edit.end
        return "".join([*parts, self._text[end:]])

    def append(
        self,
        mapping: MappingNode,
        key: str,
        items: Sequence[Experiment | Link],
        after: int | None,
    ) -> list[_Edit]:
        """Append items to the list that a mapping has, or gets, under a key.

        A key that is not there yet follows the line `after`, or ends the file.
        """
        node = mapping.values.get(key)
        if isinstance(node, ListNode) and node.items:
            return [self._longer(node, items)]
        if mapping.end_column:
            return [self._in_flow_mapping(mapping, key, _in_brackets(items))]
        lines = _lines(items, mapping.column + 1)
        if node is None:
            return [self._new_key(mapping, key, lines, after)]
        start, end = self._offset(node.line, node.column), self._end(node)
        if isinstance(node, ListNode) and self._text[start + 1 : end - 1].strip():
            # Its brackets hold a comment.
            return [self._insert(start + 1, _in_brackets(items))]
        # What says that there is nothing gives way.
        begin = len(self._text[:start].rstrip(" ")) if end > start else start
        return [_Edit(begin, end, ""), self._behind(node.end_line, lines)]

    def _longer(self, node: ListNode, items: Sequence[Experiment | Link]) -> _Edit:
        if node.end_column:
            return self._insert(self._end(node.items[-1]), f", {_in_brackets(items)}")
        return self._behind(self._last_line(node), _lines(items, node.column - 1))

    def _new_key(
        self, mapping: MappingNode, key: str, lines: Sequence[str], after: int | None
    ) -> _Edit:
        head = " " * (mapping.column - 1) + f"{key}:"
        if after is not None:
            return self._behind(after, [head, *lines])
        last = self._document_end(mapping.end_line)
        gap = [""] if last and self._lines[last - 1].strip() else []
        return self._behind(last, [*gap, head, *lines])

    def _in_flow_mapping(self, mapping: MappingNode, key: str, items: str) -> _Edit:
        node = mapping.values.get(key)
        if node is None:
            last = max(map(self._end, mapping.values.values()))
            return self._insert(last, f", {key}: [{items}]")
        start, end = self._offset(node.line, node.column), self._end(node)
        if isinstance(node, ListNode):
            return self._insert(start + 1, items)
        space = "" if self._text[start - 1].isspace() else " "
        return _Edit(start, end, f"{space}[{items}]")

    def _behind(self, line: int, lines: Sequence[str]) -> _Edit:
        """Insert lines behind that line of the file (0: at its beginning)."""
        # Behind a key without a colon, YAML's nothing stands on the line after the last.
        line = min(line, len(self._lines))
        before = self._lines[line - 1] if line else ""
        end = before[len(before.rstrip("\r\n")) :]
        first = self._lines[0] if self._lines else ""
        usual = end or first[len(first.rstrip("\r\n")) :] or "\n"
        text = usual.join(lines)
        # A file without a line end at its end has none afterwards either.
        text = f"{usual}{text}" if before and not end else f"{text}{usual}"
        return self._insert(self._starts[line], text)

    def _insert(self, offset: int, text: str) -> _Edit:
        return _Edit(offset, offset, text)

    def _last_line(self, node: ListNode) -> int:
        """The last line of a block list, with the comments that belong to its last item."""
        line = node.end_line
        while line < len(self._lines):
            text = self._lines[line]
            indent = len(text) - len(text.lstrip(" "))
            if indent < node.column or text[indent : indent + 1] != "#":
                break
            line += 1
        return line

    def _document_end(self, line: int) -> int:
        """The last line of the document whose content ends in that line."""
        for index in range(line, len(self._lines)):
            if _DOCUMENT_END.match(self._lines[index]):
                return index
        return len(self._lines)

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    def _end(self, node: Node) -> int:
        """Where a text in one line, or a list or mapping in brackets, ends."""
        assert isinstance(node, ScalarNode | ListNode | MappingNode)  # noqa: S101  # for mypy
        return self._offset(node.end_line, node.end_column)


def _in_brackets(items: Sequence[Experiment | Link]) -> str:
    return ", ".join(map(flow_item, items))


def _lines(items: Sequence[Experiment | Link], indent: int) -> list[str]:
    return [line for item in items for line in block_item(item, indent)]
