"""Whatever W&B does, each item that is wanted is there afterwards, in time, with its age."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from labbook.live import wandb
from labbook.live.answers import Answers, Deadline
from labbook.live.merge import merge
from labbook.live.snapshot import AsOf, Snapshot
from labbook.live.wanted import Wanted
from standins import wandb as standin
from standins.wandb import KEY, SCOPE, Fault, Request, Standin

FIELDS = wandb.RunFields(("eval/*/loss", "train/loss"), "train/loss")
BEFORE = "2026-11-21T05:00:00Z"
NOW = "2026-11-22T05:00:00Z"
RUNS = {row["name"]: row for row in map(standin.run, range(6))}
REPORTS = {row["id"]: row for row in map(standin.report, range(2))}
TARGET = standin.report(0)["id"].rstrip("=")
LINKS = {"ent/abc": (302, {"Location": f"https://wandb.ai/e/p/reports/A--{TARGET}"}, "")}
WANTED = Wanted(
    (),
    tuple(f"{SCOPE}/{name}" for name in RUNS),
    tuple(id_.rstrip("=") for id_ in REPORTS),
    tuple(LINKS),
)
ALL = {*WANTED.runs, *WANTED.reports, *WANTED.short_links}


def held() -> Standin:
    """A stand-in that holds all that is wanted, each run changed since the last time."""
    runs = {name: {**row, "heartbeatAt": "2025-06-01T00:00:00Z"} for name, row in RUNS.items()}
    reports = {id_: dict(row) for id_, row in REPORTS.items()}
    return Standin(runs=runs, reports=reports, links=dict(LINKS))


def ask(api: str, known: Snapshot, seconds: float, now: str = NOW) -> Answers:
    return wandb.fetch(
        WANTED,
        api=api,
        key=KEY,
        fields=FIELDS,
        known=known,
        deadline=Deadline(seconds),
        now=now,
    )


@pytest.fixture(scope="module")
def healthy() -> Snapshot:
    """What was known before anything went wrong."""
    with Standin(runs=RUNS, reports=REPORTS, links=LINKS) as server:
        answers = ask(server.url, Snapshot(), 20, BEFORE)
    assert answers.problems == []
    found = merge(Snapshot(), answers, WANTED, BEFORE).snapshot
    assert {*found.runs, *found.reports, *found.short_links} == ALL
    return found


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A variable that every process of the test inherits; none of them may be left."""
    name = f"MARK_{uuid.uuid4().hex}"
    monkeypatch.setenv(name, "1")
    yield name
    end = time.monotonic() + 3
    while processes(name) and time.monotonic() < end:
        time.sleep(0.05)
    assert processes(name) == []


