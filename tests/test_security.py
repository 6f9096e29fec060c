"""SECURITY.md points at tests that are there, and what it says of packages and caches holds."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import pytest
import yaml

from checkout import ROOT

PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| **")]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
THREATS = (
    "Hostile issue title",
    "Hostile run name",
    "Hostile pull request to the YAML",
    "Stolen token",
    "Compromised action or package",
    "Dead upstream",
    "Poisoned cache",
)
WEEK = 7


@cache
def _collected(path: str) -> dict[str, ast.FunctionDef]:
    """The tests that pytest collects from a file, by name."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {node.name: node for node in found if node.name.startswith("test_")}


@pytest.mark.parametrize("threat", THREATS)
def test_each_threat_has_an_answer_with_tests_behind_it(threat: str) -> None:
    rows = [row for row in ROWS if row.startswith(f"| **{threat}")]
    assert rows
    for row in rows:
        _, _, answer, tests, _ = row.split(" | ") if row.count(" | ") == 4 else row.split("|")
        assert len(answer.split()) > 10
        assert re.findall(r"`tests/[\w/]+\.py::\w+`", tests)


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_each_named_test_is_there_and_runs(path: str, name: str) -> None:
    assert name in _collected(path)
    # One that is always passed over shows nothing; what needs a condition says so on its line.
    decorators = [ast.unparse(each) for each in _collected(path)[name].decorator_list]
    assert not [each for each in decorators if "skip" in each or "xfail" in each]


def test_nothing_else_is_named() -> None:
    assert len(NAMED) == PAGE.count("tests/") > 20


def test_every_package_is_locked_by_hash_and_updates_wait() -> None:
    files = sorted(ROOT.glob("requirements*.txt"))
    assert len(files) >= 3
    for file in files:
        text = file.read_text("utf-8")
        locked = re.findall(r"(?m)^[a-z0-9][\w.\[\]-]*==\S+", text)
        assert locked
        for part in re.split(r"(?m)^(?=[a-z0-9])", text)[1:]:
            assert re.match(r"[\w.\[\]-]+==\S+", part), (file.name, part[:60])
            assert "--hash=sha256:" in part, (file.name, part[:60])
    makefile = (ROOT / "Makefile").read_text("utf-8")
    installs = re.findall(r"\$\(PIP\) install (.*)", makefile)
    assert installs
    # Everything is installed by its hash but the project itself, which brings nothing along.
    assert all(each.startswith(("--require-hashes ", "--no-deps ")) for each in installs)
    waits = [
        each["cooldown"]["default-days"] for each in _yaml(".github/dependabot.yml")["updates"]
    ]
    assert waits
    assert min(waits) >= WEEK


def test_what_is_deployed_is_built_without_a_cache_of_others() -> None:
    jobs = _yaml(".github/workflows/deploy.yml")["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert len(steps) > 5
    for step in steps:
        assert "actions/cache" not in step.get("uses", "")
        assert "cache" not in step.get("with", {})


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))
