"""Fetching the run table, with the real W&B package and a server of synthetic runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checkout import ROOT
from infinite_compute import runs, sources, table
from infinite_compute.errors import InfiniteComputeError
from infinite_compute.runs import Report
from infinite_compute.sources import Source
from labbook import settings
from labbook.live.rim import Rim
from standins import infinite_compute as synthetic
from standins import wandb as standin
from standins.wandb import KEY, Json
from standins.wandb_projects import Lab

LISTINGS = synthetic.LISTINGS
PROJECT = synthetic.TRAINING
SMALL = [listing for listing in LISTINGS if listing.project == synthetic.CONTINUED]
RECORDS = synthetic.records()
TODAY = "2026-11-22"
ALL_TODAY = {listing.project: TODAY for listing in LISTINGS}


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A server of all synthetic runs."""
    with synthetic.lab() as found:
        yield found


def fetch(lab: Lab, file: Path, **options: Any) -> Report:
    return runs.fetch(
        file,
        options.pop("listings", LISTINGS),
        api=lab.url,
        key=options.pop("key", None),
        today=options.pop("today", TODAY),
        seconds=options.pop("seconds", 100),
        **options,
    )


def lines(file: Path) -> dict[str, Json]:
    return {record["id"]: record for record in table.records(file)}


def named(query: Json) -> list[str]:
    """The ids that a query asks for, sorted."""
    parts = json.loads(query["variables"]["filters"])["$and"]
    return sorted(id_ for part in parts for id_ in part.get("name", {}).get("$in", ()))


