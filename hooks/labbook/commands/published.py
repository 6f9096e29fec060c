"""`labbook published`: which build an address shows, and whether it is the one that it should."""

from __future__ import annotations

import argparse

from labbook.commands.frame import Commands, add_budget, command
from labbook.errors import LabbookError

# Longer than the content network of GitHub Pages keeps a file.
_BUDGET = 900.0


def add(commands: Commands) -> None:
    """Add the command."""
    about = "say which build is published at an address, or wait until it is the right one"
    parser = command(commands, "published", about, run)
    parser.add_argument("url", metavar="URL", help="the address of the published site")
    parser.add_argument(
        "--commit", metavar="SHA", help="wait for the build of this commit, and fail without it"
    )
    parser.add_argument(
        "--built", metavar="TIME", help="the second of that build, as its build.json has it"
    )
    add_budget(parser, _BUDGET)


def run(options: argparse.Namespace) -> int:
    """Print what is published."""
    # Imported here, since only this command should pay for the package that asks servers.
    from labbook.publishing import remote  # noqa: PLC0415

    if (options.commit is None) != (options.built is None):
        raise LabbookError("labbook published: --commit and --built belong together; write both")
    if options.commit is None:
        found = remote.fetch(options.url)
        if found is None:
            raise LabbookError(f"{options.url}: nothing is published there")
    else:
        found = remote.wait_for(options.url, options.commit, options.built, options.budget)
    print(f"{options.url} shows {found}")
    return 0
