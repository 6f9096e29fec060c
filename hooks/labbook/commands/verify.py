"""`labbook verify`: tests a built site before it is published."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from labbook import settings as lab_settings
from labbook import site
from labbook.commands.frame import Commands, add_budget, command, config, count
from labbook.publishing import less, stamp, verify
from labbook.publishing.stamp import Stamp
from labbook.settings import Settings

_BUDGET = 60.0
_SHOWN = 100


def add(commands: Commands) -> None:
    """Add the command."""
    about = "test a built site: nothing missing, no dead link, nothing loaded from another host"
    parser = command(commands, "verify", about, run)
    parser.add_argument("site", type=Path, metavar="DIR", help="the folder, such as site/")
    parser.add_argument(
        "--commit", metavar="SHA", help="also fail unless it was built of exactly this commit"
    )
    parser.add_argument(
        "--since",
        metavar="URL",
        help="also fail if it holds less than what is published at this address, and neither "
        "data/ignored.yaml nor data/removed.yaml says that it is to go",
    )
    add_budget(parser, _BUDGET)


def run(options: argparse.Namespace) -> int:
    """Print all that is wrong; 1 where something is."""
    path = config(options)
    settings = lab_settings.load(path)
    built = stamp.load(options.site)
    found = [
        *map(str, verify.findings(options.site, settings.site_url, built, _wanted(path, settings))),
        *filter(None, [options.commit and verify.of_commit(built, options.commit)]),
        *(_less(options, path.parent, settings, built) if options.since else ()),
    ]
    for line in found[:_SHOWN]:
        print(line)
    if len(found) > _SHOWN:
        print(f"and {len(found) - _SHOWN:,} more")
    print(f"{count(len(built.pages), 'page')}, {count(len(found), 'problem')}", file=sys.stderr)
    return 1 if found else 0


def _wanted(path: Path, settings: Settings) -> Iterator[str]:
    """The addresses of the pages that the settings and the data promise."""
    book = site.load_book(path.parent, settings)
    yield from (address for _, address in settings.pages)
    yield from (entry.address for entry in book.entries.values())
    yield from (section.address for section in book.sections)


def _less(
    options: argparse.Namespace, root: Path, settings: Settings, built: Stamp
) -> Iterator[str]:
    # Imported here, since only this needs the package that asks servers.
    from labbook.publishing import remote  # noqa: PLC0415

    before = remote.insist(options.since, options.budget)
    if before is None:
        print(f"{options.since}: nothing is published there yet", file=sys.stderr)
        return
    yield from less.problems(before, built, options.site, less.said(root, settings))
