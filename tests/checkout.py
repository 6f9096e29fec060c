"""The project as the tests build it: a copy of its files, and a real `mkdocs build` of one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("mkdocs.yml", "hooks", "docs", "data")
# Drawings by the digest of all that they are made of: the same in every copy, and slow to make.
DRAWN = Path(".cache/labbook/projects")
CARDS = Path(".cache/labbook/cards")
BASE = "/base/path/"


def copy(target: Path, source: Path = ROOT) -> Path:
    """Copy all that a build of `source` reads into `target`, a folder that does not exist yet."""
    target.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, ignore=ignore)
        else:
            shutil.copy(source / part, target / part)
    for kept in (DRAWN, CARDS):
        (source / kept).mkdir(parents=True, exist_ok=True)
        (target / kept).parent.mkdir(parents=True, exist_ok=True)
        (target / kept).symlink_to(source / kept)
    return target


def build(
    root: Path, site: Path, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build --strict` in `root` for a site below a base path, without the network."""
    settings = {"LABBOOK_LIVE": "off", "SITE_URL": f"https://example.org{BASE}"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    return subprocess.run(
        [*command, *options],
        cwd=root,
        env={**os.environ, **settings, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def built_once(folder: Path, write: Callable[[Path], None] | None = None) -> Path:
    """The site of a copy, which `write` may change, built once by all processes sharing `folder`.

    Of a copy: what a developer's cache knows besides is no part of the project.
    """
    folder.mkdir(parents=True, exist_ok=True)
    site, done = folder / "site", folder / "done"
    with (folder / "lock").open("w") as lock, contextlib.ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stack.callback(fcntl.flock, lock, fcntl.LOCK_UN)
        if not done.exists():
            root = copy(folder / "project")
            if write:
                write(root)
            result = build(root, site)
            assert result.returncode == 0, result.stdout + result.stderr
            done.touch()
    return site
