"""What the documents tell a person to type is there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from checkout import ROOT
from labbook import catalog
from labbook.errors import DataError

README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "contributing.md"
DOCUMENTS = (README, GUIDE, ROOT / "CONTRIBUTING.md")
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def documented(pattern: str) -> set[str]:
    """All that `pattern` finds in the documents."""
    return {found for path in DOCUMENTS for found in re.findall(pattern, path.read_text("utf-8"))}


def labbook(*arguments: str) -> str:
    command = [sys.executable, "-m", "labbook", *arguments]
    result = subprocess.run(command, cwd=ROOT / "hooks", capture_output=True, text=True, check=True)
    return result.stdout


def commands() -> list[str]:
    found = re.findall(r"^    ([a-z]+)  ", labbook("--help"), re.MULTILINE)
    assert found, "labbook --help lists no commands"
    return found


def test_readme_names_every_command_and_no_other() -> None:
    named = set(
        re.findall(r"^\| `labbook ([a-z]+)[^`]*` \|", README.read_text("utf-8"), re.MULTILINE)
    )
    assert named == set(commands())


def test_every_command_says_what_it_does() -> None:
    for command in commands():
        usage, said, *_ = labbook(command, "--help").split("\n\n")
        assert usage.startswith("usage: labbook")
        assert len(said.split()) > 3


def test_documented_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    named = documented(r"(?m)(?:`|^ *)make ([a-z]+)")
    assert {"site", "serve", "test"} <= named <= targets


def test_linked_files_exist() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_whole_example_of_an_entry_loads() -> None:
    examples = [text for _, kind, text in FENCE.findall(GUIDE.read_text("utf-8")) if kind == "yaml"]
    whole = [text for text in examples if text.startswith("categories:")]
    assert len(whole) == 1
    loaded = catalog.parse(whole[0].encode(), "example.yaml", "example/lab")
    assert [experiment.key for experiment in loaded.experiments()] == ["1001", "1002"]


@pytest.mark.parametrize(
    "field", ["title", "issue", "id", "links", "conclusion", "notes", "related"]
)
def test_the_guide_explains_the_fields_of_an_entry(field: str) -> None:
    assert f"\n| `{field}` |" in GUIDE.read_text("utf-8")


def test_the_error_in_the_guide_is_the_real_one() -> None:
    shown = re.search(r"^data/\S+:\d+:\d+: (.*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert shown
    wrong = b"categories: [{title: A, experiments: [{title: B, issue: 1, conclusions: C}]}]"
    with pytest.raises(DataError) as caught:
        catalog.parse(wrong, "example.yaml", "example/lab")
    (finding,) = caught.value.findings
    assert str(finding).partition(": ")[2] == shown[1]
