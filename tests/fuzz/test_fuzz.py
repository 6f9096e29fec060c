"""A short run over every way in, and what the long ones found."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from fuzz import answered, mutations, run
from fuzz.target import LAB, NOW, Target
from fuzz.targets import targets
from infinite_compute import run_facts, run_id
from infinite_compute.run_name import RunNameError
from labbook.discovery import issues_graphql
from labbook.discovery.issues import Asked
from labbook.live import ages, github_graphql, github_rest
from labbook.live.github_client import NoAnswerError, Reply
from labbook.live.github_plan import plan
from labbook.live.snapshot import AsOf

SHORT = 640


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_every_input_is_accepted_or_refused_in_words(target: Target) -> None:
    tally = run.fuzz(target, SHORT)
    assert tally.inputs >= SHORT
    assert len(tally.distinct) > SHORT / 2
    # Inputs that were all refused at once, or all accepted, would show little.
    assert 0.02 < tally.accepted / tally.inputs < 0.98


def numbered(recipe: mutations.Recipe) -> int:
    return recipe.known


def failing(number: int) -> bool:
    if number % 3 == 2:
        raise KeyError("a fault")
    return True


def slow(number: int) -> bool:
    if number % 3 == 2:
        time.sleep(0.1)
    return True


def test_a_fault_is_found_with_its_input() -> None:
    with pytest.raises(KeyError, match="a fault") as caught:
        run.fuzz(Target("planted", numbered, failing), SHORT)
    (told,) = (note for note in caught.value.__notes__ if note.startswith(run.NOTE))
    assert int(told.removeprefix(run.NOTE)) % 3 == 2


def test_what_takes_too_long_is_found() -> None:
    with pytest.raises(run.TooLongError):
        run.fuzz(Target("planted", numbered, slow), SHORT, seconds=0.01)


def test_as_many_inputs_are_fed_as_were_asked_for() -> None:
    tally = run.fuzz(Target("all", numbered, lambda number: number >= 0), 1000)
    assert tally.inputs == tally.accepted
    assert 1000 <= tally.inputs < 1000 + run.BLOCK


# What the long runs found, each as small as it was made.


def test_a_number_of_five_thousand_digits_is_no_part_of_a_name() -> None:
    with pytest.raises(RunNameError, match="longer than 200 characters"):
        run_id.parse(f"300m4k-209Mx{'9' * 5_000}-dclm-cos-lr0.0030-wd0.10")


@pytest.mark.parametrize("errors", [1, True, "x", [{"type": []}], [[]], {"type": "NOT_FOUND"}])
def test_errors_of_another_shape_are_told(errors: Any) -> None:
    client: Any = answered.Answering(Reply(200, {}, {"data": None, "errors": errors}))
    wanted = plan((answered.REFS[0],), (), {}, None, NOW)
    with pytest.raises(NoAnswerError, match="another shape"):
        list(github_graphql.ask(client, wanted, wanted.refs))
    with pytest.raises(NoAnswerError, match="another shape"):
        issues_graphql.ask(client, Asked(LAB, ("experiment",), (), NOW))


def test_a_last_page_at_no_address_is_none() -> None:
    assert github_rest.last_page({"link": '<https://a[x]/?page=3>; rel="last"'}) == 1


def test_a_month_that_no_calendar_ends_has_no_age() -> None:
    assert ages.age(AsOf("9999-12"), NOW) is None
    assert ages.is_older(AsOf("9999-12"), 3600, NOW)


@pytest.mark.parametrize("state", [math.nan, [], {"a": 1}, 5, None, ""])
def test_a_state_that_is_no_text_is_unknown(state: Any) -> None:
    assert run_facts.heading({"name": "a", "state": state}, "a/b")["state"] == "unknown"
