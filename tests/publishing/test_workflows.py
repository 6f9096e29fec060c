"""The workflows: few rights, pinned actions, no text of an event in a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"- uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|- uses: \./\S+")


def load(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    # YAML 1.1 reads the key `on` as true.
    return {"on" if key is True else key: value for key, value in loaded.items()}


def jobs(path: Path) -> Iterator[dict[str, Any]]:
    yield from load(path)["jobs"].values()


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path):
        yield from job["steps"]


def by_name(path: Path) -> str:
    return path.stem


def test_all_of_them_are_here() -> None:
    names = {path.stem for path in FILES}
    assert names >= {"ci", "deploy", "discover", "links", "refresh", "runs"}


@pytest.mark.parametrize("path", FILES, ids=by_name)
def test_rights_are_given_by_job_alone(path: Path) -> None:
    assert load(path)["permissions"] == {}
    for job in jobs(path):
        assert job["permissions"]
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", FILES, ids=by_name)
def test_actions_are_pinned_with_their_version_beside(path: Path) -> None:
    uses = [line.strip() for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert uses
    for line in uses:
        assert PINNED.fullmatch(line if line.startswith("- ") else f"- {line}"), line


@pytest.mark.parametrize("path", FILES, ids=by_name)
def test_no_credential_stays_and_no_expression_reaches_a_shell(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_no_workflow_runs_the_code_of_strangers_with_rights() -> None:
    for path in FILES:
        assert not {"pull_request_target", "workflow_run"} & set(load(path)["on"]), path.name
    ci = FOLDER / "ci.yml"
    assert {"pull_request", "push", "workflow_dispatch"} == set(load(ci)["on"])
    assert "secrets." not in ci.read_text("utf-8")
    assert all(job["permissions"] == {"contents": "read"} for job in jobs(ci))


def test_only_the_deployment_may_deploy_and_it_runs_no_code_of_the_project() -> None:
    for path in FILES:
        for job in jobs(path):
            if "id-token" in job["permissions"]:
                assert path.name == "deploy.yml"
                assert not [step for step in job["steps"] if "run" in step]


def test_a_deployment_is_refreshed_checked_built_tested_and_read_back() -> None:
    deploy = load(FOLDER / "deploy.yml")
    assert set(deploy["on"]) == {"push", "schedule", "workflow_dispatch"}
    runs = [step.get("run") or step["uses"] for step in steps(FOLDER / "deploy.yml")]
    order = [
        "labbook refresh",
        "labbook check",
        "make site",
        "labbook verify site --commit",
        "upload-pages-artifact",
        "deploy-pages",
        "labbook published",
    ]
    places = [next(i for i, run in enumerate(runs) if text in run) for text in order]
    assert places == sorted(places)
    assert deploy["jobs"]["confirm"]["needs"] == ["build", "deploy"]


@pytest.mark.parametrize(
    ("workflow", "scripts"),
    [
        ("discover", ["discover.sh", "pull-request.sh"]),
        ("refresh", ["renew.sh", "pull-request.sh"]),
        ("runs", ["renew.sh", "pull-request.sh"]),
        ("links", ["report-links.sh"]),
    ],
)
def test_scripts_are_given_what_they_read(workflow: str, scripts: list[str]) -> None:
    texts = [(ROOT / ".github" / name).read_text("utf-8") for name in scripts]
    code = "\n".join(re.sub(r"(?m)^\s*#.*$", "", text) for text in texts)
    read = set(re.findall(r"\$\{?([A-Z][A-Z_]{2,})", code)) - {"BASH_SOURCE"}
    (step,) = (s for s in steps(FOLDER / f"{workflow}.yml") if f"/{scripts[0]}" in s.get("run", ""))
    given = set(step["env"]) | set(re.findall(r"\b([A-Z_]{3,})=", step["run"]))
    optional = {"GITHUB_STEP_SUMMARY", "NOT_NEWS"}
    assert read - optional <= given
    # Those two are read by gh and labbook.
    assert given - {"GH_TOKEN", "GITHUB_TOKEN", "PATH"} <= read
