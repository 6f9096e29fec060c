"""Wall time and peak memory of a command, and what a benchmark says of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


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
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        # `wait4` alone gives the memory of this one child; the rest of Popen must not wait again.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise FailedError(f"{' '.join(command)}: exit {process.returncode}\n{said.read()}")
    kilo = 1 if sys.platform == "darwin" else 1024
    return Measurement(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * kilo)


def told(program: str, site: Path) -> str:
    """What a module of this package prints of a built site, run as a program.

    Only there is tests/ on the path, by which it finds the browser as the tests do.
    """
    result = subprocess.run(
        [sys.executable, "-m", program, str(site)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT / "tests")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise FailedError(f"{program} could not measure: {result.stderr}")
    return result.stdout


def median(runs: Sequence[Measurement]) -> Measurement:
    """The median times, and the largest peak."""
    return Measurement(
        statistics.median(r.seconds for r in runs),
        statistics.median(r.cpu for r in runs),
        max(r.peak for r in runs),
    )
