from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import graphql
import jsonschema
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from labbook.live import github, github_facts, github_graphql
from labbook.live.answers import Answers, Deadline
from labbook.live.snapshot import AsOf, IssueFacts
from labbook.model import IssueRef
from standins import github as standin
from standins.github import Comment, GitHub, Issue

API = Path(__file__).parent / "github_api"
REST = json.loads((API / "rest.json").read_text(encoding="utf-8"))
SCHEMA = graphql.build_schema((API / "schema.graphql").read_text(encoding="utf-8"))
PATHS = {
    "list": REST["paths"]["/repos/{owner}/{repo}/issues"]["get"],
    "one": REST["paths"]["/repos/{owner}/{repo}/issues/{issue_number}"]["get"],
    "comments": REST["paths"]["/repos/{owner}/{repo}/issues/{issue_number}/comments"]["get"],
}
LAB = "lab/book"
OTHER = "other/tools"
TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
EARLIER = "2026-11-20T05:00:00Z"
LAST = "2026-11-22T04:00:00Z"
NOW = "2026-11-22T05:00:00Z"
COMMENTS = (Comment("someone", EARLIER, "It works."), Comment(None, LAST, "Why?"))

both_ways = pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "anonymous"])


@pytest.fixture
def server() -> Iterator[GitHub]:
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        yield server


def fetch(  # noqa: PLR0913, PLR0917 -- as the function that is tested
    server: GitHub,
    refs: Sequence[IssueRef],
    token: str | None,
    known: Mapping[str, IssueFacts] | None = None,
    since: str | None = None,
    now: str = NOW,
) -> Answers:
    server.log.clear()
    answers = github.fetch(
        refs,
        api=server.url,
        labels=("experiment", "experiments"),
        token=token,
        known=known or {},
        since=since,
        deadline=Deadline(20),
        now=now,
    )
    assert answers.requests == len(server.log)
    return answers


def lab(*numbers: int) -> list[IssueRef]:
    return [IssueRef(LAB, number) for number in numbers]


def sample(server: GitHub) -> list[IssueRef]:
    """Issues of every kind; the answer is what may be asked of them."""
    server.add(
        LAB,
        Issue(1, "Open", labels=("p1", "experiment"), assignees=("b", "a"), comments=COMMENTS),
        Issue(2, "Done", "closed", "completed", closed="2025-03-04T00:00:00Z"),
        Issue(3, "Left", "closed", "not_planned", closed="2025-03-04T00:00:00Z", author=None),
        Issue(4, "Twice", "closed", "duplicate", closed="2025-03-04T00:00:00Z"),
        Issue(5, "Again", "open", "reopened", author="dependabot[bot]"),
        Issue(6, "Old", "closed", None, closed="2025-03-04T00:00:00Z", labels=()),
        Issue(7, "Code", "closed", closed="2025-03-04T00:00:00Z", pull=True),
        Issue(8, "“Ünïcode” 🧪"),
    )
    server.add(OTHER, Issue(9, "Elsewhere", labels=("bug",)))
    server.moved[LAB, 20] = (OTHER, 9)
    server.deleted.add((LAB, 21))
    return [*lab(*range(1, 9), 20, 21, 22), IssueRef(OTHER, 9)]


def schema_of(response: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        response = REST["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    return {**schema, "components": REST["components"]}


@pytest.mark.parametrize(
    ("operation", "path", "status"),
    [
        ("list", f"/repos/{LAB}/issues?state=all&per_page=100", 200),
        ("list", "/repos/no/such/issues", 404),
        ("list", "/repos/old/name/issues?state=all", 301),
        *(("one", f"/repos/{LAB}/issues/{number}", 200) for number in range(1, 9)),
        ("one", f"/repos/{LAB}/issues/20", 301),
        ("one", f"/repos/{LAB}/issues/21", 410),
        ("one", f"/repos/{LAB}/issues/22", 404),
        ("comments", f"/repos/{LAB}/issues/1/comments", 200),
        ("comments", f"/repos/{LAB}/issues/22/comments", 404),
    ],
)
def test_the_stand_in_answers_as_github_documents(
    server: GitHub, operation: str, path: str, status: int
) -> None:
    sample(server)
    server.renamed["old/name"] = LAB
    answer = requests.get(server.url + path, allow_redirects=False, timeout=5)
    assert answer.status_code == status
    responses = PATHS[operation]["responses"]
    # GitHub documents no 301 for the list; renamed repositories answer so, as for one issue.
    expected = responses.get(str(status)) or PATHS["one"]["responses"][str(status)]
    jsonschema.validate(answer.json(), schema_of(expected))


def test_the_published_description_refuses_what_is_wrong() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"number": 1}], schema_of(PATHS["list"]["responses"]["200"]))


