"""The one pull request of discovered experiments: the workflow's script, with real git."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from standins import gh
from standins import github as standin
from standins.github import GitHub, Issue

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".github" / "discover.sh"
FILE = "data/experiments.yaml"
TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
BOT = "41898282+github-actions[bot]@users.noreply.github.com"
CONFIG = "site_name: Lab\nextra: {labbook: {repository: lab/book, labels: [experiment]}}\n"
RUN = "https://wandb.ai/lab/p/runs/"


@dataclass
class Repository:
    """A clone, its origin, and the stand-in for GitHub's own command."""

    clone: Path
    bin: Path
    github: GitHub

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.clone, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, *changes: tuple[str, str, str]) -> None:
        """Replace one text by another in some files, as a person, and push the branch."""
        for name, old, new in changes:
            path = self.clone / name
            text = path.read_text() if path.exists() else ""
            path.write_text(text.replace(old, new) if old else text + new)
        self.git("add", "data")
        self.git(
            "-c", "user.email=curator@example.org", "commit", "--quiet", "--message", "By hand"
        )
        self.git("push", "--quiet", "origin", "HEAD")

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script as the workflow does, from the base."""
        self.git("switch", "--quiet", "main")
        (self.bin / "calls").unlink(missing_ok=True)
        return subprocess.run(
            [str(SCRIPT)],
            cwd=self.clone,
            env={
                **os.environ,
                "PATH": f"{self.bin}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT / "hooks"),
                "LABBOOK_GITHUB_API": self.github.url,
                "GITHUB_TOKEN": TOKEN,
                "BASE": "main",
                "GITHUB_STEP_SUMMARY": str(self.bin / "summary"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """What `gh` was called for, without the text file's name."""
        said = (self.bin / "calls").read_text().splitlines()
        return [re.sub(r" --body-file \S+", "", call) for call in said]

    @property
    def body(self) -> str:
        """The text of the pull request."""
        return (self.bin / "body").read_text()

    def proposed(self) -> str | None:
        """The curated file on the branch of the pull request; None where there is no branch."""
        self.git("fetch", "--quiet", "--prune", "origin")
        if "origin/discover" not in self.git("branch", "--remotes"):
            return None
        return self.git("show", f"origin/discover:{FILE}")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    origin, clone, tools = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "bin"
    tools.mkdir()
    gh.install(tools)
    (tools / "labbook").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m labbook "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", origin], check=True
    )
    subprocess.run(["git", "clone", "--quiet", origin, clone], check=True, capture_output=True)
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        server.add("lab/book", Issue(1, "One", body=f"{RUN}one"))
        found = Repository(clone, tools, server)
        for name, value in (("user.name", "Curator"), ("user.email", "curator@example.org")):
            found.git("config", name, value)
        found.git("switch", "--quiet", "--create", "main")
        (clone / "data").mkdir()
        (clone / "mkdocs.yml").write_text(CONFIG)
        found.git("add", "mkdocs.yml")
        found.commit(
            (FILE, "", "categories: []\nuncategorized: []\n"), ("data/ignored.yaml", "", "# none\n")
        )
        yield found


def entry(number: int, title: str, run: str) -> str:
    return f"  - title: {title}\n    issue: {number}\n    links:\n      - {RUN}{run}"


ONE = f"categories: []\nuncategorized:\n{entry(1, 'One', 'one')}"
TWO = f"{ONE}\n{entry(2, 'Two', 'two')}"
LIST = "pr list --head discover --base main --state open --json number --jq .[0].number // empty"
SETUP = "auth setup-git"
CREATE = "pr create --head discover --base main --title New experiments found among the issues"


def succeeds(repository: Repository, **environment: str) -> list[str]:
    done = repository.run(**environment)
    assert done.returncode == 0, done.stderr
    return repository.calls


