"""`data/ignored.yaml`: the issues that a curator has refused, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from labbook import fields, values
from labbook.model import NOWHERE, IssueRef, Place
from labbook.problems import Problems, quoted
from labbook.source_text import decode
from labbook.yaml_nodes import BrokenNode, MappingNode, Node
from labbook.yaml_tree import compose

_KEYS = [item.name for item in fields.IGNORED.fields]


@dataclass(frozen=True, slots=True)
class Ignored:
    """An issue that is no experiment of the catalog, and why."""

    issue: IssueRef
    reason: str
    place: Place = field(default=NOWHERE, compare=False)


def load(path: Path, repository: str, path_name: str) -> tuple[Ignored, ...]:
    """Read the file; none where it is missing. Raise DataError with every problem in it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    return parse(data, path_name, repository)


def parse(data: bytes, path_name: str, repository: str) -> tuple[Ignored, ...]:
    """Read the bytes of the file; raise DataError with every problem in them."""
    problems = Problems(path_name)
    root = compose(decode(data, problems), problems).root
    found: dict[IssueRef, Ignored] = {}
    for node in values.items(root, problems):
        item = _item(node, problems, repository)
        if item is None:
            continue
        first = found.setdefault(_folded(item.issue), item)
        if first is not item:
            message = f"the issue is here twice (first in line {first.place.line})"
            problems.at(node, message, "delete one of the two")
    problems.raise_any()
    return tuple(found.values())


def _folded(issue: IssueRef) -> IssueRef:
    # GitHub does not tell upper from lower case in these names.
    return IssueRef(issue.repository.lower(), issue.number)


def _item(node: Node, problems: Problems, repository: str) -> Ignored | None:
    if isinstance(node, BrokenNode):
        return None
    if not isinstance(node, MappingNode):
        remedy = "write `- issue: 1234`, and `reason: ...` below it"
        problems.at(node, f"{values.kind(node)} where a refused issue belongs", remedy)
        return None
    for name, key in node.keys.items():
        if name not in _KEYS:
            message = f"unknown key {quoted(name)}"
            remedy = f"a refused issue has {' and '.join(f'`{known}`' for known in _KEYS)}"
            problems.add(key.line, key.column, node.where, message, remedy)
    missing = [name for name in _KEYS if values.is_nothing(node.values.get(name))]
    for name in missing:
        problems.at(node, f"the refused issue has no `{name}`", f"add `{name}: ...`")
    if missing:
        return None
    issue = values.issue(node.values["issue"], problems, repository)
    reason = values.text(node.values["reason"], problems, lines=True)
    return Ignored(issue, reason, values.place(node)) if issue and reason else None
