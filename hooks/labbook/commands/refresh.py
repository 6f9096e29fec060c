"""`labbook refresh`: asks GitHub and W&B for news, for everyone to build on."""

from __future__ import annotations

import argparse
import dataclasses
import sys

from labbook import history, site
from labbook import settings as lab_settings
from labbook.commands.frame import Commands, add_budget, command, config, show_progress
from labbook.live import current, wanted
from labbook.live.rim import Mode

# More than a build may take: who refreshes by hand, or by a timer, can wait for a busy server.
_BUDGET = 120.0


def add(commands: Commands) -> None:
    """Add the command."""
    about = "ask GitHub and W&B for news and write data/live.json and data/history.json"
    parser = command(commands, "refresh", about, run)
    parser.add_argument(
        "--cache",
        action="store_true",
        help="ask only for what a build would ask for, and keep it in .cache/ for the next build "
        "alone; with LABBOOK_LIVE=require fail where something stays too old",
    )
    add_budget(parser, _BUDGET)


def run(options: argparse.Namespace) -> int:
    """Renew both files; what could not be renewed is told, and is no failure."""
    path = config(options)
    root, settings = path.parent, lab_settings.load(path)
    experiments = list(site.load_catalog(root, settings).experiments())
    rim = site.rim(root, settings)
    known = current.load(root, rim.now)
    for problem in known.problems:
        print(problem, file=sys.stderr)
    asked = wanted.of(experiments, settings)
    if options.cache:
        live = dataclasses.replace(settings.live, budget=options.budget)
        patient = dataclasses.replace(rim, settings=dataclasses.replace(settings, live=live))
        required = rim.mode is Mode.REQUIRE
        current.renewed(patient, asked, known.snapshot, print, required=required)
        return 0
    report = current.refresh_file(rim, asked, options.budget, show_progress)
    history.renew(root / site.HISTORY, site.HISTORY, experiments, rim.now[: len("2026-11-22")])
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report)
    return 0
