"""The units of a YAML text, keys and list items: what comments belong to and what is moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from labbook.formatting.comments import Comment
from labbook.yaml_nodes import ListNode, MappingNode, Node, ScalarNode

Position = tuple[int, int]


@dataclass(slots=True, eq=False)
class Unit:
    """A key with its value, or an item of a list.

    `before` are the comments above it, `behind` those at the end of its first line.
    """

    value: Node
    key: ScalarNode | None
    parent: Container
    start: Position
    before: list[Comment] = field(default_factory=list)
    behind: list[Comment] = field(default_factory=list)
    inner: Container | None = None

    @property
    def column(self) -> int:
        """Where it begins in its line: the column of its dash or key."""
        return self.key.column if self.key else self.parent.node.column

    def touches(self, line: int) -> bool:
        """Whether something of it, and of nothing behind it, may stand in that line."""
        return line in {self.start[0], self.value.end_line}


@dataclass(slots=True, eq=False)
class Container:
    """A list or mapping: `tail` are the comments behind its last unit."""

    node: ListNode | MappingNode
    units: list[Unit] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)
    unit: Unit | None = None

    @property
    def flow(self) -> bool:
        """Whether it stands in brackets."""
        return bool(self.node.end_column)

    @property
    def start(self) -> Position:
        """Where it begins."""
        return self.node.line, self.node.column

    @property
    def end(self) -> Position:
        """Behind its bracket, where it has one."""
        return self.node.end_line, self.node.end_column


def outline(root: ListNode | MappingNode) -> Container:
    """The units of the tree."""
    top = Container(root)
    waiting = [top]
    while waiting:
        container = waiting.pop()
        for unit in _units(container):
            container.units.append(unit)
            if isinstance(unit.value, ListNode | MappingNode):
                unit.inner = Container(unit.value, unit=unit)
                waiting.append(unit.inner)
    return top


def in_order(top: Container) -> list[Unit]:
    """All units by their place in the file; of two at one place the outer one first."""
    found = []
    waiting = list(reversed(top.units))
    while waiting:
        unit = waiting.pop()
        found.append(unit)
        if unit.inner:
            waiting += reversed(unit.inner.units)
    return found


def _units(container: Container) -> list[Unit]:
    node = container.node
    if isinstance(node, MappingNode):
        keys = ((node.keys[name], value) for name, value in node.values.items())
        return [Unit(value, key, container, (key.line, key.column)) for key, value in keys]
    return [Unit(item, None, container, (item.line, item.column)) for item in node.items]