def test_an_empty_checkout_gets_every_run(lab: Lab, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file = tmp_path / "data" / "runs.jsonl"
    report = fetch(lab, file, tick=lambda done, total: told.append((done, total)))
    expected = tmp_path / "expected.jsonl"
    table.write(expected, RECORDS, ALL_TODAY)
    assert file.read_text("utf-8") == expected.read_text("utf-8")
    assert (report.problems, report.whole, report.removed) == ((), True, 0)
    assert report.listed == len(RECORDS)
    assert told[0] == (0, report.wanted)
    assert told[-1] == (report.wanted, report.wanted)
    # A page holds a hundred runs, those of a project and kind together.
    assert report.requests == len(lab.queries) <= 5 + len(RECORDS) / 100 + 6


def test_the_rows_are_what_the_runs_logged(lab: Lab, tmp_path: Path) -> None:
    fetch(lab, tmp_path / "runs.jsonl")
    found = table.read(tmp_path / "runs.jsonl")
    expected = {
        (run.project, run.id): float(f"{run.noisy:.6g}")
        for run in synthetic.runs()
        if run.state == "finished" and run.dirt not in {"ignored", "bare", "silent", "nan"}
    }
    losses = {(row.project, row.id): row.loss for row in found.rows if row.loss is not None}
    twins = losses.keys() - expected.keys()
    assert {key: losses[key] for key in expected} == expected
    assert 0 < len(twins) < 15
    reasons = {reason for _, reason in found.rejected}
    assert "its configuration does not say its sequence" in reasons
    assert not any("ignore" in reason for reason in reasons)


def test_ensembles_are_asked_for_the_one_metric_that_they_log(lab: Lab, tmp_path: Path) -> None:
    fetch(lab, tmp_path / "runs.jsonl")
    asked = {PROJECT: set[str](), synthetic.EVALUATION: set[str]()}
    for query in lab.queries:
        project = f"{query['variables']['entity']}/{query['variables']['project']}"
        if project in asked:
            specs = query["variables"].get("specs") or ()
            asked[project] |= {key for spec in specs for key in json.loads(spec)["keys"]}
    assert asked[synthetic.EVALUATION] == {"_step", "eval/dclm/loss"}
    assert asked[PROJECT] == {"_step", "eval/dclm/loss", "train/loss"}


def test_the_server_filters_by_tag_state_and_id(lab: Lab, tmp_path: Path) -> None:
    fetch(lab, tmp_path / "runs.jsonl")
    filters = [json.loads(query["variables"]["filters"])["$and"] for query in lab.queries]
    tags = ["dclm-default-sweep", "suhas-dclm-chinchilla-lr-tune"]
    ignored, tagged = {"tags": {"$nin": ["ignore"]}}, {"tags": {"$in": tags}}
    assert [ignored, tagged, {"name": {"$regex": "^isoflop-"}}] in filters
    reading = [parts for parts in filters if "$in" in parts[0].get("name", {})]
    assert len(reading) == len(filters) - len(LISTINGS) - 1
    assert all({"state": "finished"} in parts for parts in reading)


def test_a_later_call_reads_only_what_is_new_or_changed(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    fetch(lab, file)
    before, stamp = file.read_bytes(), file.stat().st_mtime_ns
    lab.log.clear()
    report = fetch(lab, file)
    assert (report.read, report.wanted, report.problems) == (0, 0, ())
    # One page of headings a project, two of the one with more than a thousand runs.
    assert len(lab.queries) == len(LISTINGS) + 1
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, stamp)

    held = lab.projects[PROJECT]
    normal = [id_ for id_ in lines(file) if id_ in held and id_.endswith("wd6.40-bs64")]
    changed, gone, tagged, ignored, lost = normal[:5]
    new = normal[5].replace("lr0.0", "lr0.1")
    held[changed]["heartbeatAt"] = "2025-09-01T00:00:00Z"
    held[changed]["summaryMetrics"] = json.dumps({"eval/dclm/loss": 3.0})
    held[tagged]["tags"] = ["data-efficiency", "looked-at"]
    held[ignored]["tags"] = ["ignore"]
    held[lost]["state"] = "crashed"
    held[new] = {**held[normal[5]], "name": new, "displayName": new}
    old = lines(file)
    del held[gone]
    lab.log.clear()
    report = fetch(lab, file)
    found = lines(file)
    assert named(lab.queries[-1]) == sorted([changed, new])
    assert (report.read, report.removed, report.problems) == (2, 2, ())
    assert found[changed]["loss"] == 3.0
    assert found[tagged] == {**old[tagged], "tags": ["data-efficiency", "looked-at"]}
    assert found[lost] == {**old[lost], "state": "crashed"}
    assert new in found
    assert not {gone, ignored} & found.keys()
    same = old.keys() - {changed, gone, tagged, ignored, lost}
    assert {id_: found[id_] for id_ in same} == {id_: old[id_] for id_ in same}


def test_a_later_call_without_news_changes_the_day_alone(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    fetch(lab, file, listings=SMALL)
    head, *before = file.read_text("utf-8").splitlines()
    fetch(lab, file, listings=SMALL, today="2026-11-29")
    later, *after = file.read_text("utf-8").splitlines()
    assert head == f'{{"as_of":{{"{synthetic.CONTINUED}":"2026-11-22"}}}}'
    assert later == head.replace("2026-11-22", "2026-11-29")
    assert after == before
    assert {row.as_of for row in table.read(file).rows} == {"2026-11-29"}


def test_a_project_that_was_not_told_whole_keeps_its_day(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    held = lab.projects[synthetic.CONTINUED]
    id_, run = next(iter(held.items()))
    held[id_] = {**run, "name": None}
    assert fetch(lab, file, listings=SMALL).problems
    assert table.as_of(file) == {}
    held[id_] = run
    fetch(lab, file, listings=SMALL)
    assert table.as_of(file) == {synthetic.CONTINUED: TODAY}
    # It is listed as changed, and then not told.
    held[id_] = {**run, "heartbeatAt": "2025-09-01T00:00:00Z"}
    lab.untold.add(id_)
    assert not fetch(lab, file, listings=SMALL, today="2026-11-29").whole
    assert table.as_of(file) == {synthetic.CONTINUED: TODAY}
    lab.untold.clear()
    assert fetch(lab, file, listings=SMALL, today="2026-11-30").whole
    assert table.as_of(file) == {synthetic.CONTINUED: "2026-11-30"}


def test_a_mode_renews_the_day_of_its_projects_alone(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    table.write(file, [], {"lab/other": "2026-11-01", synthetic.CONTINUED: "2026-11-02"})
    fetch(lab, file, listings=SMALL)
    assert table.as_of(file) == {"lab/other": "2026-11-01", synthetic.CONTINUED: TODAY}


def test_a_run_that_was_read_under_another_metric_is_read_again(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    isoflop = [listing for listing in LISTINGS if listing.project == synthetic.ISOFLOP]
    other = [replace(listing, data="paloma") for listing in isoflop]
    fetch(lab, file, listings=other)
    assert all(row.loss is None for row in table.read(file).rows)
    report = fetch(lab, file, listings=isoflop)
    assert report.read == report.wanted > 50
    assert all(row.loss for row in table.read(file).rows)


def test_other_projects_stay_as_they_are(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    mine = {"project": "lab/other", "id": "x", "state": "finished", "loss": 1.5}
    table.write(file, [mine])
    report = fetch(lab, file, listings=SMALL)
    found = table.records(file)
    assert mine in found
    assert len(found) == 1 + report.read == 11


def test_an_interrupted_call_is_taken_up_by_the_next(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"

    def wait(lab: Lab, entries: int) -> None:
        end = time.monotonic() + 60
        while len(lab.queries) < entries and time.monotonic() < end:
            time.sleep(0.02)

    lab.latency = 0.4
    code = (
        # Below a shell's background job nobody hears Ctrl+C; a person's terminal does.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from pathlib import Path; from infinite_compute import runs, sources\n"
        f"listings = sources.listings(sources.load(Path({str(ROOT)!r})).values())\n"
        "runs.fetch(Path(sys.argv[1]), listings, api=sys.argv[2], key=None, today=sys.argv[3], "
        "seconds=100)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file), lab.url, TODAY],
        env={**os.environ, "PYTHONPATH": str(ROOT / "hooks")},
        stderr=subprocess.PIPE,
    ) as process:
        wait(lab, 12)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in error
    kept = lines(file)
    assert 100 <= sum("metric" in record for record in kept.values()) < 1200
    lab.latency = 0
    report = fetch(lab, file)
    assert report.problems == ()
    assert report.read == len(RECORDS) - len(kept)
    expected = tmp_path / "expected.jsonl"
    table.write(expected, RECORDS, ALL_TODAY)
    assert file.read_bytes() == expected.read_bytes()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (standin.status(403), "W&B: it wants a key (HTTP 403); set WANDB_API_KEY"),
        (standin.truncated, "W&B: the answer "),
        (standin.silent, "W&B: no answer in time"),
    ],
    ids=["403", "truncated", "silent"],
)
def test_what_fails_is_said_and_nothing_is_lost(
    lab: Lab, tmp_path: Path, fault: Callable[[Any], None], said: str
) -> None:
    file = tmp_path / "runs.jsonl"
    fetch(lab, file, listings=SMALL)
    before = file.read_bytes()
    lab.fault = fault
    report = fetch(lab, file, listings=SMALL, seconds=4)
    assert len(report.problems) == 1
    assert report.problems[0].startswith(said)
    assert not report.whole
    assert file.read_bytes() == before


def test_a_page_that_fails_now_and_then_is_asked_for_again(lab: Lab, tmp_path: Path) -> None:
    lab.fault, lab.faults_left = standin.status(500), 1
    report = fetch(lab, tmp_path / "runs.jsonl", listings=SMALL)
    assert (report.read, report.problems) == (10, ())


def test_a_server_may_give_smaller_pages(lab: Lab, tmp_path: Path) -> None:
    lab.cap = 3
    report = fetch(lab, tmp_path / "runs.jsonl", listings=SMALL)
    assert (report.read, report.problems) == (10, ())
    assert report.requests == 8


def test_a_project_that_is_not_shown_does_not_keep_the_others(lab: Lab, tmp_path: Path) -> None:
    hidden = sources.listings([Source(project="lab/hidden")])
    report = fetch(lab, tmp_path / "runs.jsonl", listings=[*hidden, *SMALL])
    assert report.read == 10
    (problem,) = report.problems
    assert problem.startswith("W&B: the runs of lab/hidden: no such project is shown; ")


def test_the_key_is_sent_and_never_told(lab: Lab, tmp_path: Path) -> None:
    lab.key = KEY
    assert fetch(lab, tmp_path / "a.jsonl", listings=SMALL, key=KEY).read == 10
    report = fetch(lab, tmp_path / "b.jsonl", listings=SMALL, key="x" * 40)
    assert any("it refuses the key in WANDB_API_KEY" in problem for problem in report.problems)
    assert not any("x" * 40 in problem for problem in report.problems)
    assert not (tmp_path / "b.jsonl").exists()


def rim(root: Path, **environment: str) -> Rim:
    return Rim(root, settings.load(ROOT / "mkdocs.yml"), environment, "2026-11-22T05:00:00Z")


def test_a_mode_renews_the_projects_that_it_reads(lab: Lab, tmp_path: Path) -> None:
    data = tmp_path / "data" / "infinite-compute"
    data.mkdir(parents=True)
    (data / "sources.yaml").write_bytes((ROOT / sources.FILE).read_bytes())
    report = runs.refresh(rim(tmp_path, LABBOOK_WANDB_API=lab.url), {"cpt"}, seconds=60)
    assert str(report).startswith("10 runs read, 0 as they were; 2 requests, ")
    assert {row.project for row in table.read(data / "runs.jsonl").rows} == {synthetic.CONTINUED}


def test_nobody_is_asked_where_that_is_off_or_the_mode_is_none() -> None:
    with pytest.raises(InfiniteComputeError, match="LABBOOK_LIVE=off: nobody is asked"):
        runs.refresh(rim(ROOT, LABBOOK_LIVE="off"))
    with pytest.raises(InfiniteComputeError, match="no mode `benchmark-results` has runs"):
        runs.refresh(rim(ROOT), ["benchmark-results"])
