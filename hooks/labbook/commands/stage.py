"""`labbook stage`: all generated pages as plain files."""

from __future__ import annotations

import argparse
from pathlib import Path

from labbook import pages, site, stage
from labbook import settings as lab_settings
from labbook.commands.frame import Commands, command, config, count


def add(commands: Commands) -> None:
    """Add the command."""
    about = "write all generated pages as plain files into a folder"
    parser = command(commands, "stage", about, run)
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder, or one staged before"
    )


def run(options: argparse.Namespace) -> int:
    """Write the pages."""
    path = config(options)
    book = site.load_book(path.parent, lab_settings.load(path))
    rendered = pages.render(book)
    stage.stage(rendered, options.folder)
    print(f"{count(len(rendered), 'page')} in {options.folder}")
    return 0
