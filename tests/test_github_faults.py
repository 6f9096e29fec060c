from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from labbook.live import github
from labbook.live.answers import Answers, Deadline
from labbook.live.merge import Merged, Outcome, merge
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.live.wanted import Wanted
from labbook.model import IssueRef
from standins import github as standin
from standins.github import Fault, GitHub, Handler, Issue, Request

LAB = "lab/book"
TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
EARLIER = "2026-11-19T05:00:00Z"
NOW = "2026-11-22T05:00:00Z"
BUDGET = 1.5
# What a busy machine takes to come back; who waits for a silent server never comes back.
MARGIN = 10

both_ways = pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "anonymous"])


@pytest.fixture
def server() -> Iterator[GitHub]:
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        server.add(LAB, *(Issue(number, f"Title {number}") for number in range(1, 7)))
        # In no list of labelled issues.
        server.add(LAB, Issue(7, "Title 7", labels=()))
        yield server


REFS = tuple(IssueRef(LAB, number) for number in range(1, 8))
WANTED = Wanted(issues=REFS)
KEYS = tuple(map(str, REFS))


def fetch(
    api: str, token: str | None, known: Snapshot, now: str = NOW, budget: float = BUDGET
) -> tuple[Answers, float]:
    start = time.monotonic()
    answers = github.fetch(
        REFS,
        api=api,
        labels=("experiment",),
        token=token,
        known=known.issues,
        since=EARLIER,
        deadline=Deadline(budget),
        now=now,
    )
    return answers, time.monotonic() - start


def healthy(server: GitHub) -> Snapshot:
    """What was known before the fault."""
    answers, _ = fetch(server.url, None, Snapshot(), EARLIER, 20)
    return merge(Snapshot(), answers, WANTED, EARLIER).snapshot


class Refreshed:
    """A refresh with a fault, beside the healthy one before it."""

    def __init__(
        self, server: GitHub, token: str | None, fault: Fault | None, api: str = ""
    ) -> None:
        self.before = healthy(server)
        assert list(self.before.issues) == list(KEYS)
        server.log.clear()
        server.fault = fault
        self.answers, self.seconds = fetch(api or server.url, token, self.before)
        self.merged: Merged = merge(self.before, self.answers, WANTED, NOW)
        assert self.seconds <= BUDGET + MARGIN
        assert TOKEN not in repr(self.answers)
        assert len(self.answers.problems) == len(set(self.answers.problems))

    def check(self, *kept: int, **changes: object) -> None:
        """Hold the whole snapshot: these issues as they were, the others of now and so changed."""
        stay = {f"{LAB}#{number}" for number in kept}
        assert self.merged.snapshot.issues == {
            key: item if key in stay else replace(item, as_of=AsOf(NOW), **changes)  # type: ignore[arg-type]
            for key, item in self.before.issues.items()
        }
        assert bool(self.answers.problems) == bool(kept)

    def check_all_kept(self) -> None:
        self.check(*range(1, 8))
        assert set(self.merged.outcomes["issues"].values()) == {Outcome.KEPT}


def silent(handler: Handler, _: Request) -> bool:
    handler.github.stopped.wait()
    handler.close_connection = True
    return True


