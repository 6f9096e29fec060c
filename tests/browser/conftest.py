"""The two sites whose pages are judged: the project's own, and one of everything made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import checkout
from browser import made
from browser.kinds import Site


@pytest.fixture(scope="session")
def sites(built_sites: Path, serve_folder: Callable[[Path], str]) -> Callable[[str], Site]:
    """The site of this name, built once for all processes of the run."""
    found: dict[str, Site] = {}

    def site(name: str) -> Site:
        if name not in found:
            folder = checkout.built_once(built_sites / name, made.write if name == "made" else None)
            found[name] = Site(folder, serve_folder(folder))
        return found[name]

    return site