def processes(mark: str) -> list[Path]:
    """The processes that inherited the mark (where there is a /proc)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append(entry)
        except OSError:
            continue
    return found


@dataclass(frozen=True)
class Case:
    """A fault of the whole server, what must be said of it, and how long it may take."""

    fault: Fault
    said: str
    seconds: float = 5


FAULTS = {
    "silent for ever": Case(standin.silent, "in time", 2),
    "slow drip": Case(standin.drip, "in time", 2),
    "401": Case(standin.status(401), "refuses the key"),
    "403 rate limit": Case(standin.status(403, RateLimit_Reset="600"), "HTTP 403"),
    "404 for all": Case(standin.status(404), "HTTP 404"),
    "410": Case(standin.status(410), "HTTP 410"),
    "429, for an hour": Case(standin.status(429, Retry_After="3600"), "in time", 2),
    "500": Case(standin.status(500), "HTTP 500"),
    "502 with HTML": Case(
        standin.status(502, "<html><h1>Bad Gateway</h1>", Content_Type="text/html"), "HTTP 502"
    ),
    "truncated JSON": Case(standin.truncated, "cannot be read"),
    "cut off": Case(standin.cut_off, "W&B: "),
    "HTML and 200": Case(standin.status(200, "<html>Welcome"), "cannot be read"),
    "null": Case(standin.status(200, '{"data": null}'), "another shape"),
    "a list": Case(standin.status(200, '{"data": [1]}'), "another shape"),
    "texts for objects": Case(
        standin.status(200, '{"data": {"project": "x", "r0": "x", "r1": "x"}}'), "another shape"
    ),
    "runs of another kind": Case(
        standin.status(200, '{"data": {"project": {"runs": {"edges": [1, {"node": [2]}]}}}}'),
        "another shape",
    ),
    "NaN for JSON": Case(standin.status(200, '{"data": {"project": NaN}}'), "cannot be read"),
    "redirect loop": Case(standin.loop, "redirects"),
    "errors": Case(
        standin.status(200, '{"data": null, "errors": [{"message": "token k accessToken=12345"}]}'),
        "accessToken=1234…",
    ),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_server_loses_nothing(case: Case, healthy: Snapshot, mark: str) -> None:
    assert mark
    server = held()
    server.fault = case.fault
    with server:
        started = time.monotonic()
        answers = ask(server.url, healthy, case.seconds)
        spent = time.monotonic() - started
    assert spent < case.seconds + 0.5
    assert any(case.said in problem for problem in answers.problems), answers.problems
    assert not any(KEY in problem or "12345" in problem for problem in answers.problems)
    merged = merge(healthy, answers, WANTED, NOW).snapshot
    assert (merged.runs, merged.reports) == (healthy.runs, healthy.reports)
    # A short link's 404 is an answer, and so is a page that names no report.
    assert {key: link.target for key, link in merged.short_links.items()} == {"ent/abc": TARGET}


@pytest.mark.parametrize(
    "api", ["http://127.0.0.1:9", "http://no-such-host.invalid"], ids=["refused", "name not found"]
)
def test_no_server_loses_nothing(api: str, healthy: Snapshot, mark: str) -> None:
    assert mark
    started = time.monotonic()
    answers = ask(api, healthy, 4)
    assert time.monotonic() - started < 4.5
    assert answers.problems
    assert merge(healthy, answers, WANTED, NOW).snapshot == healthy


PASSING = {
    "429 with Retry-After": standin.status(429, Retry_After="1"),
    "500": standin.status(500),
    "truncated JSON": standin.truncated,
    "cut off": standin.cut_off,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_costs_only_time(fault: Fault, healthy: Snapshot) -> None:
    server = held()
    server.fault, server.faults_left = fault, 1
    with server:
        wanted = replace(WANTED, short_links=())
        answers = wandb.fetch(
            wanted,
            api=server.url,
            key=KEY,
            fields=FIELDS,
            known=healthy,
            deadline=Deadline(12),
            now=NOW,
        )
    assert answers.problems == []
    assert (set(answers.runs), set(answers.reports)) == (set(WANTED.runs), set(WANTED.reports))


def _gone(server: Standin) -> None:
    del server.runs["run-00002"]


def _nobody(server: Standin) -> None:
    server.runs["run-00002"]["user"] = None
    server.reports[f"{TARGET}" + "=" * (-len(TARGET) % 4)]["user"] = None


def _no_numbers(server: Standin) -> None:
    row = server.runs["run-00002"]
    row["summaryMetrics"] = json.dumps({"train/loss": math.nan, "eval/c4/loss": math.inf})
    row["history"] = [{"_step": 0, "train/loss": "NaN"}, {"_step": 1, "train/loss": 1.0}]


def _long(server: Standin) -> None:
    server.runs["run-00002"]["displayName"] = "x" * 1_000_000


def _nothing(server: Standin) -> None:
    row = server.runs["run-00002"]
    row |= dict.fromkeys(row.keys() - {"name", "history"})


ITEMS: dict[str, Callable[[Standin], None]] = {
    "404 for one item": _gone,
    "user: null": _nobody,
    "NaN and Infinity": _no_numbers,
    "a title of 1 MB": _long,
    "nothing but a name": _nothing,
}


@pytest.mark.parametrize("change", ITEMS.values(), ids=ITEMS)
def test_an_odd_item_is_odd_alone(change: Callable[[Standin], None], healthy: Snapshot) -> None:
    server = held()
    change(server)
    with server:
        answers = ask(server.url, healthy, 10)
    merged = merge(healthy, answers, WANTED, NOW).snapshot
    assert answers.problems == []
    assert {*merged.runs, *merged.reports, *merged.short_links} == ALL
    assert {item.as_of for item in merged.runs.values()} == {AsOf(NOW)}
    odd = f"{SCOPE}/run-00002"
    for key in set(WANTED.runs) - {odd}:
        expected = replace(healthy.runs[key], as_of=AsOf(NOW), heartbeat="2025-06-01T00:00:00Z")
        assert merged.runs[key] == expected
    run = merged.runs[odd]
    assert len(run.name) <= 2000
    assert run.gone == (change is _gone)
    assert all(math.isfinite(value) for _, value in run.metrics)


def test_no_process_gets_another_credential_and_none_shows_the_key(
    healthy: Snapshot, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "WANDB_IDENTITY_TOKEN_FILE"):
        monkeypatch.setenv(name, "another-credential")
    server = held()
    asked = threading.Event()

    def wait(request: Request) -> None:
        asked.set()
        standin.silent(request)

    server.fault = wait
    with server:
        thread = threading.Thread(target=ask, args=(server.url, healthy, 4))
        thread.start()
        assert asked.wait(4)
        found = [
            ((entry / "environ").read_bytes(), (entry / "cmdline").read_bytes())
            for entry in processes(mark)
        ]
        thread.join()
    if os.name == "posix" and Path("/proc/self").exists():
        assert found
    assert not any(b"another-credential" in environ for environ, _ in found)
    assert not any(KEY.encode() in command for _, command in found)


def test_nothing_is_left_behind(
    healthy: Snapshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mark: str
) -> None:
    assert mark
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    server = held()
    with server:
        assert ask(server.url, healthy, 10).problems == []
    assert list(tmp_path.iterdir()) == []


ASK = """
import sys
from labbook.live import wandb
from labbook.live.answers import Deadline
from labbook.live.snapshot import Snapshot
from labbook.live.wanted import Wanted

wandb.fetch(Wanted((), ("ent/proj/a",), (), ()), api=sys.argv[1], key=None, known=Snapshot(),
            fields=wandb.RunFields(), deadline=Deadline(60), now="2026-11-22T05:00:00Z")
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_a_worker_whose_parent_was_killed_ends_and_leaves_no_folder(
    mark: str, tmp_path: Path
) -> None:
    with held() as server:
        server.fault = standin.silent
        hooks = str(Path(wandb.__file__).parents[2])
        environment = {**os.environ, "PYTHONPATH": hooks, "TMPDIR": str(tmp_path)}
        parent = subprocess.Popen([sys.executable, "-c", ASK, server.url], env=environment)
        until(lambda: bool(server.log))
        assert list(tmp_path.iterdir())
        parent.kill()
        parent.wait()
        until(lambda: processes(mark) == [] and list(tmp_path.iterdir()) == [])


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
