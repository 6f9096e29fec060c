"""The rules over what GitHub and W&B say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from labbook import book, catalog
from labbook.checking import check, live
from labbook.checking.remark import Rule
from labbook.errors import Finding, Severity
from labbook.live.snapshot import (
    AsOf,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
    Source,
)
from labbook.settings import Settings

PATH = "data/experiments.yaml"
SETTINGS = Settings("Lab", "example/lab", ("experiment",), "lab", "https://github.com/example/lab")
RUN = "https://wandb.ai/lab/project/runs/a-run"
REPORT = "https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA"
SHORT = "https://api.wandb.ai/links/lab/abc12345"
TEXT = f"""\
categories:
  - title: A
    experiments:
      - title: Try a warmer filter
        issue: 1
        links:
          - {RUN}
          - {REPORT}
          - {SHORT}
"""
NOW = AsOf("2026-11-22T05:00:00Z")
ISSUE = IssueFacts("Experiment: Try a warmer filter", NOW, state="open")


def joined(snapshot: Snapshot, text: str = TEXT, today: str | None = "2026-11-22") -> book.Book:
    curated = catalog.parse(text.encode(), PATH, SETTINGS.repository)
    return book.join(curated, snapshot, SETTINGS, book.Source(PATH), today)


def found(snapshot: Snapshot, text: str = TEXT, today: str | None = "2026-11-22") -> list[Finding]:
    return check.findings(joined(snapshot, text, today), text, PATH)


def of_issue(text: str = TEXT, today: str | None = "2026-11-22", **facts: Any) -> list[Finding]:
    return found(Snapshot(issues={"example/lab#1": replace(ISSUE, **facts)}), text, today)


def test_what_is_well_is_not_found() -> None:
    run = RunFacts("a-run", NOW, state="finished")
    report = ReportFacts("Title", NOW)
    snapshot = Snapshot(
        issues={"example/lab#1": ISSUE},
        runs={"lab/project/a-run": run},
        reports={"VmlldzoxMTY3MzU3OA": report},
        short_links={"lab/abc12345": ShortLinkFacts(NOW, "VmlldzoxMTY3MzU3OA")},
    )
    assert found(snapshot) == []
    assert live.stale(joined(snapshot)) == []


@pytest.mark.parametrize(
    ("closed", "today", "count"),
    [
        ("2026-10-23", "2026-11-21", 0),
        ("2026-10-23", "2026-11-22", 1),
        ("2026-10-22", None, 0),
        ("no day", "2026-11-22", 0),
        ("2027-01-01", "2026-11-22", 0),
    ],
)
def test_closed_for_thirty_days(closed: str, today: str | None, count: int) -> None:
    findings = of_issue(today=today, state="closed", closed=closed)
    assert [item.rule for item in findings] == [Rule.CLOSED] * count
    for item in findings:
        assert (item.line, item.severity) == (4, Severity.WARNING)
        assert item.message == (
            f"its issue has been closed since {closed}, and the entry has no conclusion"
        )


def test_an_unknown_day_is_no_later_than_the_one_it_was_said_on() -> None:
    archive = AsOf("2026-09", archive=True)
    (finding,) = of_issue(state="closed", reason="not_planned", as_of=archive)
    assert "closed as not planned since 2026-09 at the latest" in finding.message
    assert of_issue(state="closed", as_of=NOW) == []


def test_a_conclusion_settles_it() -> None:
    concluded = f"{TEXT}        conclusion: Warmer is better.\n"
    assert of_issue(concluded, state="closed", closed="2026-01-01") == []


@pytest.mark.parametrize(
    ("title", "drifted"),
    [
        ("Try a warmer filter", False),
        ("[Experiment] try a WARMER filter!", False),
        ("A filter", False),
        ("Try a colder filter", True),
        ("Try a warmer filter on code", True),
    ],
)
def test_a_drifted_title(title: str, *, drifted: bool) -> None:
    assert [item.rule for item in of_issue(title=title)] == [Rule.TITLE] * drifted


def test_a_drifted_title_is_a_note_with_nothing_invisible() -> None:
    (finding,) = of_issue(title="Ca\u202elm\n::error::x accessToken=abcdefghijklmnop")
    assert finding.severity is Severity.NOTE
    assert "`Ca\\u202elm\\n::error::x accessToken=abcd…`" in finding.message


@pytest.mark.parametrize(
    ("facts", "rule", "said"),
    [
        ({"gone": True}, Rule.GONE, "no longer exists"),
        ({"moved_to": "example/other#7"}, Rule.MOVED, "moved to `example/other#7`"),
        ({"moved_to": "example/other#7", "gone": True}, Rule.MOVED, "moved to"),
        ({"pull": True}, Rule.MOVED, "that of a pull request"),
    ],
)
def test_an_issue_that_is_elsewhere(facts: dict[str, Any], rule: Rule, said: str) -> None:
    (finding,) = of_issue(**facts)
    assert (finding.rule, finding.line) == (rule, 4)
    assert said in finding.message
    assert "as of 2026-11-22" in finding.message


def test_gone_links_stand_on_their_own_lines() -> None:
    snapshot = Snapshot(
        runs={"lab/project/a-run": RunFacts("the run", NOW, gone=True)},
        reports={"VmlldzoxMTY3MzU3OA": ReportFacts("The title", NOW, gone=True)},
        short_links={"lab/abc12345": ShortLinkFacts(NOW, gone=True)},
    )
    findings = found(snapshot)
    assert [(item.rule, item.line) for item in findings] == [(Rule.GONE, n) for n in (7, 8, 9)]
    whats = ["the run `the run`", "the report `The title`", "the short link"]
    for item, what in zip(findings, whats, strict=True):
        assert f"{what} no longer exists" in item.message


@pytest.mark.parametrize(
    ("state", "count"), [("crashed", 1), ("failed", 1), ("killed", 0), ("running", 0), (None, 0)]
)
def test_failed_runs_are_noted(state: str | None, count: int) -> None:
    findings = found(Snapshot(runs={"lab/project/a-run": RunFacts("r", NOW, state=state)}))
    assert [(item.rule, item.severity) for item in findings] == [
        (Rule.FAILED, Severity.NOTE)
    ] * count


def test_what_is_uncategorized_comes_with_a_suggestion() -> None:
    text = (
        "categories:\n"
        "  - title: Optimizers\n    experiments:\n"
        f"      - {{title: Muon optimizer sweep, issue: 2, links: [{RUN}]}}\n"
        f"      - {{title: AdamW optimizer sweep, issue: 3, links: [{RUN}]}}\n"
        "  - title: Tokenizers\n    experiments:\n"
        f"      - {{title: Byte tokenizer, issue: 4, links: [{RUN}]}}\n"
        "uncategorized:\n"
        f"  - {{title: Sophia optimizer sweep, issue: 5, links: [{RUN}]}}\n"
        f"  - {{title: Something else, issue: 6, links: [{RUN}]}}\n"
    )
    first, second = found(Snapshot(), text)
    assert first.rule == second.rule == Rule.UNCATEGORIZED
    assert first.remedy.startswith("`Optimizers` may fit: ")
    assert second.remedy == "move it under the heading where it belongs"


def test_stale_data_is_counted_by_source() -> None:
    old = AsOf("2026-11-01T00:00:00Z")
    snapshot = Snapshot(
        issues={"example/lab#1": replace(ISSUE, as_of=old)},
        runs={"lab/project/a-run": RunFacts("r", NOW)},
    )
    assert live.stale(joined(snapshot)) == [
        live.Stale(Source.GITHUB, known=1, old=1, oldest=old, unknown=0),
        live.Stale(Source.WANDB, known=1, old=0, oldest=None, unknown=2),
    ]
