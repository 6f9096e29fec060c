"""Labelled issues with their texts, from a server that behaves as GitHub does, or does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import graphql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook.discovery import issues_graphql, issues_rest, listing
from labbook.discovery.issues import Asked, Listing
from labbook.discovery.listing import ListingError
from labbook.discovery.reading import Comment
from labbook.model import IssueRef
from standins import github as standin
from standins.github import GitHub, Handler, Issue, Request
from test_github import SCHEMA

LAB = "lab/book"
TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
NOW = "2026-11-22T05:00:00Z"

both_ways = pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "anonymous"])


@pytest.fixture
def server() -> Iterator[GitHub]:
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        server.add(LAB)
        yield server


def fetch(
    server: GitHub, token: str | None, known: frozenset[int] = frozenset(), seconds: float = 20
) -> Listing:
    asked = Asked(LAB, ("experiment", "experiments"), known, NOW)
    return listing.fetch(asked, server.url, token, seconds)


def said(count: int) -> tuple[standin.Comment, ...]:
    return tuple(
        standin.Comment(f"user{index}", f"2025-01-{1 + index % 28:02}T00:00:00Z", f"No. {index}")
        for index in range(count)
    )


@both_ways
def test_issues_of_any_label_with_all_their_texts(server: GitHub, token: str | None) -> None:
    server.add(
        LAB,
        Issue(1, "One", body="Body\r\nof one", comments=said(2)),
        Issue(2, "Two", labels=("experiments",), body=None, state="closed", closed=NOW),
        Issue(3, "Both", labels=("experiment", "experiments", "p1"), comments=said(205)),
        Issue(4, "Another", labels=("bug",)),
        Issue(5, "A pull request", pull=True),
        Issue(6, "By a ghost", author=None, comments=(standin.Comment(None, NOW, "Boo."),)),
    )
    found = fetch(server, token)
    assert found.problems == ()
    assert [issue.ref for issue in found.issues] == [IssueRef(LAB, n) for n in (1, 2, 3, 6)]
    one, two, three, six = found.issues
    assert (one.body, two.body) == ("Body\r\nof one", "")
    assert one.comments == tuple(Comment(c.author or "", c.created, c.body) for c in said(2))
    assert [comment.body for comment in three.comments] == [f"No. {n}" for n in range(205)]
    assert six.comments == (Comment("ghost", NOW, "Boo."),)
    assert (two.facts.state, two.facts.closed) == ("closed", "2026-11-22")
    assert three.facts.labels == ("experiment", "experiments", "p1")
    assert not any(issue.unread for issue in found.issues)


@both_ways
def test_many_pages(server: GitHub, token: str | None) -> None:
    server.add(LAB, *(Issue(n, f"No. {n}") for n in range(1, 322)))
    assert [issue.ref.number for issue in fetch(server, token).issues] == list(range(1, 322))
    # In pages of fifty with their comments, or of a hundred; one for the label without issues.
    assert len(server.log) == (8 if token else 5)


def test_without_a_token_the_new_and_unknown_come_first(server: GitHub) -> None:
    server.add(LAB, *(Issue(n, f"No. {n}", comments=said(1)) for n in range(1, 81)))
    found = fetch(server, None, frozenset(range(41, 81)))
    assert len(server.log) == issues_rest.MOST_REQUESTS < 60
    read = {issue.ref.number for issue in found.issues if issue.comments}
    assert read == {*range(1, 41), *range(73, 81)}
    assert {issue.ref.number for issue in found.issues if issue.unread} == {*range(41, 73)}
    (problem,) = found.problems
    assert problem.startswith("GitHub: the comments of 32 issues were not read (")
    assert problem.endswith("; set GITHUB_TOKEN")


def test_without_a_token_a_spent_limit_leaves_comments_unread(server: GitHub) -> None:
    server.add(LAB, *(Issue(n, f"No. {n}", comments=said(1)) for n in range(1, 6)))
    server.allowed = 4
    found = fetch(server, None)
    assert [issue.ref.number for issue in found.issues if issue.unread] == [1, 2, 3]
    assert "no more requests are allowed" in found.problems[0]


def test_a_page_too_slow_for_github_is_asked_in_parts(server: GitHub) -> None:
    server.add(LAB, *(Issue(n, f"No. {n}") for n in range(1, 31)))

    def fault(handler: Handler, request: Request) -> bool:
        slow = request.body is not None and "issues(first: 50" in request.body["query"]
        if slow:
            handler.message(502, "Bad Gateway")
        return slow

    server.fault = fault
    assert len(fetch(server, TOKEN).issues) == 30


def _not_json(handler: Handler, _: Request) -> bool:
    handler.raw(b"<html>")
    return True


def _odd(value: Any) -> standin.Fault:
    def fault(handler: Handler, _: Request) -> bool:
        handler.json(value)
        return True

    return fault


def _refused(handler: Handler, _: Request) -> bool:
    standin.rate_limited(handler)
    return True


def _silent(handler: Handler, _: Request) -> bool:
    handler.github.stopped.wait(30)
    return True


FAULTS = {
    "not json": _not_json,
    "another value": _odd(7),
    "nothing": _odd({"data": {"repository": None}}),
    "no pages": _odd({"data": {"repository": {"issues": {"nodes": []}}}}),
    "an endless page": _odd(
        {
            "data": {
                "repository": {
                    "issues": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "x"}}
                }
            }
        }
    ),
    "an error": _odd({"errors": [{"type": "INTERNAL", "message": "@all see #1"}], "data": None}),
    "refused": _refused,
    "silent": _silent,
}


@both_ways
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_faults_are_a_sentence(server: GitHub, token: str | None, fault: standin.Fault) -> None:
    server.add(LAB, Issue(1, "One"))
    server.fault = fault
    started = time.monotonic()
    with pytest.raises(ListingError) as caught:
        fetch(server, token, seconds=2)
    assert time.monotonic() - started < 4
    assert str(caught.value).startswith("GitHub: ")
    assert TOKEN not in str(caught.value)
    assert "@all" not in str(caught.value)


@both_ways
def test_no_such_repository(server: GitHub, token: str | None) -> None:
    asked = Asked("no/such", ("experiment",), (), NOW)
    with pytest.raises(ListingError, match="it shows no repository no/such"):
        listing.fetch(asked, server.url, token, 20)


def test_a_token_that_is_not_accepted(server: GitHub) -> None:
    with pytest.raises(ListingError, match="GITHUB_TOKEN is not accepted"):
        fetch(server, "another")


def test_nobody_answers() -> None:
    with pytest.raises(ListingError, match="GitHub: "):
        listing.fetch(Asked(LAB, ("x",), (), NOW), "http://127.0.0.1:9", None, 2)


def test_no_labels_are_set(server: GitHub) -> None:
    with pytest.raises(ListingError, match=r"mkdocs\.yml: extra\.labbook\.labels: none"):
        listing.fetch(Asked(LAB, (), (), NOW), server.url, None, 2)


@both_ways
def test_an_odd_issue_is_told_and_the_others_are_listed(server: GitHub, token: str | None) -> None:
    server.add(LAB, Issue(1, "One"), Issue(2, "Two"))

    def fault(handler: Handler, _: Request) -> bool:
        handler.rewrite = lambda body: body.replace(b'"title": "One"', b'"title": 7')
        return False

    server.fault = fault
    found = fetch(server, token)
    assert [issue.ref.number for issue in found.issues] == [2]
    assert set(found.problems) == {
        f"GitHub: what it says of {LAB} has another shape than is documented (title)"
    }


names = st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=5)


@given(names, names, names, st.none() | names)
def test_every_query_is_valid(owner: str, name: str, label: str, after: str | None) -> None:
    repository = f"{owner}/{name}"
    text = issues_graphql.issues_query(repository, label, 50, after)
    assert not graphql.validate(SCHEMA, graphql.parse(text))
    text = issues_graphql.comments_query(IssueRef(repository, 1), after or "")
    assert not graphql.validate(SCHEMA, graphql.parse(text))
