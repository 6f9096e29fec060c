"""The published numbers, their sources, and what is refused of their file."""

from __future__ import annotations

import pytest

from checkout import ROOT
from infinite_compute import published
from infinite_compute.published import Published, UnknownValueError
from labbook.errors import DataError


@pytest.fixture(scope="module")
def known() -> Published:
    return published.load(ROOT)


def test_every_number_has_a_source_that_the_head_explains(known: Published) -> None:
    files = "benchmark_results.json", "distill_benchmarks.json", "wd_overfitting_results.json"
    values = [*known.values.values(), *(o for v in known.values.values() for o in v.others)]
    for value in values:
        explained = [name for name in (*known.sources, "summaries", *files) if name in value.source]
        assert explained or "figure 1, right axis" in value.source, value


@pytest.mark.parametrize(
    ("key", "value", "source"),
    [
        ("standard/200M/best", 3.74974, "plotting.py"),
        ("regularized/200M/law/exponent", 1.02, "paper, section 3"),
        ("joint/200M/asymptote", 3.17, "paper, section 4.3"),
        ("efficiency/200M/joint_asymptote", 5.17, "paper, section 5.2"),
        ("ensembling/asymptotes/1_4b4k/1.6B", 2.752375695327966, "ensemble_runs_manual"),
        ("continued/ensemble_4B/tasks/gsm8k", 52.99, "table 1"),
        ("regularized/1.6B/settings/300m4k/epochs", 32, "launch files"),
    ],
)
def test_a_number_by_its_key(known: Published, key: str, value: float, source: str) -> None:
    found = known.value(key)
    assert found.value == value
    assert source in found.source


def test_sources_that_disagree_are_kept(known: Published) -> None:
    disputed = known.disagreements()["regularized/200M/losses/300m4k"]
    assert disputed.value == 3.587
    assert [other.value for other in disputed.others] == [3.57]
    assert "figure 8" in disputed.others[0].source
    assert disputed.others[0].note == ""


def test_a_number_and_its_standard_error(known: Published) -> None:
    name = "1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60"
    found = known.value(f"benchmarks/models/{name}/5/sciq")
    assert (found.value, found.error) == (0.771, 0.013294199326613604)


def test_numbers_below_a_key(known: Published) -> None:
    losses = known.below("standard/200M/losses")
    assert list(losses) == ["150m4k", "300m4k", "600m4k", "1_4b4k"]


def test_an_unknown_key_is_told(known: Published) -> None:
    assert known.get("standard/400M/best") is None
    with pytest.raises(UnknownValueError, match="there is no standard/400M/best") as caught:
        known.value("standard/400M/best")
    assert caught.value.key == "standard/400M/best"
    with pytest.raises(UnknownValueError):
        known.below("standard/400M")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 3.5\n", "1:4: a: a number without a source"),
        ("a: {source: paper, b: x}\n", "1:23: a.b: a number, or"),
        ("a: {source: paper, b: .nan}\n", "a.b: a number, or"),
        ("a: {source: paper, b: [1, 2, 3]}\n", "a.b: a number, or"),
        ("a: {value: 1, source: paper, why: x}\n", "unknown key `why` beside a value"),
        ("a: {source: s, value: 1, others: 2}\n", "a.others: others must be a list"),
        ("a: {source: s, value: 1, others: [{value: 2}]}\n", "a number without a source"),
        ("a: {source: s, value: 1, others: [2]}\n", "a value and its source belong here"),
        ("a: {source: s, b: 1, b: 2}\n", "the key `b` is here twice"),
        ("a: {source: [s], b: 1}\n", "a.source: a text belongs here"),
        ("- 1\n", "the file is no mapping"),
        ("", "the file is no mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        published.parse(text.encode(), "published.yaml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("published.yaml:1:")


def test_source_and_note_are_those_of_the_mapping_around() -> None:
    text = "a: {source: paper, note: old, b: 1, c: {source: code, d: 2}, e: {value: 3, note: new}}"
    found = published.parse(text.encode()).values
    about = {key: (value.source, value.note) for key, value in found.items()}
    assert about == {"a/b": ("paper", "old"), "a/c/d": ("code", "old"), "a/e": ("paper", "new")}
