"""A stand-in for GitHub's API: REST and GraphQL over issues in memory, with faults to order.

The GraphQL side executes queries by GitHub's own published schema (tests/github_api).
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import graphql

_SCHEMA = Path(__file__).parents[1] / "github_api" / "schema.graphql"
_COMMENTS = re.compile(r"/repos/([^/]+/[^/]+)/issues/(\d+)/comments")
_ISSUE = re.compile(r"/repos/([^/]+/[^/]+)/issues/(\d+)|/repositories/(\d+)/issues/(\d+)")
_LIST = re.compile(r"/repos/([^/]+/[^/]+)/issues|/repositories/(\d+)/issues")


@dataclass(frozen=True)
class Comment:
    """A comment below an issue."""

    author: str | None
    created: str
    body: str


@dataclass
class Issue:
    """An issue or pull request as GitHub holds it."""

    number: int
    title: str
    state: str = "open"
    reason: str | None = None
    labels: tuple[str, ...] = ("experiment",)
    author: str | None = "octocat"
    assignees: tuple[str, ...] = ()
    created: str = "2025-01-02T03:04:05Z"
    closed: str | None = None
    updated: str = "2025-01-02T03:04:05Z"
    pull: bool = False
    body: str | None = "What was run."
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Request:
    """A request that arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    authorization: str | None


# A fault answers a request in the handler's place; it returns False to let it pass.
Fault = Callable[["Handler", Request], bool]


