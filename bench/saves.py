"""From saving the curated file to the reloaded page under `mkdocs serve`, quick and plain."""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import catalogs
from bench.builds import ENVIRONMENT, PARTS, REAL, ROOT
from bench.measure import FailedError, Row
from labbook import settings

SAVES = 5
# The first build of a large catalog takes its time.
SECONDS = 120
CATALOG = "data/experiments.yaml"


def rows(sizes: Sequence[int]) -> Iterator[Row]:
    """A line a size; plain is MkDocs as it is, on the same project."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root = project(Path(folder), size)
            ours, plain = _seconds(root, "on"), _seconds(root, "off")
        real = size == REAL
        yield Row(
            f"save to reload, {'the real catalog' if real else f'{size:,} experiments'}",
            f"{ours:.2f} s",
            f"{plain:.2f} s",
            f"{ours / plain:.2f}",
            "at most 1 s" if real else "at most 0.5",
            ours <= 1 if real else ours <= plain / 2,
        )


def project(root: Path, size: int) -> Path:
    """A copy of the project in an empty folder, with a catalog of this size."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part)
        else:
            shutil.copy(ROOT / part, root / part)
    if size != REAL:
        catalogs.write(root, size, settings.load(root / "mkdocs.yml").repository)
    return root


def _seconds(root: Path, quick: str) -> float:
    """The median time of a few saves, each of which changes a conclusion."""
    data = root / CATALOG
    text = data.read_text(encoding="utf-8")
    times = []
    with _serving(root, quick) as address:
        for number in range(SAVES):
            word = f"word{quick}{number}"
            epoch = _epoch(_get(f"{address}reports/"))
            # Saves fall anywhere between two looks at the file.
            time.sleep(0.3 + 0.1 * number)
            start = time.perf_counter()
            data.write_text(
                text.replace("conclusion: ", f"conclusion: {word} ", 1), encoding="utf-8"
            )
            # What the page in the browser asks; the answer comes when there is a new one.
            _get(f"{address}livereload/{epoch}/1")
            page = _get(f"{address}reports/")
            times.append(time.perf_counter() - start)
            if word not in page:
                raise FailedError(f"the reloaded page does not show what was saved: {word}")
    data.write_text(text, encoding="utf-8")
    return statistics.median(times)


@contextmanager
def _serving(root: Path, quick: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Where the server keeps its site; what it leaves there goes with the project's copy.
    scratch = root / "scratch"
    scratch.mkdir(exist_ok=True)
    settings = {"LABBOOK_QUICK": quick, "SITE_URL": "", "TMPDIR": str(scratch)}
    process = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
        cwd=root,
        env={**os.environ, **ENVIRONMENT, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait(address, process)
        yield address
    finally:
        # Not as Ctrl+C: a shell's background jobs, and all below them, do not hear that.
        process.terminate()
        process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            _get(address)
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise FailedError("`mkdocs serve` does not answer")


def _epoch(page: str) -> str:
    """The version of the site that a page waits to be followed by another."""
    found = re.search(r"livereload\((\d+), \d+\)", page)
    if not found:
        raise FailedError("the served page does not reload by itself")
    return found[1]


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode("utf-8"))
