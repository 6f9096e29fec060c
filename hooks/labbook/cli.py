"""`labbook ...`: what a curator or a workflow does with the lab book outside a build."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from labbook.commands import (
    check,
    diff,
    discover,
    fmt,
    protect,
    published,
    refresh,
    schema,
    stage,
    verify,
)
from labbook.commands.frame import config_option
from labbook.errors import LabbookError

# In the order in which `labbook --help` lists them.
COMMANDS = (check, fmt, diff, discover, refresh, schema, stage, protect, verify, published)
# What the packages of projects add; pyproject.toml names them.
OF_PROJECTS = "labbook.commands"


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
    parser = argparse.ArgumentParser(
        prog="labbook",
        description="Check and render the lab book that data/experiments.yaml describes.",
        parents=[config_option()],
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    of_projects = [entry.load() for entry in metadata.entry_points(group=OF_PROJECTS)]
    for command in (*COMMANDS, *of_projects):
        command.add(commands)
    return parser
