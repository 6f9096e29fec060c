"""What a phone takes to show each kind of page, by Lighthouse, beside a page kept by hand.

As a program (`python -m bench.phone SITE`, with tests/ on the path) it prints the measurements.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.builds import ENVIRONMENT, ROOT
from bench.measure import Row, run, told
from bench.saves import project

REAL = 34
TOOL = ROOT / "tests" / "lighthouse" / "node_modules"


def rows() -> Iterator[Row]:
    """The least scores, the latest paint and the largest page; no row where there is no npm."""
    if not TOOL.is_dir():
        print("Lighthouse is not here (`make lighthouse` installs it): no phone", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = project(Path(folder), REAL)
        site = root / "site"
        build = ["-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
        run([sys.executable, *build], root, {**ENVIRONMENT, "SITE_URL": "https://example.org/"})
        measured: dict[str, Any] = json.loads(told("bench.phone", site))
    pages, limits = measured["pages"], measured["limits"]
    least = [min(page["scores"][place] for page in pages) for place in range(4)]
    _, before, paint, *_ = measured["before"]
    yield Row(
        f"performance, access, practice, SEO; the least of {len(pages)} pages",
        _scores(least),
        f"{_scores(before)} (by hand)",
        "",
        _scores(limits["scores"]),
        all(map(int.__ge__, least, limits["scores"])),
    )
    latest = max(page["paint"] for page in pages)
    yield Row(
        "largest paint on a slow phone, the latest",
        f"{latest / 1000:.2f} s",
        f"{paint} (by hand)",
        "",
        f"at most {limits['paint'] / 1000} s",
        latest <= limits["paint"],
    )
    for kind, most in limits["bytes"].items():
        sizes = [
            page["size"] for page in pages if (page["kind"] == "reports") == (kind == "reports")
        ]
        yield Row(
            f"first view of {'the reports page' if kind == 'reports' else 'any other page'}",
            f"{max(sizes) / 1000:.0f} kB",
            "",
            "",
            f"at most {most / 1000:.0f} kB",
            max(sizes) <= most,
        )


def _scores(scores: list[int]) -> str:
    return " / ".join(map(str, scores))


def main() -> None:
    """Measure a built site."""
    # Here, since only this process has tests/ on its path.
    import chromium  # noqa: PLC0415
    from lighthouse import measure  # noqa: PLC0415

    chrome = chromium.find()
    if not chrome:
        raise SystemExit("there is no Chromium: run python tests/chromium.py")
    pages = [dataclasses.asdict(page) for page in measure.measure(Path(sys.argv[1]), chrome)]
    sizes = {"reports": measure.BYTES["reports"], "others": measure.BYTES_OF_OTHERS}
    limits = {"scores": measure.LEAST, "paint": measure.PAINT, "bytes": sizes}
    print(json.dumps({"pages": pages, "limits": limits, "before": measure.BEFORE}))


if __name__ == "__main__":
    main()
