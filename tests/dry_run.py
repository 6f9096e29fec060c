"""Runs the commands of every workflow in clean clones: `make dryrun`; `DRYRUN=--help` says more.

What GitHub does itself stands in: its own command, its API, W&B's, the actions, and Pages.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import checkout
import demo
from checkout import ROOT
from expressions import fill, holds

WORKFLOWS = ROOT / ".github" / "workflows"
# All that a clone holds and a job reads.
PARTS = (
    *("hooks", "docs", "data", "tests", "bench", ".github", "mkdocs.yml", "Makefile", ".gitignore"),
    *("pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE", "CITATION.cff", "SECURITY.md"),
)
# What else a workflow makes is what `make test` and its like are for, and takes long.
QUICK = {"make .venv/site.stamp", "make site"}
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
_GH = """\
#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
"""
_KEPT = ("HOME", "LANG", "PIP_", "SSL_", "TMPDIR", "SOURCE_DATE_EPOCH")
_NAME = {"user.name": "A person", "user.email": "person@example.org"}


class DryRunError(Exception):
    """A step failed; the message says which, and what it printed."""


@dataclass
class World:
    """What stands in for GitHub: one folder, its environment, and the address of Pages."""

    folder: Path
    environment: Mapping[str, str]
    pages: str
    fresh: bool

    @property
    def calls(self) -> list[str]:
        """What GitHub's own command was called for."""
        file = self.folder / "bin/calls"
        return file.read_text("utf-8").splitlines() if file.exists() else []


@contextmanager
def world(folder: Path, *, fresh: bool = False) -> Iterator[World]:
    """The project as a repository in an empty folder, and servers that answer for it."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/gh").write_text(_GH, "utf-8")
    (folder / "bin/gh").chmod(0o755)
    (folder / "pages").mkdir()
    first = folder / "first"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", "node_modules", ".cache")
    for path in (*(ROOT / part for part in PARTS), *ROOT.glob("requirements*")):
        if path.is_dir():
            shutil.copytree(path, first / path.name, ignore=ignore)
        elif path.exists():
            first.mkdir(exist_ok=True)
            shutil.copy(path, first)
    _git(first, "init", "--quiet", "--initial-branch", "main")
    for message, change in (("Begin", ""), ("Change", "# A second commit.\n")):
        with (first / "data/experiments.yaml").open("a", encoding="utf-8") as file:
            file.write(change)
        _git(first, "add", "--all")
        _git(first, "commit", "--quiet", "--message", message)
    _git(folder, "clone", "--quiet", "--bare", "first", "origin.git")
    with demo.answering(first) as environment, _served(folder / "pages") as pages:
        yield World(folder, environment, pages, fresh)


@dataclass
class Job:
    """A job at work: its clone, a folder for what it leaves there, and what its steps know."""

    title: str
    clone: Path
    temporary: Path
    context: dict[str, Any]


def run(path: Path, here: World, *, quick: bool = False) -> Iterator[str]:
    """Run each job of a workflow in a clone of its own; the result is what was run."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    needs: dict[str, Any] = {}
    for name, made in workflow["jobs"].items():
        title = f"{path.stem}: {name}"
        clone = here.folder / title.replace(": ", "-")
        _git(here.folder, "clone", "--quiet", "origin.git", clone.name)
        if not here.fresh:
            _share_environment(clone)
        temporary = clone.with_suffix(".temporary")
        temporary.mkdir()
        job = Job(title, clone, temporary, _context(clone, here, made) | {"needs": needs})
        yield from _steps(job, made["steps"], here, quick=quick)
        outputs = made.get("outputs", {})
        needs[name] = {"outputs": {key: fill(text, job.context) for key, text in outputs.items()}}


def _steps(
    job: Job, steps: Sequence[Mapping[str, Any]], here: World, *, quick: bool
) -> Iterator[str]:
    for step in steps:
        command = step.get("run", "").strip()
        long = command.startswith("make ") and command not in QUICK
        if not holds(step, job.context) or (quick and long):
            continue
        if command:
            outputs = _command(job, step, here)
            yield f"{job.title}: {command}"
        else:
            options = {
                key: fill(str(text), job.context) for key, text in step.get("with", {}).items()
            }
            outputs = _action(step["uses"].partition("@")[0], options, job.clone, here)
        if "id" in step:
            job.context["steps"][step["id"]] = {"outputs": outputs, "outcome": "success"}


