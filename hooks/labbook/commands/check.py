"""`labbook check`: the problems of the curated file, and what in it is worth a hand."""

from __future__ import annotations

import argparse
import sys

from labbook import repository, site
from labbook import settings as lab_settings
from labbook.checking import check, formats
from labbook.checking.formats import Result
from labbook.commands.frame import Commands, command, config
from labbook.discovery import ignored
from labbook.errors import DataError, Finding, Severity

_FORMATS = ("text", "json", "github", "markdown")


def add(commands: Commands) -> None:
    """Add the command."""
    about = "say everything that is wrong or worth a hand in data/experiments.yaml"
    command(commands, "check", about, run).add_argument(
        "--format",
        choices=_FORMATS,
        default=_FORMATS[0],
        help="text; json for machines; github, which puts each finding on its line of a pull "
        "request; markdown, for the summary of a workflow",
    )


def run(options: argparse.Namespace) -> int:
    """Print the findings; 1 where there is an error."""
    path = config(options)
    settings = lab_settings.load(path)
    damages: list[str] = []
    refused: tuple[Finding, ...] = ()
    try:
        ignored.load(path.parent / site.IGNORED, settings.repository, site.IGNORED)
    except DataError as error:
        refused = error.findings
    try:
        book = site.load_book(path.parent, settings, say=damages.append)
    except DataError as error:
        result = Result((*error.findings, *refused))
    else:
        text = (path.parent / site.CATALOG).read_text(encoding="utf-8-sig")
        findings = check.findings(book, text, site.CATALOG)
        result = Result((*findings, *refused), len(book.entries), damages)
    match options.format:
        case "json":
            sys.stdout.write(formats.as_json(result))
        case "github":
            in_repository = repository.source(path.parent, site.CATALOG).path
            prefix = in_repository.removesuffix(site.CATALOG)
            sys.stdout.write(formats.github(result, prefix))
        case "markdown":
            sys.stdout.write(formats.markdown(result))
        case _:
            sys.stdout.write(formats.text(result))
    return 1 if result.count(Severity.ERROR) else 0
