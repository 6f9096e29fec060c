"""How long the table of all experiments takes to answer a key, in a browser."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.builds import ENVIRONMENT, ROOT
from bench.measure import FailedError, Row, run
from bench.saves import project

MILLISECONDS = 100
# Of the site the table is enough: the pages of the experiments take most of a build's time.
CONFIG = """\
INHERIT: mkdocs.yml
exclude_docs: |
  /overrides/
  /experiments/
"""


def rows(size: int) -> Iterator[Row]:
    """One line; plain has no such table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = project(Path(folder), size)
        (root / "table.yml").write_text(CONFIG, encoding="utf-8")
        command = ["-m", "mkdocs", "build", "--quiet", "--config-file", "table.yml"]
        run([sys.executable, *command, "--site-dir", "site"], root, ENVIRONMENT)
        times = _typed(root / "site")
    worst = max(times)
    yield Row(
        f"key to frame, {size:,} experiments",
        f"{worst:.0f} ms at most, {statistics.median(times):.0f} ms median",
        "",
        "",
        f"below {MILLISECONDS} ms",
        worst < MILLISECONDS,
    )


def _typed(site: Path) -> list[float]:
    """Milliseconds for each key; in a process that finds the browser as the tests do."""
    result = subprocess.run(
        [sys.executable, "-m", "bench.reader", str(site)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise FailedError(f"no keys could be typed: {result.stderr}")
    return [*map(float, result.stdout.split())]
