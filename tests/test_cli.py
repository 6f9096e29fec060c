"""The command line, as a person or a workflow runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from labbook import cli, schema

ROOT = Path(__file__).parent.parent
CONFIG = """\
site_name: Lab
extra:
  labbook:
    repository: example/lab
    labels: [experiment]
"""
CATALOG = """\
categories:
  - title: Runs
    experiments:
      - title: First
        issue: 1
        links: [https://wandb.ai/lab/project/runs/first]
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small lab's project, as the current folder."""
    root = tmp_path / "lab"
    (root / "data").mkdir(parents=True)
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "data" / "experiments.yaml").write_text(CATALOG)
    monkeypatch.chdir(root)
    return root


def test_check_of_a_good_file(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (lab / "mkdocs.yml").exists()
    assert cli.main(["check"]) == 0
    assert capsys.readouterr() == ("1 experiment, 0 errors, 0 warnings\n", "")


def test_check_with_a_warning_succeeds(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = lab / "data" / "experiments.yaml"
    file.write_text(CATALOG.replace("runs/first", "runs/first?nw=nwuserx"))
    assert cli.main(["check"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("data/experiments.yaml:6:17: categories[0].experiments[0].links[0]: ")
    assert last == "1 experiment, 0 errors, 1 warning"


def test_check_with_errors_fails(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = lab / "data" / "experiments.yaml"
    file.write_text(CATALOG.replace("title: First", "titel: First").replace("issue: 1", "issue: x"))
    assert cli.main(["check"]) == 1
    *found, last = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in found] == [
        "data/experiments.yaml:4:9",
        "data/experiments.yaml:4:9",
        "data/experiments.yaml:5:16",
    ]
    assert last == "3 errors, 0 warnings"


def test_check_of_the_real_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--config", str(ROOT / "mkdocs.yml")]) == 0
    *found, last = capsys.readouterr().out.splitlines()
    counts = [int(word) for word in last.replace(",", "").split() if word.isdigit()]
    assert last.startswith("33 experiments, 0 errors, ")
    assert sum(counts) == 33 + len(found)
    (without,) = [line for line in found if "neither a run nor a report" in line]
    assert without.startswith("data/experiments.yaml:")


def test_the_configuration_is_found_above(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lab / "data")
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == "1 experiment, 0 errors, 0 warnings\n"


@pytest.mark.parametrize("before", [True, False])
def test_the_configuration_is_named(
    lab: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    before: bool,
) -> None:
    monkeypatch.chdir(lab.parent)
    named = ["--config", "lab/mkdocs.yml"]
    assert cli.main([*named, "check"] if before else ["check", *named]) == 0
    assert capsys.readouterr().out == "1 experiment, 0 errors, 0 warnings\n"


def test_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().err.startswith("mkdocs.yml: not found here or in a folder above")


@pytest.mark.parametrize("broken", ["extra: {}", "a: b: c", "[]"])
def test_a_broken_configuration(lab: Path, capsys: pytest.CaptureFixture[str], broken: str) -> None:
    (lab / "mkdocs.yml").write_text(broken)
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().err.startswith("mkdocs.yml: ")


def test_schema_is_printed_and_written(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    assert capsys.readouterr().out == schema.text()
    assert not (lab / "data" / "experiments.schema.json").exists()
    assert cli.main(["schema", "--write"]) == 0
    written = (lab / "data" / "experiments.schema.json").read_text(encoding="utf-8")
    assert written == schema.text()


def test_stage_writes_the_pages(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stage", "out"]) == 0
    assert (lab / "out/docs/experiments/1.md").is_file()
    assert (lab / "out/docs/reports/index.md").is_file()
    assert CONFIG in (lab / "out/mkdocs.yml").read_text(encoding="utf-8")
    assert re.fullmatch(r"\d+ pages and \d+ other files? in out\n", capsys.readouterr().out)


def test_stage_of_a_wrong_file_writes_nothing(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab / "data" / "experiments.yaml").write_text("categories: x\n")
    assert cli.main(["stage", "out"]) == 1
    assert not (lab / "out").exists()
    assert capsys.readouterr().err.startswith("data/experiments.yaml:1:13: categories: ")


def test_stage_refuses_a_folder_of_others(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stage", "data"]) == 1
    assert "`labbook stage` did not write" in capsys.readouterr().err
    assert [file.name for file in (lab / "data").iterdir()] == ["experiments.yaml"]


def test_every_command_says_in_a_line_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "schema", "stage"):
        with pytest.raises(SystemExit, match="0"):
            cli.main([command, "--help"])
        usage, about, *_ = capsys.readouterr().out.split("\n\n")
        assert usage.startswith(f"usage: labbook {command}")
        assert about.endswith(".")
        with pytest.raises(SystemExit, match="0"):
            cli.main(["--help"])
        assert f"    {command} " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["check", "--nonsense"], ["stage"]])
def test_a_wrong_call_exits_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)
    assert "usage: labbook" in capsys.readouterr().err


def run(*arguments: str, **options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "labbook", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "hooks"), **options},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_a_reader_that_leaves_early_sees_no_traceback() -> None:
    with run("schema") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_a_terminal_without_the_characters_sees_escapes(lab: Path) -> None:
    file = lab / "data" / "experiments.yaml"
    file.write_text(CATALOG.replace("issue: 1", "issue: \N{SNOWMAN}"), encoding="utf-8")
    with run("check", "--config", str(lab / "mkdocs.yml"), PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate(timeout=60)
    assert "`\\u2603` is not an issue" in out
    assert (process.returncode, err) == (1, "")
