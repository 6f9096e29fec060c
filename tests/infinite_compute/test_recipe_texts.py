"""The recipes for programs."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from checkout import ROOT
from infinite_compute import overrides, published, recipe_texts, sources
from infinite_compute.recipes import derive
from made_runs import single, synthetic, table_of


@cache
def document(*, runs: bool) -> dict[str, Any]:
    table = synthetic() if runs else None
    results = derive(table, published.load(ROOT), overrides.load(ROOT), sources.load(ROOT))
    found: dict[str, Any] = json.loads(recipe_texts.as_json(results))
    return found


def efficiency(known: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [
        one for one in known["efficiencies"] if one["name"] == name and one["tokens"] == 209_715_200
    ]
    return dict(found)


@pytest.mark.parametrize("runs", [False, True])
def test_every_number_has_a_source(runs: bool) -> None:  # noqa: FBT001
    seen = 0

    def walk(part: Any) -> None:
        nonlocal seen
        if isinstance(part, dict):
            if "value" in part:
                seen += 1
                assert part["sources"], part
                assert part["origin"] in {"runs", "published"}
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(document(runs=runs))
    assert seen > (100 if runs else 30)


def test_published_values_give_asymptotes_and_quoted_efficiencies() -> None:
    known = document(runs=False)
    law = known["recipes"]["regularized"]["over_size"]["200M"]["law"]
    assert law["asymptote"] == pytest.approx(3.43, abs=0.01)
    assert law["intervals"]["asymptote"]["low"] < 3.43 < law["intervals"]["asymptote"]["high"]
    joint = efficiency(known, "joint_asymptote")
    assert [one["value"] for one in joint["published"]] == [5.17]
    assert joint["over_law"]["needs"] == "the run table"
    needs = known["recipes"]["standard"]["over_tokens"]
    assert needs["command"].startswith("python hooks/plotting.py --mode infinite-model-scaling")


def test_runs_give_efficiencies_with_intervals_and_certificates() -> None:
    known = document(runs=True)
    for name in ("over_law", "over_tokens"):
        found = efficiency(known, "joint_asymptote")[name]
        assert found["interval"]["low"] < found["value"] < found["interval"]["high"]
        assert found["interval"]["method"] == "profile likelihood"
    assert "interval" not in efficiency(known, "standard")["over_law"]
    point = known["recipes"]["regularized"]["over_size"]["200M"]["points"][1]
    assert {one["state"] for one in point["certificate"]["neighbours"]} <= {"higher", "grid end"}
    assert known["left_out"] == []


def test_what_is_left_out_by_hand_is_told() -> None:
    odd = single(3.5, (13, 3e-3, 1.17))
    results = derive(table_of(odd), published.load(ROOT), overrides.load(ROOT))
    (told,) = recipe_texts.facts(results)["left_out"]
    assert told["run"] == odd.id
    assert "off-grid" in told["reason"]
