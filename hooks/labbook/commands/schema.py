"""`labbook schema`: the schema of the curated file, for editors."""

from __future__ import annotations

import argparse
import sys

from labbook import schema, site
from labbook.commands.frame import Commands, command, config
from labbook.files import write_atomic


def add(commands: Commands) -> None:
    """Add the command."""
    about = "print the JSON Schema of data/experiments.yaml, for editors"
    parser = command(commands, "schema", about, run)
    parser.add_argument(
        "--write",
        action="store_true",
        help="write it to data/experiments.schema.json instead, and that of data/ignored.yaml",
    )


def run(options: argparse.Namespace) -> int:
    """Print the schema, or write it."""
    if options.write:
        root = config(options).parent
        for name, content in (
            (site.SCHEMA, schema.schema()),
            (site.IGNORED_SCHEMA, schema.ignored_schema()),
        ):
            write_atomic(root / name, schema.text(content))
            print(f"{name} written")
    else:
        sys.stdout.write(schema.text())
    return 0
