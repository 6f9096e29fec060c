"""What servers answer: GitHub by both of its APIs, and W&B."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from fuzz.target import LAB, NOW, hold
from infinite_compute import run_facts
from labbook.discovery import issues_graphql, issues_rest, reading
from labbook.discovery.issues import Asked
from labbook.live import github_facts, github_graphql, github_rest, wandb_facts, wandb_queries
from labbook.live.github_client import NoAnswerError, Reply
from labbook.live.github_plan import Plan, plan
from labbook.live.wandb_facts import RunFields
from labbook.model import IssueRef
from standins import github as github_standin
from standins import wandb as wandb_standin

_FIELDS = RunFields(("eval/*/loss", "train/loss"), "train/loss", ("parameter_count",), ("tokens",))


class Answering:
    """In place of the client: gives the same answer to every question, until asked too often."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.requests = 0

    def get(self, _: str, __: Mapping[str, str | int] | None = None) -> Reply:
        """What the REST API says."""
        return self._answer()

    def graphql(self, _: str) -> Reply:
        """What the GraphQL API says."""
        return self._answer()

    def _answer(self) -> Reply:
        self.requests += 1
        hold(kept=self.requests <= 200, what="a refresh asks an end of questions")
        return self._reply


def github_values() -> list[Any]:
    server = github_standin.GitHub("https://api")
    comments = (github_standin.Comment("annb", "It works.", "2025-01-03T00:00:00Z"),)
    issue = github_standin.Issue(1, "First", "closed", "completed", comments=comments)
    pull = github_standin.Issue(2, "Second", pull=True, assignees=("annb",))
    rest = [server.rest(LAB, one) for one in (issue, pull)]
    nodes = [_node("Issue", 1), _node("PullRequest", 2)]
    box = {
        "nameWithOwner": LAB,
        "i1": nodes[0],
        "i2": nodes[1],
        "changed": {"pageInfo": {"hasNextPage": False}, "nodes": nodes[:1]},
        "issues": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes[:1]},
    }
    missing = [{"type": "NOT_FOUND", "path": ["r0", "i2"], "message": "no"}]
    headers = {"link": '<https://api/x?page=3>; rel="last"'}
    return [
        {"status": 200, "headers": {}, "value": rest[0]},
        {"status": 200, "headers": headers, "value": rest},
        {"status": 404, "headers": {}, "value": {"message": "Not Found"}},
        {"status": 200, "headers": {}, "value": {"data": {"r0": box, "repository": box}}},
        {
            "status": 200,
            "headers": {},
            "value": {"data": {"r0": {**box, "i2": None}}, "errors": missing},
        },
    ]


def _node(kind: str, number: int) -> dict[str, Any]:
    comment = {
        "author": {"__typename": "User", "login": "annb"},
        "createdAt": NOW,
        "body": "Works.",
    }
    return {
        "__typename": kind,
        "number": number,
        "title": "Title",
        "state": "CLOSED",
        "pullState": "MERGED",
        "stateReason": "COMPLETED",
        "createdAt": "2025-01-02T03:04:05Z",
        "closedAt": None,
        "author": {"__typename": "Bot", "login": "octocat"},
        "labels": {"nodes": [{"name": "experiment"}]},
        "assignees": {"nodes": [{"login": "annb"}]},
        "repository": {"nameWithOwner": LAB},
        "body": "What was run: https://wandb.ai/a/b/runs/c",
        "comments": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [comment]},
    }


REFS = (IssueRef(LAB, 1), IssueRef(LAB, 2))


def github(answer: Any) -> bool:
    status, headers, value = _parts(answer)
    taken = [
        _asked(ask, Reply(status, headers, value)) for ask in (_rest, _graphql, _changed, _listed)
    ]
    for api in (github_facts.from_rest, github_facts.from_graphql):
        try:
            api(value, REFS[0], LAB, NOW)
        except github_facts.ShapeError:
            continue
    return any(taken)


def _parts(answer: Any) -> tuple[int, dict[str, str], Any]:
    """Status and headers come from the library that reads HTTP, of the kinds that they have."""
    parts = answer if isinstance(answer, dict) else {"value": answer}
    status, headers = parts.get("status"), parts.get("headers")
    held = headers.items() if isinstance(headers, dict) else ()
    # Other states never come as a reply: the client has raised by then.
    return (
        404 if status == 404 else 200,
        {key: item for key, item in held if isinstance(item, str)},
        parts.get("value"),
    )


def _asked(ask: Callable[[Any, Plan], Iterator[Any]], reply: Reply) -> bool:
    wanted = plan(REFS, ("experiment",), {}, None, NOW)
    try:
        answers = list(ask(Answering(reply), wanted))
    except NoAnswerError as error:
        hold(kept=bool(str(error)), what="a refusal says why")
        return False
    facts = [issue for answer in answers for issue in getattr(answer, "issues", {}).values()]
    for issue in facts:
        hold(kept=len(issue.title) <= 2_000, what="a title has an end")
        hold(kept=not set(issue.title) & set(map(chr, range(32))), what="a title is one line")
    return bool(facts)


def _rest(client: Any, wanted: Plan) -> Iterator[Any]:
    yield from github_rest.ask(client, wanted, REFS)


def _graphql(client: Any, wanted: Plan) -> Iterator[Any]:
    yield from github_graphql.ask(client, wanted, REFS)


def _changed(client: Any, wanted: Plan) -> Iterator[Any]:
    yield github_graphql.ask_changed(client, wanted, REFS, REFS[1:])


def _listed(client: Any, _: Plan) -> Iterator[Any]:
    """What discovery reads, by both APIs; its issues are told apart by their numbers."""
    asked = Asked(LAB, ("experiment",), (), NOW)
    for ask in (issues_graphql.ask, issues_rest.ask):
        try:
            listing = ask(client, asked)
        except NoAnswerError:
            continue
        for issue in listing.issues:
            reading.links_of(issue.body, issue.comments, LAB, number=issue.ref.number)
        client.requests = 0
    return iter(())


def wandb_values() -> list[Any]:
    run = wandb_standin.run(1, 20)
    name = "ppl-eval-ensemble-5x-300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-seed0-9-0a1b2c"
    node = {**run, "sampledHistory": [run.pop("history")]}
    page = {
        "edges": [{"node": node, "cursor": "a"}],
        "pageInfo": {"hasNextPage": True, "endCursor": "a"},
    }
    return [node, {**node, "name": name, "displayName": name}, page, wandb_standin.report(0)]


def wandb(value: Any) -> bool:
    taken = False
    nodes = [value]
    with suppress(TypeError):
        nodes += wandb_queries.page(value)[0]
    for node in nodes:
        # The worker passes over what is no mapping before it reads a run.
        for read in (_run, _row) if isinstance(node, Mapping) else ():
            taken |= _told(read, node)
        taken |= _told(_report, node)
    return taken


def _told(read: Callable[[Any], Any], node: Any) -> bool:
    try:
        facts = read(node)
    except ValueError as error:
        hold(kept=bool(str(error)), what="a refusal says why")
        return False
    json.dumps(facts, allow_nan=False)
    return True


def _run(node: Any) -> Any:
    return wandb_facts.run(node, _FIELDS)


def _row(node: Any) -> Any:
    heading = run_facts.heading(node, "a/b")
    return [heading, run_facts.whole(node, "a/b", "train/loss")]


def _report(node: Any) -> Any:
    return wandb_facts.report(node, "Vmlldzo4ODc0MDA")
