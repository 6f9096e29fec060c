"""Units and their comments -> the lines of the canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labbook import fields
from labbook.fields import Item
from labbook.formatting.comments import Comment, is_block
from labbook.formatting.units import Container, Unit
from labbook.yaml_nodes import MappingNode, ScalarNode

_HEADER = re.compile(r"[|>][+-]?[1-9]?[+-]?")
_DIGIT = re.compile(r"[1-9]")
_STEP = 2
_ITEMS = {
    "categories": fields.CATEGORY,
    "experiments": fields.EXPERIMENT,
    "uncategorized": fields.EXPERIMENT,
    "links": fields.LINK,
}
# Lists at the top of the file stand apart, and so do the items of the first.
_APART = {"categories", "uncategorized"}


class Layout:
    """Writes a file's units; `lines` is the text that they were read from."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def file(self, top: Container, head: list[Comment]) -> Iterator[str]:
        """All lines of the file."""
        yield from _comments(head, 0)
        if head and head[-1].gap_after:
            yield ""
        for index, unit in enumerate(_ordered(top, fields.CATALOG)):
            name = unit.key.text if unit.key else ""
            if index and name in _APART:
                yield ""
            above, lines = self._key(unit, 0, apart=name == "categories")
            yield from _before(above, 0)
            yield from lines
        yield from _comments(top.tail, 0)

    def _key(
        self, unit: Unit, indent: int, *, apart: bool = False
    ) -> tuple[list[Comment], list[str]]:
        """The comments above a key, and its lines; the items of its list stand `apart` or not."""
        assert unit.key  # noqa: S101  # for mypy: the units of mappings have one
        lead = " " * indent + unit.key.text + ":"
        inner = unit.inner
        behind, above = _one(unit.behind)
        if inner is None:
            return unit.before + above, self._scalar(unit, lead, indent, behind)
        if not inner.units:
            return unit.before + above + inner.tail, [f"{lead} []{behind}"]
        lines = [lead + behind]
        for index, item in enumerate(inner.units):
            if index and apart:
                lines.append("")
            lines += self._item(item, indent + _STEP, _ITEMS.get(unit.key.text))
        lines += _comments(inner.tail, indent + _STEP)
        return unit.before + above, lines

    def _item(self, unit: Unit, indent: int, kind: Item | None) -> Iterator[str]:
        dash = " " * indent + "- "
        if unit.inner is None:
            behind, above = _one(unit.behind)
            yield from _before(unit.before + above, indent)
            yield from self._scalar(unit, dash[:-1], indent, behind)
            return
        first, *rest = _ordered(unit.inner, kind)
        first.behind = unit.behind + first.behind
        above, lines = self._key(first, indent + _STEP)
        yield from _before(unit.before + above, indent)
        yield dash + lines[0][len(dash) :]
        yield from lines[1:]
        for key in rest:
            above, lines = self._key(key, indent + _STEP)
            yield from _before(above, indent + _STEP)
            yield from lines
        yield from _comments(unit.inner.tail, indent + _STEP)

    def _scalar(self, unit: Unit, lead: str, indent: int, behind: str) -> list[str]:
        """The lines of a text as it was written, behind its key or dash."""
        node = unit.value
        assert isinstance(node, ScalarNode)  # noqa: S101  # for mypy: the others have units
        if is_block(node, self._lines):
            return self._block(unit, node, lead, indent, behind)
        written = self._lines[node.line - 1 : node.end_line]
        if not written or (node.plain and not node.text):
            return [lead + behind]
        if len(written) == 1:
            return [f"{lead} {written[0][node.column - 1 : node.end_column - 1]}{behind}"]
        margin = " " * (indent + _STEP)
        written[-1] = written[-1][: node.end_column - 1]
        first, *rest = written
        # What leads a further line, and where it is empty, means nothing inside a text.
        folded = [line.lstrip(" \t") for line in rest]
        lines = [
            f"{lead} {first[node.column - 1 :]}",
            *(margin + line if line else "" for line in folded),
        ]
        if node.plain:
            lines = [line.rstrip() for line in lines]
        return [*lines[:-1], lines[-1] + behind]

    def _block(
        self, unit: Unit, node: ScalarNode, lead: str, indent: int, behind: str
    ) -> list[str]:
        """A text below a `|` or `>`, as far to the right as its place wants."""
        line = self._lines[node.line - 1]
        found = _HEADER.match(line, node.column - 1)
        header = found[0] if found else line[node.column - 1]
        content = self._lines[node.line : node.end_line]
        digit = _DIGIT.search(header)
        if digit:
            old = unit.column - 1 + int(digit[0])
        else:
            first = next((text for text in content if text.strip(" ")), "")
            old = len(first) - len(first.lstrip(" "))
        moved = [text[old:] for text in content]
        # Where its first line begins with a space, the text cannot tell its own margin.
        lost = next((text for text in moved if text), "").startswith(" ")
        header = header[0] + ("2" if lost else "") + _DIGIT.sub("", header[1:])
        margin = " " * (indent + _STEP)
        return [f"{lead} {header}{behind}", *(margin + text if text else "" for text in moved)]


def _ordered(container: Container, kind: Item | None) -> list[Unit]:
    """The keys of a mapping in the order of the fields; items of a list as they are."""
    if kind is None or not isinstance(container.node, MappingNode):
        return container.units
    places = {field.name: index for index, field in enumerate(kind.fields)}
    last = len(places)
    return sorted(container.units, key=lambda u: places.get(u.key.text, last) if u.key else last)


def _one(behind: list[Comment]) -> tuple[str, list[Comment]]:
    """The comment at the end of a line, and those that find no room there."""
    return (f"  {behind[0].text}" if behind else "", behind[1:])


def _before(found: list[Comment], indent: int) -> Iterator[str]:
    yield from _comments(found, indent)
    if found and found[-1].gap_after:
        yield ""


def _comments(found: list[Comment], indent: int) -> Iterator[str]:
    for index, comment in enumerate(found):
        if index and comment.gap_before:
            yield ""
        yield " " * indent + comment.text
