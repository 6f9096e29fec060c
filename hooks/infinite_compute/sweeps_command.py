"""`labbook sweeps`: the configurations that were launched for a family of runs."""

from __future__ import annotations

import argparse
import re
import sys

from labbook.commands.frame import Commands, command, config
from labbook.errors import LabbookError


def add(commands: Commands) -> None:
    """Add the command."""
    about = "print the configurations of a family of runs, and which of them were run"
    parser = command(commands, "sweeps", about, run)
    parser.add_argument(
        "family", metavar="FAMILY", nargs="?", help="such as `ensembling`; without it, all names"
    )
    parser.add_argument(
        "--format", choices=("table", "yaml", "json"), default="table", help="default: table"
    )


def run(options: argparse.Namespace) -> int:
    """Print the family, or the names of all."""
    # No other command should pay for them.
    from infinite_compute import coverage, sweep_texts, sweeps, table  # noqa: PLC0415

    root = config(options).parent
    try:
        found = sweeps.load(root)
    except FileNotFoundError as error:
        raise LabbookError(f"{sweeps.FILE}: not found; this site has no sweeps") from error
    if options.family is None:
        for sweep in found.values():
            print(f"{sweep.key:24}{len(sweep.runs):>6,} runs  {sweep.title}")
        return 0
    key = "-".join(re.split(r"[\s_-]+", options.family.casefold()))
    if key not in found:
        raise LabbookError(f"no family `{options.family[:40]}`; there are {', '.join(found)}")
    sweep = found[key]
    file = root / table.FILE
    covered = coverage.coverage(sweep, table.read(file)) if file.exists() else None
    sys.stdout.write(sweep_texts.FORMATS[options.format](sweep, covered))
    return 0
