"""`labbook stage`: the whole site as plain files that any builder of such sites can read."""

from __future__ import annotations

import argparse
from pathlib import Path

from labbook import settings as lab_settings
from labbook import site, stage, staging
from labbook.commands.frame import Commands, command, config, count
from labbook.staging import Builder


def add(commands: Commands) -> None:
    """Add the command."""
    about = "write all pages and files, and a plain mkdocs.yml, into a folder for any site builder"
    parser = command(commands, "stage", about, run)
    parser.add_argument(
        "--for",
        dest="builder",
        type=Builder,
        choices=list(Builder),
        default=Builder.ZENSICAL,
        help="who builds the site: they read links in HTML differently (default: %(default)s)",
    )
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder, or one staged before"
    )


def run(options: argparse.Namespace) -> int:
    """Write the files."""
    path = config(options)
    book = site.load_book(path.parent, lab_settings.load(path))
    files = staging.files(path, book, options.builder)
    stage.stage(files, options.folder)
    pages = sum(name.endswith(".md") for name in files)
    others = count(len(files) - pages, "other file")
    print(f"{count(pages, 'page')} and {others} in {options.folder}")
    return 0
