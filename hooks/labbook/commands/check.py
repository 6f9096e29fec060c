"""`labbook check`: the problems of the curated file, and what in it is worth a hand."""

from __future__ import annotations

import argparse

from labbook import check, site
from labbook import settings as lab_settings
from labbook.commands.frame import Commands, command, config, count, show
from labbook.errors import DataError


def add(commands: Commands) -> None:
    """Add the command."""
    about = "say everything that is wrong or worth a hand in data/experiments.yaml"
    command(commands, "check", about, run)


def run(options: argparse.Namespace) -> int:
    """Print the findings; 1 where there is an error."""
    path = config(options)
    settings = lab_settings.load(path)
    file = path.parent / site.CATALOG
    damages: list[str] = []
    try:
        book = site.load_book(path.parent, settings, say=damages.append)
    except DataError as error:
        show(error.findings)
        print(f"{count(len(error.findings), 'error')}, 0 warnings")
        return 1
    for damage in damages:
        print(damage)
    text = file.read_text(encoding="utf-8-sig")
    warnings = check.findings(book, text, site.CATALOG)
    show(warnings)
    experiments = count(len(book.entries), "experiment")
    errors = count(len(damages), "error")
    print(f"{experiments}, {errors}, {count(len(warnings), 'warning')}")
    return 1 if damages else 0