@both_ways
def test_requests_ask_only_for_what_github_documents(server: GitHub, token: str | None) -> None:
    refs = sample(server)
    known = fetch(server, refs, token).issues
    log = list(server.log)
    fetch(server, refs, token, known, since=NOW)
    for request in [*log, *server.log]:
        if request.method == "POST":
            assert not graphql.validate(SCHEMA, graphql.parse(request.body["query"]))
            continue
        operation = PATHS["list" if request.path.endswith("/issues") else "one"]
        parameters = [
            REST["components"]["parameters"][item["$ref"].rpartition("/")[2]]
            if "$ref" in item
            else item
            for item in operation["parameters"]
        ]
        schemas = {item["name"]: item["schema"] for item in parameters if item["in"] == "query"}
        for name, text in request.query.items():
            value = int(text) if schemas[name]["type"] == "integer" else text
            jsonschema.validate(value, schemas[name])


names = st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=5)
refs_of_any_name = st.builds(
    IssueRef, st.builds("{}/{}".format, names, names), st.integers(1, 10**10)
)


@given(st.lists(refs_of_any_name, min_size=1, max_size=5), st.sampled_from([None, LAST]))
def test_every_query_is_valid(refs: list[IssueRef], since: str | None) -> None:
    refs.append(IssueRef(LAB, 1))
    groups = {
        ref.repository: [one for one in refs if one.repository == ref.repository] for ref in refs
    }
    text = github_graphql.query(groups, since)
    assert not graphql.validate(SCHEMA, graphql.parse(text))


@both_ways
def test_facts_of_every_kind_of_issue(server: GitHub, token: str | None) -> None:
    answers = fetch(server, sample(server), token)
    as_of = AsOf(NOW)
    closed = IssueFacts(
        "Done",
        as_of,
        "closed",
        "completed",
        ("experiment",),
        "octocat",
        created="2025-01-02",
        closed="2025-03-04",
    )
    opened = replace(closed, title="Open", state="open", reason=None, closed=None)
    assert answers.problems == []
    assert answers.issues == {
        f"{LAB}#1": replace(opened, labels=("experiment", "p1"), assignees=("a", "b")),
        f"{LAB}#2": closed,
        f"{LAB}#3": replace(closed, title="Left", reason="not_planned", author=None),
        f"{LAB}#4": replace(closed, title="Twice", reason="duplicate"),
        f"{LAB}#5": replace(opened, title="Again", author="dependabot[bot]"),
        f"{LAB}#6": replace(closed, title="Old", reason=None, labels=()),
        f"{LAB}#7": replace(closed, title="Code", reason=None, pull=True),
        f"{LAB}#8": replace(opened, title="“Ünïcode” 🧪"),
        f"{LAB}#20": replace(opened, title="Elsewhere", labels=("bug",), moved_to=f"{OTHER}#9"),
        f"{LAB}#21": IssueFacts("", as_of, gone=True),
        f"{LAB}#22": IssueFacts("", as_of, gone=True),
        f"{OTHER}#9": replace(opened, title="Elsewhere", labels=("bug",)),
    }


@both_ways
def test_an_issue_that_is_gone_keeps_its_last_facts(server: GitHub, token: str | None) -> None:
    server.add(LAB, *(Issue(number, "Here") for number in range(1, 7)))
    known = fetch(server, lab(*range(1, 7)), token, now=EARLIER).issues
    del server.issues[LAB][3]
    answers = fetch(server, lab(*range(1, 7)), token, known, since=EARLIER)
    assert answers.issues[f"{LAB}#3"] == replace(known[f"{LAB}#3"], as_of=AsOf(NOW), gone=True)
    assert [key for key, item in answers.issues.items() if item.gone] == [f"{LAB}#3"]
    server.add(LAB, Issue(3, "Back"))
    again = fetch(server, lab(3), token, answers.issues)
    assert again.issues[f"{LAB}#3"].title == "Back"
    assert not again.issues[f"{LAB}#3"].gone