@dataclass
class GitHub:
    """What the stand-in holds, and what it was asked.

    `moved` maps (repository, number) to where an issue was transferred, `renamed` an old name of
    a repository to its present one, `deleted` are the issues that were deleted. `allowed` is the
    rest of the hour's requests, where there is a limit.
    """

    url: str
    issues: dict[str, dict[int, Issue]] = field(default_factory=dict)
    moved: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    deleted: set[tuple[str, int]] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    allowed: int | None = None
    latency: float = 0.0
    fault: Fault | None = None
    log: list[Request] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def add(self, repository: str, *issues: Issue) -> None:
        """Hold these issues."""
        self.issues.setdefault(repository, {}).update({issue.number: issue for issue in issues})

    def rest(self, repository: str, issue: Issue) -> dict[str, Any]:
        """The issue as the REST API gives it."""
        web = f"https://github.com/{repository}"
        api = f"{self.url}/repos/{repository}"
        kind = "pull" if issue.pull else "issues"
        value: dict[str, Any] = {
            "id": 10_000 + issue.number,
            "node_id": f"I_{issue.number}",
            "url": f"{api}/issues/{issue.number}",
            "repository_url": api,
            "labels_url": f"{api}/issues/{issue.number}/labels{{/name}}",
            "comments_url": f"{api}/issues/{issue.number}/comments",
            "events_url": f"{api}/issues/{issue.number}/events",
            "html_url": f"{web}/{kind}/{issue.number}",
            "number": issue.number,
            "title": issue.title,
            "state": issue.state,
            "state_reason": issue.reason,
            "locked": False,
            "comments": len(issue.comments),
            "user": self._user(issue.author),
            "assignee": self._user(issue.assignees[0] if issue.assignees else None),
            "assignees": [self._user(login) for login in issue.assignees],
            "labels": [
                {
                    "id": 7,
                    "node_id": "LA_7",
                    "url": f"{api}/labels/{name}",
                    "name": name,
                    "color": "ededed",
                    "default": False,
                    "description": None,
                }
                for name in issue.labels
            ],
            "milestone": None,
            "created_at": issue.created,
            "updated_at": issue.updated,
            "closed_at": issue.closed,
            "author_association": "MEMBER",
            "body": issue.body,
            "performed_via_github_app": None,
        }
        if issue.pull:
            value["draft"] = False
            value["pull_request"] = {
                "url": f"{api}/pulls/{issue.number}",
                "html_url": f"{web}/pull/{issue.number}",
                "diff_url": f"{web}/pull/{issue.number}.diff",
                "patch_url": f"{web}/pull/{issue.number}.patch",
                "merged_at": issue.closed,
            }
        return value

    def rest_comment(self, repository: str, number: int, index: int) -> dict[str, Any]:
        """A comment as the REST API gives it."""
        comment = self.issues[repository][number].comments[index]
        api = f"{self.url}/repos/{repository}/issues"
        page = f"https://github.com/{repository}/issues/{number}"
        return {
            "id": 1000 * number + index,
            "node_id": f"IC_{number}_{index}",
            "url": f"{api}/comments/{1000 * number + index}",
            "html_url": f"{page}#issuecomment-{1000 * number + index}",
            "issue_url": f"{api}/{number}",
            "user": self._user(comment.author),
            "created_at": comment.created,
            "updated_at": comment.created,
            "author_association": "MEMBER",
            "body": comment.body,
            "performed_via_github_app": None,
        }

    def _user(self, login: str | None) -> dict[str, Any] | None:
        if login is None:
            return None
        api = f"{self.url}/users/{login.replace('[', '%5B').replace(']', '%5D')}"
        return {
            "login": login,
            "id": 1,
            "node_id": "U_1",
            "avatar_url": "https://avatars.githubusercontent.com/u/1",
            "gravatar_id": "",
            "url": api,
            "html_url": f"https://github.com/{login.removesuffix('[bot]')}",
            "followers_url": f"{api}/followers",
            "following_url": f"{api}/following{{/other_user}}",
            "gists_url": f"{api}/gists{{/gist_id}}",
            "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
            "subscriptions_url": f"{api}/subscriptions",
            "organizations_url": f"{api}/orgs",
            "repos_url": f"{api}/repos",
            "events_url": f"{api}/events{{/privacy}}",
            "received_events_url": f"{api}/received_events",
            "type": "Bot" if login.endswith("[bot]") else "User",
            "site_admin": False,
        }


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: the second must not wait until the first is acknowledged.
    disable_nagle_algorithm = True
    # What a fault does to the body of the answer that follows.
    rewrite: Callable[[bytes], bytes] | None = None
    github: GitHub
    schema: graphql.GraphQLSchema

    def do_GET(self) -> None:
        """Answer the REST API."""
        if not self._stopped_short("GET", None):
            self._rest(urlsplit(self.path).path, self._query())

    def do_POST(self) -> None:
        """Answer the GraphQL API."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._stopped_short("POST", body):
            return
        if urlsplit(self.path).path != "/graphql":
            self.message(404, "Not Found")
        elif self.headers["Authorization"] is None:
            self.message(401, "This endpoint requires you to be authenticated.")
        else:
            self._graphql(body)

    def json(self, value: Any, status: int = 200, **headers: str) -> None:
        """Send a JSON value."""
        self.raw(json.dumps(value).encode(), status, **headers)

    def message(self, status: int, text: str, **headers: str) -> None:
        """Send an error as GitHub does."""
        about = "https://docs.github.com/rest"
        body = {"message": text, "documentation_url": about, "status": str(status)}
        self.json(body, status, **headers)

    def raw(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a body; in the names of headers `_` stands for a hyphen."""
        body = self.rewrite(body) if self.rewrite else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """Bear a client that hangs up."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is for its findings."""

    def _query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.path).query).items()}

    def _stopped_short(self, method: str, body: Any) -> bool:
        """Note the request; whether a fault, the sign-in or the limit answered it already."""
        github, signed = self.github, self.headers["Authorization"]
        self.rewrite = None
        request = Request(method, urlsplit(self.path).path, self._query(), body, signed)
        github.log.append(request)
        if github.latency:
            time.sleep(github.latency)
        if github.fault and github.fault(self, request):
            return True
        if signed is not None and signed.split(" ", 1)[-1] not in github.tokens:
            self.message(401, "Bad credentials")
            return True
        if github.allowed is not None:
            if github.allowed == 0:
                rate_limited(self)
                return True
            github.allowed -= 1
        return False

    def _rest(self, path: str, query: Mapping[str, str]) -> None:
        if found := _ISSUE.fullmatch(path):
            repository = found[1] or self._by_id(found[3])
            self._issue(repository, int(found[2] or found[4]))
        elif found := _COMMENTS.fullmatch(path):
            self._comments(found[1], int(found[2]), query)
        elif found := _LIST.fullmatch(path):
            self._list(found[1] or self._by_id(found[2]), query)
        else:
            self.message(404, "Not Found")

    def _by_id(self, number: str) -> str:
        return sorted(self.github.issues)[int(number) - 1]

    def _redirect(self, repository: str, rest: str) -> None:
        number = sorted(self.github.issues).index(repository) + 1
        target = f"{self.github.url}/repositories/{number}{rest}"
        body = {"message": "Moved Permanently", "url": target, "documentation_url": "https://d"}
        self.json(body, 301, Location=target)

    def _issue(self, repository: str, number: int) -> None:
        github = self.github
        if repository in github.renamed:
            self._redirect(github.renamed[repository], f"/issues/{number}")
        elif (repository, number) in github.deleted:
            self.message(410, "This issue was deleted")
        elif target := github.moved.get((repository, number)):
            self._redirect(target[0], f"/issues/{target[1]}")
        elif issue := github.issues.get(repository, {}).get(number):
            self.json(github.rest(repository, issue))
        else:
            self.message(404, "Not Found")

    def _list(self, repository: str, query: Mapping[str, str]) -> None:
        github = self.github
        if repository in github.renamed:
            query_text = urlsplit(self.path).query
            self._redirect(github.renamed[repository], f"/issues?{query_text}")
            return
        if repository not in github.issues:
            self.message(404, "Not Found")
            return
        wanted = set(filter(None, query.get("labels", "").split(",")))
        state = query.get("state", "open")
        found = [
            issue
            for issue in github.issues[repository].values()
            if wanted <= set(issue.labels)
            and state in {"all", issue.state}
            and issue.updated >= query.get("since", "")
        ]
        by = query.get("sort", "created")
        found.sort(
            key=lambda issue: (getattr(issue, by), issue.number),
            reverse=query.get("direction", "desc") == "desc",
        )
        self._page([github.rest(repository, issue) for issue in found], query)

    def _comments(self, repository: str, number: int, query: Mapping[str, str]) -> None:
        github = self.github
        if issue := github.issues.get(repository, {}).get(number):
            indices = range(len(issue.comments))
            self._page([github.rest_comment(repository, number, i) for i in indices], query)
        else:
            self.message(404, "Not Found")

    def _page(self, found: list[dict[str, Any]], query: Mapping[str, str]) -> None:
        """Send the wanted page of a list, with the links to its neighbours."""
        github = self.github
        size, page = min(100, int(query.get("per_page", "30"))), int(query.get("page", "1"))
        last = max(1, -(-len(found) // size))
        links = {"first": 1, "prev": page - 1} if page > 1 else {}
        links |= {"next": page + 1, "last": last} if page < last else {}
        base = f"{github.url}{urlsplit(self.path).path}?" + "".join(
            f"{key}={value}&" for key, value in query.items() if key != "page"
        )
        link = ", ".join(f'<{base}page={number}>; rel="{name}"' for name, number in links.items())
        shown = found[(page - 1) * size : page * size]
        self.json(shown, 200, **({"Link": link} if link else {}))

    def _graphql(self, body: Mapping[str, Any]) -> None:
        document = graphql.parse(body["query"])
        if errors := graphql.validate(self.schema, document):
            self.json({"errors": [error.formatted for error in errors]})
            return
        result = graphql.execute(
            self.schema,
            document,
            _Root(self.github),
            variable_values=body.get("variables"),
            type_resolver=lambda value, *_: value.kind,
        )
        assert isinstance(result, graphql.ExecutionResult)
        value: dict[str, Any] = {"data": result.data}
        if result.errors:
            value["errors"] = [
                {"type": "NOT_FOUND", "path": error.path, "message": error.message}
                for error in result.errors
            ]
        self.json(value)


class _Root:
    """The root of a GraphQL query."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    def repository(self, _: Any, owner: str, name: str, **__: Any) -> _Repository:
        full = f"{owner}/{name}"
        full = self._github.renamed.get(full, full)
        if full not in self._github.issues:
            raise graphql.GraphQLError(f"Could not resolve to a Repository with the name '{full}'.")
        return _Repository(self._github, full)


class _Repository:
    """A repository of the GraphQL API."""

    def __init__(self, github: GitHub, name: str) -> None:
        self._issues = github.issues[name]
        self.nameWithOwner = name

    def issueOrPullRequest(self, _: Any, number: int) -> _Item:  # noqa: N802 -- the schema's name
        if number not in self._issues:
            raise graphql.GraphQLError(f"Could not resolve to an issue or pull request: {number}.")
        return _Item(self._issues[number], self)

    def issue(self, _: Any, number: int) -> _Item:
        item = self.issueOrPullRequest(_, number)
        if item.kind != "Issue":
            raise graphql.GraphQLError(f"Could not resolve to an Issue with the number {number}.")
        return item

    def issues(self, _: Any, first: int, **arguments: Any) -> dict[str, Any]:
        since = (arguments.get("filterBy") or {}).get("since", "")
        labels = set(arguments.get("labels") or ())
        found = [
            issue
            for issue in self._issues.values()
            if not issue.pull
            and issue.updated >= since
            and (not labels or labels & set(issue.labels))
        ]
        order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
        by = "updated" if order["field"] == "UPDATED_AT" else "created"
        found.sort(
            key=lambda issue: (getattr(issue, by), issue.number),
            reverse=order["direction"] == "DESC",
        )
        items = [_Item(issue, self) for issue in found]
        return _connection(items, first, arguments.get("after"))


def _connection(items: Sequence[Any], first: int, after: str | None) -> dict[str, Any]:
    """A page of items; a cursor is the number of items before it, and names them as such."""
    start = int(after.removeprefix("cursor:")) if after else 0
    end = min(start + first, len(items))
    return {
        "totalCount": len(items),
        "pageInfo": {"hasNextPage": end < len(items), "endCursor": f"cursor:{end}"},
        "nodes": items[start:end],
    }


class _Item:
    """An issue or pull request of the GraphQL API."""

    def __init__(self, issue: Issue, repository: _Repository) -> None:
        self.kind = "PullRequest" if issue.pull else "Issue"
        self.number = issue.number
        self.title = issue.title
        self.state = "MERGED" if issue.pull and issue.closed else issue.state.upper()
        self._reason = issue.reason
        self.createdAt = issue.created
        self.closedAt = issue.closed
        self.author = _Actor(issue.author) if issue.author else None
        self.repository = repository
        self.body = issue.body or ""
        self._issue = issue

    def comments(self, _: Any, first: int, **arguments: Any) -> dict[str, Any]:
        items = [
            {
                "author": _Actor(comment.author) if comment.author else None,
                "createdAt": comment.created,
                "body": comment.body,
            }
            for comment in self._issue.comments
        ]
        return _connection(items, first, arguments.get("after"))

    def stateReason(self, _: Any, **arguments: bool) -> str | None:  # noqa: N802 -- as above
        if self._reason == "duplicate" and not arguments["enableDuplicate"]:
            return "NOT_PLANNED"
        return self._reason.upper() if self._reason else None

    def labels(self, _: Any, first: int, **__: Any) -> dict[str, Any]:
        return {"nodes": [{"name": name} for name in self._issue.labels[:first]]}

    def assignees(self, _: Any, first: int) -> dict[str, Any]:
        return {"nodes": [{"login": login} for login in self._issue.assignees[:first]]}


class _Actor:
    """Whoever opened an issue; the GraphQL API names a bot without its mark."""

    def __init__(self, login: str) -> None:
        self.kind = "Bot" if login.endswith("[bot]") else "User"
        self.login = login.removesuffix("[bot]")


def rate_limited(handler: Handler, reset: float = 3600) -> None:
    """Send the refusal of a spent limit, which is renewed in so many seconds."""
    handler.message(
        403,
        "API rate limit exceeded for 203.0.113.7.",
        X_RateLimit_Limit="60",
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(int(time.time() + reset)),
    )


@contextmanager
def serve() -> Iterator[GitHub]:
    """Run the stand-in on localhost; its address is `url`."""
    schema = graphql.build_schema(_SCHEMA.read_text(encoding="utf-8"))
    handler = type("_Handler", (Handler,), {"schema": schema})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    github = GitHub(f"http://127.0.0.1:{server.server_address[1]}")
    handler.github = github  # type: ignore[attr-defined]
    # A short poll, since each test waits for the end of its server.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield github
    finally:
        github.stopped.set()
        server.shutdown()
        # Not server_close(): it would wait for clients that a test left behind.
        server.socket.close()
        thread.join()
