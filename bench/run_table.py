"""Fetching the run table beside a plain loop over the runs, and drawing every figure from it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.builds import ENVIRONMENT, ROOT
from bench.measure import FailedError, Row, output, run

RUNS = 2000
# Added to the answer of every request, as a distant server would.
LATENCY = 0.15
# The plain loop takes minutes: so many of the runs are measured.
LOOPED = 100
KEY = "k" * 40
TABLE = "data/infinite-compute/runs.jsonl"
SYNTHETIC = ROOT / "tests" / "standins" / "infinite_compute.py"

# A run's configuration and history one by one, as the package's own methods give them.
LOOP = """
import itertools, os, sys, time, wandb
api = wandb.Api(overrides={"base_url": sys.argv[1]}, api_key=sys.argv[2], timeout=60)
start = time.perf_counter()
for run in itertools.islice(api.runs(sys.argv[3]), int(sys.argv[4])):
    run.json_config
    run.history(keys=["eval/dclm/loss"], pandas=False)
print(time.perf_counter() - start, flush=True)
os._exit(0)
"""
# What `--build-cache` does before anything is drawn.
FETCH = """
from pathlib import Path
from infinite_compute import runs
from labbook import settings, site
report = runs.refresh(site.rim(Path.cwd(), settings.load(Path("mkdocs.yml"))))
raise SystemExit(None if report.whole else report.problems)
"""
READ = f"""
from pathlib import Path
from infinite_compute import table
table.read(Path("{TABLE}"))
"""


def rows() -> Iterator[Row]:
    """The first fetch, one with nothing new, and all figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT / "hooks", root / "hooks")
        shutil.copytree(ROOT / "data", root / "data")
        shutil.copy(ROOT / "mkdocs.yml", root)
        (root / TABLE).unlink(missing_ok=True)
        yield from _fetches(root)
        yield from _read(root)
        drawing = run([sys.executable, "hooks/plotting.py", "--mode", "all"], root, {})
        yield Row(
            "all figures from the run table",
            f"{drawing.seconds:.1f} s",
            "",
            "",
            "at most 20 s",
            drawing.seconds <= 20,
        )


def _read(root: Path) -> Iterator[Row]:
    """What a run takes in the file, and all of them in memory."""
    size = (root / TABLE).stat().st_size
    read = run([sys.executable, "-c", READ], root, {"PYTHONPATH": str(root / "hooks")})
    yield Row("a run in the run table", f"{size / RUNS / 1000:.1f} kB", "", "")
    name = f"reading the run table, {RUNS:,} runs"
    yield Row(name, f"{read.seconds:.2f} s, {read.peak / 1e6:.0f} MB", "", "")


def _fetches(root: Path) -> Iterator[Row]:
    with _server() as (url, project):
        hooks = str(root / "hooks")
        environment = {"LABBOOK_WANDB_API": url, "LABBOOK_LIVE": "auto", "PYTHONPATH": hooks}
        fetch = [sys.executable, "-c", FETCH]
        first = run(fetch, root, environment)
        if len((root / TABLE).read_text(encoding="utf-8").splitlines()) < RUNS:
            raise FailedError("the fetch did not bring all runs")
        again = run(fetch, root, environment)
        looped = _loop(url, project, root)
    whole = looped * RUNS / LOOPED
    yield Row(
        f"run table, {RUNS:,} runs",
        f"{first.seconds:.2f} s",
        f"{whole:.0f} s (of {LOOPED}: {looped:.1f} s)",
        f"{whole / first.seconds:.0f} times faster",
        "at least 50 times faster",
        whole >= 50 * first.seconds,
    )
    yield Row("run table with nothing new", f"{again.seconds:.2f} s", "", "")


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """The address of a server with so many runs, and one of its projects."""
    command = [sys.executable, str(SYNTHETIC), "--latency", str(LATENCY), "--runs", str(RUNS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise FailedError("the stand-in server did not start")
            url, project = line.split()
            yield url, project
        finally:
            process.kill()


def _loop(url: str, project: str, root: Path) -> float:
    folders = {name: str(root / "wandb") for name in ("WANDB_DIR", "WANDB_CACHE_DIR")}
    quiet = {"WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"}
    command = [sys.executable, "-c", LOOP, url, KEY, project, str(LOOPED)]
    return float(output(command, root, {**ENVIRONMENT, **folders, **quiet}))