@both_ways
def test_a_renamed_repository_moves_no_issue(server: GitHub, token: str | None) -> None:
    server.add("lab/notes", *(Issue(number, f"Title {number}") for number in range(1, 141)))
    server.renamed[LAB] = "lab/notes"
    answers = fetch(server, lab(*range(1, 141)), token)
    assert [item.title for item in answers.issues.values()] == [f"Title {n}" for n in range(1, 141)]
    assert {item.moved_to for item in answers.issues.values()} == {None}


@both_ways
def test_a_repository_that_is_not_shown_keeps_its_issues(server: GitHub, token: str | None) -> None:
    sample(server)
    absent = [IssueRef("no/such", number) for number in range(1, 9)]
    answers = fetch(server, [*absent, *lab(1)], token)
    assert list(answers.issues) == [f"{LAB}#1"]
    assert answers.problems == ["GitHub shows no repository no/such; its issues are kept"]


@both_ways
def test_a_thousand_issues_take_few_requests_and_no_news_at_most_two(
    server: GitHub, token: str | None
) -> None:
    server.add(LAB, *(Issue(number, f"Title {number}") for number in range(1, 1001)))
    refs = lab(*range(1, 1001))
    first = fetch(server, refs, token, now=LAST)
    assert len(first.issues) == 1000
    assert first.requests <= 11
    second = fetch(server, refs, token, first.issues, since=LAST)
    assert second.requests <= 2
    assert first.issues.keys() == second.issues.keys() | second.unchanged
    assert not second.issues.keys() & second.unchanged
    assert all(
        replace(item, as_of=AsOf(LAST)) == first.issues[key] for key, item in second.issues.items()
    )


@both_ways
def test_later_only_what_changed_is_sent(server: GitHub, token: str | None) -> None:
    server.add(LAB, *(Issue(number, "As it was") for number in range(1, 301)))
    refs = lab(*range(1, 301))
    known = fetch(server, refs, token, now=LAST).issues
    server.add(LAB, Issue(250, "Changed", updated="2026-11-22T04:30:00Z"))
    # One that could not be renewed the last time, and one that is of the future: a wrong clock.
    known |= {f"{LAB}#1": replace(known[f"{LAB}#1"], as_of=AsOf(EARLIER), title="Older")}
    known |= {f"{LAB}#2": replace(known[f"{LAB}#2"], as_of=AsOf("2027-01-01T00:00:00Z"))}
    answers = fetch(server, refs, token, known, since=LAST)
    assert answers.requests <= 4
    assert answers.problems == []
    assert answers.issues[f"{LAB}#250"].title == "Changed"
    assert answers.issues[f"{LAB}#1"].title == "As it was"
    assert answers.issues[f"{LAB}#2"].as_of == AsOf(NOW)
    assert answers.issues.keys() | answers.unchanged == known.keys()


@both_ways
def test_where_much_changed_all_is_asked(server: GitHub, token: str | None) -> None:
    server.add(LAB, *(Issue(number, "As it was") for number in range(1, 301)))
    refs = lab(*range(1, 301))
    known = fetch(server, refs, token, now=LAST).issues
    server.add(
        LAB,
        *(Issue(number, "New", updated="2026-11-22T04:30:00Z") for number in range(1, 2001)),
    )
    answers = fetch(server, refs, token, known, since=LAST)
    assert [item.title for item in answers.issues.values()] == ["New"] * 300
    assert not answers.unchanged


@pytest.mark.parametrize("since", [EARLIER, "2026-11-22T06:00:00Z", "2026-09", "", "soon"])
def test_a_time_that_is_long_ago_to_come_or_unclear_is_not_used(server: GitHub, since: str) -> None:
    server.add(LAB, *(Issue(number, "Title") for number in range(1, 11)))
    refs = lab(*range(1, 11))
    known = fetch(server, refs, None).issues
    known = {key: replace(item, as_of=AsOf(since)) for key, item in known.items()}
    assert len(fetch(server, refs, None, known, since=since).issues) == 10
    assert [request.query.get("since") for request in server.log] == [None]


def test_deleted_issues_are_noticed_in_turns(server: GitHub) -> None:
    server.add(LAB, *(Issue(number, "Title") for number in range(1, 301)))
    refs = lab(*range(1, 301))
    known = fetch(server, refs, TOKEN, now=LAST).issues
    server.deleted.add((LAB, 170))
    del server.issues[LAB][170]
    gone = [
        fetch(server, refs, TOKEN, known, since=LAST, now=f"2026-11-22T0{hour}:00:00Z")
        .issues.get(f"{LAB}#170", known[f"{LAB}#170"])
        .gone
        for hour in (5, 6, 7)
    ]
    assert sorted(gone) == [False, False, True]


