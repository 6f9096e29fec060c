"""Building the site from the catalog, beside plain `mkdocs build` of the same pages as files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import catalogs
from bench.measure import FailedError, Measurement, Row, median, run
from labbook import settings

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("mkdocs.yml", "hooks", "docs", "data")
STAGED = "staged"
# This size stands for the project's own catalog.
REAL = 34
GIGABYTE = 1_000_000_000
ENVIRONMENT = {"LABBOOK_LIVE": "off", "NO_MKDOCS_2_WARNING": "1"}


def rows(sizes: Sequence[int]) -> Iterator[Row]:
    """Lines of each size: time, memory, size, and how the time grew since the size before."""
    earlier: tuple[int, Measurement, Measurement] | None = None
    for size in sizes:
        ours, plain, published = _measure(size)
        name = "the real catalog" if size == REAL else f"{size:,} experiments and runs"
        ratio = ours.seconds / plain.seconds
        close = size == REAL and ours.seconds - plain.seconds <= 0.5
        yield Row(
            f"build, {name}",
            f"{ours.seconds:.2f} s",
            f"{plain.seconds:.2f} s",
            # Processor time tells a busy machine from a slow build.
            f"{ratio:.2f} (CPU {ours.cpu / plain.cpu:.2f})",
            "at most 1.25" + (", or 0.5 s more" if size == REAL else ""),
            ratio <= 1.25 or close,
        )
        yield Row(
            f"peak memory, {name}",
            f"{ours.peak / 1e6:.0f} MB",
            f"{plain.peak / 1e6:.0f} MB",
            f"{ours.peak / plain.peak:.2f}",
            "below 1 GB",
            ours.peak < GIGABYTE,
        )
        yield Row(f"size of the site, {name}", f"{published / 1e6:.0f} MB", "", "")
        if earlier and earlier[0] >= 1000:
            factor = size / earlier[0]
            grown = ours.seconds / earlier[1].seconds
            yield Row(
                f"time for {factor:g} times the pages",
                f"{grown:.1f} times",
                f"{plain.seconds / earlier[2].seconds:.1f} times",
                "",
                f"at most {factor * 1.2:g} times",
                grown <= factor * 1.2,
            )
        earlier = (size, ours, plain)


def _measure(size: int) -> tuple[Measurement, Measurement, int]:
    repeats = 5 if size <= 100 else 3 if size <= 1000 else 1
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = _project(Path(folder), size)
        ours, plain = [], []
        for _ in range(repeats):
            ours.append(_build(root, root / "ours"))
            plain.append(_build(root / STAGED, root / "plain"))
        if (left := _pages(root / "ours")) != (right := _pages(root / "plain")):
            raise FailedError(f"the two sites differ in pages: {sorted(left ^ right)[:5]}")
        published = sum(
            path.stat().st_size for path in (root / "ours").rglob("*") if path.is_file()
        )
    return median(ours), median(plain), published


def _project(root: Path, size: int) -> Path:
    """A copy of the project with a catalog of `size`, and the same site staged as plain files."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part)
        else:
            shutil.copy(ROOT / part, root / part)
    if size != REAL:
        catalogs.write(root, size, settings.load(root / "mkdocs.yml").repository)
    # What draws the figures runs here; builds find them kept, as all but the first do.
    stage = ["-m", "labbook", "stage", "--for", "mkdocs", STAGED]
    run([sys.executable, *stage], root, ENVIRONMENT)
    return root


def _build(root: Path, site: Path) -> Measurement:
    command = ["-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    return run([sys.executable, *command], root, ENVIRONMENT)


def _pages(site: Path) -> set[str]:
    return {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