def test_it_is_opened_renewed_and_closed(repository: Repository) -> None:
    dispatch = "workflow run ci.yml --ref discover"
    assert succeeds(repository) == [SETUP, LIST, CREATE, dispatch]
    assert repository.proposed() == ONE
    assert "### [#1](https://github.com/lab/book/issues/1) `One`" in repository.body
    assert (repository.bin / "summary").read_text() == repository.body
    assert repository.git("log", "-1", "--format=%ae", "origin/discover") == BOT
    assert repository.git("rev-list", "--count", "origin/main..origin/discover") == "1"

    # Nothing new: the text alone is renewed, and no check runs again.
    assert succeeds(repository) == [SETUP, LIST, "pr edit 5"]
    repository.github.add("lab/book", Issue(2, "Two", body=f"{RUN}two"))
    assert succeeds(repository) == [SETUP, LIST, "pr edit 5", dispatch]
    assert repository.proposed() == TWO
    assert repository.git("rev-list", "--count", "origin/main..origin/discover") == "1"

    # What the curated list takes over needs no proposal.
    repository.git("switch", "--quiet", "main")
    repository.commit(
        ("data/ignored.yaml", "", "- {issue: 1, reason: A plan.}\n- {issue: 2, reason: Too.}\n")
    )
    close = "pr close 5 --comment Nothing is left to propose."
    assert succeeds(repository) == [SETUP, LIST, close]
    assert repository.proposed() is None
    assert succeeds(repository) == [SETUP, LIST]


def test_an_app_starts_ci_by_itself(repository: Repository) -> None:
    assert succeeds(repository, STARTS_CI="true") == [SETUP, LIST, CREATE]


def test_what_people_committed_stays(repository: Repository) -> None:
    succeeds(repository)
    repository.git("switch", "--quiet", "discover")
    repository.commit((FILE, "title: One\n", "title: One by hand\n"))
    repository.github.add("lab/book", Issue(2, "Two", body=f"{RUN}two"))
    repository.git("switch", "--quiet", "main")
    repository.commit((FILE, "categories: []", "title: Lab\ncategories: []"))
    succeeds(repository)
    wanted = TWO.replace("One", "One by hand").replace("categories", "title: Lab\ncategories")
    assert repository.proposed() == wanted
    assert "By hand" in repository.git("log", "--format=%s", "origin/main..origin/discover")
    # The text is about all that is proposed, the earlier too.
    assert all(f"### [#{number}](" in repository.body for number in (1, 2))
    assert repository.git("worktree", "list").count("\n") == 0
    assert succeeds(repository)[-1] == "pr edit 5"


def test_a_conflict_is_told_and_changes_nothing(repository: Repository) -> None:
    succeeds(repository)
    repository.git("switch", "--quiet", "discover")
    repository.commit((FILE, "title: One\n", "title: One by hand\n"))
    before = repository.proposed()
    repository.git("switch", "--quiet", "main")
    repository.commit((FILE, "uncategorized: []", f"uncategorized:\n{entry(1, 'Else', 'else')}"))
    done = repository.run()
    assert done.returncode == 1
    assert "::error::discover and main changed the same lines; merge main into" in done.stdout
    assert repository.proposed() == before
    assert repository.calls == [SETUP, LIST]


def test_a_failing_server_changes_nothing(repository: Repository) -> None:
    succeeds(repository)
    repository.github.tokens.clear()
    done = repository.run()
    assert done.returncode == 1
    assert "GITHUB_TOKEN is not accepted" in done.stderr
    assert repository.calls == [SETUP, LIST]
    assert repository.proposed() == ONE


def test_links_are_applied_where_that_is_asked_for(repository: Repository) -> None:
    listed = ONE.removesuffix(f"\n    links:\n      - {RUN}one")
    repository.commit((FILE, "categories: []\nuncategorized: []", listed))
    assert succeeds(repository) == [SETUP, LIST]
    assert succeeds(repository, APPLY_LINKS="false") == [SETUP, LIST]
    assert CREATE in succeeds(repository, APPLY_LINKS="true")
    assert repository.proposed() == ONE
