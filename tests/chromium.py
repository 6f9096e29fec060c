"""A Chromium for the browser tests: one that is installed, else one that is fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from checkout import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root there is no sandbox; the rest keeps the browser off the network and its first-run pages.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A browser that has to be fetched stays in this folder, where `make clean` finds it.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(ROOT / ".cache" / "browsers"))


def find() -> Path | None:
    """The first Chromium here that starts: `$CHROMIUM`, one on the path, Playwright's own."""
    for candidate in _candidates():
        found = shutil.which(candidate)
        if found and _starts(Path(found)):
            return Path(found)
    return None


def fetch() -> None:
    """Install the distribution's Chromium, or else the one that Playwright offers."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)
        if find():
            return
    rights = ["--with-deps"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *rights, "chromium"]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


def main() -> int:
    """Make sure that there is a Chromium; say which, or what a person can do."""
    if not find():
        fetch()
    if found := find():
        print(f"Browser tests run in {found}")
        return 0
    print("No Chromium could be installed; set CHROMIUM=/path/to/chromium", file=sys.stderr)
    return 1


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    yield from NAMES
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    yield own


def _starts(path: Path) -> bool:
    # Ubuntu's `chromium-browser` is a script that only says how to get another one.
    try:
        result = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
