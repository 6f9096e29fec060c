"""`labbook ...`: what a curator or a workflow does with the lab book outside a build."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from labbook import check, history, pages, schema, site, stage
from labbook import settings as lab_settings
from labbook.errors import DataError, Finding, LabbookError
from labbook.files import write_atomic
from labbook.live import current, wanted

CONFIG = "mkdocs.yml"
# More than a build may take: who refreshes by hand, or by a timer, can wait for a busy server.
_BUDGET = 120.0
_BAR = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character of the data shows its escape instead.
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except LabbookError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'labbook'}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the site's mkdocs.yml (default: the one here or in the nearest folder above)",
    )
    parser = argparse.ArgumentParser(
        prog="labbook",
        description="Check and render the lab book that data/experiments.yaml describes.",
        parents=[config],
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    about = "say everything that is wrong or worth a hand in data/experiments.yaml"
    command = commands.add_parser(
        "check", help=about, description=_sentence(about), parents=[config]
    )
    command.set_defaults(run=_check)

    about = "print the JSON Schema of data/experiments.yaml, for editors"
    command = commands.add_parser(
        "schema", help=about, description=_sentence(about), parents=[config]
    )
    command.add_argument(
        "--write", action="store_true", help="write it to data/experiments.schema.json instead"
    )
    command.set_defaults(run=_schema)

    about = "ask GitHub and W&B for news and write data/live.json and data/history.json"
    command = commands.add_parser(
        "refresh", help=about, description=_sentence(about), parents=[config]
    )
    command.add_argument(
        "--budget",
        type=_seconds,
        metavar="SECONDS",
        default=_BUDGET,
        help="how long it may take in all (default: %(default)g)",
    )
    command.set_defaults(run=_refresh)

    about = "write all generated pages as plain files into a folder"
    command = commands.add_parser(
        "stage", help=about, description=_sentence(about), parents=[config]
    )
    command.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder, or one staged before"
    )
    command.set_defaults(run=_stage)
    return parser


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _check(options: argparse.Namespace) -> int:
    config = _config(options)
    settings = lab_settings.load(config)
    file = config.parent / site.CATALOG
    damages: list[str] = []
    try:
        book = site.load_book(config.parent, settings, say=damages.append)
    except DataError as error:
        _print(error.findings)
        print(f"{_count(len(error.findings), 'error')}, 0 warnings")
        return 1
    for damage in damages:
        print(damage)
    text = file.read_text(encoding="utf-8-sig")
    warnings = check.findings(book, text, site.CATALOG)
    _print(warnings)
    experiments = _count(len(book.entries), "experiment")
    errors = _count(len(damages), "error")
    print(f"{experiments}, {errors}, {_count(len(warnings), 'warning')}")
    return 1 if damages else 0


def _schema(options: argparse.Namespace) -> int:
    if options.write:
        target = _config(options).parent / site.SCHEMA
        write_atomic(target, schema.text())
        print(f"{site.SCHEMA} written")
    else:
        sys.stdout.write(schema.text())
    return 0


def _stage(options: argparse.Namespace) -> int:
    config = _config(options)
    book = site.load_book(config.parent, lab_settings.load(config))
    rendered = pages.render(book)
    stage.stage(rendered, options.folder)
    print(f"{_count(len(rendered), 'page')} in {options.folder}")
    return 0


def _refresh(options: argparse.Namespace) -> int:
    root = _config(options).parent
    settings = lab_settings.load(_config(options))
    experiments = list(site.load_catalog(root, settings).experiments())
    rim = site.rim(root, settings)
    for problem in current.load(root, rim.now).problems:
        print(problem, file=sys.stderr)
    asked = wanted.of(experiments, settings)
    report = current.refresh_file(rim, asked, options.budget, _show_progress)
    history.renew(root / site.HISTORY, site.HISTORY, experiments, rim.now[: len("2026-11-22")])
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report)
    return 0


def _show_progress(share: float, waiting: Sequence[str]) -> None:
    """A bar of the time that is spent, on a terminal alone; it goes when no one is waited for."""
    if not sys.stderr.isatty():
        return
    bar = f"[{'=' * round(share * _BAR):{_BAR}}] waiting for {' and '.join(waiting)}"
    print(f"\r\x1b[K{bar if waiting else ''}", end="", file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("not a number of seconds; write one such as 60")
    return value


def _config(options: argparse.Namespace) -> Path:
    """The mkdocs.yml that is named, or the nearest one."""
    if "config" in options:
        return Path(options.config).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    raise LabbookError(f"{CONFIG}: not found here or in a folder above; name it with --config FILE")


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print(finding)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
