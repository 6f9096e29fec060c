"""What the commands share: the site's configuration, their place in the parser, what they print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from labbook.errors import Finding, LabbookError

CONFIG = "mkdocs.yml"
_BAR = 30

Commands = Any
Run = Callable[[argparse.Namespace], int]


def config_option() -> argparse.ArgumentParser:
    """The option that every command takes, before it or behind it."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the site's mkdocs.yml (default: the one here or in the nearest folder above)",
    )
    return parser


def command(commands: Commands, name: str, about: str, run: Run) -> argparse.ArgumentParser:
    """Add a command that `about` describes; `run` gives its exit status."""
    sentence = f"{about[0].upper()}{about[1:]}."
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=sentence, parents=[config_option()]
    )
    parser.set_defaults(run=run)
    return parser


def config(options: argparse.Namespace) -> Path:
    """The mkdocs.yml that is named, or the nearest one."""
    if "config" in options:
        return Path(options.config).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    raise LabbookError(f"{CONFIG}: not found here or in a folder above; name it with --config FILE")


def add_budget(parser: argparse.ArgumentParser, default: float) -> None:
    """Let the command be told how long it may ask the network."""
    parser.add_argument(
        "--budget",
        type=_seconds,
        metavar="SECONDS",
        default=default,
        help="how long it may take in all (default: %(default)g)",
    )


def show(findings: Sequence[Finding]) -> None:
    """Print findings, one a line."""
    for finding in findings:
        print(finding)


def show_progress(share: float, waiting: Sequence[str]) -> None:
    """A bar of the time that is spent, on a terminal alone; it goes when no one is waited for."""
    if not sys.stderr.isatty():
        return
    bar = f"[{'=' * round(share * _BAR):{_BAR}}] waiting for {' and '.join(waiting)}"
    print(f"\r\x1b[K{bar if waiting else ''}", end="", file=sys.stderr, flush=True)


def count(number: int, noun: str) -> str:
    """A number of things, in words: `1 error`, `2 errors`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("not a number of seconds; write one such as 60")
    return value
