"""The git rim: which commit the curated file is of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from labbook.book import Source

_SECONDS = 10


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


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
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
    return done.stdout.decode("utf-8", "replace").rstrip("\n")
