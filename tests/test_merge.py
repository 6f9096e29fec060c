"""What is known after a refresh: nothing wanted is lost, nothing else is kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from labbook.live import codec, merge
from labbook.live.answers import Answers
from labbook.live.merge import Outcome
from labbook.live.snapshot import (
    AsOf,
    Curve,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
    SnapshotError,
    Source,
)
from labbook.live.wanted import Wanted
from labbook.model import IssueRef
from live_facts import ALL, BEFORE, NOW, SNAPSHOTS, WANTED, answers

ISSUE = IssueRef("example/lab", 1)
KEY = str(ISSUE)
RUN = "lab/project/a"


@given(SNAPSHOTS, answers(), WANTED)
def test_every_wanted_item_is_answered_or_kept_and_nothing_else_stays(
    old: Snapshot, given_answers: Answers, wanted: Wanted
) -> None:
    merged = merge.merge(old, given_answers, wanted, NOW)
    for section, keys in merge.keys(wanted, merged.snapshot).items():
        before, after = getattr(old, section), getattr(merged.snapshot, section)
        answered = getattr(given_answers, section)
        assert set(after) == set(keys) & (set(before) | set(answered))
        assert set(merged.outcomes[section]) == set(keys)
        for key in keys:
            match merged.outcomes[section][key]:
                case Outcome.MISSING:
                    assert key not in after
                case Outcome.KEPT:
                    assert after[key] == before[key]
                case Outcome.GONE:
                    assert after[key].gone
                    assert after[key].as_of == AsOf(NOW)
                case Outcome.FRESH:
                    assert after[key].as_of == AsOf(NOW)
    merge.refuse_shrink(old, merged.snapshot, wanted)


@given(SNAPSHOTS, WANTED)
def test_a_source_that_does_not_answer_changes_nothing(old: Snapshot, wanted: Wanted) -> None:
    first = merge.merge(old, Answers(), wanted, BEFORE).snapshot
    assert merge.merge(first, Answers(), wanted, NOW).snapshot == first
    assert first.sources == old.sources


@given(SNAPSHOTS, answers())
def test_a_day_without_news_changes_nothing_but_the_stamps(
    old: Snapshot, given_answers: Answers
) -> None:
    first = merge.merge(old, given_answers, ALL, NOW).snapshot
    day = AsOf("2026-11-23T05:00:00Z")
    again = Answers()
    for section in codec.SECTIONS:
        items = getattr(first, section).items()
        setattr(again, section, {key: replace(facts, as_of=day) for key, facts in items})
    second = merge.merge(first, again, ALL, day.when).snapshot
    assert not merge.is_news(first, second)
    assert _without_stamps(codec.encode(second)) == _without_stamps(codec.encode(first))
    unchanged = {key for s in codec.SECTIONS for key in getattr(first, s)}
    third = merge.merge(first, Answers(unchanged=unchanged), ALL, day.when).snapshot
    assert codec.encode(third) == codec.encode(second)


def test_what_is_gone_keeps_its_last_known_fields() -> None:
    old = Snapshot({KEY: IssueFacts("Title", AsOf(BEFORE), state="open", labels=("a",))})
    gone = Answers(issues={KEY: IssueFacts("", AsOf(NOW), gone=True)})
    merged = merge.merge(old, gone, Wanted((ISSUE,)), NOW)
    assert merged.snapshot.issues[KEY] == replace(old.issues[KEY], as_of=AsOf(NOW), gone=True)
    assert merged.outcomes["issues"] == {KEY: Outcome.GONE}


@pytest.mark.parametrize(("state", "kept"), [("finished", True), ("running", False)])
def test_the_curve_of_a_run_that_has_ended_is_kept(*, state: str, kept: bool) -> None:
    curve = Curve("loss", ((0.0, 1.0),))
    old = Snapshot(runs={RUN: RunFacts("a", AsOf(BEFORE), state="finished", curve=curve)})
    answer = Answers(runs={RUN: RunFacts("a", AsOf(NOW), state=state)})
    merged = merge.merge(old, answer, Wanted(runs=(RUN,)), NOW)
    assert merged.snapshot.runs[RUN].curve == (curve if kept else None)


def test_a_source_is_stamped_when_it_answered_something() -> None:
    old = Snapshot(sources={Source.GITHUB: AsOf(BEFORE), Source.WANDB: AsOf(BEFORE)})
    answer = Answers(issues={KEY: IssueFacts("Title", AsOf(NOW))})
    merged = merge.merge(old, answer, Wanted((ISSUE,), (RUN,)), NOW)
    assert merged.snapshot.sources == {Source.GITHUB: AsOf(NOW), Source.WANDB: AsOf(BEFORE)}


def test_a_short_link_wants_the_report_that_it_leads_to() -> None:
    answer = Answers(
        reports={"Vmlldzo5": ReportFacts("Title", AsOf(NOW))},
        short_links={"lab/abc": ShortLinkFacts(AsOf(NOW), "Vmlldzo5")},
    )
    wanted = Wanted(short_links=("lab/abc",))
    merged = merge.merge(Snapshot(), answer, wanted, NOW)
    assert merged.snapshot.reports == answer.reports
    assert merge.merge(merged.snapshot, Answers(), wanted, NOW).snapshot == merged.snapshot


def test_losing_a_wanted_item_is_refused_and_dropping_an_unwanted_one_is_not() -> None:
    old = Snapshot({KEY: IssueFacts("Title", AsOf(BEFORE))})
    with pytest.raises(SnapshotError, match="it would lose example/lab#1, which the catalog"):
        merge.refuse_shrink(old, Snapshot(), Wanted((ISSUE,)))
    merge.refuse_shrink(old, Snapshot(), Wanted())


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (AsOf(BEFORE), AsOf(NOW)),
        (AsOf("2026-09", archive=True), AsOf(BEFORE)),
        (AsOf("2026-11-22", archive=True), AsOf(BEFORE)),
        # A stamp from a clock that ran ahead: what came after it was set right counts.
        (AsOf("2031-01-01T00:00:00Z"), AsOf(BEFORE)),
    ],
)
def test_of_two_facts_the_newer_is_laid_above(lower: AsOf, upper: AsOf) -> None:
    old = Snapshot({KEY: IssueFacts("Old", lower)}, sources={Source.GITHUB: lower})
    new = Snapshot({KEY: IssueFacts("New", upper)}, sources={Source.GITHUB: upper})
    assert merge.overlay(old, new, NOW) == new
    assert merge.overlay(new, old, NOW) == new


@given(SNAPSHOTS, SNAPSHOTS)
def test_laying_one_over_the_other_loses_no_item(left: Snapshot, right: Snapshot) -> None:
    both = merge.overlay(left, right, NOW)
    for section in codec.SECTIONS:
        assert set(getattr(both, section)) == {*getattr(left, section), *getattr(right, section)}


def _without_stamps(text: str) -> object:
    data = json.loads(text)
    data.pop("sources", None)
    for section in codec.SECTIONS:
        for item in data.get(section, {}).values():
            item.pop("checked", None)
            item.pop("archive", None)
    return data
