"""The text of live.json: the same facts have the same text, and damage costs its own lines only."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout import ROOT
from labbook.live import codec
from labbook.live.snapshot import (
    AsOf,
    Curve,
    IssueFacts,
    RunFacts,
    Snapshot,
    SnapshotError,
    Source,
)
from live_facts import BEFORE, SNAPSHOTS

UNDATED = AsOf("2026-11-21", archive=True)
THREE = Snapshot(
    {f"example/lab#{n}": IssueFacts(f"Title {n}", AsOf(BEFORE)) for n in (1, 2, 3)},
    sources={Source.GITHUB: AsOf(BEFORE)},
)


def test_the_committed_file_is_read_and_written_byte_for_byte() -> None:
    text = (ROOT / "data/live.json").read_text(encoding="utf-8")
    decoded = codec.decode(text, UNDATED)
    assert decoded.snapshot.issues
    assert not decoded.faults
    assert codec.encode(decoded.snapshot) == text


@given(SNAPSHOTS)
def test_what_is_written_is_what_is_read(snapshot: Snapshot) -> None:
    text = codec.encode(snapshot)
    decoded = codec.decode(text, UNDATED)
    assert decoded == codec.Decoded(snapshot)
    assert codec.encode(decoded.snapshot) == text


@given(SNAPSHOTS)
def test_the_text_is_sorted_one_item_a_line_and_holds_nothing_empty(snapshot: Snapshot) -> None:
    text = codec.encode(snapshot)
    data = json.loads(text)
    assert text.count("\n") == len(data) * 2 + 1 + sum(
        len(section) for section in data.values() if isinstance(section, dict)
    )
    assert json.dumps(data, sort_keys=True) == json.dumps(data)
    items = [item for name in codec.SECTIONS for item in data.get(name, {}).values()]
    assert not [
        value
        for item in items
        for value in item.values()
        if value is None or value is False or value == []
    ]


def test_an_item_of_another_time_than_its_source_says_so() -> None:
    old = IssueFacts("Old", AsOf("2026-09", archive=True))
    text = codec.encode(Snapshot({**THREE.issues, "example/lab#4": old}, sources=THREE.sources))
    assert '    "example/lab#1": {"title": "Title 1"},\n' in text
    assert '"example/lab#4": {"archive": true, "checked": "2026-09", "title": "Old"}\n' in text


def test_numbers_that_json_does_not_know_are_left_out() -> None:
    run = RunFacts(
        "a",
        AsOf(BEFORE),
        duration=math.inf,
        metrics=(("bad", math.nan), ("good", 1.5)),
        curve=Curve("loss", ((0.0, 2.0), (1.0, math.nan), (2.0, 1.0))),
    )
    found = codec.decode(codec.encode(Snapshot(runs={"a/b/c": run})), UNDATED).snapshot.runs
    assert found["a/b/c"].duration is None
    assert found["a/b/c"].metrics == (("good", 1.5),)
    assert found["a/b/c"].curve == Curve("loss", ((0.0, 2.0), (2.0, 1.0)))


def test_half_a_surrogate_pair_does_not_keep_the_rest_from_the_file() -> None:
    snapshot = Snapshot({"example/lab#1": IssueFacts("a \ud800 b", AsOf(BEFORE))})
    text = codec.encode(snapshot)
    text.encode("utf-8")
    assert codec.decode(text, UNDATED).snapshot.issues["example/lab#1"].title == "a ? b"


def test_a_damaged_line_is_named_and_costs_its_own_item_only() -> None:
    lines = codec.encode(THREE).split("\n")
    (at,) = (n for n, line in enumerate(lines) if "#2" in line)
    lines[at] = lines[at].replace('"title"', "title")
    decoded = codec.decode("\n".join(lines), UNDATED)
    assert [fault.line for fault in decoded.faults] == [at + 1]
    assert decoded.snapshot.sources == THREE.sources
    assert decoded.snapshot.issues == {
        key: facts for key, facts in THREE.issues.items() if key != "example/lab#2"
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"title": "Title 2"', '"title": 2', "`title` is not a text"),
        ('"title": "Title 2"', '"state": "open"', "`title` is missing"),
        ('{"title": "Title 2"}', "[]", "not a mapping"),
        ('"title": "Title 2"', '"labels": "a", "title": "b"', "`labels` is not a list"),
        ('"title": "Title 2"', '"gone": 1, "title": "b"', "`gone` is not true or false"),
        ('"title": "Title 2"', '"checked": 5, "title": "b"', "`checked` is not a text"),
    ],
)
def test_a_value_of_a_wrong_kind_is_named_with_its_line(old: str, new: str, message: str) -> None:
    text = codec.encode(THREE).replace(old, new)
    decoded = codec.decode(text, UNDATED)
    (fault,) = decoded.faults
    assert fault == codec.Fault(5, 5, f"example/lab#2: {message}")
    assert set(decoded.snapshot.issues) == {"example/lab#1", "example/lab#3"}


@pytest.mark.parametrize("number", ["NaN", "1e999", '"5"', "true", "[]", "-Infinity"])
def test_what_is_no_number_is_none(number: str) -> None:
    text = '{"runs": {"a/b/c": {"duration": %s, "name": "a"}}}' % number  # noqa: UP031
    decoded = codec.decode(text, UNDATED)
    assert decoded.faults
    assert not decoded.snapshot.runs


@given(SNAPSHOTS, st.data())
def test_a_text_cut_anywhere_gives_what_was_whole_and_invents_nothing(
    snapshot: Snapshot, data: st.DataObject
) -> None:
    text = codec.encode(snapshot)
    cut = text[: data.draw(st.integers(0, len(text) - 3))]
    decoded = codec.decode(cut, UNDATED)
    assert decoded.faults
    for section in codec.SECTIONS:
        was = getattr(snapshot, section)
        for key, found in getattr(decoded.snapshot, section).items():
            assert found in (was[key], _at(was[key], UNDATED))
        whole = [key for key in was if f"\n    {json.dumps(key, ensure_ascii=False)}: " in cut]
        assert len(getattr(decoded.snapshot, section)) >= len(whole) - 1


def test_the_two_sides_of_a_merge_are_read_as_of_the_later_one_at_the_latest() -> None:
    text = codec.encode(THREE)
    later = text.replace(BEFORE, "2026-11-22T00:00:00Z").replace("Title 2", "Title 2b")
    conflict = f"<<<<<<< ours\n{text}=======\n{later}>>>>>>> theirs\n"
    decoded = codec.decode(conflict, UNDATED)
    assert decoded.faults[0].line == 1
    assert {f.title for f in decoded.snapshot.issues.values()} == {"Title 1", "Title 2b", "Title 3"}
    stamps = {facts.as_of for facts in decoded.snapshot.issues.values()}
    assert stamps == {AsOf("2026-11-22T00:00:00Z", archive=True)}


@pytest.mark.parametrize("text", ["", "[]", "5", "{", '{"issues": []}', "[" * 100_000, "9" * 5000])
def test_what_is_no_snapshot_is_empty_and_said(text: str) -> None:
    decoded = codec.decode(text, UNDATED)
    assert decoded.faults
    assert decoded.snapshot == Snapshot()


def test_a_file_of_a_later_version_is_left_alone() -> None:
    with pytest.raises(SnapshotError, match="format is 2, where 1 is known"):
        codec.decode('{"format": 2}', UNDATED)


def _at(facts: object, stamp: AsOf) -> object:
    return dataclasses.replace(facts, as_of=stamp)  # type: ignore[type-var]
