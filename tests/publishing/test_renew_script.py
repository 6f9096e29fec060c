"""Files that a workflow wrote anew: the script that proposes or pushes them, with real git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from checkout import ROOT
from standins import gh

SCRIPT = ROOT / ".github" / "renew.sh"
FILE = "data/runs.jsonl"
STAMP = '^[{]"as_of":'
CREATE = "pr create --head runs --base main --title Renew the runs --body-file report.md"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with an empty run table, and the stand-in for GitHub's own command beside it."""
    origin, clone, tools = (tmp_path / name for name in ("origin", "clone", "bin"))
    tools.mkdir()
    gh.install(tools)
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
    renew(clone)
    assert calls(clone) == ["auth setup-git", calls(clone)[1]]
    assert "runs" not in git(clone, "branch", "--remotes")


def test_lines_that_are_no_news_alone_propose_nothing(clone: Path) -> None:
    days = [f'{{"as_of":{{"lab/a":"2026-11-{day}"}}}}\n' for day in (15, 22)]
    write(clone, days[0] + '{"id": "a"}\n')
    git(clone, "commit", "--quiet", "--all", "--message", "Fetch")
    git(clone, "push", "--quiet", "origin", "main")
    write(clone, days[1] + '{"id": "a"}\n')
    renew(clone, NOT_NEWS=STAMP)
    assert CREATE not in calls(clone)
    write(clone, days[1] + '{"id": "b"}\n')
    renew(clone, NOT_NEWS=STAMP)
    assert CREATE in calls(clone)


def test_news_is_proposed_once_and_the_request_is_renewed_and_closed(clone: Path) -> None:
    for text in ('{"id": "a"}\n', '{"id": "a"}\n{"id": "b"}\n'):
        git(clone, "checkout", "--quiet", "main")
        write(clone, text)
        renew(clone)
    assert calls(clone).count(CREATE) == 1
    assert calls(clone).count("pr edit 5 --body-file report.md") == 1
    assert calls(clone).count("workflow run ci.yml --ref runs") == 2
    assert git(clone, "show", f"origin/runs:{FILE}") == text
    assert git(clone, "rev-list", "--count", "origin/main..origin/runs").strip() == "1"
    # Another way than by this request, it has come to the base.
    git(clone, "checkout", "--quiet", "main")
    renew(clone)
    assert "pr close 5 --comment Nothing is left to propose." in calls(clone)
    assert "runs" not in git(clone, "branch", "--remotes")


def test_an_app_starts_ci_by_itself(clone: Path) -> None:
    write(clone, '{"id": "a"}\n')
    renew(clone, STARTS_CI="true")
    assert not [call for call in calls(clone) if call.startswith("workflow")]


def test_a_direct_push_goes_behind_what_others_pushed(clone: Path) -> None:
    other = clone.with_name("other")
    git(clone.parent, "clone", "--quiet", str(clone.parent / "origin"), str(other))
    (other / "other").write_text("theirs", encoding="utf-8")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "--message", "Theirs")
    git(other, "push", "--quiet", "origin", "main")
    write(clone, '{"id": "a"}\n')
    renew(clone, PUSH="direct")
    assert git(clone, "log", "--format=%s", "origin/main").split("\n")[:2] == [
        "Renew the runs",
        "Theirs",
    ]
    assert not [call for call in calls(clone) if call.startswith(("pr create", "workflow"))]
    renew(clone, PUSH="direct")
    assert git(clone, "rev-list", "--count", "origin/main").strip() == "3"


def test_a_push_that_is_refused_is_told(clone: Path) -> None:
    hook = clone.parent / "origin/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    write(clone, '{"id": "a"}\n')
    with pytest.raises(subprocess.CalledProcessError) as caught:
        renew(clone, PUSH="direct")
    assert "::error::main takes no push from here" in caught.value.stdout


def test_an_unknown_way_is_told(clone: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        renew(clone, PUSH="straight")
    assert "::error::REFRESH_PUSH is neither direct nor pull-request" in caught.value.stdout


def git(folder: Path, *words: str) -> str:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *name, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def write(clone: Path, text: str) -> None:
    (clone / FILE).write_text(text, encoding="utf-8")


def renew(clone: Path, **environment: str) -> None:
    path = f"{clone.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [str(SCRIPT), "runs", "Renew the runs", FILE],
        cwd=clone,
        env={**os.environ, "PATH": path, "BASE": "main", "REPORT": "report.md", **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )


def calls(clone: Path) -> list[str]:
    return (clone.parent / "bin/calls").read_text(encoding="utf-8").splitlines()
