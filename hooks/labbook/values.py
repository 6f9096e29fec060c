"""Single values of the curated file: texts, ids, issues and URLs, each checked where it stands."""

from __future__ import annotations

import re

from labbook import fields, links
from labbook.model import IssueRef, Place
from labbook.problems import Problems, quoted
from labbook.references import is_id, parse_issue, parse_reference, suggested_issue
from labbook.source_text import UNWANTED
from labbook.yaml_nodes import BrokenNode, ListNode, MappingNode, Node, ScalarNode

_CATEGORY_ID = re.compile(fields.CATEGORY_ID)


def is_nothing(node: Node | None) -> bool:
    """Whether a value is absent, null or an empty text."""
    if isinstance(node, ScalarNode):
        return node.nothing or not node.text.strip(" \t\n")
    return node is None


def kind(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, ListNode):
        return "a list"
    return "a mapping" if isinstance(node, MappingNode) else "a text"


def place(node: Node) -> Place:
    """Where the node stands."""
    return Place(node.line, node.column, node.end_line)


def text(node: Node | None, problems: Problems, *, lines: bool = False) -> str | None:
    """A text for people; None where there is nothing or the problem was noted."""
    found = word(node, problems, fields.LONGEST_TEXT if lines else fields.LONGEST_LINE)
    if found is None or node is None:
        return None
    if not lines and "\n" in found:
        problems.at(node, "the text has several lines", "write it in one line")
    elif not any(ch.isprintable() and ch != " " for ch in found):
        problems.at(node, "the text shows nothing", "write it, or delete the line")
    else:
        return found
    return None


def word(node: Node | None, problems: Problems, longest: int) -> str | None:
    """A scalar without the space around it; None where there is nothing or it was noted."""
    if is_nothing(node) or isinstance(node, BrokenNode):
        return None
    if not isinstance(node, ScalarNode):
        assert node is not None  # noqa: S101  # for mypy: is_nothing() says so
        remedy = "put a text that holds `: ` or begins with a bracket in quotes"
        problems.at(node, f"{kind(node)} where a text belongs", remedy)
        return None
    found = node.text.strip(" \t\n")
    if unwanted := UNWANTED.search(found):
        message = f"the text holds the invisible character U+{ord(unwanted[0]):04X}"
        problems.at(node, message, "delete it")
        return None
    if len(found) > longest:
        message = f"the text has {len(found):,} characters"
        problems.at(node, message, f"write at most {longest:,}")
        return None
    return found


def items(node: Node | None, problems: Problems) -> list[Node]:
    """The items of a list; none where there is nothing or the problem was noted."""
    if isinstance(node, ListNode):
        return node.items
    if node is not None and not is_nothing(node) and not isinstance(node, BrokenNode):
        remedy = "write a list: each item on a line of its own that begins with `- `"
        problems.at(node, f"{kind(node)} where a list belongs", remedy)
    return []


def texts(node: Node | None, problems: Problems) -> tuple[str, ...]:
    """A list of texts for people."""
    found = []
    for item in items(node, problems):
        if is_nothing(item):
            problems.at(item, "an empty item", "write its text, or delete the line")
        elif (item_text := text(item, problems, lines=True)) is not None:
            found.append(item_text)
    return tuple(found)


def url(node: Node | None, problems: Problems) -> str:
    """An address that a link may have; empty where the problem was noted."""
    found = word(node, problems, fields.LONGEST_URL)
    if found is None or node is None:
        return ""
    if problem := links.problem(found):
        problems.at(node, *problem)
    return found


def issue(node: Node, problems: Problems, repository: str) -> IssueRef | None:
    """An issue; None where the problem was noted."""
    found = word(node, problems, fields.LONGEST_LINE)
    if found is None:
        return None
    ref = parse_issue(found, repository)
    if ref is None:
        better = suggested_issue(found, repository)
        remedy = f"write {better}" if better else "write its number, or owner/repository#number"
        problems.at(node, f"{quoted(found)} is not an issue", remedy)
    return ref


def experiment_id(node: Node, problems: Problems) -> str | None:
    """The id of an experiment; None where the problem was noted."""
    found = word(node, problems, fields.LONGEST_ID)
    if found is None or is_id(found):
        return found
    remedy = "write lower-case words and numbers joined by hyphens, such as `spring-report`"
    if found.isdigit():
        remedy = f"write `issue: {found}` for an issue; an id has at least one letter"
    problems.at(node, f"{quoted(found)} cannot be the id of an experiment", remedy)
    return None


def category_id(node: Node, problems: Problems) -> str | None:
    """The id of a category; None where the problem was noted."""
    found = word(node, problems, fields.LONGEST_ID)
    if found is None:
        return None
    if why := category_id_problem(found):
        remedy = "write lower-case words and numbers joined by hyphens, such as `big-runs`"
        problems.at(node, why, remedy)
        return None
    return found


def category_id_problem(text: str) -> str | None:
    """Why a text cannot be the id of a category, if it cannot."""
    if not text:
        return "it has neither letter nor digit"
    if not _CATEGORY_ID.fullmatch(text) or len(text) > fields.LONGEST_ID:
        return f"{quoted(text)} cannot be the id of a category"
    if text in {"uncategorized", "index"} or text.startswith("experiment-"):
        return f"the id {quoted(text)} is taken by the site itself"
    return None


def reference(node: Node, problems: Problems, repository: str) -> str | None:
    """The key of the experiment that a reference names; None where the problem was noted."""
    if is_nothing(node):
        problems.at(node, "names no experiment", "write its issue number or its id")
        return None
    found = word(node, problems, fields.LONGEST_LINE)
    if found is None:
        return None
    key = parse_reference(found, repository)
    if key is None:
        better = suggested_issue(found, repository)
        remedy = f"write {better}" if better else "write its issue number or its id"
        problems.at(node, f"{quoted(found)} does not name an experiment", remedy)
    return key
