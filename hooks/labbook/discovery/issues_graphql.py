"""Issues with their texts by GitHub's GraphQL API: everything, in pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from labbook.discovery.issues import PAGE, Asked, ListedIssue, Listing, comment, text
from labbook.discovery.reading import Comment
from labbook.live import github_facts as facts
from labbook.live.github_client import Client, NoAnswerError
from labbook.model import IssueRef

# Long texts make a page of issues slow for GitHub; where one fails, a shorter one may do.
_ISSUES = 50
_FEW_ISSUES = 10
_COMMENTS = (
    "{ pageInfo { hasNextPage endCursor } nodes { author { __typename login } createdAt body } }"
)


def ask(client: Client, asked: Asked) -> Listing:
    """List the issues with all their comments; raise NoAnswerError where that fails."""
    found: dict[int, ListedIssue] = {}
    problems: list[str] = []
    for label in asked.labels:
        for page, home in _pages(client, asked, label):
            for item in page:
                try:
                    issue, after = _issue(item, asked, home)
                except facts.ShapeError as error:
                    problems.append(facts.odd(asked.repository, error))
                    continue
                if issue.ref.number not in found:
                    rest = tuple(_more_comments(client, issue.ref, after))
                    found[issue.ref.number] = replace(issue, comments=issue.comments + rest)
    return Listing(tuple(found[number] for number in sorted(found)), tuple(problems))


def issues_query(repository: str, label: str, size: int, after: str | None) -> str:
    """The query for a page of issues, each with its first comments."""
    arguments = (
        f"first: {size}, after: {json.dumps(after)}, labels: [{json.dumps(label)}], "
        "orderBy: {field: CREATED_AT, direction: ASC}"
    )
    return (
        f"query {{ {_repository(repository)} {{ nameWithOwner issues({arguments}) "
        "{ pageInfo { hasNextPage endCursor } nodes { ...issue body "
        f"comments(first: {PAGE}) {_COMMENTS} }} }} }} }}\n{facts.ISSUE}"
    )


def comments_query(issue: IssueRef, after: str) -> str:
    """The query for the next comments of an issue."""
    arguments = f"first: {PAGE}, after: {json.dumps(after)}"
    return (
        f"query {{ {_repository(issue.repository)} {{ issue(number: {issue.number}) "
        f"{{ comments({arguments}) {_COMMENTS} }} }} }}\n"
    )


def _repository(name: str) -> str:
    owner, _, name = name.partition("/")
    return f"repository(owner: {json.dumps(owner)}, name: {json.dumps(name)})"


def _pages(client: Client, asked: Asked, label: str) -> Iterator[tuple[list[Any], str | None]]:
    size, after, goes_on = _ISSUES, None, True
    while goes_on:
        try:
            box = _box(client, issues_query(asked.repository, label, size, after), asked.repository)
            nodes, after, goes_on = _connection(box.get("issues"), after)
        except NoAnswerError as error:
            if error.stop or size == _FEW_ISSUES:
                raise
            size = _FEW_ISSUES
            continue
        home = box.get("nameWithOwner")
        yield nodes, home if isinstance(home, str) else None


def _more_comments(client: Client, issue: IssueRef, after: str | None) -> Iterator[Comment]:
    while after is not None:
        item = _box(client, comments_query(issue, after), issue.repository).get("issue")
        found = item.get("comments") if isinstance(item, dict) else None
        nodes, cursor, goes_on = _connection(found, after)
        try:
            yield from (comment(node, "author", "createdAt") for node in nodes)
        except facts.ShapeError as error:
            raise NoAnswerError(facts.odd(issue, error)) from error
        after = cursor if goes_on else None


def _box(client: Client, query: str, repository: str) -> dict[str, Any]:
    """The repository in the answer to a query."""
    reply = client.graphql(query)
    value = reply.value if isinstance(reply.value, dict) else {}
    errors = value.get("errors")
    told = errors if isinstance(errors, list) else []
    kinds = [error.get("type") for error in told if isinstance(error, dict)]
    if "RATE_LIMITED" in kinds:
        raise NoAnswerError("no more requests are allowed in this hour", stop=True)
    data = value.get("data")
    box = data.get("repository") if isinstance(data, dict) else None
    if "NOT_FOUND" in kinds and box is None:
        raise NoAnswerError(f"it shows no repository {repository}", stop=True)
    if errors or not isinstance(box, dict):
        raise NoAnswerError("the answer has another shape than is documented")
    return box


def _connection(value: Any, before: str | None) -> tuple[list[Any], str | None, bool]:
    """The items of a page, where the next begins, and whether there is one."""
    try:
        nodes, info = value["nodes"], value["pageInfo"]
        goes_on, cursor = info["hasNextPage"], info["endCursor"]
    except (KeyError, TypeError):
        nodes, goes_on, cursor = None, None, None
    if not isinstance(nodes, list) or (goes_on and (not isinstance(cursor, str))):
        raise NoAnswerError("the answer has another shape than is documented")
    if goes_on and cursor == before:
        raise NoAnswerError("its pages have no end")
    return nodes, cursor, bool(goes_on)


def _issue(item: Any, asked: Asked, home: str | None) -> tuple[ListedIssue, str | None]:
    """An issue, and where its further comments begin, if it has any."""
    ref = asked.ref(item)
    known = facts.from_graphql(item, ref, home, asked.now)
    try:
        nodes, after, goes_on = _connection(item.get("comments"), None)
    except NoAnswerError:
        raise facts.ShapeError("comments") from None
    comments = tuple(comment(node, "author", "createdAt") for node in nodes)
    issue = ListedIssue(ref, known, text(item.get("body"), "body"), comments)
    return issue, after if goes_on else None
