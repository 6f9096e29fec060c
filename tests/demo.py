"""Builds the site from synthetic data into demo/: every figure and curve, for who has no keys.

Only the answers are made up: what asks for them, keeps them and draws them is the project's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import checkout
from checkout import ROOT
from infinite_compute import table
from labbook import settings as lab_settings
from labbook import site
from labbook.live import current, wanted
from labbook.live.wanted import Wanted
from labbook.model import Experiment
from labbook.settings import Settings
from standins import github, wandb
from standins import infinite_compute as synthetic
from standins.github import Issue
from standins.wandb_projects import Lab

FOLDER = "demo"
NOTICE = "Synthetic data: nothing on these pages was measured."
_TOKEN = "github_pat_0123456789"  # noqa: S105 - the stand-in's
_SEE = f"python -m http.server --directory {FOLDER}"
# An issue's state, the reason of it and its label, in turn.
_STATES = (
    ("closed", "completed", "p1"),
    ("open", None, "p2"),
    ("closed", "not_planned", "stale"),
)


class DemoError(Exception):
    """A step of the build failed; the message is what it printed."""


def build(target: Path, project: Path = ROOT) -> None:
    """Build the site of a copy of the project into `target`; the project stays as it is."""
    with tempfile.TemporaryDirectory(prefix="demo-") as scratch:
        root = checkout.copy(Path(scratch) / "project", project)
        # Drawings of synthetic runs stay out of the project's cache, real facts out of these.
        (root / checkout.DRAWN).unlink()
        for file in (table.FILE, current.FILE):
            (root / file).unlink(missing_ok=True)
        with answering(root) as environment:
            for words in (
                ["hooks/plotting.py", "--list", "--build-cache"],
                ["-m", "labbook", "refresh"],
            ):
                _run(root, words, environment)
        words = ["-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", "site"]
        _run(root, words, {"LABBOOK_LIVE": "off", "LABBOOK_NOTICE": NOTICE, "SITE_URL": ""})
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(root / "site", target)


@contextmanager
def answering(root: Path) -> Iterator[dict[str, str]]:
    """Servers that know everything the project in `root` asks for, and the way to them."""
    settings = lab_settings.load(root / "mkdocs.yml")
    experiments = list(site.load_catalog(root, settings).experiments())
    asked = wanted.of(experiments, settings)
    with github.serve() as issues, laboratory(asked) as runs:
        issues.tokens.add(_TOKEN)
        issues.add(settings.repository, *made_issues(asked, experiments, settings))
        yield {
            "LABBOOK_LIVE": "auto",
            "LABBOOK_GITHUB_API": issues.url,
            "LABBOOK_WANDB_API": runs.url,
            "GITHUB_TOKEN": _TOKEN,
            "WANDB_API_KEY": wandb.KEY,
        }


def laboratory(asked: Wanted) -> Lab:
    """W&B with the synthetic runs of the project page, and all that the experiments link."""
    lab = synthetic.lab()
    for index, key in enumerate(asked.runs):
        scope, _, name = key.rpartition("/")
        state = "finished" if index % 4 else "crashed"
        run = wandb.run(index, steps=1000 * (index + 1))
        held = lab.projects.setdefault(scope, {})
        held[name] = {**run, "name": name, "displayName": name, "state": state}
    ids = [f"{id_}{'=' * (-len(id_) % 4)}" for id_ in asked.reports]
    links = {}
    for index, key in enumerate(asked.short_links):
        id_ = b64encode(f"View:{index:09}".encode()).decode()
        target = f"https://wandb.ai/lab/project/reports/Report--{id_.rstrip('=')}"
        links[key] = (302, {"Location": target}, "")
        ids.append(id_)
    lab.links = links
    lab.reports = {id_: {**wandb.report(index), "id": id_} for index, id_ in enumerate(ids)}
    return lab


def made_issues(
    asked: Wanted, experiments: Sequence[Experiment], settings: Settings
) -> Iterator[Issue]:
    """An issue of each experiment and project page; some have another title by now."""
    titles = {one.issue: one.title for one in experiments}
    for index, ref in enumerate(asked.issues):
        state, reason, label = _STATES[index % len(_STATES)]
        title = titles.get(ref, f"The issue #{ref.number}")
        yield Issue(
            ref.number,
            f"{title}, as it is called by now" if index % 5 == 4 else title,
            state,
            reason,
            labels=(*settings.labels[:1], label),
            assignees=("hubot",) if index % 2 else (),
            closed="2025-03-04T05:06:07Z" if state == "closed" else None,
        )


def main() -> int:
    """Build the demo; say how to see it, or what failed."""
    try:
        build(ROOT / FOLDER)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    pages = sum(1 for _ in (ROOT / FOLDER).rglob("*.html"))
    print(f"{FOLDER}/ has {pages} pages of synthetic data. To see them on http://localhost:8000/:")
    print(f"  {_SEE}")
    return 0


def _run(root: Path, words: Sequence[str], environment: dict[str, str]) -> None:
    """Run Python in `root`; what it says is shown where it fails."""
    result = subprocess.run(
        [sys.executable, *words],
        cwd=root,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = result.stdout[-2000:] + result.stderr[-4000:]
        raise DemoError(f"{' '.join(words)} failed:\n{said}")


if __name__ == "__main__":
    raise SystemExit(main())
