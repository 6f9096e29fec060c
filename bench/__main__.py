"""`python -m bench`: run every benchmark, print one table, and keep it for the page that shows it.

A timing is never an assertion: what is not met is printed, and fails nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from bench import builds, keystrokes, phone, refreshes, repository, results, run_table, saves
from bench.measure import FailedError, Row

HEADINGS = ("", "ours", "plain", "ratio", "wanted", "met")
MET = {True: "yes", False: "NO", None: ""}
QUICK = (builds.REAL, 1000)
ALL = (*QUICK, 10_000)
# One module a benchmark; each yields the rows that it adds.
PARTS: Mapping[str, Callable[[tuple[int, ...]], Iterator[Row]]] = {
    "refreshes": lambda _: refreshes.rows(),
    "run table": lambda _: run_table.rows(),
    "saves": lambda sizes: saves.rows(sizes[:2]),
    "keystrokes": lambda sizes: keystrokes.rows(sizes[-1]),
    "repository": lambda _: repository.rows(),
    "phone": lambda _: phone.rows(),
    "builds": builds.rows,
}


def main() -> int:
    """Print the table; fail only where something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="no catalog of more than 1,000; keeps nothing"
    )
    parser.add_argument("--only", choices=PARTS, help="this part alone; keeps nothing")
    options = parser.parse_args()
    sizes = QUICK if options.quick else ALL
    machine = results.machine()
    print(f"{machine['cpu']}, {machine['cores']} cores, {machine['memory'] / 1e9:.0f} GB;", end=" ")
    print(f"Python {machine['python']} on {machine['system']}")
    print("time: median wall seconds, ours and plain in turn; memory: largest resident size\n")
    measured: list[tuple[str, Row]] = []
    start = time.perf_counter()
    try:
        for part, rows in PARTS.items():
            if options.only not in {None, part}:
                continue
            for row in rows(sizes):
                measured.append((part, row))
                print("measured:", row.name, file=sys.stderr)
    except FailedError as error:
        print(str(error), file=sys.stderr)
        return 1
    seconds = time.perf_counter() - start
    table = [HEADINGS, *(_cells(row) for _, row in measured)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(map(str.ljust, line, widths)).rstrip())
    print(f"\nmeasured in {seconds / 60:.0f} min")
    if not (options.quick or options.only):
        results.write(measured, machine, seconds)
        print(f"kept in {results.FILE}")
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    return row.name, row.ours, row.plain, row.ratio, row.wanted, MET[row.met]


if __name__ == "__main__":
    raise SystemExit(main())
