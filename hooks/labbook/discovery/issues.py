"""An issue with its texts, as either of GitHub's APIs gives it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from labbook.discovery.reading import Comment
from labbook.live import github_facts as facts
from labbook.live.github_facts import ShapeError
from labbook.live.snapshot import IssueFacts
from labbook.model import IssueRef

PAGE = 100
# GitHub takes 65,536 characters; what is longer was not written by people.
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """An issue with one of the labels; `unread` says that comments of it were not read."""

    ref: IssueRef
    facts: IssueFacts
    body: str = ""
    comments: tuple[Comment, ...] = ()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The issues that are listed: those of a repository with any of the labels.

    `known` are the numbers of those that the catalog holds already, `now` is a UTC second.
    """

    repository: str
    labels: tuple[str, ...]
    known: Collection[int]
    now: str

    def ref(self, item: Any) -> IssueRef:
        """Which issue an item is; raise ShapeError where it does not say."""
        return IssueRef(self.repository, facts.number(item))


@dataclass(frozen=True, slots=True)
class Listing:
    """All issues by number; `problems` are sentences on what was not read."""

    issues: tuple[ListedIssue, ...]
    problems: tuple[str, ...] = ()


def text(value: Any, what: str) -> str:
    """A text as people wrote it; null is none."""
    if value is not None and not isinstance(value, str):
        raise ShapeError(what)
    # A lone surrogate is no text that a file can hold.
    return (value or "")[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def comment(item: Any, author_key: str, created_key: str) -> Comment:
    """A comment of either API; whoever deleted their account is a ghost."""
    if not isinstance(item, dict):
        raise ShapeError("comments")
    author = facts.author(item.get(author_key), author_key) or "ghost"
    return Comment(author, text(item.get(created_key), created_key), text(item.get("body"), "body"))
