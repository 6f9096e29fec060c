"""`check`, `fmt` and `diff` as a curator or a workflow runs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from checkout import ROOT
from labbook import cli

CONFIG = "site_name: Lab\nextra: {labbook: {repository: example/lab, labels: [experiment]}}\n"
RUN = "https://wandb.ai/lab/project/runs/first"
CATALOG = f"""\
categories:
  - title: Runs
    experiments:
      - title: First
        issue: 1
        links:
          - {RUN}
"""
LIVE = """\
{
  "format": 1,
  "issues": {
    "example/lab#1": {"closed": "2025-01-01", "state": "closed", "title": "First"}
  },
  "sources": {
    "github": {"checked": "2026-11-20T05:00:00Z"}
  }
}
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small lab in a folder of its repository, which git knows."""
    root = tmp_path / "repository" / "site"
    (root / "data").mkdir(parents=True)
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "data" / "experiments.yaml").write_text(CATALOG)
    git(tmp_path / "repository", "init", "--quiet", "--initial-branch", "main")
    commit(root)
    monkeypatch.chdir(root)
    return root


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Change")


def write(root: Path, text: str) -> None:
    (root / "data" / "experiments.yaml").write_text(text)


def test_check_knows_what_is_known_of_the_issue(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab / "data" / "live.json").write_text(LIVE)
    assert cli.main(["check"]) == 0
    line, summary = capsys.readouterr().out.splitlines()
    assert "its issue has been closed since 2025-01-01, and the entry has no conclusion" in line
    assert summary == "1 experiment, 0 errors, 1 warning"


def test_check_as_json(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(lab, CATALOG.replace(RUN, f"{RUN}?nw=nwuserx"))
    assert cli.main(["check", "--format", "json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["line"], finding["rule"]) == (7, "personal-workspace")


def test_check_annotates_the_file_as_the_repository_calls_it(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(lab, CATALOG.replace("title: First", "titel: First"))
    assert cli.main(["check", "--format", "github"]) == 1
    first, *_, summary = capsys.readouterr().out.splitlines()
    assert first.startswith("::error file=site/data/experiments.yaml,line=4,col=9,title=wrong data")
    assert summary == "2 errors, 0 warnings"


def test_check_of_damaged_live_data_fails_in_every_format(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab / "data" / "live.json").write_text(LIVE.replace('"closed": ', '"closed" '))
    for form in ("text", "json", "github", "markdown"):
        assert cli.main(["check", "--format", form]) == 1
        assert "data/live.json:4:" in capsys.readouterr().out


def test_check_as_markdown(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(lab, CATALOG.replace(RUN, f"{RUN}?nw=nwuserx"))
    assert cli.main(["check", "--format", "markdown"]) == 0
    assert "| warning | data/experiments.yaml:7:13 | `the link opens" in capsys.readouterr().out


def test_fmt_writes_once(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = (
        f"categories:\n- experiments: [{{issue: 1, title: First, links: [{RUN}]}}]\n  title: Runs"
    )
    write(lab, wild)
    assert cli.main(["fmt", "--check"]) == 1
    out = capsys.readouterr().out
    assert "-- experiments: [{issue: 1" in out
    assert "+  - title: Runs\n" in out
    assert (lab / "data" / "experiments.yaml").read_text() == wild
    assert cli.main(["fmt"]) == 0
    assert (lab / "data" / "experiments.yaml").read_text() == CATALOG
    assert capsys.readouterr().out == "data/experiments.yaml formatted, 6 lines written anew\n"
    for again in (["fmt"], ["fmt", "--check"]):
        assert cli.main(again) == 0
        assert capsys.readouterr().out == "data/experiments.yaml is formatted\n"


def test_fmt_shows_no_token(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(lab, CATALOG.replace(f"  - {RUN}", f" - {RUN}?accessToken=abcdefghijkl"))
    assert cli.main(["fmt", "--check"]) == 1
    out = capsys.readouterr().out
    assert "accessToken=abcd…" in out
    assert "efgh" not in out


def test_fmt_leaves_a_wrong_file_alone(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(lab, "categories: x\n")
    assert cli.main(["fmt"]) == 1
    assert capsys.readouterr().err.startswith("data/experiments.yaml:1:13: categories: ")
    assert (lab / "data" / "experiments.yaml").read_text() == "categories: x\n"


def test_the_real_file_is_formatted(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fmt", "--check", "--config", str(ROOT / "mkdocs.yml")]) == 0
    assert capsys.readouterr().out == "data/experiments.yaml is formatted\n"


def test_diff_of_what_is_not_committed_yet(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
    write(lab, f"{CATALOG}        conclusion: It runs.\n")
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out == (
        "#1 gained a conclusion\n  #1 gained the conclusion “It runs.”\n"
    )


def test_diff_since_an_earlier_commit(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(lab, f"{CATALOG}        conclusion: It `runs` @all <b>.\n")
    commit(lab)
    assert cli.main(["diff", "HEAD^1", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == (
        "## What changed in the catalog\n\n#1 gained a conclusion.\n\n"
        "- **#1** gained the conclusion ``It `runs` @all <b>.``\n"
    )
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out == "nothing changed\n"


def test_diff_tells_what_no_deployment_would_publish(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(lab, CATALOG.replace("issue: 1", "issue: 2"))
    assert cli.main(["diff"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("#2 was added; #1 was removed\n")
    assert told.err.startswith(
        "`experiments/1/` goes, and nothing says so, which stops deployments; "
    )
    assert cli.main(["diff", "--keep", "--format", "markdown"]) == 1
    assert "\n- `experiments/1/` goes, and nothing says so" in capsys.readouterr().out
    (lab / "data" / "ignored.yaml").write_text("- {issue: 1, reason: A plan.}\n")
    assert cli.main(["diff", "--keep"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:mkdocs.yml", "a b\n", ""])
def test_diff_with_no_such_commit(capsys: pytest.CaptureFixture[str], revision: str) -> None:
    assert cli.main(["diff", "--", revision]) == 1
    assert "names no commit here" in capsys.readouterr().err


def test_diff_with_a_commit_without_the_file(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(lab, "rm", "--quiet", "data/experiments.yaml")
    git(lab, "commit", "--quiet", "--message", "Remove")
    (lab / "data").mkdir(exist_ok=True)
    write(lab, CATALOG)
    assert cli.main(["diff"]) == 1
    assert "data/experiments.yaml: is not in " in capsys.readouterr().err


def test_diff_with_a_commit_whose_file_is_wrong(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(lab, "categories: x\n")
    commit(lab)
    write(lab, CATALOG)
    assert cli.main(["diff"]) == 1
    assert capsys.readouterr().err.startswith("data/experiments.yaml at HEAD:1:13: ")


def test_diff_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    write(tmp_path, CATALOG)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["diff"]) == 1
    assert "there is no git history here" in capsys.readouterr().err