def drip_of_body(handler: Handler, _: Request) -> bool:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n[")
    return drip(handler, b" ")


def drip_of_headers(handler: Handler, _: Request) -> bool:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    return drip(handler, b"X: y\r\n")


def drip(handler: Handler, piece: bytes) -> bool:
    handler.close_connection = True
    while not handler.github.stopped.wait(0.03):
        handler.wfile.write(piece)
    return True


def refusal(status: int, text: str, **headers: str) -> Fault:
    def fault(handler: Handler, _: Request) -> bool:
        handler.message(status, text, **headers)
        return True

    return fault


def limit(handler: Handler, _: Request) -> bool:
    standin.rate_limited(handler)
    return True


def short_limit(handler: Handler, _: Request) -> bool:
    standin.rate_limited(handler, reset=1)
    return True


def bad_gateway(handler: Handler, _: Request) -> bool:
    handler.raw(b"<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
    return True


def page_of_a_portal(handler: Handler, _: Request) -> bool:
    handler.raw(b"<html><body>Sign in to the network</body></html>")
    return True


def hang_up(handler: Handler, _: Request) -> bool:
    handler.close_connection = True
    return True


def redirect_loop(handler: Handler, request: Request) -> bool:
    other = "/b" if request.path.endswith("/a") else "/a"
    handler.raw(b"", 301, Location=f"{handler.github.url}/repos/{LAB}/issues{other}")
    return True


def redirect_elsewhere(handler: Handler, _: Request) -> bool:
    handler.raw(b"", 302, Location="http://localhost:9/")
    return True


def answer(body: bytes) -> Fault:
    return rewritten(lambda _: body)


def rewritten(change: Callable[[bytes], bytes]) -> Fault:
    def fault(handler: Handler, _: Request) -> bool:
        handler.rewrite = change
        return False

    return fault


def first(times: int, fault: Fault) -> Fault:
    """The fault for the first requests only."""
    left = iter(range(times))
    return lambda handler, request: next(left, None) is not None and fault(handler, request)


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@both_ways
def test_refused(server: GitHub, token: str | None) -> None:
    refreshed = Refreshed(server, token, None, closed_port())
    refreshed.check_all_kept()
    assert refreshed.answers.problems[0] == "GitHub: the connection was refused"


@both_ways
def test_name_not_found(server: GitHub, token: str | None) -> None:
    refreshed = Refreshed(server, token, None, "http://github.invalid")
    refreshed.check_all_kept()


@both_ways
@pytest.mark.parametrize("fault", [silent, drip_of_body, drip_of_headers])
def test_no_answer_in_time(server: GitHub, token: str | None, fault: Fault) -> None:
    refreshed = Refreshed(server, token, fault)
    refreshed.check_all_kept()
    assert "time" in refreshed.answers.problems[-1]


@both_ways
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            refusal(401, "Bad credentials"),
            r"(GITHUB_TOKEN is not accepted|token is wanted) \(401\)",
        ),
        (refusal(403, "Resource not accessible by integration"), r"not allowed \(403\)$"),
        (limit, r"no more requests are allowed for (59|60) min \(403\)"),
        (refusal(429, "Too many requests", Retry_After="3600"), r"allowed for 60 min \(429\)"),
        (refusal(403, "You have exceeded a secondary rate limit."), r"no more .* allowed \(403\)"),
    ],
    ids=["401", "403", "403-limit", "429", "403-secondary"],
)
def test_a_refusal_ends_the_asking_at_once(
    server: GitHub, token: str | None, fault: Fault, sentence: str
) -> None:
    refreshed = Refreshed(server, token, fault)
    refreshed.check_all_kept()
    assert refreshed.answers.requests == 1
    assert re.search(sentence, refreshed.answers.problems[0])
    # More is allowed with a token: said where there is none.
    advice = "with GITHUB_TOKEN more are allowed" in refreshed.answers.problems[0]
    assert advice == (token is None and "allowed" in sentence and "not" not in sentence)


@both_ways
@pytest.mark.parametrize(
    "fault",
    [
        refusal(500, "Server Error"),
        refusal(503, "Unavailable"),
        bad_gateway,
        page_of_a_portal,
        hang_up,
        redirect_loop,
        redirect_elsewhere,
        rewritten(lambda body: body[: len(body) // 2]),
        answer(b""),
        answer(b"[" * 100_000),
        answer(b"\xff\xfe"),
        refusal(404, ""),
    ],
    ids=[
        "500",
        "503",
        "502-html",
        "html",
        "hang-up",
        "redirect-loop",
        "redirect-elsewhere",
        "truncated",
        "empty",
        "deep",
        "not-text",
        "404-everywhere",
    ],
)
def test_no_use(server: GitHub, token: str | None, fault: Fault) -> None:
    refreshed = Refreshed(server, token, fault)
    refreshed.check_all_kept()
    assert refreshed.answers.requests <= 20


@both_ways
@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"7",
        b"[]",
        b"{}",
        b'"text"',
        b"[7, null, []]",
        b'[{"number": 1}, {"number": "2"}, {"number": true}]',
        b'{"data": null, "errors": 5}',
        b'{"data": {"r0": 7}, "errors": [5, {"type": "NOT_FOUND", "path": 7}]}',
        b'{"data": {"r0": {"i1": {}, "i2": 5, "i3": {"title": []}, "nameWithOwner": 5}}}',
        b'{"data": {"r0": null}, "errors": [{"type": "SERVICE_UNAVAILABLE"}]}',
    ],
)
def test_json_of_a_wrong_shape(server: GitHub, token: str | None, body: bytes) -> None:
    refreshed = Refreshed(server, token, answer(body))
    refreshed.check_all_kept()
    assert refreshed.answers.requests <= 20


@both_ways
@pytest.mark.parametrize(
    "fault",
    [
        first(2, refusal(500, "Server Error")),
        first(1, bad_gateway),
        first(1, hang_up),
        first(1, refusal(429, "Too many requests", Retry_After="1")),
        first(1, short_limit),
    ],
    ids=["500", "502-html", "hang-up", "429", "403-limit"],
)
def test_what_passes_is_asked_again(server: GitHub, token: str | None, fault: Fault) -> None:
    Refreshed(server, token, fault).check()


