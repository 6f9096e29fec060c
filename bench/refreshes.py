"""Renewing what W&B and GitHub say, beside a plain loop over the runs; both against stand-ins."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import catalogs
from bench.builds import ENVIRONMENT, PARTS, ROOT
from bench.measure import FailedError, Row, output, run
from labbook import settings

RUNS, ISSUES = 2000, 1000
# Added to the answer of every request, as a distant server would.
LATENCY = 0.15
# The plain loop takes minutes: so many of the runs are measured.
LOOPED = 100
PROJECT = "ent/proj"
REPEATS = 25
# These credentials open nothing but the stand-ins.
TOKEN, KEY = "t" * 40, "k" * 40

LOOP = """
import itertools, os, sys, time, wandb
api = wandb.Api(overrides={"base_url": sys.argv[1]}, api_key=sys.argv[2], timeout=60)
start = time.perf_counter()
for run in itertools.islice(api.runs(sys.argv[3]), int(sys.argv[4])):
    run.history(keys=["train/loss"], samples=100, pandas=False)
print(time.perf_counter() - start, flush=True)
os._exit(0)
"""
# What the build hook does before the pages; the package is imported in any case.
HOOK = """
import os, sys, time
from pathlib import Path
from labbook import site, settings
from labbook.live import background, current
lab = settings.load(Path("mkdocs.yml"))
start = time.perf_counter()
rim = site.rim(Path.cwd(), lab)
renew = lambda wanted, known: current.renewed(rim, wanted, known, sys.exit)
site.load_book(Path.cwd(), lab, None if rim.mode == "off" else renew)
seconds = time.perf_counter() - start
paid = {"github", "requests", "wandb"} & set(sys.modules)
sys.exit(f"imported {paid} for nothing") if paid else print(seconds)
"""


def rows() -> Iterator[Row]:
    """The first refresh, one with nothing new, and a build that need not renew anything."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder) / "project"
        root.mkdir()
        lab = _project(root)
        # A site asks for the issues of its project pages too.
        numbers = {*range(1, ISSUES + 1), *(page.issue for page in lab.project_pages if page.issue)}
        wanted = {f"{lab.repository}#{number}" for number in numbers}
        with _servers(lab.repository, numbers) as servers:
            yield from _refreshes(root, servers, wanted)
        yield _hook(root)


@dataclass(frozen=True, slots=True)
class _Servers:
    process: subprocess.Popen[str]
    github: str
    wandb: str

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads a refresh to them."""
        return {
            "LABBOOK_GITHUB_API": self.github,
            "LABBOOK_WANDB_API": self.wandb,
            "GITHUB_TOKEN": TOKEN,
            "WANDB_API_KEY": KEY,
        }

    def requests(self) -> tuple[int, int]:
        """How many requests came since the last time, to GitHub and to W&B."""
        github, wandb = _ask(self.process).split()
        return int(github), int(wandb)


def _refreshes(root: Path, servers: _Servers, wanted: set[str]) -> Iterator[Row]:
    refresh = [sys.executable, "-m", "labbook", "refresh"]
    first = run(refresh, root, servers.environment)
    issues, runs = servers.requests()
    known = _known(root)
    curves = sum("curve" in run for run in known["runs"].values())
    if (odd := known["issues"].keys() ^ wanted) or curves != RUNS:
        told = f"{len(odd)} issues too many or too few {sorted(odd)[:3]}, {curves} runs with curves"
        raise FailedError(f"the refresh did not bring all issues and runs: {told}")
    looped = _loop(servers.wandb, root)
    servers.requests()
    whole = looped * RUNS / LOOPED
    yield Row(
        f"refresh, {RUNS:,} runs and {ISSUES:,} issues",
        f"{first.seconds:.2f} s",
        f"{whole:.0f} s for the runs (of {LOOPED}: {looped:.1f} s)",
        f"{whole / first.seconds:.0f} times faster",
        "at least 50 times faster",
        whole >= 50 * first.seconds,
    )
    yield Row("requests for the runs", f"{runs}", "", "", "at most 45", runs <= 45)
    yield Row("requests for the issues", f"{issues}", "", "", "at most 11", issues <= 11)
    second = run(refresh, root, servers.environment)
    again = sum(servers.requests())
    name = "refresh with nothing new"
    yield Row(name, f"{second.seconds:.2f} s", "", "")
    yield Row(f"requests, {name}", f"{again}", "", "", "at most 3", again <= 3)
    same = _undated(known) == _undated(_known(root))
    yield Row(f"changes, {name}", "stamps" if same else "MORE", "", "", "stamps alone", same)


def _hook(root: Path) -> Row:
    """The time of the build hook with live data, beside that without; all facts are fresh."""
    (root / "hook.py").write_text(HOOK, encoding="utf-8")
    times: dict[str, list[float]] = {"auto": [], "off": []}
    for _ in range(REPEATS):
        for mode, seconds in times.items():
            said = output([sys.executable, "hook.py"], root, {**ENVIRONMENT, "LABBOOK_LIVE": mode})
            seconds.append(float(said))
    auto, off = (1000 * statistics.median(seconds) for seconds in times.values())
    name = f"build hook, {ISSUES:,} experiments, nothing to renew"
    added = f"{auto - off:+.0f} ms"
    return Row(name, f"{auto:.0f} ms", f"{off:.0f} ms", added, "below +50 ms", auto - off < 50)


def _project(root: Path) -> settings.Settings:
    """A copy of the project with the catalog that the stand-ins know; its settings."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part)
        else:
            shutil.copy(ROOT / part, root / part)
    for name in ("live.json", "history.json"):
        (root / "data" / name).unlink(missing_ok=True)
    catalogs.write_runs(root / "data" / "experiments.yaml", ISSUES, RUNS, PROJECT)
    return settings.load(root / "mkdocs.yml")


@contextmanager
def _servers(repository: str, issues: Iterable[int]) -> Iterator[_Servers]:
    command = [sys.executable, "-m", "bench.standins", "--repository", repository]
    command += ["--runs", str(RUNS), "--latency", str(LATENCY)]
    command += ["--issues", *map(str, sorted(issues))]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise FailedError("the stand-in servers did not start")
            yield _Servers(process, *line.split())
        finally:
            process.kill()


def _ask(process: subprocess.Popen[str]) -> str:
    if process.stdin is None or process.stdout is None:
        raise FailedError("the stand-in servers cannot be asked")
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def _loop(url: str, root: Path) -> float:
    folders = {name: str(root / "wandb") for name in ("WANDB_DIR", "WANDB_CACHE_DIR")}
    quiet = {"WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"}
    command = [sys.executable, "-c", LOOP, url, KEY, PROJECT, str(LOOPED)]
    return float(output(command, root, {**ENVIRONMENT, **folders, **quiet}))


def _known(root: Path) -> dict[str, dict[str, dict[str, object]]]:
    known: dict[str, dict[str, dict[str, object]]] = json.loads(
        (root / "data" / "live.json").read_text(encoding="utf-8")
    )
    return known


def _undated(known: Mapping[str, object]) -> dict[str, object]:
    """All but the sources' stamps: an item that has its own could not be renewed."""
    return {name: items for name, items in known.items() if name != "sources"}
