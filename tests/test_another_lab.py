"""Another lab: the steps of its page, taken as they stand there, lead to a site of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from checkout import ROOT
from standins import github

GUIDE = ROOT / "docs" / "another-lab.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
LAB = "example/lab"
TOKEN = "github_pat_0123456789"  # noqa: S105 - the stand-in's
# Who and what the first lab is, however it is written.
TRACE = re.compile(rb"marin\b|marin[-_.]|stanford|crfm|tootsie|infinite.?compute", re.IGNORECASE)
RUN = "https://wandb.ai/example/filters/runs/new"
BIN = Path(sys.executable).parent


class Step(NamedTuple):
    """A block of the page: commands, lines to change, or a file to write."""

    kind: str
    file: str
    text: str


def steps() -> list[Step]:
    return [Step(*found) for found in BLOCK.findall(GUIDE.read_text("utf-8"))]


def commands(root: Path, text: str, **environment: str) -> str:
    """Run the commands, with the packages that are installed already in place of new ones."""
    text = re.sub(r"(?m)^make ", f"make -o .venv/site.stamp BIN='{BIN}' ", text)
    text = text.replace(".venv/bin/", f"'{BIN}'/")
    settings = {"LABBOOK_LIVE": "off", "SITE_URL": "", "PYTHONPATH": str(root / "hooks")}
    result = subprocess.run(
        ["/bin/sh", "-e", "-u", "-c", text],
        cwd=root,
        env={**os.environ, **settings, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def changed(text: str, change: str) -> str:
    """The text after the change: a `+` line stands where the `-` line above it stood."""
    lines = text.splitlines()
    place = 0
    for line in change.splitlines():
        mark, rest = line[0], line[1:]
        if mark == "-":
            assert lines.count(rest) == 1, f"not once in mkdocs.yml: {rest}"
            place = lines.index(rest)
            del lines[place]
        else:
            assert mark == "+"
            lines.insert(place, rest)
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything here, after all steps but the last, which builds."""
    root = tmp_path_factory.mktemp("another") / "lab-book"
    made_here = (ROOT / ".gitignore").read_text().replace("/\n", "\n").split()
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".git", *made_here))
    for step in steps()[:-1]:
        if step.kind == "sh":
            commands(root, step.text)
        elif step.kind == "diff":
            config = root / "mkdocs.yml"
            config.write_text(changed(config.read_text("utf-8"), step.text), "utf-8")
        else:
            (root / step.file).write_text(step.text, "utf-8")
    return root


@pytest.fixture(scope="module")
def hub() -> Iterator[github.GitHub]:
    """GitHub, where one more issue is labelled and has a run."""
    with github.serve() as hub:
        hub.tokens.add(TOKEN)
        hub.add(LAB, *(github.Issue(number, f"Title {number}") for number in (1, 2, 3)))
        hub.add(LAB, github.Issue(4, "A new filter", body=f"Result: {RUN}"))
        yield hub


@pytest.fixture(scope="module")
def said(lab: Path, hub: github.GitHub) -> str:
    """What the last step says: it builds, checks and discovers."""
    (*_, last) = steps()
    assert [line.split()[-1] for line in last.text.splitlines()] == ["site", "check", "discover"]
    return commands(lab, last.text, LABBOOK_GITHUB_API=hub.url, GITHUB_TOKEN=TOKEN)


def traces(folder: Path) -> list[str]:
    """Every file that names the first lab, or is named after it."""
    return [
        name
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name in [path.relative_to(folder).as_posix()]
        if TRACE.search(name.encode()) or TRACE.search(path.read_bytes())
    ]


def test_the_first_lab_would_be_found() -> None:
    for name in ("mkdocs.yml", "README.md", "CITATION.cff", "data/experiments.yaml"):
        assert TRACE.search((ROOT / name).read_bytes()), name


def test_the_site_is_built_of_the_new_labs_experiments(lab: Path, said: str) -> None:
    assert "3 experiments, 0 errors" in said
    front = (lab / "site" / "index.html").read_text("utf-8")
    assert "Example lab book" in front
    assert "3 experiments, 1 with a conclusion, in 2 categories" in front
    listed = json.loads((lab / "site/api/v1/experiments.json").read_text("utf-8"))["experiments"]
    assert [item["issue"]["url"] for item in listed] == [
        f"https://github.com/{LAB}/issues/{number}" for number in (1, 2, 3)
    ]
    assert not (lab / "site" / "projects").exists()


def test_new_experiments_are_found(lab: Path, said: str) -> None:
    assert "1 new experiment under `uncategorized`: #4" in said
    found = yaml.safe_load((lab / "data" / "experiments.yaml").read_text("utf-8"))["uncategorized"]
    assert found == [{"title": "A new filter", "issue": 4, "links": [RUN]}]


def test_nothing_of_the_first_lab_is_left(lab: Path, said: str) -> None:
    assert said
    assert len(list((lab / "site").rglob("*.html"))) > 15
    assert traces(lab) == []


def test_workflows_need_nothing_that_is_gone(lab: Path) -> None:
    workflows = lab / ".github" / "workflows"
    jobs = yaml.safe_load((workflows / "ci.yml").read_text("utf-8"))["jobs"]
    assert {"build", "data"} <= jobs.keys()
    for file in workflows.iterdir():
        text = file.read_text("utf-8")
        assert not re.search(
            r"make (test|lint|bench|demo|fuzz|lighthouse)|\btests/|\bbench/", text
        ), file.name
        for script in re.findall(r"\.github/[\w-]+\.sh", text):
            assert (lab / script).is_file()


def test_every_package_that_would_be_installed_is_there(lab: Path) -> None:
    project = tomllib.loads((lab / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["setuptools"]["packages"]
    assert "labbook" in packages
    assert [
        name for name in packages if not (lab / "hooks" / name.replace(".", "/")).is_dir()
    ] == []
    assert project["tool"]["setuptools"]["package-dir"] == {"labbook": "hooks/labbook"}
    assert not project["project"]["entry-points"]["labbook.commands"]
