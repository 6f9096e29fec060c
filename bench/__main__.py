"""`python -m bench`: run every benchmark and print one table; a timing is never an assertion."""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
from collections.abc import Sequence

from bench import builds, keystrokes, refreshes, run_table, saves
from bench.measure import FailedError, Row

HEADINGS = ("", "ours", "plain", "ratio", "wanted", "met")
MET = {True: "yes", False: "NO", None: ""}


def main() -> int:
    """Print the table; fail only where something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda text: tuple(map(int, text.split(","))),
        default=(builds.REAL, 1000, 10_000),
        metavar="N,N",
        help="how many experiments the built catalogs hold (default: 34,1000,10000)",
    )
    sizes: Sequence[int] = parser.parse_args().sizes
    print(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores")
    print("time: median wall seconds, ours and plain in turn; memory: largest resident size\n")
    table: list[tuple[str, ...]] = [HEADINGS]
    try:
        # One module a benchmark; each yields the lines that it adds.
        for row in itertools.chain(
            refreshes.rows(), run_table.rows(), saves.rows(), keystrokes.rows(), builds.rows(sizes)
        ):
            table.append(_cells(row))
            print("measured:", row.name, file=sys.stderr)
    except FailedError as error:
        print(str(error), file=sys.stderr)
        return 1
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(map(str.ljust, line, widths)).rstrip())
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    return row.name, row.ours, row.plain, row.ratio, row.wanted, MET[row.met]


if __name__ == "__main__":
    raise SystemExit(main())
