"""Titles without "Experiment" and its relatives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook.discovery.titles import clean

CORPUS = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("issue", CORPUS, ids=lambda issue: str(issue["number"]))
def test_real_title(issue: Mapping[str, Any]) -> None:
    assert clean(issue["title"]) == issue["clean"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Experiment: Wider", "Wider"),
        ("experiment:Wider", "Wider"),
        ("Experiments: Wider", "Wider"),
        ("EXPERIMENT — Wider", "Wider"),
        ("Experiment - Wider", "Wider"),
        ("Exp: Wider", "Wider"),
        ("**Experiment:** Wider", "Wider"),
        ("(Experiment) Wider", "Wider"),
        ("Experiment Wider layers", "Wider layers"),
        ("[Experiment] Wider", "Wider"),
        ("[Experiment]: Wider", "Wider"),
        ("[Exp]Wider", "Wider"),
        ("[Experiment] Experiment: Wider", "Wider"),
        ("[moe] Experiment: Wider", "[moe] Wider"),
        ("[experiment][rl] Wider", "[rl] Wider"),
        ("[RL] [Experiment] Wider", "[RL] Wider"),
        ("[RL][Experiment] Wider", "[RL]Wider"),
        ("[experiment, agentic RL] wider", "[agentic RL] wider"),
        ("[agentic RL, experiment] wider", "[agentic RL] wider"),
        ("[RL/Experiment] wider", "[RL] wider"),
        ("Agent MoE Experiment: Wider at gate 1", "Agent MoE: Wider at gate 1"),
        ("Agent fast_track Experiment: Wider", "Agent fast_track: Wider"),
        ("Wider Layers Experiment", "Wider Layers"),
        (' Experiment: "X" 1.5% -> #6 {1,2} = ~3 & — !?+. ', '"X" 1.5% -> #6 {1,2} = ~3 & — !?+.'),
    ],
)  # fmt: skip
def test_word_is_dropped(title: str, expected: str) -> None:
    assert clean(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "[EPIC] ALL EXPERIMENTS",
        "[moe] Good 10T: E=128",
        "[RL] x",
        "Experiment",
        "[Experiment]",
        "Experiment:",
        "[moe] Experiment",
        "Experiment with wider layers",
        "Experiment tracking dashboard",
        "Experiment 3: wider",
        "Experimental results",
        "Experiments",
        "Annealing Experiments",
        "A first experiment",
        "wider  layers",
        "[tokenizer] Train 16k/32k",
    ],
)
def test_title_is_kept(title: str) -> None:
    assert clean(title) == title


WORDS = ["Experiment", "experiment", ":", " ", "[", "]", ",", "moe", "RL", "x", "-", "—", "**", "("]


@given(st.text() | st.lists(st.sampled_from(WORDS)).map("".join))
def test_never_empty_and_stable(title: str) -> None:
    cleaned = clean(title)
    assert cleaned.strip() == cleaned != ""
    assert clean(cleaned) == cleaned