def _command(job: Job, step: Mapping[str, Any], here: World) -> dict[str, str]:
    """Run a step's command; the answer is what it wrote for later steps."""
    output = job.temporary / "output"
    output.write_text("", "utf-8")
    # Nothing of whoever runs this: a job has what its workflow gives it, and no more.
    kept = {key: text for key, text in os.environ.items() if key.startswith(_KEPT)}
    servers = {key: text for key, text in here.environment.items() if key.endswith("_API")}
    given = {key: fill(str(text), job.context) for key, text in step.get("env", {}).items()}
    done = subprocess.run(
        [*_SHELL, "-c", step["run"]],
        cwd=job.clone,
        env={
            **kept,
            "PATH": f"{here.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_SHA": job.context["github"]["sha"],
            "GITHUB_STEP_SUMMARY": str(job.temporary / "summary.md"),
            "RUNNER_TEMP": str(job.temporary),
            **servers,
            **given,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DryRunError(f"{job.title}: {step['run']}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())


def _action(name: str, options: Mapping[str, str], clone: Path, here: World) -> dict[str, str]:
    """Do what an action does, as far as later steps see it."""
    if name == "actions/configure-pages":
        return {"base_url": here.pages.rstrip("/")}
    if name in {"actions/upload-artifact", "actions/upload-pages-artifact"}:
        if not any((clone / options["path"]).iterdir()):
            raise DryRunError(f"{name}: nothing is in {options['path']}")
        shutil.copytree(clone / options["path"], here.folder / "artifact", dirs_exist_ok=True)
    elif name == "actions/deploy-pages":
        shutil.copytree(here.folder / "artifact", here.folder / "pages/book", dirs_exist_ok=True)
        return {"page_url": here.pages}
    elif name == "lycheeverse/lychee-action":
        for word in shlex.split(options["args"]):
            if word.endswith((".md", ".yaml")) and not list(clone.glob(word)):
                raise DryRunError(f"{name}: nothing is at {word}")
        (clone / options["output"]).write_text("* [404] <https://example.org/>\n", "utf-8")
        return {"exit_code": "2"}
    elif name not in _WITHOUT_EFFECT:
        raise DryRunError(f"{name}: nothing stands in for this action")
    return {}


_WITHOUT_EFFECT = {
    "actions/cache/restore",
    "actions/cache/save",
    "actions/checkout",
    "actions/setup-node",
    "actions/setup-python",
}


def _context(clone: Path, here: World, made: Mapping[str, Any]) -> dict[str, Any]:
    """What the expressions of a job's steps may name; of a matrix, the last of each."""
    matrix = made.get("strategy", {}).get("matrix", {})
    return {
        "github": {
            "event": {"repository": {"default_branch": "main"}},
            "event_name": "pull_request",
            "ref": "refs/heads/main",
            "ref_name": "main",
            "repository": "lab/book",
            "run_id": "1",
            "server_url": "https://github.com",
            "sha": _git(clone, "rev-parse", "HEAD"),
            "token": here.environment["GITHUB_TOKEN"],
        },
        "inputs": {"apply_links": False},
        "matrix": {key: items[-1] for key, items in matrix.items()},
        "secrets": {"WANDB_API_KEY": here.environment["WANDB_API_KEY"]},
        "steps": {},
        "vars": {},
    }


def _share_environment(clone: Path) -> None:
    """Give a clone the installed packages and the drawings that are here, as if made there."""
    (clone / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.suffix != ".stamp":
            (clone / ".venv" / path.name).symlink_to(path)
    for name in ("site", "test"):
        (clone / f".venv/{name}.stamp").touch()
    for kept in (checkout.DRAWN, checkout.CARDS):
        (ROOT / kept).mkdir(parents=True, exist_ok=True)
        (clone / kept).parent.mkdir(parents=True, exist_ok=True)
        (clone / kept).symlink_to(ROOT / kept)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Pages: what is below the folder, as soon as it is there."""
    handler: Callable[..., http.server.BaseHTTPRequestHandler]
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/book/"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the output is for what is run."""


def _git(folder: Path, *words: str) -> str:
    options = [word for key, text in _NAME.items() for word in ("-c", f"{key}={text}")]
    done = subprocess.run(
        ["git", *options, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def main() -> int:
    """Run all of them, and say what was run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--fresh", action="store_true", help="install everything anew in each clone, as GitHub does"
    )
    parser.add_argument(
        "--all", action="store_true", help="also what takes long, such as `make test`"
    )
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="dry-run-") as folder,
        world(Path(folder) / "world", fresh=options.fresh) as here,
    ):
        try:
            for path in sorted(WORKFLOWS.glob("*.yml")):
                for line in run(path, here, quick=not options.all):
                    print(line, flush=True)
        except DryRunError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
