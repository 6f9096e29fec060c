"""`published.yaml`: what the authors published, number by number, each with its source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infinite_compute.errors import InfiniteComputeError
from labbook.problems import Problems, quoted
from labbook.source_text import decode
from labbook.yaml_nodes import ListNode, MappingNode, Node, ScalarNode
from labbook.yaml_tree import compose

FILE = "data/infinite-compute/published.yaml"

_REMEDY = "see the head of the file for how numbers are written"


class UnknownValueError(InfiniteComputeError):
    """A key under which nothing was published; `key` is the one that was asked for."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{FILE}: there is no {key}; add it with its source, or do without")


@dataclass(frozen=True, slots=True)
class Value:
    """A published number; `others` is what further sources say of the same quantity."""

    value: float
    source: str
    note: str = ""
    error: float | None = None  # its standard error
    others: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The published numbers by key: `standard/200M/losses/150m4k`."""

    values: Mapping[str, Value]
    sources: Mapping[str, str]  # what the names of sources stand for

    def value(self, key: str) -> Value:
        """The number of a key; raise UnknownValueError where there is none."""
        try:
            return self.values[key]
        except KeyError:
            raise UnknownValueError(key) from None

    def get(self, key: str) -> Value | None:
        """The number of a key, None where there is none."""
        return self.values.get(key)

    def below(self, key: str) -> Mapping[str, Value]:
        """The numbers below a key, by the rest of theirs, in the order of the file."""
        start = f"{key}/"
        found = {k.removeprefix(start): v for k, v in self.values.items() if k.startswith(start)}
        if not found:
            raise UnknownValueError(key)
        return found

    def disagreements(self) -> Mapping[str, Value]:
        """The numbers of which another source says something else."""
        return {key: value for key, value in self.values.items() if value.others}


def load(root: Path) -> Published:
    """The published numbers of the checkout at `root`; raise DataError with every problem."""
    return parse((root / FILE).read_bytes())


def parse(data: bytes, name: str = FILE) -> Published:
    """Read the bytes of the file; raise DataError with every problem in them."""
    problems = Problems(name)
    root = compose(decode(data, problems), problems).root
    reader = _Reader(problems)
    sources: dict[str, str] = {}
    values: dict[str, Value] = {}
    if isinstance(root, MappingNode):
        known = root.values.pop("sources", None)
        if isinstance(known, MappingNode):
            sources = {key: reader.text(node) for key, node in known.values.items()}
        values = dict(reader.group("", root, "", ""))
    elif root is None or not problems.findings:
        problems.add(1, 1, "", "the file is no mapping of groups of numbers", _REMEDY)
    problems.raise_any()
    return Published(values, sources)


class _Reader:
    """Reads groups of numbers; `source` and `note` are those of the mappings around."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def group(
        self, key: str, node: MappingNode, source: str, note: str
    ) -> Iterator[tuple[str, Value]]:
        """The numbers of a mapping and of those below it, with their keys."""
        source, note = self._about(node, source, note)
        if "value" in node.values:
            if (value := self._value(node, source, note)) is not None:
                yield key, value
            return
        for name, child in node.values.items():
            if name in {"source", "note"}:
                continue
            below = f"{key}/{name}" if key else name
            if isinstance(child, MappingNode):
                yield from self.group(below, child, source, note)
            elif (value := self._number(child, source, note)) is not None:
                yield below, value

    def text(self, node: Node | None) -> str:
        """A text, or a problem and nothing."""
        if isinstance(node, ScalarNode) and node.text.strip():
            return " ".join(node.text.split())
        if node is not None:
            self._problems.at(node, "a text belongs here", _REMEDY)
        return ""

    def _about(self, node: MappingNode, source: str, note: str) -> tuple[str, str]:
        source = self.text(node.values.get("source")) or source
        return source, self.text(node.values.get("note")) or note

    def _value(self, node: MappingNode, source: str, note: str) -> Value | None:
        for name, key in node.keys.items():
            if name not in {"value", "source", "note", "others"}:
                message = f"unknown key {quoted(name)} beside a value"
                self._problems.at(key, message, "a value has a source, a note and others")
        value = self._number(node.values["value"], source, note)
        others = node.values.get("others")
        if value is None or others is None:
            return value
        if not isinstance(others, ListNode):
            self._problems.at(
                others, "others must be a list", "write `- {value: ..., source: ...}`"
            )
            return None
        found = []
        for other in others.items:
            if not isinstance(other, MappingNode) or "value" not in other.values:
                self._problems.at(other, "a value and its source belong here", _REMEDY)
            # It is another source's: neither source nor note around it are its own.
            elif (also := self._value(other, *self._about(other, "", ""))) is not None:
                found.append(also)
        return Value(value.value, value.source, value.note, value.error, tuple(found))

    def _number(self, node: Node, source: str, note: str) -> Value | None:
        pair = node.items if isinstance(node, ListNode) else [node]
        numbers = [_finite(part) for part in pair]
        if not 1 <= len(numbers) <= 2 or None in numbers:
            message = "a number, or a number and its standard error in brackets, belongs here"
            self._problems.at(node, message, _REMEDY)
            return None
        if not source:
            self._problems.at(node, "a number without a source", "name the source that has it")
            return None
        value, error = (*numbers, None)[:2]
        return None if value is None else Value(value, source, note, error)


def _finite(node: Node) -> float | None:
    try:
        number = float(node.text) if isinstance(node, ScalarNode) and node.plain else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