def test_without_a_token_the_requests_stay_few_and_the_oldest_facts_come_first(
    server: GitHub,
) -> None:
    server.add(LAB, *(Issue(number, "Title", labels=()) for number in range(1, 61)))
    refs = lab(*range(1, 61))
    known: dict[str, IssueFacts] = {}
    for hour in range(4):
        answers = fetch(server, refs, None, known, now=f"2026-11-22T0{hour}:00:00Z")
        assert answers.requests <= 20
        known |= answers.issues
    assert known.keys() == {str(ref) for ref in refs}


def test_a_long_list_is_left_where_few_issues_are_wanted(server: GitHub) -> None:
    server.add(LAB, *(Issue(number, "Title") for number in range(1, 2001)))
    answers = fetch(server, lab(*range(1990, 2000)), None)
    assert len(answers.issues) == 10
    assert answers.requests <= 12


def test_several_repositories_share_a_request(server: GitHub) -> None:
    refs = [IssueRef(f"lab/book-{number}", 1) for number in range(50)]
    for ref in refs:
        server.add(ref.repository, Issue(1, ref.repository))
    answers = fetch(server, refs, TOKEN)
    assert answers.requests == 1
    assert [item.title for item in answers.issues.values()] == [ref.repository for ref in refs]


def test_nothing_wanted_asks_nothing(server: GitHub) -> None:
    assert fetch(server, [], None) == Answers()


@pytest.mark.parametrize(
    "api", ["", "api.github.com", "ftp://x", "http://[", "http://h:0", "http://"]
)
def test_an_address_that_is_none_is_a_problem(api: str) -> None:
    answers = github.fetch(
        lab(1), api=api, labels=(), token=None, known={}, since=None, deadline=Deadline(1), now=NOW
    )
    assert answers.problems == [
        "GitHub: the API's address is not one; write https://api.github.com"
    ]


@pytest.mark.parametrize("token", ["a b", "ä", "a\nb"])
def test_a_token_that_is_none_is_a_problem(server: GitHub, token: str) -> None:
    answers = fetch(server, lab(1), token)
    assert answers.problems == ["GitHub: the value of GITHUB_TOKEN is not a token; set it anew"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "number",
        "title",
        "state",
        "pullState",
        "state_reason",
        "stateReason",
        "labels",
        "assignees",
        "user",
        "author",
        "created_at",
        "createdAt",
        "closed_at",
        "closedAt",
        "repository",
        "repository_url",
        "pull_request",
    ]
)


@given(
    st.dictionaries(fields, json_values, min_size=1, max_size=3),
    st.sampled_from(["Issue", "PullRequest"]),
    st.sampled_from(["REST", "GraphQL"]),
)
def test_any_change_of_shape_is_facts_or_named(
    change: dict[str, Any],
    kind: str,
    api: str,
) -> None:
    pull = kind == "PullRequest"
    issue = Issue(1, "Title", pull=pull)
    if api == "REST":
        value: dict[str, Any] = GitHub("https://api").rest(LAB, issue)
        read = github_facts.from_rest
    else:
        value = {
            "__typename": kind,
            "number": 1,
            "title": "Title",
            "pullState" if pull else "state": "OPEN",
            "stateReason": None,
            "createdAt": "2025-01-02T03:04:05Z",
            "closedAt": None,
            "author": None,
            "labels": {"nodes": []},
            "assignees": {"nodes": []},
            "repository": {"nameWithOwner": LAB},
        }
        read = github_facts.from_graphql
    assert read(value, lab(1)[0], None, NOW).title == "Title"
    try:
        facts = read({**value, **change}, lab(1)[0], None, NOW)
    except github_facts.ShapeError as error:
        assert str(error)  # noqa: PT017 -- either outcome is right
    else:
        assert isinstance(facts.title, str)
        assert all(isinstance(label, str) for label in facts.labels)


@given(st.text(st.characters(), min_size=1))
def test_any_title_can_be_written(title: str) -> None:
    value = GitHub("https://api").rest(LAB, Issue(1, title))
    read = github_facts.from_rest(json.loads(json.dumps(value)), lab(1)[0], None, NOW).title
    assert read.encode("utf-8")
    assert not set(read) & set(map(chr, range(32)))
    assert len(read) == len(title) or max(title) >= "\ud800"
