"""Wall time and peak memory of a command, and what a benchmark says of them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_APART = Path(__file__).with_name("apart.py")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of a command: wall and processor time in seconds, largest resident size in bytes."""

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `met` is None where nothing is promised."""

    name: str
    ours: str
    plain: str
    ratio: str
    wanted: str = ""
    met: bool | None = None


class FailedError(Exception):
    """A measured command did not succeed, so there is nothing to compare."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Measurement:
    """Run `command` in `folder` to its end; raise FailedError, with what it said, if it fails."""
    took = output([sys.executable, str(_APART), *command], folder, environment)
    return Measurement(*json.loads(took))


def told(program: str, site: Path) -> str:
    """What a module of this package prints of a built site, run as a program.

    Only there is tests/ on the path, by which it finds the browser as the tests do.
    """
    tests = {"PYTHONPATH": str(_ROOT / "tests")}
    return output([sys.executable, "-m", program, str(site)], _ROOT, tests)


def output(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """What `command` prints; raise FailedError, with what it said besides, if it fails."""
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise FailedError(f"{' '.join(command)}: exit {result.returncode}\n{result.stderr}")
    return result.stdout


def median(runs: Sequence[Measurement]) -> Measurement:
    """The median times, and the largest peak."""
    return Measurement(
        statistics.median(r.seconds for r in runs),
        statistics.median(r.cpu for r in runs),
        max(r.peak for r in runs),
    )
