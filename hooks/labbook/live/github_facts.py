"""What an answer of GitHub says of an issue, whichever of its two APIs gave it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from labbook.live.snapshot import AsOf, IssueFacts
from labbook.model import IssueRef

# The part of an issue or pull request that the GraphQL queries ask for. The two kinds of state are
# two types, which one query may not ask for under one name.
ISSUE = """
fragment issue on Issue {
  __typename number title state stateReason(enableDuplicate: true) createdAt closedAt
  author { __typename login }
  labels(first: 50) { nodes { name } }
  assignees(first: 20) { nodes { login } }
  repository { nameWithOwner }
}
"""
PULL = """
fragment pull on PullRequest {
  __typename number title pullState: state createdAt closedAt
  author { __typename login }
  labels(first: 50) { nodes { name } }
  assignees(first: 20) { nodes { login } }
  repository { nameWithOwner }
}
"""
FRAGMENTS = ISSUE + PULL

_LONGEST = 2000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T|$)", re.ASCII)
_REASONS = {"completed", "not_planned", "duplicate"}


class ShapeError(ValueError):
    """An answer has another shape than GitHub documents; the text names the field."""


def from_rest(item: Any, asked: IssueRef, home: str | None, now: str) -> IssueFacts:
    """The facts in an issue of the REST API.

    `home` is what the asked repository is called today, where that is known: an issue that
    stands elsewhere was transferred.
    """
    item = _mapping(item, "the issue")
    repository = "/".join(_text(item, "repository_url").split("/")[-2:])
    return IssueFacts(
        title=_clean(_text(item, "title")),
        as_of=AsOf(now),
        state=_state(item),
        reason=_reason(item, "state_reason"),
        labels=_names(item.get("labels"), "name", "labels"),
        author=author(item.get("user"), "user"),
        assignees=_names(item.get("assignees"), "login", "assignees"),
        created=_day(item, "created_at"),
        closed=_day(item, "closed_at"),
        moved_to=_moved(repository, number(item), asked, home),
        pull=item.get("pull_request") is not None,
    )


def from_graphql(item: Any, asked: IssueRef, home: str | None, now: str) -> IssueFacts:
    """The facts in an issue or pull request of the GraphQL API."""
    item = _mapping(item, "the issue")
    nodes = {
        key: _mapping(item.get(key) or {}, key).get("nodes") for key in ("labels", "assignees")
    }
    pull = item.get("__typename") == "PullRequest"
    repository = _text(_mapping(item.get("repository"), "repository"), "nameWithOwner")
    return IssueFacts(
        title=_clean(_text(item, "title")),
        as_of=AsOf(now),
        state=_state(item, "pullState" if pull else "state"),
        reason=None if pull else _reason(item, "stateReason"),
        labels=_names(nodes["labels"], "name", "labels"),
        author=author(item.get("author"), "author"),
        assignees=_names(nodes["assignees"], "login", "assignees"),
        created=_day(item, "createdAt"),
        closed=_day(item, "closedAt"),
        moved_to=_moved(repository, number(item), asked, home),
        pull=pull,
    )


def number(item: Any) -> int:
    """The number that an issue of either API names."""
    value = _mapping(item, "the issue").get("number")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ShapeError("number")
    return value


def home(item: Any) -> str | None:
    """The `owner/repository` that an issue of the REST API names as its own."""
    address = item.get("repository_url") if isinstance(item, dict) else None
    return "/".join(address.split("/")[-2:]) if isinstance(address, str) else None


def gone(known: IssueFacts | None, now: str) -> IssueFacts:
    """The facts of an issue that is not there any more: the last known ones."""
    return replace(known or IssueFacts("", AsOf(now)), as_of=AsOf(now), gone=True)


def odd(item: IssueRef | str, error: ShapeError) -> str:
    """The sentence for people about an answer of another shape."""
    return f"GitHub: what it says of {item} has another shape than is documented ({error})"


def _moved(repository: str, at: int, asked: IssueRef, home: str | None) -> str | None:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise ShapeError("repository")
    homes = {asked.repository.lower(), (home or asked.repository).lower()}
    same = at == asked.number and repository.lower() in homes
    return None if same else f"{repository}#{at}"


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ShapeError(what)
    return value


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise ShapeError(key)
    return value


def _state(item: Mapping[str, Any], key: str = "state") -> str:
    state = _text(item, key).lower()
    if state not in {"open", "closed", "merged"}:
        raise ShapeError(key)
    return "open" if state == "open" else "closed"


def _reason(item: Mapping[str, Any], key: str) -> str | None:
    """Why it was closed; GitHub's `reopened` and reasons still to come say nothing here."""
    value = item.get(key)
    reason = _text(item, key).lower() if value is not None else None
    return reason if reason in _REASONS and _state(item) == "closed" else None


def author(value: Any, what: str) -> str | None:
    """The login; a deleted account is null. The GraphQL API leaves out the mark of a bot."""
    if value is None:
        return None
    user = _mapping(value, what)
    login = _clean(_text(user, "login"))
    return f"{login}[bot]" if user.get("__typename") == "Bot" else login


def _names(value: Any, key: str, what: str) -> tuple[str, ...]:
    """The names in a list, in the one order that does not depend on which API answered."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ShapeError(what)
    names = (item if isinstance(item, str) else _text(_mapping(item, what), key) for item in value)
    return tuple(sorted({_clean(name) for name in names}, key=lambda name: (name.lower(), name)))


def _day(item: Mapping[str, Any], key: str) -> str | None:
    if item.get(key) is None:
        return None
    if not (found := _DAY.match(_text(item, key))):
        raise ShapeError(key)
    return found[0]


def _clean(text: str) -> str:
    """The text without control characters and broken surrogates, cut where it is endless."""
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in text)
