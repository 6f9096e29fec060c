"""The nodes of a YAML tree, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True, eq=False)
class Node:
    """Something in the file; lines and columns count from 1, `end_line` is its last one."""

    where: str
    line: int
    column: int
    end_line: int


@dataclass(slots=True, eq=False)
class ScalarNode(Node):
    """A text as written; `plain` without quotes, `end_column` behind its last character."""

    text: str
    plain: bool
    end_column: int

    @property
    def nothing(self) -> bool:
        """Whether it is YAML's null: an empty value or `~`."""
        return self.plain and self.text in _NULLS


@dataclass(slots=True, eq=False)
class ListNode(Node):
    """A list of nodes; `end_column` is behind its bracket, 0 where it has none."""

    items: list[Node] = field(default_factory=list)
    end_column: int = 0


@dataclass(slots=True, eq=False)
class MappingNode(Node):
    """Values by key, and the keys as they stand in the file; `end_column` as in a list."""

    values: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    end_column: int = 0


@dataclass(slots=True, eq=False)
class BrokenNode(Node):
    """Something that is reported already."""


def walk(node: Node | None) -> Iterator[Node]:
    """The node and all below it, in reading order."""
    waiting = [node] if node else []
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, ListNode):
            waiting += reversed(current.items)
        elif isinstance(current, MappingNode):
            waiting += reversed(current.values.values())
