"""The comments of a YAML text, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labbook.yaml_nodes import ListNode, MappingNode, Node, ScalarNode


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` on; `alone` on its line, or behind something.

    `gap_before` and `gap_after` tell of an empty line beside one that is alone.
    """

    line: int
    column: int
    text: str
    alone: bool
    gap_before: bool
    gap_after: bool


def scalars(root: Node) -> Iterator[ScalarNode]:
    """Every text below the node, keys included, in no particular order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node, MappingNode):
            waiting += node.keys.values()
            waiting += node.values.values()


def is_block(node: ScalarNode, lines: list[str]) -> bool:
    """Whether it is a text of the lines below a `|` or `>`."""
    if node.plain or node.line > len(lines):
        return False
    return lines[node.line - 1][node.column - 1 : node.column] in {"|", ">"}


def comments(root: Node, lines: list[str]) -> list[Comment]:
    """All comments of the text with this tree, in their order."""
    taken: dict[int, list[tuple[int, int]]] = {}
    inside: set[int] = set()
    for node in scalars(root):
        if is_block(node, lines):
            inside.update(range(node.line + 1, node.end_line + 1))
            continue
        for number in range(node.line, min(node.end_line, len(lines)) + 1):
            start = node.column if number == node.line else 1
            end = node.end_column if number == node.end_line else len(lines[number - 1]) + 1
            taken.setdefault(number, []).append((start, end))
    found = []
    for number, line in enumerate(lines, start=1):
        if "#" not in line or number in inside:
            continue
        if column := _first_free(line, taken.get(number, [])):
            found.append(_comment(lines, number, column))
    return found


def _comment(lines: list[str], number: int, column: int) -> Comment:
    line = lines[number - 1]
    alone = not line[: column - 1].strip()
    return Comment(
        line=number,
        column=column,
        text=line[column - 1 :].rstrip(),
        alone=alone,
        gap_before=alone and number > 1 and not lines[number - 2].strip(),
        gap_after=alone and number < len(lines) and not lines[number].strip(),
    )


def _first_free(line: str, taken: list[tuple[int, int]]) -> int:
    """The column of the first `#` outside all texts, 0 where there is none."""
    index = line.find("#")
    while index >= 0:
        if not any(start <= index + 1 < end for start, end in taken):
            return index + 1
        index = line.find("#", index + 1)
    return 0
