"""The quick rebuild under `mkdocs serve`: after any edit the site is that of a full build."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("rebuilds.py")
CATALOG = """\
title: Reports
introduction: What was found.
categories:
  - title: Modeling
    experiments:
      - title: First steps
        issue: 1
        links:
          - https://wandb.ai/lab/project/runs/first
        conclusion: It works.
      - title: Second look
        issue: 2
        links:
          - https://wandb.ai/lab/project/runs/second
    categories:
      - title: Depth
        experiments:
          - title: Deeper
            issue: 3
            links:
              - https://wandb.ai/lab/project/runs/third
  - title: Data
    experiments:
      - title: Filter
        issue: 4
        links:
          - {url: "https://wandb.ai/lab/project/runs/fourth", label: the run}
        notes:
          - See [the first](https://example.org/).
uncategorized:
  - title: Left over
    issue: 5
    links:
      - https://example.org/left
"""
# Links to a heading of a page, to a generated page and to a page that is missing; a snippet.
NOTES = """\
# Notes

[about](about.md#what-it-is) [one](experiments/1.md#experiment-1) [none](nowhere.md)

[later](later.md#part) [[Wiki]]
"""
WITH_SNIPPET = '# Included\n\n--8<-- "part.txt"\n'
ABOUT = "# About\n\n## What it is\n\nA site. [A file](files/data.txt)\n"
MAIN = "docs/overrides/main.html"
FACTS = {
    "format": 1,
    "issues": {
        "marin-community/marin#1": {
            "author": "someone",
            "created": "2025-01-02",
            "labels": ["experiment"],
            "state": "closed",
            "title": "The very first",
        }
    },
    "sources": {"github": {"archive": True, "checked": "2026-09"}},
}


@dataclass(frozen=True)
class Site:
    """What a build left: digests of its files by path, and what MkDocs said."""

    files: dict[str, str]
    messages: list[str]
    kept: str = field(compare=False)
    written: int = field(compare=False)

    def difference(self, other: Site) -> str:
        names = self.files.keys() | other.files.keys()
        files = sorted(n for n in names if self.files.get(n) != other.files.get(n))
        said = set(self.messages) ^ set(other.messages)
        same_order = self.messages == other.messages or said
        return f"{files} {said or ''}{'' if same_order else ' messages'}" if self != other else ""


class Builds:
    """Asks a process for builds, one by one."""

    def __init__(self, process: subprocess.Popen[str], *, greeted: bool) -> None:
        self._process = process
        self._greeted = greeted

    def begin(self) -> None:
        assert self._process.stdin
        if self._greeted:
            # A server builds once before it is asked.
            self._greeted = False
        else:
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    def end(self) -> Site:
        assert self._process.stdout
        return Site(**json.loads(self._process.stdout.readline()))

    def next(self) -> Site:
        self.begin()
        return self.end()


@contextmanager
def builds(project: Path, mode: str, *, quick: bool) -> Iterator[Builds]:
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), mode],
        cwd=project,
        env={**os.environ, "LABBOOK_LIVE": "off", "LABBOOK_QUICK": "on" if quick else "off"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Builds(process, greeted=mode == "keep")
        finally:
            assert process.stdin
            process.stdin.close()


@pytest.fixture
def lab(project: Path) -> Path:
    (project / "data/experiments.yaml").write_text(CATALOG, encoding="utf-8")
    (project / "data/live.json").unlink()
    for name, text in {
        "notes.md": NOTES,
        "about.md": ABOUT,
        "included.md": WITH_SNIPPET,
        "part.txt": "A part.",
        "files/data.txt": "1",
    }.items():
        path = project / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project


Edit = Callable[[Path], object]


def replace(name: str, old: str, new: str) -> Edit:
    """Put one text in the place of another, which must be there."""

    def edit(project: Path) -> None:
        text = (project / name).read_text(encoding="utf-8")
        assert old in text, f"{name}: {old}"
        (project / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def catalog(old: str, new: str) -> Edit:
    return replace("data/experiments.yaml", old, new)


def put(name: str, text: str) -> Edit:
    def edit(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")

    return edit


def remove(name: str) -> Edit:
    return lambda project: (project / name).unlink()


def move(project: Path) -> None:
    """The first experiment stands under the second category."""
    first = CATALOG[CATALOG.index("      - title: First") : CATALOG.index("      - title: Second")]
    text = CATALOG.replace(first, "").replace(
        "      - title: Filter", first + "      - title: Filter"
    )
    (project / "data/experiments.yaml").write_text(text, encoding="utf-8")


def swap(project: Path) -> None:
    """The two categories change places."""
    marks = ("  - title: Modeling", "  - title: Data", "uncategorized")
    start, middle, end = map(CATALOG.index, marks)
    text = CATALOG[:start] + CATALOG[middle:end] + CATALOG[start:middle] + CATALOG[end:]
    (project / "data/experiments.yaml").write_text(text, encoding="utf-8")


NEW = "      - {title: New, issue: 9, links: [https://example.org/9]}\n"
EDITS: dict[str, Edit] = {
    "nothing": lambda _: None,
    "title": catalog("First steps", "First *steps* & more"),
    "conclusion changed": catalog("It works.", "It works, `mostly`."),
    "conclusion removed": catalog("        conclusion: It works.\n", ""),
    "conclusion added": catalog("runs/second\n", "runs/second\n        conclusion: So it is.\n"),
    "link added": catalog("runs/second\n", "runs/second\n          - https://example.org/x\n"),
    "label of a link": catalog("label: the run", "label: that run"),
    "introduction": catalog("What was found.", "What was *not* found."),
    "title of all": catalog("title: Reports", "title: All reports"),
    "category renamed": catalog("title: Modeling", "title: Models"),
    "category renamed, formerly": catalog(
        "title: Modeling", "title: Models\n    formerly: [modeling]"
    ),
    "inner category renamed": catalog("title: Depth", "title: Width"),
    "categories moved": swap,
    "category added": catalog(
        "uncategorized:", "  - title: More\n    experiments:\n" + NEW + "uncategorized:"
    ),
    "category removed": lambda project: (project / "data/experiments.yaml").write_text(
        CATALOG[: CATALOG.index("  - title: Data")] + CATALOG[CATALOG.index("uncat") :],
        encoding="utf-8",
    ),
    "entry added": catalog("      - title: First", NEW + "      - title: First"),
    "entry removed": catalog(CATALOG[CATALOG.index("uncat") :], ""),
    "entry moved": move,
    "entry's issue changed": catalog("issue: 5", "issue: 55"),
    "see added": catalog("      - title: Filter", "      - see: 1\n      - title: Filter"),
    "related": catalog("        issue: 4", "        issue: 4\n        related: [3]"),
    "page edited": replace("docs/about.md", "A site.", "A good site."),
    "page renamed by its heading": replace("docs/about.md", "# About", "# About it"),
    "front matter": put(
        "docs/about.md", "---\nhide: [toc]\nsearch: {exclude: true}\n---\n" + ABOUT
    ),
    "title of a page in the navigation": put(
        "docs/contributing.md", "---\ntitle: Help\nstatus: new\n---\n\n# Help\n"
    ),
    "anchor removed": replace("docs/about.md", "## What it is", "## What"),
    "label of a heading": replace(
        "docs/about.md", "## What it is", '## What it is { data-toc-label="It" }'
    ),
    "page added that is linked": put("docs/nowhere.md", "# Somewhere\n"),
    "page added that was linked by its anchor": put("docs/later.md", "# Later\n\n## Part\n"),
    "page removed that is linked": remove("docs/about.md"),
    "page moved": lambda project: (
        (project / "docs/about.md").rename(project / "docs/files/about.md") and None
    ),
    "page made a draft": replace("mkdocs.yml", "watch:", "draft_docs: about.md\n\nwatch:"),
    "snippet": put("docs/part.txt", "Another part."),
    "static file added": put("docs/files/more/more.txt", "2"),
    "static file changed": put("docs/files/data.txt", "2"),
    "static file removed": remove("docs/files/data.txt"),
    "stylesheet": replace("docs/assets/labbook.css", "{", "{ /* new */"),
    "file in the place of one of the theme": put("docs/assets/javascripts/bundle.js", "1"),
    "override": lambda project: put(
        MAIN, (project / MAIN).read_text("utf-8") + "{% block footer %}<i>new</i>{% endblock %}"
    )(project),
    "override that lists pages": lambda project: put(
        MAIN,
        (project / MAIN).read_text("utf-8")
        + "{% block footer %}{% for f in pages %}{{ f.page.title }}{% endfor %}{% endblock %}",
    )(project),
    "override added": put("docs/overrides/partials/footer.html", "<footer>Ours</footer>"),
    "site_name": replace("mkdocs.yml", "site_name: Marin", "site_name: Other"),
    "nav": replace("mkdocs.yml", "How to contribute: contr", "How to help: contr"),
    "page put into the navigation": replace("mkdocs.yml", "nav:\n", "nav:\n  - about.md\n"),
    "setting of an extension": replace("mkdocs.yml", "Link to this section", "Link"),
    "setting of the lab book": replace("mkdocs.yml", "branch: main", "branch: trunk"),
    "extension that is not known": replace(
        "mkdocs.yml", "  - admonition\n", "  - admonition\n  - wikilinks\n"
    ),
    "live.json": put("data/live.json", json.dumps(FACTS)),
}
# What changes a page or a file must leave the others alone, else nothing is gained.
SMALL = {"nothing", "page edited", "snippet", "static file changed", "stylesheet"}


@pytest.mark.parametrize("half", [0, 1])
def test_after_each_edit_the_site_is_that_of_a_full_build(lab: Path, half: int) -> None:
    wrong = []
    saved = _saved(lab)
    with (
        builds(lab, "keep", quick=True) as quick,
        builds(lab, "fresh", quick=False) as full,
    ):
        base = full.next()
        assert not base.difference(quick.next())
        for name in list(EDITS)[half::2]:
            # The edit before is undone in the same save.
            _restore(lab, saved)
            EDITS[name](lab)
            full.begin()
            built, expected = quick.next(), full.end()
            if difference := expected.difference(built):
                wrong.append(f"{name}: {difference}")
            if (expected == base) != (name == "nothing"):
                wrong.append(f"{name}: changes nothing")
        _restore(lab, saved)
        if difference := base.difference(quick.next()):
            wrong.append(f"undone: {difference}")
    assert not wrong, "\n".join(wrong)


def test_edits_follow_each_other_without_undoing(lab: Path) -> None:
    names = ("entry added", "related", "anchor removed", "nav", "override", "static file removed")
    with (
        builds(lab, "keep", quick=True) as quick,
        builds(lab, "fresh", quick=False) as full,
    ):
        quick.next()
        for name in names:
            EDITS[name](lab)
            assert not full.next().difference(quick.next()), name


def test_wrong_saves_are_shown_as_in_full_builds_and_forgotten_after_the_next_good_one(
    lab: Path,
) -> None:
    data = lab / "data/experiments.yaml"
    with (
        builds(lab, "keep", quick=True) as quick,
        builds(lab, "keep", quick=False) as full,
    ):
        base = full.next()
        assert not base.difference(quick.next())
        for text in (CATALOG.replace("conclusion", "conclusoin"), "categories: [", CATALOG):
            data.write_text(text, encoding="utf-8")
            expected = full.next()
            assert not expected.difference(quick.next()), text[:20]
            assert (expected == base) == (text == CATALOG)
        # A build that fails halfway leaves nothing behind either.
        main = lab / MAIN
        template = main.read_text(encoding="utf-8")
        main.write_text(template + "{% block footer %}{{ nothing.at.all }}", encoding="utf-8")
        data.write_text(CATALOG.replace("First", "Very first"), encoding="utf-8")
        assert any("ERROR" in message for message in quick.next().messages)
        full.next()
        main.write_text(template, encoding="utf-8")
        assert not full.next().difference(quick.next())


def test_small_edits_leave_the_other_pages_alone(lab: Path) -> None:
    saved = _saved(lab)
    with builds(lab, "keep", quick=True) as quick:
        pages = len([name for name in quick.next().files if name.endswith("index.html")])
        quick.next()
        for name in sorted(SMALL):
            EDITS[name](lab)
            built = quick.next()
            # Pages with a warning, with a snippet, and the edited one.
            assert _kept(built) >= pages - 3, f"{name}: {built.kept}"
            # And 404.html, which is made each time.
            assert built.written <= 2, name
            _restore(lab, saved)
            quick.next()
        catalog("It works.", "It works, mostly.")(lab)
        # The experiment, and the lists, tables and figures that show its conclusion.
        assert _kept(quick.next()) >= pages - 8


def test_it_says_why_it_is_off(lab: Path) -> None:
    EDITS["extension that is not known"](lab)
    with builds(lab, "keep", quick=True) as quick:
        assert "the Markdown extension wikilinks" in quick.next().kept
        # Once is enough.
        assert not quick.next().kept
    with builds(lab, "keep", quick=False) as full:
        assert "LABBOOK_QUICK is off" in full.next().kept


def _kept(site: Site) -> int:
    (count,) = re.findall(r"(\d+) of \d+ pages stayed", site.kept)
    return int(count)


def _saved(project: Path) -> dict[Path, bytes]:
    parts = (project / "docs", project / "data", project / "mkdocs.yml")
    paths = (path for part in parts for path in ([part] if part.is_file() else part.rglob("*")))
    return {path: path.read_bytes() for path in paths if path.is_file()}


def _restore(project: Path, saved: dict[Path, bytes]) -> None:
    for path in _saved(project).keys() - saved.keys():
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    for path, content in saved.items():
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