def test_without_the_graphql_api_the_rest_api_is_asked(server: GitHub) -> None:
    def fault(handler: Handler, request: Request) -> bool:
        return request.method == "POST" and page_of_a_portal(handler, request)

    refreshed = Refreshed(server, TOKEN, fault)
    assert set(refreshed.merged.outcomes["issues"].values()) == {Outcome.FRESH}
    assert refreshed.answers.problems == ["GitHub: the answer was not JSON"]


@both_ways
@pytest.mark.parametrize("status", [404, 410])
def test_one_item_is_gone(server: GitHub, token: str | None, status: int) -> None:
    before = healthy(server)
    del server.issues[LAB][7]
    if status == 410:
        server.deleted.add((LAB, 7))
    answers, _ = fetch(server.url, token, before)
    merged = merge(before, answers, WANTED, NOW)
    assert merged.outcomes["issues"] == {
        key: Outcome.GONE if key == KEYS[6] else Outcome.FRESH for key in KEYS
    }
    gone = merged.snapshot.issues[KEYS[6]]
    assert gone == replace(before.issues[KEYS[6]], as_of=AsOf(NOW), gone=True)
    assert answers.problems == []


@both_ways
def test_one_item_fails(server: GitHub, token: str | None) -> None:
    def fault(handler: Handler, request: Request) -> bool:
        handler.rewrite = lambda body: body.replace(b'"title": "Title 3"', b'"title": {}')
        return request.path.endswith("/7") and bad_gateway(handler, request)

    refreshed = Refreshed(server, token, fault)
    # With a token nothing but the third issue is asked one by one.
    refreshed.check(*((3,) if token else (3, 7)))


@both_ways
def test_an_author_that_is_null(server: GitHub, token: str | None) -> None:
    def change(body: bytes) -> bytes:
        body = re.sub(rb'"user": \{[^{}]*(\{[^{}]*\}[^{}]*)*\}', b'"user": null', body)
        return re.sub(rb'"author": \{[^{}]*\}', b'"author": null', body)

    Refreshed(server, token, rewritten(change)).check(author=None)


@both_ways
def test_numbers_that_are_none(server: GitHub, token: str | None) -> None:
    def change(body: bytes) -> bytes:
        body = body.replace(b'"comments": 2', b'"comments": NaN').replace(
            b'"id": 1,', b'"id": 1e999,'
        )
        body = body.replace(b'"number": 3,', b'"number": -Infinity,')
        return body.replace(b'"locked": false', b'"locked": Infinity')

    Refreshed(server, token, rewritten(change)).check(3)


@both_ways
def test_a_title_of_a_megabyte(server: GitHub, token: str | None) -> None:
    change = rewritten(lambda body: re.sub(rb"Title \d", b"x" * 1_000_000, body))
    Refreshed(server, token, change).check(title="x" * 1999 + "…")


def test_what_arrived_before_the_silence_is_kept(server: GitHub) -> None:
    server.add(LAB, *(Issue(number, "Title") for number in range(1, 301)))
    calls = iter((False, False, True))
    server.fault = lambda handler, request: next(calls, True) and silent(handler, request)
    start = time.monotonic()
    answers = github.fetch(
        [IssueRef(LAB, number) for number in range(1, 301)],
        api=server.url,
        labels=(),
        token=TOKEN,
        known={},
        since=None,
        deadline=Deadline(BUDGET),
        now=NOW,
    )
    assert time.monotonic() - start <= BUDGET + MARGIN
    assert list(answers.issues) == [f"{LAB}#{number}" for number in range(1, 201)]
    assert len(answers.problems) == 1


@both_ways
def test_no_log_holds_the_token(
    server: GitHub, token: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    Refreshed(server, token, None).check()
    Refreshed(server, token, refusal(500, "Server Error")).check_all_kept()
    assert "/repos/" in caplog.text
    assert TOKEN not in caplog.text


def test_a_first_refresh_that_fails_invents_nothing(server: GitHub) -> None:
    server.fault = bad_gateway
    answers, _ = fetch(server.url, TOKEN, Snapshot())
    merged = merge(Snapshot(), answers, WANTED, NOW)
    assert merged.snapshot == Snapshot()
    assert set(merged.outcomes["issues"].values()) == {Outcome.MISSING}


def test_the_healthy_facts_are_whole(server: GitHub) -> None:
    assert healthy(server).issues[KEYS[0]] == IssueFacts(
        "Title 1",
        AsOf(EARLIER),
        "open",
        labels=("experiment",),
        author="octocat",
        created="2025-01-02",
    )
