"""What a node of W&B's API means, whatever it holds."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook.live import wandb_facts
from labbook.live.wandb_facts import RunFields
from standins import wandb as standin

FIELDS = RunFields(("eval/*/loss", "train/loss"), "train/loss", ("parameter_count",), ("tokens",))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def node(**changed: Any) -> dict[str, Any]:
    return {**standin.run(0), "sampledHistory": [], **changed}


def summary(**values: Any) -> str:
    return json.dumps(values)


@given(st.lists(st.tuples(st.integers(0, 500), st.floats()), max_size=200))
def test_a_curve_has_ascending_steps_finite_values_and_both_ends(
    rows: list[tuple[int, float]],
) -> None:
    points = wandb_facts.points(({"_step": step, "loss": loss} for step, loss in rows), "loss")
    steps = [step for step, _ in points]
    finite = sorted({step for step, loss in rows if math.isfinite(loss)})
    assert steps == sorted(set(steps))
    assert all(math.isfinite(value) for _, value in points)
    assert len(points) == min(len(finite), wandb_facts.POINTS)
    assert steps[:1] == finite[:1]
    assert steps[-1:] == finite[-1:]


@given(st.dictionaries(st.sampled_from(sorted(node())), JSON))
def test_any_node_is_facts_that_json_can_hold_or_a_value_error(changed: dict[str, Any]) -> None:
    try:
        facts = wandb_facts.run(node(**changed), FIELDS)
    except ValueError:
        return
    assert json.loads(json.dumps(facts, allow_nan=False))["name"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "NaN", True, None, [1], 10**400])
def test_what_is_no_finite_number_is_not_shown(value: Any) -> None:
    text = json.dumps({"train/loss": value, "eval/c4/loss": 3.25})
    assert wandb_facts.run(node(summaryMetrics=text), FIELDS)["metrics"] == [("eval/c4/loss", 3.25)]


def test_values_are_rounded_to_six_digits_and_counts_are_exact() -> None:
    text = summary(**{"train/loss": 2.123456789, "parameter_count": 1_498_482_688})
    facts = wandb_facts.run(node(summaryMetrics=text), FIELDS)
    assert facts["metrics"] == [("train/loss", 2.12346)]
    assert facts["parameters"] == 1_498_482_688


def test_counts_are_looked_up_in_order_in_summary_and_configuration() -> None:
    config = json.dumps({"model": {"value": {"size": 7}}, "b": {"value": 8}})
    changed = node(summaryMetrics=summary(a=-1), config=config)
    fields = RunFields(parameters=("a", "b"), tokens=("none", "model.size"))
    facts = wandb_facts.run(changed, fields)
    assert (facts["parameters"], facts["tokens"]) == (8, 7)


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ({"_runtime": 60}, 60),
        ({"_wandb": {"runtime": 61}}, 61),
        ({"_runtime": -1}, None),
        ({}, None),
    ],
)
def test_a_duration_is_what_the_run_logged(values: dict[str, Any], seconds: float | None) -> None:
    assert wandb_facts.run(node(summaryMetrics=summary(**values)), FIELDS)["duration"] == seconds


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-01-01T00:00:00", "2025-01-01T00:00:00Z"),
        ("2025-01-01T00:00:00.123Z", "2025-01-01T00:00:00Z"),
        ("2025-01-01T02:00:00+02:00", "2025-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+02:00", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_times_are_utc_to_the_second(text: Any, time: str | None) -> None:
    assert wandb_facts.time(text) == time


def test_a_person_is_a_name_else_a_user_name_else_nobody() -> None:
    people = [{"name": "Ann", "username": "a"}, {"name": "", "username": "a"}, {}, None, "Ann"]
    assert [wandb_facts.person(someone) for someone in people] == ["Ann", "a", None, None, None]
