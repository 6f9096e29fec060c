"""The commit of the curated file, as git knows it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from labbook.book import Source
from labbook.repository import source

FILE = "data/experiments.yaml"


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(root), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, text: str) -> None:
    (root / FILE).parent.mkdir(parents=True, exist_ok=True)
    (root / FILE).write_text(text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a committed curated file."""
    root = tmp_path / "checkout"
    write(root, "one\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    return root


def test_a_file_as_committed_has_the_commit(checkout: Path) -> None:
    assert source(checkout, FILE) == Source(FILE, git(checkout, "rev-parse", "HEAD"))


def test_other_changes_do_not_matter(checkout: Path) -> None:
    (checkout / "other.txt").write_text("new")
    assert source(checkout, FILE).commit == git(checkout, "rev-parse", "HEAD")


@pytest.mark.parametrize("staged", [False, True])
def test_a_changed_file_has_none(checkout: Path, *, staged: bool) -> None:
    write(checkout, "two\n")
    if staged:
        git(checkout, "add", FILE)
    assert source(checkout, FILE) == Source(FILE, None)


@pytest.mark.parametrize("ignored", [False, True])
def test_a_file_that_git_does_not_hold_has_none(checkout: Path, *, ignored: bool) -> None:
    (checkout / "data" / "new.yaml").write_text("x")
    if ignored:
        (checkout / ".gitignore").write_text("new.yaml\n")
    assert source(checkout, "data/new.yaml").commit is None


def test_a_project_in_a_folder_of_its_repository(checkout: Path) -> None:
    write(checkout / "site", "one\n")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "two")
    commit = git(checkout, "rev-parse", "HEAD")
    assert source(checkout / "site", FILE) == Source(f"site/{FILE}", commit)


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    write(tmp_path, "one\n")
    git(tmp_path, "init", "-q")
    assert source(tmp_path, FILE) == Source(FILE, None)


def test_no_repository_and_no_folder(tmp_path: Path) -> None:
    assert source(tmp_path, FILE) == Source(FILE, None)
    assert source(tmp_path / "nowhere", FILE) == Source(FILE, None)


def test_no_git(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert source(checkout, FILE) == Source(FILE, None)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for git")
def test_a_git_that_fails(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\necho fatal: dubious ownership >&2\nexit 128\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert source(checkout, FILE) == Source(FILE, None)
