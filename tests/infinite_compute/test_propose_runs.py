"""The pull request of a renewed run table: the workflow's script, with real git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".github/propose-runs.sh"
FILE = "data/infinite-compute/runs.jsonl"
# Notes how it was called; knows one pull request, by the file `open`.
GH = """\
#!/usr/bin/env bash
cd "$(dirname "$0")" || exit 1
echo "$*" >> calls
case "$1 $2" in
  "pr list") if [ -e open ]; then echo 5; fi ;;
  "pr create") touch open ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with an empty run table, and the stand-in for GitHub's own command beside it."""
    origin, clone, tools = (tmp_path / name for name in ("origin", "clone", "bin"))
    tools.mkdir()
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    (clone / FILE).parent.mkdir(parents=True)
    (clone / FILE).write_text("", encoding="utf-8")
    git(clone, "checkout", "--quiet", "-B", "main")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "--message", "Begin")
    git(clone, "push", "--quiet", "origin", "main")
    return clone


def test_nothing_new_proposes_nothing(clone: Path) -> None:
    propose(clone)
    assert not [call for call in calls(clone) if call.startswith("pr")]
    assert "runs" not in git(clone, "branch", "--remotes")


def test_a_later_day_alone_proposes_nothing(clone: Path) -> None:
    days = [f'{{"as_of":{{"lab/a":"2026-11-{day}"}}}}\n' for day in (15, 22)]
    (clone / FILE).write_text(days[0] + '{"id": "a"}\n', encoding="utf-8")
    git(clone, "commit", "--quiet", "--all", "--message", "Fetch")
    (clone / FILE).write_text(days[1] + '{"id": "a"}\n', encoding="utf-8")
    propose(clone)
    assert not [call for call in calls(clone) if call.startswith("pr")]
    (clone / FILE).write_text(days[1] + '{"id": "b"}\n', encoding="utf-8")
    git(clone, "checkout", "--quiet", "main")
    propose(clone)
    assert [call for call in calls(clone) if call.startswith("pr create")]


def test_new_runs_are_proposed_once_and_the_request_is_renewed(clone: Path) -> None:
    (clone / FILE).write_text('{"id": "a"}\n', encoding="utf-8")
    propose(clone)
    git(clone, "checkout", "--quiet", "main")
    (clone / FILE).write_text('{"id": "a"}\n{"id": "b"}\n', encoding="utf-8")
    propose(clone)
    made = [call for call in calls(clone) if call.startswith("pr create")]
    assert len(made) == 1
    assert calls(clone).count("workflow run ci.yml --ref runs") == 2
    git(clone, "fetch", "--quiet")
    assert git(clone, "show", f"origin/runs:{FILE}").splitlines() == ['{"id": "a"}', '{"id": "b"}']


def test_an_app_starts_ci_by_itself(clone: Path) -> None:
    (clone / FILE).write_text('{"id": "a"}\n', encoding="utf-8")
    propose(clone, STARTS_CI="true")
    assert not [call for call in calls(clone) if call.startswith("workflow")]


def git(folder: Path, *words: str) -> str:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *name, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def propose(clone: Path, **environment: str) -> None:
    path = f"{clone.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [str(SCRIPT)],
        cwd=clone,
        env={**os.environ, "PATH": path, "BASE": "main", **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )


def calls(clone: Path) -> list[str]:
    return (clone.parent / "bin/calls").read_text(encoding="utf-8").splitlines()
