"""Issues by GitHub's GraphQL API: a hundred in one request, or what changed since a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labbook.live import github_facts as facts
from labbook.live.answers import Answers
from labbook.live.github_client import Client, NoAnswerError, Reply
from labbook.live.github_plan import Plan
from labbook.model import IssueRef

PAGE = 100
_LARGEST_INT = 2**31 - 1


def ask(client: Client, asked: Plan, refs: Sequence[IssueRef]) -> Iterator[Answers]:
    """Ask for issues by number, an answer for each request."""
    for start in range(0, len(refs), PAGE):
        groups = _groups(refs[start : start + PAGE])
        yield _Reading(client.graphql(query(groups)), asked).numbered(groups)


def ask_changed(
    client: Client, asked: Plan, refs: Sequence[IssueRef], also: Sequence[IssueRef]
) -> Answers:
    """Ask which of `refs` changed lately, and for the issues in `also` by number (one or more).

    Where more changed than one request tells, the answer holds nothing on the others.
    """
    # What is asked by number is answered by number: an issue that is gone is in no list.
    listed = [ref for ref in refs if ref not in set(also)]
    groups = _groups([*listed, *also])
    numbered = {name: [ref for ref in also if ref.repository == name] for name in groups}
    reading = _Reading(client.graphql(query(numbered, asked.since)), asked)
    answers = reading.numbered(numbered)
    for index, name in enumerate(groups):
        reading.changed(f"r{index}", [ref for ref in listed if ref.repository == name], answers)
    return answers


def query(groups: Mapping[str, Sequence[IssueRef]], since: str | None = None) -> str:
    """The query for the issues by repository; with `since`, for what changed there as well."""
    changed = ""
    if since:
        changed = (
            f" changed: issues(first: {PAGE}, filterBy: {{since: {json.dumps(since)}}}, "
            "orderBy: {field: UPDATED_AT, direction: DESC}) "
            "{ pageInfo { hasNextPage } nodes { ...issue } }"
        )
    parts = []
    for index, (repository, refs) in enumerate(groups.items()):
        owner, _, name = repository.partition("/")
        numbers = "".join(
            f"\n  i{ref.number}: issueOrPullRequest(number: {ref.number}) {{ ...issue ...pull }}"
            for ref in refs
            if ref.number <= _LARGEST_INT
        )
        parts.append(
            f" r{index}: repository(owner: {json.dumps(owner)}, name: {json.dumps(name)}) "
            f"{{ nameWithOwner{changed}{numbers} }}\n"
        )
    return f"query {{\n{''.join(parts)}}}\n{facts.FRAGMENTS}"


class _Reading:
    """One answer, read against what was asked."""

    def __init__(self, reply: Reply, asked: Plan) -> None:
        value = reply.value if isinstance(reply.value, dict) else {}
        errors = value.get("errors")
        told = errors if isinstance(errors, list) else []
        self._errors = [item for item in told if isinstance(item, dict)]
        self._asked = asked
        if any(error.get("type") == "RATE_LIMITED" for error in self._errors):
            raise NoAnswerError("no more requests are allowed in this hour", stop=True)
        if reply.status >= 300:
            raise NoAnswerError(f"the GraphQL API is not there ({reply.status})")
        if not isinstance(value.get("data"), dict):
            raise NoAnswerError("the answer has another shape than is documented")
        self._data: dict[str, Any] = value["data"]

    def numbered(self, groups: Mapping[str, Sequence[IssueRef]]) -> Answers:
        """The facts of the issues that were asked by number; what is null is left out."""
        answers = Answers()
        for index, (name, refs) in enumerate(groups.items()):
            box = self._data.get(f"r{index}")
            if not isinstance(box, dict):
                answers.problems.append(f"GitHub shows no repository {name}; its issues are kept")
                continue
            for ref in refs:
                self._one(box, f"r{index}", ref, answers)
        return answers

    def changed(self, alias: str, refs: Sequence[IssueRef], answers: Answers) -> None:
        """Add the issues that changed and confirm the others, if the answer tells them all."""
        try:
            box = self._data[alias]
            page, home = box["changed"], box["nameWithOwner"]
            if page["pageInfo"]["hasNextPage"] is not False:
                return
            nodes = {facts.number(node): node for node in page["nodes"]}
        except (KeyError, TypeError, facts.ShapeError):
            return
        for ref in refs:
            if ref.number not in nodes:
                answers.unchanged.add(str(ref))
            else:
                self._add(nodes[ref.number], ref, home, answers)

    def _one(self, box: Mapping[str, Any], alias: str, ref: IssueRef, answers: Answers) -> None:
        item = box.get(f"i{ref.number}")
        if item is not None:
            self._add(item, ref, box.get("nameWithOwner"), answers)
            return
        path = [alias, f"i{ref.number}"]
        absent = any(
            error.get("type") == "NOT_FOUND" and error.get("path") == path for error in self._errors
        )
        known = self._asked.known.get(str(ref))
        # The first time, the REST API is asked too: it knows where a transferred issue went.
        if absent and known is not None and known.gone:
            answers.issues[str(ref)] = facts.gone(known, self._asked.now)

    def _add(self, item: Any, ref: IssueRef, home: Any, answers: Answers) -> None:
        home = home if isinstance(home, str) else None
        try:
            answers.issues[str(ref)] = facts.from_graphql(item, ref, home, self._asked.now)
        except facts.ShapeError as error:
            answers.problems.append(facts.odd(ref, error))


def _groups(refs: Sequence[IssueRef]) -> dict[str, list[IssueRef]]:
    groups: dict[str, list[IssueRef]] = {}
    for ref in refs:
        groups.setdefault(ref.repository, []).append(ref)
    return groups
