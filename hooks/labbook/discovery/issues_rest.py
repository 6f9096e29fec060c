"""Issues with their texts by GitHub's REST API: few requests, so not every comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from labbook.discovery.issues import PAGE, Asked, ListedIssue, Listing, comment, text
from labbook.discovery.reading import Comment
from labbook.live import github_facts as facts
from labbook.live.github_client import Client, NoAnswerError
from labbook.live.github_rest import last_page

# Without a token GitHub allows 60 requests an hour, to everyone behind the same address.
MOST_REQUESTS = 50


def ask(client: Client, asked: Asked) -> Listing:
    """List the issues, and read comments as far as requests are allowed.

    First those of issues that the catalog does not know, the newest first. Raise NoAnswerError
    where the list itself is not to be had.
    """
    found: dict[int, ListedIssue] = {}
    problems: list[str] = []
    for label in asked.labels:
        for item in _listed(client, asked, label):
            try:
                if item.get("pull_request") is None:
                    issue = _issue(item, asked)
                    found.setdefault(issue.ref.number, issue)
            except facts.ShapeError as error:
                problems.append(facts.odd(asked.repository, error))
    problems += _read_comments(client, asked, found)
    return Listing(tuple(found[number] for number in sorted(found)), tuple(problems))


def _listed(client: Client, asked: Asked, label: str) -> Iterator[dict[str, Any]]:
    path = f"/repos/{asked.repository}/issues"
    wanted: dict[str, str | int] = {"labels": label, "state": "all", "direction": "asc"}
    for item in _items(client, path, {**wanted, "sort": "created"}):
        if not isinstance(item, dict):
            raise NoAnswerError("the answer has another shape than is documented")
        yield item


def _items(client: Client, path: str, parameters: dict[str, str | int]) -> Iterator[Any]:
    """The items of all pages of a list."""
    page = last = 1
    while page <= last:
        if client.requests >= MOST_REQUESTS:
            raise NoAnswerError("that takes more requests than it allows without a token")
        reply = client.get(path, {**parameters, "per_page": PAGE, "page": page})
        if reply.status >= 300:
            repository = "/".join(path.split("/")[2:4])
            raise NoAnswerError(f"it shows no repository {repository}", stop=True)
        if not isinstance(reply.value, list):
            raise NoAnswerError("the answer has another shape than is documented")
        yield from reply.value
        last = last_page(reply.headers)
        page += 1


def _issue(item: dict[str, Any], asked: Asked) -> ListedIssue:
    ref = asked.ref(item)
    known = facts.from_rest(item, ref, facts.home(item), asked.now)
    count = item.get("comments")
    return ListedIssue(ref, known, text(item.get("body"), "body"), unread=count != 0)


def _read_comments(client: Client, asked: Asked, found: dict[int, ListedIssue]) -> Iterator[str]:
    """Fill in the comments of one issue after the other; then say what was left out, and why."""
    waiting = [number for number, issue in found.items() if issue.unread]
    waiting.sort(key=lambda number: (number in asked.known, -number))
    why = ""
    for number in waiting:
        try:
            comments = tuple(_comments(client, found[number]))
        except (NoAnswerError, facts.ShapeError) as error:
            why = str(error)
            if isinstance(error, NoAnswerError) and error.stop:
                break
            if client.requests >= MOST_REQUESTS:
                break
            continue
        found[number] = replace(found[number], comments=comments, unread=False)
    if left := sum(issue.unread for issue in found.values()):
        noun = "issue" if left == 1 else "issues"
        yield f"GitHub: the comments of {left} {noun} were not read ({why}); set GITHUB_TOKEN"


def _comments(client: Client, issue: ListedIssue) -> Iterator[Comment]:
    path = f"/repos/{issue.ref.repository}/issues/{issue.ref.number}/comments"
    for item in _items(client, path, {}):
        yield comment(item, "user", "created_at")
