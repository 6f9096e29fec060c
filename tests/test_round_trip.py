"""A curator's round trip, step by step as docs/contributing.md tells it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import checkout
from standins import github as standin

TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
LAB = "marin-community/marin"
BODY = """## Description

Does a shorter warm-up hurt?

### Links

* WandB Report: https://wandb.ai/example/warmup/reports/Warm-up--VmlldzoxMjM0NTY3OA
* Data Browser: (link)

## Results

No difference beyond 500 steps.
"""
CONCLUSION = "A warm-up of 500 steps is enough."


class Curator:
    """Runs commands in a clone of the project, as a person types them."""

    def __init__(self, root: Path, api: str) -> None:
        self.root = root
        self.data = root / "data/experiments.yaml"
        known = {"GITHUB_TOKEN": TOKEN, "LABBOOK_GITHUB_API": api, "LABBOOK_LIVE": "off"}
        person = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        self.environment = {**os.environ, **known, **person, "PYTHONPATH": str(root / "hooks")}

    def labbook(self, *words: str) -> str:
        return self._run(sys.executable, "-m", "labbook", *words)

    def git(self, *words: str) -> str:
        name = ("-c", "user.name=A Curator", "-c", "user.email=curator@example.org")
        return self._run("git", *name, *words)

    def _run(self, *command: str) -> str:
        result = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 0, (command, result.stdout, result.stderr)
        return result.stdout


@pytest.fixture
def curator(project: Path) -> Iterator[Curator]:
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        title = "Experiment: Shorter warm-up"
        server.add(LAB, standin.Issue(9001, title, labels=("experiment",), body=BODY))
        curator = Curator(project, server.url)
        curator.git("init", "--quiet", "--initial-branch", "main")
        curator.git("add", ".")
        curator.git("commit", "--quiet", "--message", "The lab book")
        yield curator


def test_from_a_new_issue_to_a_pull_request(curator: Curator, tmp_path: Path) -> None:
    proposal = tmp_path / "proposal.md"

    # Discover: the entry stands below `uncategorized`, and the proposal says why.
    curator.labbook("discover", "--pr-body", str(proposal))
    found = curator.data.read_text(encoding="utf-8")
    title = found.index("- title: Shorter warm-up")
    entry = found[found.rindex("\n", 0, title) + 1 :]
    assert "No difference beyond 500 steps" in proposal.read_text(encoding="utf-8")
    assert "conclusion" not in entry

    # Move it below a heading, and write what was learned.
    curated = found.replace(entry, "").replace("uncategorized:\n", "uncategorized: []\n")
    text = textwrap.indent(textwrap.dedent(entry) + f"  conclusion: {CONCLUSION}\n", " " * 6)
    place = "  - title: Scaling Laws\n    experiments:\n"
    assert place in curated
    curator.data.write_text(curated.replace(place, f"{place}{text}"), encoding="utf-8")

    # Check and format.
    assert "34 experiments, 0 errors" in curator.labbook("check")
    curator.labbook("fmt")
    curator.labbook("fmt", "--check")

    # Preview.
    built = tmp_path / "site"
    result = checkout.build(curator.root, built)
    assert result.returncode == 0, result.stderr
    page = (built / "experiments/9001/index.html").read_text(encoding="utf-8")
    assert CONCLUSION in page
    assert "Scaling Laws" in page

    # The pull request says in words what changed.
    assert "#9001 was added" in curator.labbook("diff")
    curator.git("checkout", "--quiet", "-b", "warm-up")
    curator.git("commit", "--quiet", "--all", "--message", "List the warm-up experiment")
    assert "#9001 was added" in curator.labbook("diff", "main")

    # And it is not found again.
    before = curator.data.read_bytes()
    curator.labbook("discover")
    assert curator.data.read_bytes() == before
