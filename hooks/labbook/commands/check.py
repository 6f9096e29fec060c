"""`labbook check`: what is wrong with the curated data and pages, and what is worth a hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from labbook import projects, repository, site
from labbook import settings as lab_settings
from labbook.book import Book
from labbook.checking import check, formats
from labbook.checking.formats import Result
from labbook.commands.frame import Commands, command, config
from labbook.discovery import ignored
from labbook.errors import DataError, Finding, SettingsError, Severity
from labbook.publishing import removed
from labbook.settings import Settings

_FORMATS = ("text", "json", "github", "markdown")


def add(commands: Commands) -> None:
    """Add the command."""
    about = "say everything that is wrong or worth a hand in the curated file and project pages"
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
    book: Book | None = None
    refused = _refused(path.parent, settings)
    try:
        book = site.load_book(path.parent, settings, say=damages.append)
        text = (path.parent / site.CATALOG).read_text(encoding="utf-8-sig")
        findings = check.findings(book, text, site.CATALOG)
    except DataError as error:
        findings = list(error.findings)
    of_projects, wrong_settings = _projects(path.parent, settings, book)
    result = Result(
        (*findings, *refused, *of_projects),
        len(book.entries) if book else None,
        [*damages, *wrong_settings],
    )
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


def _refused(root: Path, settings: Settings) -> list[Finding]:
    """What is wrong with the files that say what is not to be on the site."""
    found: list[Finding] = []
    try:
        ignored.load(root / site.IGNORED, settings.repository, site.IGNORED)
    except DataError as error:
        found += error.findings
    try:
        removed.load(root / site.REMOVED, site.REMOVED)
    except DataError as error:
        found += error.findings
    return found


def _projects(root: Path, settings: Settings, book: Book | None) -> tuple[list[Finding], list[str]]:
    """What is wrong with project pages, and with what mkdocs.yml says of them."""
    findings: list[Finding] = []
    wrong: list[str] = []
    for page in settings.project_pages:
        try:
            findings += projects.findings(page, root, book)
        except DataError as error:
            findings += error.findings
        except SettingsError as error:
            wrong.append(str(error))
    return findings, wrong
