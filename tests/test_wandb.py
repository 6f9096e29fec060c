"""What is asked of W&B, and what becomes of its answers, with the real package and a server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from labbook.live import wandb
from labbook.live.answers import Answers, Deadline
from labbook.live.snapshot import AsOf, Curve, ReportFacts, RunFacts, ShortLinkFacts, Snapshot
from labbook.live.wanted import Wanted
from standins import wandb as standin
from standins.wandb import KEY, SCOPE, Request, Standin

FIELDS = wandb.RunFields(
    ("eval/*/loss", "train/loss"),
    "train/loss",
    ("parameter_count",),
    ("tokens", "throughput/total_tokens"),
)
BEFORE = "2026-11-21T05:00:00Z"
NOW = "2026-11-22T05:00:00Z"
REPORT = standin.report(0)["id"].rstrip("=")


@pytest.fixture
def server() -> Iterator[Standin]:
    """A stand-in with ten runs, of which the last goes on, and one report."""
    runs = {row["name"]: row for row in map(standin.run, range(10))}
    reports = {row["id"]: row for row in [standin.report(0)]}
    with Standin(runs=runs, reports=reports) as found:
        yield found


def keys(server: Standin) -> tuple[str, ...]:
    return tuple(f"{SCOPE}/{name}" for name in server.runs)


def ask(  # noqa: PLR0913  each test names the few that it is about
    server: Standin,
    *,
    runs: Sequence[str] = (),
    reports: Sequence[str] = (),
    links: Sequence[str] = (),
    known: Snapshot | None = None,
    key: str | None = None,
    fields: wandb.RunFields = FIELDS,
    seconds: float = 15,
    bulk: bool = True,
) -> Answers:
    return wandb.fetch(
        Wanted((), tuple(runs), tuple(reports), tuple(links)),
        api=server.url,
        key=key,
        fields=fields,
        known=known or Snapshot(),
        deadline=Deadline(seconds),
        now=NOW,
        bulk=bulk,
    )


def known(server: Standin) -> Snapshot:
    """What an earlier refresh of all that the server holds learned."""
    stamp = AsOf(BEFORE)
    answers = ask(server, runs=keys(server))
    server.log.clear()
    return Snapshot(runs={key: replace(run, as_of=stamp) for key, run in answers.runs.items()})


def specs(server: Standin) -> list[Any]:
    return [query["variables"].get("specs") for query in server.queries]


def test_a_run_tells_what_the_settings_ask_for(server: Standin) -> None:
    key = f"{SCOPE}/run-00001"
    answers = ask(server, runs=[key])
    assert answers.problems == []
    run = answers.runs[key]
    assert isinstance(run.curve, Curve)
    assert run.curve.metric == "train/loss"
    assert run.curve.points[0] == (0, 10.1)
    assert len(run.curve.points) == 60
    assert run.asked == FIELDS.digest
    assert replace(run, curve=None, asked=None) == RunFacts(
        name="Run 1",
        as_of=AsOf(NOW),
        state="finished",
        created="2025-01-01T00:00:00Z",
        heartbeat="2025-01-02T00:00:00Z",
        duration=3601.5,
        user="Ann Bee",
        tags=("keep",),
        metrics=(("eval/c4/loss", 3.26), ("train/loss", 2.10801)),
        parameters=1_400_000_000,
        tokens=4_000_000_000,
    )


def test_many_runs_take_few_requests(server: Standin) -> None:
    server.runs = {row["name"]: row for row in (standin.run(i, 20) for i in range(250))}
    answers = ask(server, runs=keys(server))
    assert (set(answers.runs), answers.problems) == (set(keys(server)), [])
    assert answers.requests == len(server.queries) == 3


def test_a_server_may_give_smaller_pages_than_were_asked_for(server: Standin) -> None:
    server.cap = 3
    answers = ask(server, runs=keys(server))
    assert (set(answers.runs), answers.problems, answers.requests) == (set(keys(server)), [], 4)
    assert not any(run.gone for run in answers.runs.values())


def test_without_news_nothing_changes_but_the_stamps(server: Standin) -> None:
    before = known(server)
    answers = ask(server, runs=keys(server), known=before)
    assert answers.runs == {key: replace(run, as_of=AsOf(NOW)) for key, run in before.runs.items()}
    assert (len(server.queries), specs(server)) == (1, [None])


def test_a_run_that_has_ended_is_not_asked_for_its_curve_again(server: Standin) -> None:
    before = known(server)
    server.runs["run-00000"] |= {"displayName": "A new name", "tags": ["new"]}
    server.runs["run-00009"] |= {"heartbeatAt": "2025-03-01T00:00:00Z"}
    answers = ask(server, runs=keys(server), known=before)
    first = answers.runs[f"{SCOPE}/run-00000"]
    assert (first.name, first.tags) == ("A new name", ("new",))
    assert first.curve == before.runs[f"{SCOPE}/run-00000"].curve
    # Only the run that goes on is asked for in full.
    light, full = server.queries
    assert "sampledHistory" not in light["query"]
    assert json.loads(full["variables"]["filters"]) == {"name": {"$in": ["run-00009"]}}


def test_a_run_that_was_resumed_is_asked_for_in_full(server: Standin) -> None:
    before = known(server)
    server.runs["run-00000"] |= {
        "heartbeatAt": "2025-03-01T00:00:00Z",
        "summaryMetrics": json.dumps({"train/loss": 1.5}),
    }
    run = ask(server, runs=keys(server), known=before).runs[f"{SCOPE}/run-00000"]
    assert (run.heartbeat, run.metrics) == ("2025-03-01T00:00:00Z", (("train/loss", 1.5),))


@pytest.mark.parametrize(
    "fields",
    [
        replace(FIELDS, metrics=(*FIELDS.metrics, "_step")),
        replace(FIELDS, metrics=FIELDS.metrics[:1]),
        replace(FIELDS, curve="_runtime"),
        replace(FIELDS, parameters=()),
    ],
    ids=["a metric more", "a metric less", "another curve", "no parameters"],
)
def test_settings_that_changed_hold_for_runs_that_have_ended(
    server: Standin, fields: wandb.RunFields
) -> None:
    before = known(server)
    answers = ask(server, runs=keys(server), known=before, fields=fields)
    assert answers.runs == ask(server, runs=keys(server), fields=fields).runs


def test_facts_of_an_archive_copy_are_asked_for_in_full(server: Standin) -> None:
    before = known(server)
    old = {
        key: replace(run, as_of=AsOf("2026-09", archive=True)) for key, run in before.runs.items()
    }
    ask(server, runs=keys(server), known=Snapshot(runs=old))
    assert all(specs(server))


def test_a_run_that_is_no_more_keeps_what_was_known(server: Standin) -> None:
    before = known(server)
    wanted = keys(server)
    del server.runs["run-00003"]
    answers = ask(server, runs=[*wanted, f"{SCOPE}/never"], known=before)
    key = f"{SCOPE}/run-00003"
    assert answers.runs[key] == replace(before.runs[key], gone=True, as_of=AsOf(NOW))
    assert answers.runs[f"{SCOPE}/never"] == RunFacts("never", AsOf(NOW), gone=True)
    assert sum(run.gone for run in answers.runs.values()) == 2


def test_runs_of_a_project_that_is_not_shown_are_not_called_gone(server: Standin) -> None:
    answers = ask(server, runs=["ent/hidden/a", *keys(server)])
    assert set(answers.runs) == set(keys(server))
    assert answers.problems == [
        "W&B: the runs of ent/hidden: no such project is shown; if it is private, set WANDB_API_KEY"
    ]


def test_a_report_tells_title_author_and_day(server: Standin) -> None:
    facts = ReportFacts("Report 0", AsOf(NOW), "Ann Bee", "2025-02-01T12:00:00Z")
    assert ask(server, reports=[REPORT]).reports == {REPORT: facts}
    assert '"spec"' not in server.queries[0]["query"]


def test_a_report_that_is_not_shown_is_gone_only_for_who_has_a_key(server: Standin) -> None:
    before = Snapshot(reports={"Vmlldzox": ReportFacts("Old", AsOf(BEFORE), "Ann")})
    gone = ask(server, reports=[REPORT, "Vmlldzox"], known=before, key=KEY)
    assert gone.reports["Vmlldzox"] == ReportFacts("Old", AsOf(NOW), "Ann", gone=True)
    kept = ask(server, reports=[REPORT, "Vmlldzox"], known=before)
    assert set(kept.reports) == {REPORT}
    assert "Vmlldzox" in kept.problems[0]


def test_reports_are_asked_for_many_at_a_time(server: Standin) -> None:
    server.reports = {row["id"]: row for row in map(standin.report, range(60))}
    answers = ask(server, reports=[id_.rstrip("=") for id_ in server.reports])
    assert (len(answers.reports), answers.requests) == (60, 2)


def test_a_key_is_sent_and_nothing_without_one(server: Standin) -> None:
    ask(server, reports=[REPORT], key=KEY)
    ask(server, reports=[REPORT])
    sent, unsent = (query["authorization"] for query in server.queries)
    assert str(sent).startswith("Basic ")
    assert unsent is None


def test_what_wants_a_key_says_so(server: Standin) -> None:
    server.key = KEY
    answers = ask(server, runs=keys(server))
    assert (answers.runs, answers.requests) == ({}, 1)
    assert answers.problems == ["W&B: it wants a key (HTTP 401); set WANDB_API_KEY"]
    assert set(ask(server, runs=keys(server), key=KEY).runs) == set(keys(server))


def test_a_key_that_is_refused_is_said_and_left_out(server: Standin) -> None:
    def refuse(request: Request) -> None:
        if request.headers.get("Authorization"):
            request.send(401, '{"errors": [{"message": "bad key"}]}')
        else:
            request.send(200, json.dumps({"data": {"r0": server.reports[f"{REPORT}=="]}}))

    server.reports = {f"{REPORT}==": {**standin.report(0), "id": REPORT}}
    server.fault = refuse
    answers = ask(server, reports=[REPORT], key=KEY)
    assert set(answers.reports) == {REPORT}
    assert answers.problems == ["W&B: it refuses the key in WANDB_API_KEY (HTTP 401)"]


@pytest.mark.parametrize("key", ["short-secret", "k" * 39 + "\n" + "k" * 9, "geheim" * 8 + "é"])
def test_what_is_no_key_is_not_sent(server: Standin, key: str) -> None:
    answers = ask(server, reports=[REPORT], key=key)
    assert set(answers.reports) == {REPORT}
    assert server.queries[0]["authorization"] is None
    assert "WANDB_API_KEY" in answers.problems[0]
    assert key not in answers.problems[0]


def test_the_public_methods_lead_to_the_same(server: Standin) -> None:
    wanted = keys(server)
    fast = ask(server, runs=wanted, reports=[REPORT], key=KEY)
    server.log.clear()
    slow = ask(server, runs=wanted, reports=[REPORT], key=KEY, bulk=False)
    assert (slow.runs, slow.reports) == (fast.runs, fast.reports)
    assert slow.problems == ["W&B: its package takes no bulk queries; asked for one run at a time"]
    assert len(server.queries) > len(wanted)


def test_the_public_methods_go_nowhere_without_a_key(server: Standin) -> None:
    answers = ask(server, runs=keys(server), bulk=False)
    assert answers.runs == {}
    assert answers.problems[-1] == "W&B: it wants a key (HTTP 401); set WANDB_API_KEY"


def test_a_page_that_takes_too_long_is_asked_for_in_halves(server: Standin) -> None:
    def slow(request: Request) -> None:
        variables = server.log[-1]["variables"]
        if variables["perPage"] > 3:
            standin.silent(request)
        data = server.answer(server.log[-1]["query"], variables)
        request.send(200, json.dumps({"data": data}))

    server.fault = slow
    server.runs = {name: server.runs[name] for name in list(server.runs)[:6]}
    answers = ask(server, runs=keys(server), seconds=6)
    assert (set(answers.runs), answers.problems) == (set(keys(server)), [])


def test_a_run_that_breaks_its_page_is_lost_alone(server: Standin) -> None:
    def broken(request: Request) -> None:
        asked = server.log[-1]
        if "run-00004" in asked["variables"]["filters"]:
            errors = [{"message": "no history", "path": ["project", "runs"]}]
            request.send(200, json.dumps({"data": None, "errors": errors}))
        else:
            data = server.answer(asked["query"], asked["variables"])
            request.send(200, json.dumps({"data": data}))

    server.fault = broken
    answers = ask(server, runs=keys(server))
    assert set(keys(server)) - set(answers.runs) == {f"{SCOPE}/run-00004"}
    assert [problem.split(":")[1] for problem in answers.problems] == [" run-00004"]


def test_what_arrived_before_the_deadline_counts(server: Standin) -> None:
    def late(request: Request) -> None:
        asked = server.log[-1]
        if "view(" in asked["query"]:
            standin.silent(request)
        data = server.answer(asked["query"], asked["variables"])
        request.send(200, json.dumps({"data": data}))

    server.fault = late
    answers = ask(server, runs=keys(server), reports=[REPORT], seconds=3)
    assert set(answers.runs) == set(keys(server))
    assert answers.reports == {}
    assert answers.problems


REPORT_URL = f"https://wandb.ai/ent/proj/reports/Some-Title---{REPORT}"
LEADS: list[tuple[int, dict[str, str], str, str | None]] = [
    (302, {"Location": REPORT_URL}, "", REPORT),
    (301, {"Location": f"{REPORT_URL}?accessToken=secret"}, "", REPORT),
    (307, {"Location": f"/ent/proj/reports/{REPORT}"}, "", REPORT),
    (200, {}, f'<meta property="og:url" content="{REPORT_URL}">', REPORT),
    (200, {}, "<p>a page without a report", None),
    (200, {}, "x" * 70_000 + REPORT_URL, None),
    (302, {"Location": "/links/ent/second"}, "", REPORT),
]


def test_a_short_link_leads_to_the_report_that_its_answer_names(server: Standin) -> None:
    server.links = {f"ent/{index}": lead[:3] for index, lead in enumerate(LEADS)}
    wanted = list(server.links)
    server.links["ent/second"] = (302, {"Location": REPORT_URL}, "")
    answers = ask(server, links=wanted)
    expected = [ShortLinkFacts(AsOf(NOW), target) for *_, target in LEADS]
    assert [answers.short_links[key] for key in wanted] == expected
    # What it leads to is asked for at once.
    assert set(answers.reports) == {REPORT}
    assert answers.problems == []


def test_a_short_link_that_is_no_more_keeps_its_target(server: Standin) -> None:
    server.links = {"ent/a": (404, {}, ""), "ent/b": (410, {}, "")}
    last = {key: ShortLinkFacts(AsOf(BEFORE), REPORT) for key in server.links}
    answers = ask(server, links=list(server.links), known=Snapshot(short_links=last))
    gone = ShortLinkFacts(AsOf(NOW), REPORT, gone=True)
    assert answers.short_links == dict.fromkeys(server.links, gone)


def test_a_short_link_that_could_not_be_asked_is_a_problem(server: Standin) -> None:
    server.links = {
        "ent/a": (401, {}, ""),
        "ent/b": (500, {}, ""),
        "ent/c": (302, {"Location": "ftp://x"}, ""),
        "ent/d": (302, {"Location": "d"}, ""),
        "ent/e": (302, {"Location": "http://[x"}, ""),
    }
    answers = ask(server, links=list(server.links))
    assert answers.short_links == {}
    said = sorted(problem.split(":")[1] for problem in answers.problems)
    assert said == [f" the short link {key}" for key in server.links]


def test_nothing_wanted_asks_nothing(server: Standin) -> None:
    assert ask(server, seconds=0) == Answers()
    assert server.log == []


@pytest.mark.parametrize("api", ["https://wandb.ai", "not an address", "ftp://x.org", ""])
def test_an_address_that_is_none_is_a_problem(api: str) -> None:
    answers = ask(Standin(url=api), runs=["ent/proj/a"], links=["ent/abc"], seconds=4)
    assert answers.runs == {}
    assert answers.problems


def test_settings_that_no_run_answers_are_not_asked_for_again(server: Standin) -> None:
    rare = wandb.RunFields(("no/such/metric",), "no/such/curve", ("nothing",), ("nothing",))
    first = ask(server, runs=keys(server), fields=rare)
    server.log.clear()
    answers = ask(server, runs=keys(server), known=Snapshot(runs=first.runs), fields=rare)
    assert answers.runs == first.runs
    assert specs(server) == [None]
    server.log.clear()
    ask(server, runs=keys(server), known=Snapshot(runs=first.runs))
    assert any(specs(server))
