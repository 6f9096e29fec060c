"""`labbook fmt`: the curated file in its one canonical form."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator

from labbook import catalog, links, site
from labbook import settings as lab_settings
from labbook.commands.frame import Commands, command, config, count
from labbook.files import write_atomic
from labbook.formatting.formatter import formatted


def add(commands: Commands) -> None:
    """Add the command."""
    about = "put data/experiments.yaml into its one form: order of keys, indentation, empty lines"
    command(commands, "fmt", about, run).add_argument(
        "--check",
        action="store_true",
        help="change nothing; print which lines would change, and exit with 1 if any would",
    )


def run(options: argparse.Namespace) -> int:
    """Write the file anew where that changes it."""
    path = config(options)
    settings = lab_settings.load(path)
    # The file itself, where a link leads to it.
    file = (path.parent / site.CATALOG).resolve()
    before = catalog.read(file, site.CATALOG)
    after = formatted(before, site.CATALOG, settings.repository)
    if after == before:
        print(f"{site.CATALOG} is formatted")
        return 0
    changed = list(_changes(before, after))
    if options.check:
        sys.stdout.writelines(changed)
        print(f"{site.CATALOG} is not formatted; `labbook fmt` writes it so")
        return 1
    write_atomic(file, after)
    lines = sum(line.startswith("+") for line in changed[2:])
    print(f"{site.CATALOG} formatted, {count(lines, 'line')} written anew")
    return 0


def _changes(before: bytes, after: bytes) -> Iterator[str]:
    """The difference as people read it: tokens masked, line ends shown where they differ."""
    old, new = _lines(before), _lines(after)
    for line in difflib.unified_diff(old, new, site.CATALOG, f"{site.CATALOG} formatted"):
        yield links.mask(line.rstrip("\n")) + "\n"


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8").replace("\r", "␍").split("\n")
    if not lines[-1]:
        lines.pop()
    else:
        lines[-1] += " (no line end)"
    return [line.replace("\ufeff", "(byte order mark)") + "\n" for line in lines]
