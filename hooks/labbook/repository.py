"""The git rim: which commit the site and its curated file are of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from labbook.book import Build, Source
from labbook.errors import LabbookError

_SECONDS = 10


class RevisionError(LabbookError):
    """A file of an earlier revision cannot be had; the message names both."""


def source(root: Path, path: str) -> Source:
    """The file at `path` below `root` as git knows it.

    The commit is None where the file is not exactly that of a commit, where there is no git, or
    no answer in time.
    """
    about = _git(root, "rev-parse", "HEAD", "--show-prefix")
    if about is None:
        return Source(path)
    commit, _, prefix = about.partition("\n")
    path_in_repository = prefix.strip("\n") + path
    tracked = _git(root, "ls-tree", "--name-only", "HEAD", "--", path)
    changes = _git(root, "status", "--porcelain", "--untracked-files=all", "--", path)
    same = bool(tracked) and changes == ""
    return Source(path_in_repository, commit if same else None)


def build(root: Path, at: str) -> Build:
    """The build of what is below `root`, made `at` this second."""
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", ".") if commit else None
    return Build(commit or None, None if changes is None else bool(changes), at)


def at_revision(root: Path, revision: str, path: str, largest: int) -> bytes:
    """The bytes of the file at `path` below `root` as they were at the revision."""
    if _git(root, "rev-parse", "--git-dir") is None:
        raise RevisionError(f"{path}: there is no git history here; run it inside a clone")
    name = f"{revision}^{{commit}}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    if not commit:
        shown = revision.encode("unicode_escape").decode()[:60]
        raise RevisionError(
            f"`{shown}` names no commit here; name one such as HEAD, or fetch it first"
        )
    # `./` makes git count from this folder, not from the root of the repository.
    blob = f"{commit}:./{path}"
    size = _git(root, "cat-file", "-s", blob)
    if size is None:
        raise RevisionError(f"{path}: is not in {commit[:10]}; name a later commit")
    if int(size) > largest:
        raise RevisionError(f"{path}: is larger in {commit[:10]} than it may be")
    content = _output(root, "cat-file", "blob", blob)
    if content is None:
        raise RevisionError(f"{path}: cannot be read from {commit[:10]}; try again")
    return content


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints as text; None where it fails."""
    printed = _output(root, *arguments)
    return None if printed is None else printed.decode("utf-8", "replace").rstrip("\n")


def _output(root: Path, *arguments: str) -> bytes | None:
    # A build only reads: it must not write the index while somebody commits.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout
