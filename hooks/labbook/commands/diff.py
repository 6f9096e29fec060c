"""`labbook diff`: what changed in the curated file, in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from labbook import catalog, repository, site
from labbook import settings as lab_settings
from labbook.changes import Change, Part, changes, summary
from labbook.commands.frame import Commands, command, config
from labbook.links import mask
from labbook.markdown_text import code
from labbook.problems import visible
from labbook.publishing import less

_LONGEST = 300
# A summary on GitHub is cut at a megabyte.
_MOST = 500


def add(commands: Commands) -> None:
    """Add the command."""
    about = "say in words what changed in data/experiments.yaml since a commit"
    parser = command(commands, "diff", about, run)
    parser.add_argument(
        "revision",
        nargs="?",
        default="HEAD",
        metavar="REV",
        help="the commit to compare with, such as main or HEAD~3 (default: the last, %(default)s)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "markdown"),
        default="text",
        help="text; markdown, for the summary of a workflow",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="exit with 1 where a page goes, and neither data/ignored.yaml nor data/removed.yaml "
        "nor `formerly` says so: no deployment would publish that",
    )


def run(options: argparse.Namespace) -> int:
    """Print what changed; where nothing did, say so."""
    path = config(options)
    settings = lab_settings.load(path)
    lab = settings.repository
    old = repository.at_revision(path.parent, options.revision, site.CATALOG, catalog.LARGEST)
    then = catalog.parse(old, f"{site.CATALOG} at {visible(options.revision)}", lab)
    now = site.load_catalog(path.parent, settings)
    found = changes(then, now, lab)
    gone = [
        f"`{address}` goes, and nothing says so, which stops deployments; {less.REMEDY}"
        for address in less.lost(then, now, less.said(path.parent, settings))
    ]
    markdown = options.format == "markdown"
    lines = _markdown if markdown else _text
    print("\n".join([*lines(found), *(f"- {line}" for line in gone if markdown)]))
    for line in gone:
        print(line, file=sys.stderr)
    return 1 if gone and options.keep else 0


def _text(found: Sequence[Change]) -> Iterator[str]:
    yield summary(found)
    for change in found:
        yield "  " + " ".join(filter(None, [change.name, *map(_words, change.parts)]))


def _markdown(found: Sequence[Change]) -> Iterator[str]:
    line = summary(found)
    yield from ("## What changed in the catalog", "", f"{line[:1].upper()}{line[1:]}.", "")
    for change in found[:_MOST]:
        name = f"**{change.name}**" if change.name else ""
        yield "- " + " ".join(filter(None, [name, *map(_marked, change.parts)]))
    if len(found) > _MOST:
        yield f"- and {len(found) - _MOST:,} more: `labbook diff` lists all"


def _words(part: Part) -> str:
    if not part.quoted:
        return part.text
    line = " ".join(visible(mask(part.text)).split())
    return f"“{line if len(line) <= _LONGEST else f'{line[: _LONGEST - 1]}…'}”"


def _marked(part: Part) -> str:
    return code(part.text, longest=_LONGEST) if part.quoted else part.text
