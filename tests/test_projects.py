"""Project pages: blocks are filled by a module; what it cannot fill is an error with its line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest

import checkout
from labbook import projects, settings, site
from labbook.errors import DataError, SettingsError
from labbook.projects import Content

CONTENT = Content(
    {"figure": {"loss": "<figure>\n  <svg></svg>\n\n</figure>"}, "table": {"runs": ""}}
)
BLOCK = "```figure\nid: loss\n```"
MODULE = """
from labbook.projects import Content

def content(root, book, page):
    number = (root / "data/other/number.txt").read_text()
    title = book.project_issues[page.issue].title if page.issue in book.project_issues else "?"
    return Content(
        {"figure": {"only": f"<figure id='only'>{number} {title}</figure>"}},
        {"only.csv": number.encode()},
    )
"""


def found(text: str) -> list[str]:
    return [str(finding) for finding in projects.check(text, CONTENT, "docs/projects/x.md")]


def test_a_block_becomes_one_raw_element() -> None:
    text = f"Before\n{BLOCK}\nAfter *it*"
    html = markdown.markdown(projects.fill(text, CONTENT))
    expected = "<p>Before</p>\n<figure> <svg></svg> </figure>\n\n<p>After <em>it</em></p>"
    assert html == expected


@pytest.mark.parametrize(
    "text",
    [
        "No block.",
        "```python\nid = 1\n```",
        "```yaml\na: 1\n```",
        f"````markdown\n{BLOCK}\n````",
        f"~~~~\n{BLOCK}\n~~~~",
        "    ```figure\n    id: loss\n    ```",
        "```figure\nid: loss\n",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert projects.fill(text, CONTENT) == text
    assert not found(text)


def test_several_blocks_and_longer_fences_are_filled() -> None:
    filled = projects.fill(f"{BLOCK}\n\n~~~~ figure\nid: loss\n~~~~~\n", CONTENT)
    assert filled.count("<figure>") == 2
    assert "```" not in filled
    assert "~~~" not in filled


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "# A\n\n```figure\nid: los\n```",
            "docs/projects/x.md:4:1: figure: no figure has the id `los`; did you mean `loss`?",
        ),
        (
            "```table\nid: figures\n```",
            "docs/projects/x.md:2:1: table: no table has the id `figures`; there are `runs`",
        ),
        (
            "```figur\nid: loss\n```",
            "docs/projects/x.md:1:1: figur: no kind is called `figur`; did you mean `figure`?",
        ),
        (
            "```figure\nloss\n```",
            "docs/projects/x.md:1:1: figure: no block that names an id; write `id: …` in it",
        ),
        (
            "```figure\nid: [\n```",
            "docs/projects/x.md:1:1: figure: no block that names an id; write `id: …` in it",
        ),
        (
            "```figure\nid: loss\nwidth: 3\n```",
            "docs/projects/x.md:1:1: figure: no block that names an id; write `id: …` in it",
        ),
    ],
)
def test_what_cannot_be_filled_is_said(text: str, said: str) -> None:
    assert found(text) == [said]


@pytest.fixture
def other(project: Path) -> Path:
    """The project with a second project page, of a package of its own."""
    package = project / "hooks" / "other_project"
    package.mkdir()
    (package / "__init__.py").write_text(MODULE, encoding="utf-8")
    hook = project / "hooks" / "build.py"
    text = hook.read_text(encoding="utf-8")
    hook.write_text(
        text.replace("\nimport quick", "\nimport other_project\nimport quick", 1), "utf-8"
    )
    data = project / "data" / "other"
    data.mkdir()
    (data / "number.txt").write_text("42", encoding="utf-8")
    (project / "docs/projects/other.md").write_text(
        "# Other\n\n```figure\nid: only\n```\n\n[The data](other/only.csv)\n", encoding="utf-8"
    )
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    text = text.replace(
        "    projects:\n", "    projects:\n      other: {module: other_project, issue: 600}\n", 1
    )
    text = text.replace("  - Projects:\n", "  - Projects:\n      - Other: projects/other.md\n", 1)
    config.write_text(text, encoding="utf-8")
    return project


def built(root: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return checkout.build(root, target)


def test_a_second_project_is_a_module_data_and_a_page(other: Path, tmp_path: Path) -> None:
    result = built(other, tmp_path / "site")
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "site/projects/other/index.html").read_text(encoding="utf-8")
    assert '<figure id="only">42 Marin 8B' in page.replace("'", '"')
    assert (tmp_path / "site/projects/other/only.csv").read_bytes() == b"42"


def test_an_unknown_block_stops_the_build_with_its_line(other: Path, tmp_path: Path) -> None:
    page = other / "docs/projects/other.md"
    page.write_text(page.read_text("utf-8").replace("id: only", "id: onyl"), encoding="utf-8")
    result = built(other, tmp_path / "site")
    assert result.returncode != 0
    said = "docs/projects/other.md:4:1: figure: no figure has the id `onyl`; did you mean `only`?"
    assert said in result.stderr


def test_a_page_or_module_that_is_missing_is_named(project: Path) -> None:
    lab = settings.load(project / "mkdocs.yml")
    book = site.load_book(project, lab)
    nowhere = settings.ProjectPage("nowhere", "labbook.projects")
    with pytest.raises(SettingsError, match=r"projects\.nowhere: docs/projects/nowhere\.md cannot"):
        projects.load(nowhere, project, book)
    moduleless = settings.ProjectPage("infinite-compute", "no_such_module")
    with pytest.raises(SettingsError, match=r"module: No module named 'no_such_module'; name a"):
        projects.load(moduleless, project, book)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (["x"], "projects: not a mapping"),
        ({"A b": {"module": "x"}}, "projects.A b: no name of a page"),
        ({"a": "x"}, "projects.a: names no module"),
        ({"a": {"module": "x", "more": 1}}, "projects.a: names no module"),
        ({"a": {"module": "os; x"}}, "projects.a: names no module"),
        ({"a": {"module": "x", "issue": True}}, "projects.a.issue: no number"),
        ({"a": {"module": "x", "issue": 0}}, "projects.a.issue: no number"),
    ],
)
def test_wrong_settings_of_projects_are_named(table: object, said: str) -> None:
    config = {"extra": {"labbook": {"repository": "a/b", "projects": table}}}
    with pytest.raises(SettingsError, match=said):
        settings.from_config(config)


def test_a_finding_stops_loading(project: Path) -> None:
    lab = settings.load(project / "mkdocs.yml")
    (page,) = lab.project_pages
    path = project / "docs" / page.source
    path.write_text("# No\n\n```figure\nid: no-such-figure\n```\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"infinite-compute\.md:4:1: figure: no figure has"):
        projects.load(page, project, site.load_book(project, lab))


def test_check_names_what_cannot_be_filled(other: Path) -> None:
    page = other / "docs/projects/infinite-compute.md"
    page.write_text(page.read_text("utf-8").replace("id: headline", "id: headlien"), "utf-8")
    page = other / "docs/projects/other.md"
    page.write_text(page.read_text("utf-8").replace("id: only", "id: onyl"), encoding="utf-8")
    result = checked(other)
    assert result.returncode == 1
    assert "docs/projects/other.md:4:1: figure: no figure has the id `onyl`" in result.stdout
    said = (
        r"docs/projects/infinite-compute\.md:\d+:1: numbers: no numbers has the id `headlien`; did"
    )
    assert re.search(said, result.stdout)
    assert result.stdout.splitlines()[-1].startswith("33 experiments, 2 errors, ")


def test_check_sees_pages_beside_a_broken_catalog(other: Path) -> None:
    (other / "data/experiments.yaml").write_text("categories: x\n", encoding="utf-8")
    page = other / "docs/projects/infinite-compute.md"
    page.write_text("# No\n\n```figure\nid: none\n```\n", encoding="utf-8")
    (other / "docs/projects/other.md").unlink()
    said = checked(other).stdout.splitlines()
    assert said[0].startswith(
        "mkdocs.yml: extra.labbook.projects.other: docs/projects/other.md cann"
    )
    assert said[1].startswith("data/experiments.yaml:1:13: categories: ")
    assert said[2].startswith("docs/projects/infinite-compute.md:4:1: figure: no figure has the id")
    assert said[-1] == "3 errors, 0 warnings"


def checked(root: Path) -> subprocess.CompletedProcess[str]:
    """Run `labbook check` where the second project's package is found."""
    return subprocess.run(
        [sys.executable, "-m", "labbook", "check"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "hooks")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
