"""The two sites whose pages are judged: the project's own, and one of everything made up."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import checkout
from browser import made
from browser.kinds import Site


@pytest.fixture(scope="session")
def sites(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]
) -> Callable[[str], Site]:
    """The site of this name, built once for all processes of the run."""
    found: dict[str, Site] = {}
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def site(name: str) -> Site:
        if name not in found:
            folder = _built(shared / "sites" / name, made.write if name == "made" else None)
            found[name] = Site(folder, serve_folder(folder))
        return found[name]

    return site


def _built(folder: Path, write: Callable[[Path], None] | None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    site, done = folder / "site", folder / "done"
    with (folder / "lock").open("w") as lock, contextlib.ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stack.callback(fcntl.flock, lock, fcntl.LOCK_UN)
        if not done.exists():
            root = checkout.copy(folder / "project")
            if write:
                write(root)
            result = checkout.build(root, site)
            assert result.returncode == 0, result.stdout + result.stderr
            done.touch()
    return site
