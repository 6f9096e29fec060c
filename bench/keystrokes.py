"""How long the table of all experiments takes to answer a key, in a browser."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.builds import ENVIRONMENT
from bench.measure import Row, run, told
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
        # A line of milliseconds for each key.
        times = [*map(float, told("bench.reader", root / "site").split())]
    worst = max(times)
    yield Row(
        f"key to frame, {size:,} experiments",
        f"{worst:.0f} ms at most, {statistics.median(times):.0f} ms median",
        "",
        "",
        f"below {MILLISECONDS} ms",
        worst < MILLISECONDS,
    )
