"""The days on which entries and conclusions were first seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout import ROOT
from labbook import history
from labbook.history import History, HistoryError, Seen
from labbook.model import Experiment

OPEN = Experiment("1", "One")
CONCLUDED = Experiment("1", "One", conclusion="It works.")
OTHER = Experiment("two", "Two")
DAYS = st.dates().map(str)


def test_what_was_there_before_the_history_began_is_undated() -> None:
    begun = history.update(None, [CONCLUDED, OTHER], "2026-11-22")
    seen = {"1": Seen(None, concluded=True), "two": Seen(None)}
    assert begun == History("2026-11-22", seen)


def test_what_comes_later_has_the_day_it_was_first_seen() -> None:
    begun = history.update(None, [OPEN], "2026-11-22")
    later = history.update(begun, [CONCLUDED, OTHER], "2026-11-25")
    assert later.entries["1"] == Seen(None, concluded=True, conclusion="2026-11-25")
    assert later.entries["two"] == Seen("2026-11-25")
    changed = Experiment("1", "One", conclusion="It does not.")
    assert history.update(later, [changed, OTHER], "2026-12-01") == later


def test_what_was_removed_is_not_new_when_it_comes_back() -> None:
    begun = history.update(None, [CONCLUDED, OTHER], "2026-11-22")
    without = history.update(begun, [OTHER], "2026-11-23")
    assert without == begun
    assert history.update(without, [CONCLUDED, OTHER], "2026-11-24") == begun


def test_a_clock_that_runs_backwards_dates_nothing_before_the_beginning() -> None:
    begun = history.update(None, [OPEN], "2026-11-22")
    assert history.update(begun, [OPEN, OTHER], "2020-01-01").entries["two"] == Seen("2026-11-22")


@given(
    st.builds(
        History,
        DAYS,
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.builds(Seen, st.none() | DAYS)
            | st.builds(Seen, st.none() | DAYS, st.just(value=True), st.none() | DAYS),
        ),
    )
)
def test_what_is_written_is_what_is_read_one_entry_a_line(written: History) -> None:
    text = history.encode(written)
    assert history.decode(text) == written
    own = [line for line in text.split("\n") if line.startswith("    ")]
    assert [key for line in own for key in json.loads(f"{{{line.rstrip(',')}}}")] == sorted(
        written.entries
    )


def test_the_file_is_written_only_where_something_is_new(tmp_path: Path) -> None:
    file = tmp_path / "data" / "history.json"
    assert history.load(file, "x") is None
    history.renew(file, "x", [OPEN], "2026-11-22")
    before = file.stat().st_mtime_ns
    history.renew(file, "x", [OPEN], "2026-11-23")
    assert file.stat().st_mtime_ns == before
    history.renew(file, "x", [CONCLUDED], "2026-11-24")
    assert history.load(file, "x") == History(
        "2026-11-22", {"1": Seen(None, concluded=True, conclusion="2026-11-24")}
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{\n"begun": 5,}', "data/history.json:2:12: not JSON"),
        ('{"begun": "2026", "entries": {}, "format": 1}', "is no day"),
        ('{"begun": "2026-11-22", "entries": [], "format": 1}', "not a history"),
        ('{"begun": "2026-11-22", "entries": {"1": {}}, "format": 1}', "not a history"),
        ('{"begun": "2026-11-22", "entries": {}, "format": 2}', "the format is 2"),
        ("[]", "not a history"),
    ],
)
def test_a_damaged_history_is_not_begun_anew(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "history.json"
    file.write_text(text)
    with pytest.raises(HistoryError) as caught:
        history.renew(file, "data/history.json", [OPEN], "2026-11-22")
    assert place in str(caught.value)
    assert str(caught.value).endswith("restore the file from the last commit")
    assert file.read_text() == text


def test_the_projects_own_history_begins_with_its_catalog_undated() -> None:
    own = history.load(ROOT / "data/history.json", "data/history.json")
    assert own
    assert own.begun == "2026-11-22"
    assert history.encode(own) == (ROOT / "data/history.json").read_text(encoding="utf-8")
    assert own.entries["600"].entry is None
