"""YAML text -> a tree of scalars, lists and mappings, each with its place in the file.

Only the part of YAML that a curated file needs: no anchors, aliases, tags or merge keys. Scalars
stay the text that was written: the field they fill decides what it means (`title: no` is "no").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from labbook.problems import Problems, quoted
from labbook.yaml_nodes import BrokenNode, ListNode, MappingNode, Node, ScalarNode
from labbook.yaml_syntax import SyntaxProblem, without_item

# libyaml's parser where PyYAML was built with it: the same events, many times faster.
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 50
_MOST_NODES = 1_000_000
_ATTEMPTS = 8
_ATTEMPTED_LENGTH = 500_000
_SIMPLE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file holds; `complete` is false where a syntax error hides a part of it."""

    root: Node | None
    complete: bool


def compose(text: str, problems: Problems, parser: Any = PARSER) -> Tree:
    """Read `text`; syntax errors are noted, and what can be read around them still is."""
    lines = text.split("\n")
    complete = True
    for _ in range(_ATTEMPTS if len(text) <= _ATTEMPTED_LENGTH else 1):
        found = Problems(problems.path)
        composer = _Composer(lines, found)
        error = composer.run(parser)
        if error is None:
            break
        complete = False
        problem = SyntaxProblem(error, lines, composer.reached)
        problems.add(problem.line, problem.column, "", problem.message, problem.remedy)
        problems.settled.add(problem.line)
        rest = without_item(lines, problem.line) if problem.local else None
        if rest is None:
            break
        lines = rest
    problems.findings += found.findings
    return Tree(composer.root, complete and not composer.stopped)


@dataclass(slots=True, eq=False)
class _Open:
    """A list or mapping that is not closed yet.

    `key` waits for its value, which is thrown away if the key is no `usable` one; `lost` marks
    what is thrown away itself.
    """

    node: ListNode | MappingNode
    flow: bool
    lost: bool = False
    key: ScalarNode | None = None
    usable: bool = True


class _Composer:
    """Builds the tree from the parser's events, without recursion."""

    def __init__(self, lines: list[str], problems: Problems) -> None:
        self._lines = lines
        self.problems = problems
        self.root: Node | None = None
        self.reached = 0
        self.stopped = False
        self._stack: list[_Open] = []
        self._documents = 0
        self._nodes = 0

    def run(self, parser: Any) -> Exception | None:
        """Read the lines; return the syntax error that ended it, if one did."""
        loader = parser("\n".join(self._lines))
        try:
            while not self.stopped:
                event = loader.get_event()
                self.reached = event.start_mark.line
                if isinstance(event, StreamEndEvent):
                    break
                self._take(event)
        # PyYAML's own parser lets a ValueError through for `"\U00110000"`.
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            return error
        finally:
            loader.dispose()
        return None

    def _take(self, event: Any) -> None:
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (SequenceStartEvent, MappingStartEvent)):
            self._start(event)
        elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            self._end(event)
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                message = "a second document begins here"
                self._stop(event, message, "keep everything in one: delete the `---`")

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        end_line = end.line + 1
        if event.style in {"|", ">"}:
            # A block text's end mark stands behind the empty lines that follow it.
            end_line = end.line + bool(end.column)
            while end_line > start.line + 1 and not self._lines[end_line - 1].strip():
                end_line -= 1
        node = ScalarNode(
            self._where(),
            start.line + 1,
            start.column + 1,
            end_line,
            event.value,
            not event.style,
            end.column + 1,
        )
        self._reject_extras(event, node)
        self._place(node)

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        kind = ListNode if isinstance(event, SequenceStartEvent) else MappingNode
        node = kind(self._where(), mark.line + 1, mark.column + 1, mark.line + 1)
        self._reject_extras(event, node)
        if len(self._stack) >= _DEEPEST:
            self._stop(event, f"more than {_DEEPEST} levels deep", "nest less deep")
            return
        lost = not self._place(node)
        self._stack.append(_Open(node, bool(event.flow_style), lost=lost))

    def _end(self, event: Any) -> None:
        closed = self._stack.pop()
        if closed.flow:
            closed.node.end_line = event.end_mark.line + 1
            closed.node.end_column = event.end_mark.column + 1
        if self._stack:
            parent = self._stack[-1].node
            parent.end_line = max(parent.end_line, closed.node.end_line)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        node = BrokenNode(self._where(), mark.line + 1, mark.column + 1, mark.line + 1)
        message = f"the alias {quoted('*' + event.anchor)} is not supported"
        self.problems.at(node, message, "write the value out, or put a text in quotes")
        self._place(node)

    def _place(self, node: Node) -> bool:
        """Put a node where it belongs; false where nothing waits for it."""
        self._nodes += 1
        if self._nodes > _MOST_NODES and not self.stopped:
            self.stopped = True
            self.problems.at(node, f"more than {_MOST_NODES:,} values", "split the catalog")
        if not self._stack:
            if self.root is None:
                self.root = node
            return True
        parent = self._stack[-1]
        parent.node.end_line = max(parent.node.end_line, node.end_line)
        if isinstance(parent.node, ListNode):
            parent.node.items.append(node)
            return not parent.lost
        if parent.key is None:
            self._take_key(parent, node)
            return False
        key, parent.key = parent.key, None
        if parent.lost or not parent.usable:
            return False
        if key.text in parent.node.values:
            first = parent.node.keys[key.text].line
            message = f"the key {quoted(key.text)} is here twice (first in line {first})"
            self.problems.at(key, message, "keep one of the two")
            return False
        parent.node.keys[key.text] = key
        parent.node.values[key.text] = node
        return True

    def _take_key(self, parent: _Open, node: Node) -> None:
        parent.usable = False
        if not isinstance(node, ScalarNode):
            if not isinstance(node, BrokenNode) and not parent.lost:
                message = "a list or mapping cannot be a key"
                self.problems.at(node, message, "put a text with brackets in quotes")
            parent.key = ScalarNode(
                node.where, node.line, node.column, node.end_line, "?", plain=False, end_column=0
            )
            return
        parent.key = node
        if node.plain and node.text == "<<":
            self.problems.at(node, "the merge key `<<` is not supported", "write the keys out")
        else:
            parent.usable = True

    def _where(self) -> str:
        """The path of the node that comes next; that of its mapping for a key."""
        if not self._stack:
            return ""
        parent = self._stack[-1]
        if isinstance(parent.node, ListNode):
            return f"{parent.node.where}[{len(parent.node.items)}]"
        if parent.key is None:
            return parent.node.where
        key = parent.key.text
        name = key if _SIMPLE_KEY.fullmatch(key) else quoted(key)
        return f"{parent.node.where}.{name}" if parent.node.where else name

    def _reject_extras(self, event: Any, node: Node) -> None:
        if event.anchor is not None:
            message = f"the anchor {quoted('&' + event.anchor)} is not supported"
            self.problems.at(node, message, "delete it, or put a text in quotes")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = f"the tag {quoted(tag)} is not supported"
            self.problems.at(node, message, "delete it, or put a text in quotes")

    def _stop(self, event: Any, message: str, remedy: str) -> None:
        self.stopped = True
        mark = event.start_mark
        self.problems.add(mark.line + 1, mark.column + 1, self._where(), message, remedy)
