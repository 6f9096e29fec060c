"""Asking both sources at once, `labbook refresh`, and what a build asks for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from checkout import ROOT
from labbook import settings, site
from labbook.errors import SettingsError
from labbook.live import ages, current, refresh, store, wanted
from labbook.live.answers import Answers, Deadline
from labbook.live.current import OverdueError
from labbook.live.merge import Outcome
from labbook.live.rim import Mode, Rim
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot, Source
from labbook.live.wanted import Wanted
from labbook.model import Experiment, IssueRef, Link
from live_lab import CATALOG, REPORT, TOKEN, Lab, served
from standins import wandb as wandb_standin
from standins.github import Handler, Request

NOW = "2026-11-22T05:00:00Z"
ISSUES = tuple(f"lab/book#{n}" for n in (1, 2, 3))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with served(tmp_path / "lab") as lab:
        yield lab


def rim(lab: Lab, now: str = NOW, **environment: str) -> Rim:
    return Rim(lab.root, settings.load(lab.root / "mkdocs.yml"), lab.environment | environment, now)


def broken(handler: Handler, _: Request) -> bool:
    handler.message(500, "no")
    return True


def asked(lab: Lab) -> Wanted:
    loaded = settings.load(lab.root / "mkdocs.yml")
    return wanted.of(site.load_catalog(lab.root, loaded).experiments(), loaded)


def run(lab: Lab, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PYTHONPATH": str(ROOT / "hooks")}
    return subprocess.run(
        [sys.executable, "-m", "labbook", "refresh", *arguments],
        cwd=lab.root,
        env={**os.environ, **path, **lab.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def renew(lab: Lab, known: Snapshot | None = None, now: str = NOW) -> tuple[Snapshot, list[str]]:
    said: list[str] = []
    before = current.load(lab.root, now).snapshot if known is None else known
    return current.renewed(rim(lab, now), asked(lab), before, said.append), said


def test_both_sources_are_asked_side_by_side_and_a_late_one_is_left_behind() -> None:
    def good(_: Deadline) -> Answers:
        time.sleep(0.3)
        return Answers(unchanged={"a"}, requests=2)

    def broken(_: Deadline) -> Answers:
        raise RuntimeError("the key is k3y")

    def late(_: Deadline) -> Answers:
        threading.Event().wait(20)
        return Answers(unchanged={"late"})

    ticks: list[tuple[float, list[str]]] = []
    started = time.monotonic()
    fetches = {"A": good, "B": good, "C": broken, "D": late}
    answers = refresh.ask(fetches, 0.5, lambda share, who: ticks.append((share, list(who))))
    assert time.monotonic() - started < 1.5
    assert answers.requests == 4
    assert answers.unchanged == {"a"}
    assert answers.problems == ["C: failed (RuntimeError)", "D: no answer within 0.5 s"]
    assert ticks[-1] == (1.0, [])
    assert any(who == ["D"] for _, who in ticks)


def test_the_closing_line_counts_every_kind() -> None:
    outcomes = {
        "issues": {"a": Outcome.FRESH, "b": Outcome.KEPT, "c": Outcome.GONE},
        "runs": {"d": Outcome.MISSING},
        "reports": {},
        "short_links": {"e": Outcome.KEPT},
    }
    known = Snapshot({"b": IssueFacts("b", AsOf("2026-11-19T04:00:00Z"))})
    known = replace(known, short_links={"e": known.issues["b"]})  # type: ignore[dict-item]
    report = refresh.report(outcomes, known, Answers(requests=1), 1.23, NOW)
    assert str(report) == (
        "issues: 1 fresh, 1 gone, 1 kept (oldest 3 days), 0 missing; "
        "runs: 0 fresh, 0 kept, 1 missing; "
        "short links: 0 fresh, 1 kept (oldest 3 days), 0 missing; 1 request, 1.2 s"
    )


@pytest.mark.parametrize(
    ("when", "seconds"),
    [
        ("2026-11-22T04:59:00Z", 60),
        ("2026-11-22", 0),
        ("2026-11-21", 5 * 3600 + 1),
        ("2026-11", 0),
        ("2026-10", 21 * 86_400 + 5 * 3600 + 1),
        ("2026-11-22T05:00:01Z", None),
        ("2026-12", None),
        ("soon", None),
        ("", None),
    ],
)
def test_an_age_is_the_least_it_can_be_and_never_negative(when: str, seconds: float | None) -> None:
    assert ages.age(AsOf(when), NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (61, "1 minute"), (7200, "2 hours"), (604_800, "7 days")],
)
def test_an_age_in_words(seconds: float, words: str) -> None:
    assert ages.words(seconds) == words


def test_what_the_catalog_wants_is_read_off_its_links_after_the_rewrites() -> None:
    lab = settings.Settings(
        site_name="Lab",
        repository="lab/book",
        labels=(),
        wandb_entity="ent",
        repo_url="https://github.com/lab/book",
        rewrites=(settings.Rewrite("https://wandb.ai/old/", "https://wandb.ai/new/"),),
    )
    links = [
        "https://wandb.ai/old/proj/runs/a%20b?nw=x",
        "https://wandb.ai/new/proj/runs/a%20b",
        "https://wandb.ai/new/proj/reports/Title--Vmlldzox",
        "https://wandb.ai/new/proj/reports/Title--Other",
        "https://api.wandb.ai/links/new/abcd1234",
        "https://github.com/lab/book/issues/5",
        "https://example.org/runs/",
    ]
    experiment = Experiment("1", "", IssueRef("lab/book", 1), tuple(map(Link, links)))
    assert wanted.of([experiment, experiment], lab) == Wanted(
        (IssueRef("lab/book", 1),), ("new/proj/a b",), ("Vmlldzox",), ("new/abcd1234",)
    )


def test_refresh_writes_the_facts_and_closes_with_one_line(lab: Lab) -> None:
    done = run(lab)
    assert done.returncode == 0
    assert done.stderr == ""
    pattern = (
        r"issues: 3 fresh, 0 kept, 0 missing; runs: 2 fresh, 0 kept, 0 missing; "
        r"reports: 1 fresh, 0 kept, 0 missing; \d+ requests, \d+\.\d s\n"
    )
    assert re.fullmatch(pattern, done.stdout)
    facts = store.load(lab.file).snapshot
    assert {key: issue.title for key, issue in facts.issues.items()} == {
        key: f"Title {n}" for n, key in enumerate(ISSUES, start=1)
    }
    assert facts.runs["ent/proj/run-00000"].metrics == (("eval/c4/loss", 3.25),)
    assert facts.reports[REPORT].title == "Report 0"
    seen = json.loads((lab.root / "data" / "history.json").read_text())["entries"]
    assert seen == {"1": {"entry": None}, "2": {"conclusion": None, "entry": None}, "3": seen["1"]}
    assert TOKEN not in lab.file.read_text()


def test_a_refresh_without_news_changes_the_stamps_alone(lab: Lab) -> None:
    run(lab)
    first = lab.file.read_text()
    time.sleep(1.1)
    assert run(lab).returncode == 0
    second = lab.file.read_text()
    changed = [
        (old, new)
        for old, new in zip(first.split("\n"), second.split("\n"), strict=True)
        if old != new
    ]
    assert len(changed) == len(Source)
    stamp = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"')
    assert all(stamp.sub("", old) == stamp.sub("", new) for old, new in changed)


def test_a_refresh_of_the_cache_writes_no_tracked_file_and_may_insist(lab: Lab) -> None:
    require = {"LABBOOK_LIVE": "require"}
    done = run(lab, "--cache", **require)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("issues: 3 fresh, 0 kept")
    assert store.load(lab.cache).snapshot.issues["lab/book#1"].title == "Title 1"
    assert [file.name for file in (lab.root / "data").iterdir()] == ["experiments.yaml"]
    # What a build would not ask for is not asked for.
    assert run(lab, "--cache", **require).stdout == ""

    nowhere = {
        "LABBOOK_GITHUB_API": "http://127.0.0.1:9",
        "LABBOOK_WANDB_API": "http://127.0.0.1:9",
    }
    lab.cache.write_text(re.sub(r'"20[0-9]{2}-', '"2019-', lab.cache.read_text()))
    done = run(lab, "--cache", "--budget", "4", **require, **nowhere)
    assert done.returncode == 1
    assert "lab/book#1: known as of 2019-" in done.stderr
    assert run(lab, "--cache", "--budget", "4", **nowhere).returncode == 0


def test_a_refresh_that_nobody_answers_succeeds_and_changes_nothing(lab: Lab) -> None:
    run(lab)
    first = lab.file.read_text()
    nowhere = {
        "LABBOOK_GITHUB_API": "http://127.0.0.1:9",
        "LABBOOK_WANDB_API": "http://127.0.0.1:9",
    }
    done = run(lab, "--budget", "4", **nowhere)
    assert done.returncode == 0
    assert "issues: 0 fresh, 3 kept (oldest " in done.stdout
    assert "GitHub: the connection was refused" in done.stderr
    assert lab.file.read_text() == first


def test_two_refreshes_at_once_lose_nothing(lab: Lab) -> None:
    results: list[subprocess.CompletedProcess[str]] = []
    down = {"LABBOOK_WANDB_API": "http://127.0.0.1:9"}, {"LABBOOK_GITHUB_API": "http://127.0.0.1:9"}
    threads = [
        threading.Thread(target=lambda e=e: results.append(run(lab, "--budget", "4", **e)))
        for e in down
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.returncode for done in results] == [0, 0]
    facts = store.load(lab.file)
    assert facts.problems == ()
    assert len(facts.snapshot.issues) == 3
    assert len(facts.snapshot.runs) == 2


def test_a_damaged_file_is_named_with_its_line_and_written_anew(lab: Lab) -> None:
    run(lab)
    whole = lab.file.read_text()
    # The second item is damaged, and GitHub has lost it: what cannot be known is not invented.
    damaged = whole.replace('"lab/book#2": {', '"lab/book#2": ')
    lab.file.write_text(damaged)
    done = run(lab, LABBOOK_GITHUB_API="http://127.0.0.1:9")
    assert done.returncode == 0
    line = damaged[: damaged.index("lab/book#2")].count("\n") + 1
    assert done.stderr.startswith(f"data/live.json:{line}:")
    assert "issues: 0 fresh, 2 kept" in done.stdout
    assert "1 missing" in done.stdout
    assert set(store.load(lab.file).snapshot.issues) == {"lab/book#1", "lab/book#3"}
    run(lab)
    assert set(store.load(lab.file).snapshot.issues) == set(ISSUES)


def test_check_names_the_damage_of_the_file(lab: Lab) -> None:
    lab.file.write_text('{"format": 1,\n"issues": 5}\n')
    done = subprocess.run(
        [sys.executable, "-m", "labbook", "check"],
        cwd=lab.root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "hooks")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "data/live.json:2:1: issues: not a mapping; all that stands on" in done.stdout
    assert "1 error" in done.stdout


def test_on_a_terminal_a_bar_says_who_is_waited_for_and_goes(lab: Lab) -> None:
    lab.github.latency = 0.5
    ours, theirs = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "labbook", "refresh"],
        cwd=lab.root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "hooks"), **lab.environment},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        timeout=60,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "] waiting for GitHub and W&B" in shown
    assert shown.endswith("\r\x1b[K")
    assert done.stdout.startswith("issues: 3 fresh")


def test_what_the_catalog_drops_is_dropped_and_nothing_else(lab: Lab) -> None:
    run(lab)
    file = lab.root / "data" / "experiments.yaml"
    file.write_text(CATALOG[: CATALOG.index("      - title: Third")])
    done = run(lab, LABBOOK_GITHUB_API="http://127.0.0.1:9")
    assert done.returncode == 0
    facts = store.load(lab.file).snapshot
    assert set(facts.issues) == {"lab/book#1", "lab/book#2"}
    assert len(facts.runs) == 2
    history = json.loads((lab.root / "data" / "history.json").read_text())
    assert set(history["entries"]) == {"1", "2", "3"}


def test_a_file_that_cannot_be_written_fails_in_a_sentence(lab: Lab) -> None:
    lab.file.mkdir()
    done = run(lab, LABBOOK_GITHUB_API="http://127.0.0.1:9", LABBOOK_WANDB_API="http://127.0.0.1:9")
    assert done.returncode == 1
    assert re.fullmatch(r"data/live\.json: cannot be read \([^\n]+\)\n", done.stderr)


@pytest.mark.parametrize("budget", ["0", "-1", "x", "nan", "inf"])
def test_a_budget_is_a_number_of_seconds(lab: Lab, budget: str) -> None:
    done = run(lab, f"--budget={budget}")
    assert done.returncode == 2
    assert "not a number of seconds" in done.stderr


def test_a_build_renews_into_the_cache_and_asks_again_only_after_its_time(lab: Lab) -> None:
    known, said = renew(lab)
    assert {key: facts.as_of for key, facts in known.issues.items()} == dict.fromkeys(
        ISSUES, AsOf(NOW)
    )
    assert said[0].startswith("issues: 3 fresh, 0 kept, 0 missing; runs: 2 fresh")
    assert not lab.file.exists()
    requests = len(lab.github.log), len(lab.wandb.log)
    again, said = renew(lab, now="2026-11-22T05:59:59Z")
    assert again == known
    assert said == []
    assert (len(lab.github.log), len(lab.wandb.log)) == requests
    later, said = renew(lab, now="2026-11-22T06:00:01Z")
    assert said[0].startswith("issues: 3 fresh")
    assert later.sources[Source.GITHUB] == AsOf("2026-11-22T06:00:01Z")


def test_what_was_asked_in_vain_is_not_asked_again_at_once(lab: Lab) -> None:
    lab.wandb.fault = wandb_standin.status(403)
    known, said = renew(lab)
    assert known.runs == {}
    assert any("W&B" in sentence for sentence in said[1:])
    requests = len(lab.wandb.log)
    assert renew(lab, now="2026-11-22T05:10:00Z") == (known, [])
    assert len(lab.wandb.log) == requests
    # With another way to ask there is hope at once.
    said = []
    other = rim(lab, "2026-11-22T05:20:00Z", WANDB_API_KEY="")
    current.renewed(other, asked(lab), known, said.append)
    assert said


def test_an_entry_that_is_new_is_asked_for_at_once_and_alone(lab: Lab) -> None:
    renew(lab)
    file = lab.root / "data" / "experiments.yaml"
    file.write_text(CATALOG + "      - title: Fourth\n        issue: 4\n")
    known, said = renew(lab, now="2026-11-22T05:01:00Z")
    assert said[0].startswith("issues: 0 fresh, 1 gone, 0 kept, 0 missing; ")
    assert "lab/book#4" in known.issues
    assert known.issues["lab/book#1"].as_of == AsOf(NOW)


def test_a_clock_that_runs_backwards_loses_nothing_and_heals(lab: Lab) -> None:
    ahead, _ = renew(lab, now="2031-01-01T00:00:00Z")
    lab.github.issues["lab/book"][1].title = "Newer"
    back, _ = renew(lab)
    assert set(back.issues) == set(ahead.issues)
    assert set(back.runs) == set(ahead.runs)
    assert back.issues["lab/book#1"] == replace(
        ahead.issues["lab/book#1"], title="Newer", as_of=AsOf(NOW)
    )
    assert current.load(lab.root, NOW).snapshot == back
    line = refresh.report({"issues": dict.fromkeys(ISSUES, Outcome.KEPT)}, ahead, Answers(), 0, NOW)
    assert str(line) == "issues: 0 fresh, 3 kept, 0 missing; 0 requests, 0.0 s"


def test_required_facts_that_are_too_old_and_not_renewed_fail_with_their_names(lab: Lab) -> None:
    known, _ = renew(lab)
    lab.github.fault = broken
    lab.wandb.fault = wandb_standin.status(403)

    def required(now: str) -> Snapshot:
        said: list[str] = []
        rim_then = rim(lab, now, LABBOOK_LIVE="require")
        return current.renewed(rim_then, asked(lab), known, said.append, required=True)

    assert required("2026-11-29T04:59:59Z") == known
    with pytest.raises(OverdueError) as caught:
        required("2026-11-29T05:00:01Z")
    lines = str(caught.value).split("\n")
    assert len(lines) == 6
    assert lines[0].startswith("lab/book#1: known as of 2026-11-22T05:00:00Z, older than 7 days")


def test_at_most_ten_overdue_items_are_named(lab: Lab) -> None:
    lab.github.fault = broken
    refs = tuple(IssueRef("lab/book", n) for n in range(1, 15))
    old = AsOf("2026-09", archive=True)
    known = Snapshot({str(ref): IssueFacts("Title", old) for ref in refs})
    with pytest.raises(OverdueError) as caught:
        current.renewed(rim(lab), Wanted(refs), known, lambda _: None, required=True)
    lines = str(caught.value).split("\n")
    assert len(lines) == 11
    assert lines[-1] == "and 4 more"


def test_a_cache_that_is_of_no_use_is_none(lab: Lab) -> None:
    run(lab)
    lab.cache.parent.mkdir(parents=True, exist_ok=True)
    tracked = store.load(lab.file).snapshot
    for text in ("", "{", '{"format": 7}', "\x00"):
        lab.cache.write_text(text)
        assert current.load(lab.root, NOW).snapshot == tracked


def test_a_cache_that_cannot_be_written_is_said_and_the_build_goes_on(lab: Lab) -> None:
    (lab.root / ".cache").write_text("")
    known, said = renew(lab)
    assert set(known.issues) == set(ISSUES)
    assert said[-1].startswith("what was learned is not kept: ")


def test_news_is_what_differs_beside_the_ages(lab: Lab) -> None:
    def news(now: str) -> bool:
        return current.has_news(rim(lab, now), asked(lab), lambda _: None)

    assert news(NOW)
    assert not news("2026-11-22T07:00:00Z")
    lab.github.issues["lab/book"][2].title = "Changed"
    lab.github.issues["lab/book"][2].updated = "2026-11-22T08:00:00Z"
    assert news("2026-11-22T09:00:00Z")


@pytest.mark.parametrize(
    ("value", "mode"),
    [(None, Mode.AUTO), ("", Mode.AUTO), ("off", Mode.OFF), ("require", Mode.REQUIRE)],
)
def test_the_environment_sets_the_mode(lab: Lab, value: str | None, mode: Mode) -> None:
    environment: Mapping[str, str] = {} if value is None else {"LABBOOK_LIVE": value}
    assert replace(rim(lab), environment=environment).mode is mode


def test_a_mode_that_is_none_is_named(lab: Lab) -> None:
    with pytest.raises(SettingsError, match="LABBOOK_LIVE: `on` is no mode; write one of auto,"):
        _ = rim(lab, LABBOOK_LIVE="on").mode


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("live: {ttl: 0}", "extra.labbook.live.ttl: not a number of seconds"),
        ("live: {budget: .inf}", "extra.labbook.live.budget: not a number of seconds"),
        ("live: {age: 5}", "extra.labbook.live: not a mapping of budget, max_age, ttl"),
        ("run_fields: [a]", "extra.labbook.run_fields: not a mapping of parameters, tokens"),
        ("run_fields: {tokens: a}", "extra.labbook.run_fields.tokens: not a list of texts"),
        ("metrics: 5", "extra.labbook.metrics: not a list of texts"),
        ("github_api: api.github.com", "extra.labbook.github_api: not an address"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "mkdocs.yml"
    file.write_text(f"extra:\n  labbook:\n    repository: lab/book\n    {line}\n")
    with pytest.raises(SettingsError, match=re.escape(message)):
        settings.load(file)
