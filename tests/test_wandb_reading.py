"""What is understood of a worker's lines, with real processes that say them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from labbook.live.answers import Deadline
from labbook.live.wandb_reading import Reading

READY, DONE = {"ready": True}, {"done": True}
KEY = "k" * 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the modules of workers are."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def told(
    folder: Path, *lines: object, key: str | None = None, again: str = ""
) -> tuple[Reading, list[Mapping[str, Any]]]:
    """What is made of a worker that says these lines; a text is said as it is."""
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    texts = "".join(f"print({text!r}, flush=True)\n" for text in said)
    (folder / "some_worker.py").write_text(texts)
    taken: list[Mapping[str, Any]] = []
    reading = Reading(key, taken.append, again)
    reading.run("some_worker", {"listings": []}, Deadline(20))
    return reading, taken


def test_lines_of_its_own_kind_are_taken_in_order_and_the_others_understood(folder: Path) -> None:
    lines = [{"run": 1}, {"asked": 2}, {"run": 2}, {"asked": 1}]
    reading, taken = told(folder, READY, *lines, DONE)
    assert taken == [{"run": 1}, {"run": 2}]
    assert (reading.requests, reading.problems) == (3, [])


def test_what_comes_after_the_end_or_a_torn_line_is_not_read(folder: Path) -> None:
    assert told(folder, READY, DONE, {"run": 1})[1] == []
    reading, taken = told(folder, READY, {"run": 1}, '{"run": ', {"run": 2}, DONE)
    assert taken == [{"run": 1}]
    assert reading.problems == ["W&B: its worker process ended early"]


def test_a_problem_is_said_once_and_without_credentials(folder: Path) -> None:
    url = "https://wandb.ai/a/b/reports/x--Vm?accessToken=" + "t" * 30
    problems = [{"problem": f"no {KEY}"}, {"problem": f"no {KEY}"}, {"problem": f"no {url}"}]
    reading, _ = told(folder, READY, *problems, DONE, key=KEY)
    first, second = reading.problems
    assert first == "no …"
    assert "t" * 30 not in second


def test_a_key_that_is_none_is_said_and_not_used(folder: Path) -> None:
    (problem,) = told(folder, READY, DONE, key="secret word")[0].problems
    assert problem.startswith("W&B: what WANDB_API_KEY holds is no key")
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "W&B: its package cannot be loaded; install the packages of requirements.txt"),
        ((READY,), "W&B: its worker process ended early; ask again"),
    ],
    ids=["not ready", "not done"],
)
def test_an_end_before_the_end_is_said(folder: Path, lines: tuple[object, ...], said: str) -> None:
    assert told(folder, *lines, again="ask again")[0].problems == [said]


def test_a_worker_that_takes_too_long_is_ended_and_what_it_said_is_kept(folder: Path) -> None:
    lines = ["print('" + json.dumps(line) + "', flush=True)" for line in (READY, {"run": 1})]
    text = "\n".join(["import time", *lines, "time.sleep(60)"])
    (folder / "slow_worker.py").write_text(text)
    taken: list[Mapping[str, Any]] = []
    reading = Reading(None, taken.append, "ask again")
    reading.run("slow_worker", {}, Deadline(1.5))
    assert taken == [{"run": 1}]
    assert reading.problems == ["W&B did not answer everything in time; ask again"]
