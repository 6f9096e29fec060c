"""`labbook discover` as a person or a workflow runs it, with GitHub's stand-in."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from labbook import catalog, cli
from standins import github as standin
from standins.github import GitHub, Handler, Issue, Request

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus.jsonl"
LISTED = Path(__file__).parent / "listed.yaml"
TOKEN = "github_pat_0123456789"  # noqa: S105 -- the stand-in's
LAB = "marin-community/marin"
FILE = "data/experiments.yaml"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]

# The issues that a careful person would list, with the titles that they would give them.
WANTED = {
    163: "compare fastText versus BERT for quality classifiers",
    923: "MEDU filtering across MMLU subsets",
    1167: "OpenWebMath Crawl Annealing Experiments",
    1168: "Fineweb-Edu Crawl Annealing Experiments",
    1237: "SFT Deeper Starling",
    1395: "convert 32B to qwen3 architecture (i.e. llama3+qknorm)",
    1572: "Qwen (QK Norm) Speedruns",
    1573: "Data-efficient pre-training algorithms",
    2284: "Test a new optimizer called MuonRemez",
    2315: "Grug vs hackable 125m",
    3489: "Data Mixture: StarCoder multiphase experiment-design results",
    3905: "Synthetic data efficiency",
    4447: "MoE Isoflop on new lr recipe.",
    4697: "1e23 MoE Run",
    5600: "Agent MoE: MuonH with router z-loss raised to 4e-3",
    6279: "[delphi] RL scaling laws",
    7024: "[grug] Track JaxPP pipeline-parallel MoE training",
}
# What the issues of listed experiments have besides: by hand, too.
NEWS = {246: 1, 524: 1, 596: 1, 606: 1, 620: 1, 621: 1, 654: 3, 804: 1, 935: 1}


@pytest.fixture
def server() -> Iterator[GitHub]:
    with standin.serve() as server:
        server.tokens.add(TOKEN)
        for row in ROWS:
            comments = tuple(
                standin.Comment(item["author"], f"{item['created'][:10]}T00:00:00Z", item["body"])
                for item in row["comments"]
            )
            labels = tuple(row["labels"])
            server.add(
                LAB,
                Issue(
                    row["number"], row["title"], labels=labels, body=row["body"], comments=comments
                ),
            )
        yield server


@pytest.fixture(params=[TOKEN, ""], ids=["token", "anonymous"])
def lab(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: GitHub,
) -> Path:
    """The project's own data, as the current folder, with the stand-in to ask."""
    return _lab(tmp_path / "lab", monkeypatch, server, request.param)


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: GitHub) -> Path:
    """The same, with a token alone."""
    return _lab(tmp_path / "lab", monkeypatch, server, TOKEN)


def _lab(root: Path, monkeypatch: pytest.MonkeyPatch, server: GitHub, token: str) -> Path:
    (root / "data").mkdir(parents=True)
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    shutil.copy(LISTED, root / FILE)
    for folder in ("docs/projects", "data/infinite-compute"):
        shutil.copytree(ROOT / folder, root / folder)
    monkeypatch.chdir(root)
    monkeypatch.setenv("LABBOOK_GITHUB_API", server.url)
    monkeypatch.setenv("GITHUB_TOKEN", token)
    return root


def test_the_entries_that_a_careful_person_would_add(
    lab: Path, server: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (lab / FILE).read_text(encoding="utf-8")
    assert cli.main(["discover"]) == 0
    after = (lab / FILE).read_text(encoding="utf-8")
    found = catalog.parse(after.encode(), FILE, LAB).uncategorized
    assert {item.issue.number: item.title for item in found if item.issue} == WANTED
    assert [item.issue.number for item in found if item.issue] == sorted(WANTED)
    links = {row["number"]: row["links"] for row in ROWS}
    assert [[link.url for link in item.links] for item in found] == [links[n] for n in WANTED]
    assert not any(item.conclusion or item.notes or item.related for item in found)
    changes = difflib.ndiff(before.splitlines(), after.splitlines())
    assert [line for line in changes if line[0] == "-"] == ["- uncategorized: []"]
    out, err = capsys.readouterr()
    assert out.startswith("17 new experiments under `uncategorized`: #163, #923, ")
    assert "\n11 new links of listed experiments (not added; --apply-links does):\n" in out
    assert "accessToken=0123…" in out
    assert err == ""
    assert len(server.log) < 60

    assert cli.main(["discover"]) == 0
    assert (lab / FILE).read_text(encoding="utf-8") == after
    assert capsys.readouterr().out.startswith("no new experiments\n")
    assert cli.main(["check"]) == 0
    assert cli.main(["fmt", "--check"]) == 0


def test_new_links_of_listed_experiments(signed: Path) -> None:
    before = catalog.load(signed / FILE, LAB)
    assert cli.main(["discover", "--apply-links"]) == 0
    after = {item.key: item for item in catalog.load(signed / FILE, LAB).experiments()}
    grown = {
        int(item.key): len(after[item.key].links) - len(item.links)
        for item in before.experiments()
        if after[item.key] != item
    }
    assert grown == NEWS
    text = (signed / FILE).read_bytes()
    assert cli.main(["discover", "--apply-links"]) == 0
    assert (signed / FILE).read_bytes() == text


def test_a_dry_run_prints_the_diff_alone(
    signed: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = (signed / FILE).read_bytes()
    assert cli.main(["discover", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert (signed / FILE).read_bytes() == before
    assert err.startswith("17 new experiments")
    assert cli.main(["discover"]) == 0
    (tmp_path / "data").mkdir()
    (tmp_path / FILE).write_bytes(before)
    subprocess.run(["git", "apply", "-"], input=out.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / FILE).read_bytes() == (signed / FILE).read_bytes()


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_diff_of_a_file_without_a_last_line_end(
    signed: Path, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    (signed / FILE).write_text("categories: []" + end)
    assert cli.main(["discover", "--dry-run"]) == 0
    assert capsys.readouterr().out.count("\\ No newline at end of file\n") == (0 if end else 2)


def test_the_text_of_a_pull_request_is_written(signed: Path) -> None:
    assert cli.main(["discover", "--pr-body", "out/text.md", "--dry-run"]) == 0
    text = (signed / "out" / "text.md").read_text(encoding="utf-8")
    for number in WANTED:
        assert f"### [#{number}](https://github.com/{LAB}/issues/{number}) " in text
    assert "`Supervised Fine Tuning` may fit" in text
    assert "accessToken=0123456789" not in text


def test_refused_and_moved_entries_do_not_come_back(signed: Path) -> None:
    refused = [{"issue": number, "reason": "Not ours."} for number in WANTED if number > 1000]
    (signed / "data" / "ignored.yaml").write_text(yaml.safe_dump(refused))
    assert cli.main(["discover"]) == 0
    text = (signed / FILE).read_text(encoding="utf-8")
    found = catalog.parse(text.encode(), FILE, LAB)
    assert [item.key for item in found.uncategorized] == ["163", "923"]
    # The curator moves the entries below their heading.
    start = text.index("uncategorized:\n") + len("uncategorized:\n")
    entries = text[start:]
    moved = "categories:\n  - title: Found\n    experiments:\n" + "".join(
        f"    {line}" for line in entries.splitlines(keepends=True)
    )
    text = text[:start].replace("uncategorized:\n", "").replace("categories:\n", moved, 1)
    (signed / FILE).write_text(text, encoding="utf-8")
    assert cli.main(["discover"]) == 0
    assert (signed / FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((FILE, "categories: x\n"), "data/experiments.yaml:1:13: categories: a text where"),
        (("data/ignored.yaml", "- 1\n"), "data/ignored.yaml:1:3: [0]: a text where a refused"),
        (("data/history.json", "{"), "data/history.json:1:2: not JSON"),
        (("mkdocs.yml", "extra: {}"), "mkdocs.yml: extra.labbook: missing"),
    ],
)
def test_wrong_files_are_told_before_anyone_is_asked(
    signed: Path,
    server: GitHub,
    capsys: pytest.CaptureFixture[str],
    content: tuple[str, str],
    said: str,
) -> None:
    (signed / content[0]).write_text(content[1])
    before = (signed / FILE).read_bytes()
    assert cli.main(["discover", "--pr-body", "text.md"]) == 1
    assert capsys.readouterr().err.startswith(said)
    assert (signed / FILE).read_bytes() == before
    assert (server.log, (signed / "text.md").exists()) == ([], False)


def test_check_reads_the_refused_issues_too(
    signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (signed / "data" / "ignored.yaml").write_text("- issue: 7\n")
    assert cli.main(["check"]) == 1
    assert "data/ignored.yaml:1:3: [0]: the refused issue has no" in capsys.readouterr().out
    (signed / FILE).write_text("categories: x\n")
    assert cli.main(["check", "--format", "json"]) == 1
    assert {item["path"] for item in json.loads(capsys.readouterr().out)["findings"]} == {
        FILE,
        "data/ignored.yaml",
    }


def test_a_server_that_fails_leaves_the_file_alone(
    signed: Path, server: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (signed / FILE).read_bytes()

    def fault(handler: Handler, _: Request) -> bool:
        handler.message(500, "@all")
        return True

    server.fault = fault
    assert cli.main(["discover", "--budget", "3", "--pr-body", "text.md"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "GitHub: the issues cannot be listed: the answer was 500\n")
    assert (signed / FILE).read_bytes() == before
    assert not (signed / "text.md").exists()


def test_a_file_that_is_saved_meanwhile_keeps_what_was_saved(signed: Path, server: GitHub) -> None:
    saved = "categories: []\nuncategorized:\n  - title: By hand\n    issue: 163\n"

    def fault(*_: object) -> bool:
        (signed / FILE).write_text(saved)
        return False

    server.fault = fault
    assert cli.main(["discover"]) == 0
    text = (signed / FILE).read_text(encoding="utf-8")
    assert text.startswith(saved)
    assert text.count("issue: 163\n") == 1


def test_the_file_behind_a_link_is_written(signed: Path) -> None:
    (signed / FILE).rename(signed / "elsewhere.yaml")
    (signed / FILE).symlink_to(signed / "elsewhere.yaml")
    assert cli.main(["discover"]) == 0
    assert (signed / FILE).is_symlink()
    assert "issue: 7024" in (signed / "elsewhere.yaml").read_text(encoding="utf-8")


def test_killed_at_any_moment(signed: Path, server: GitHub) -> None:
    before = (signed / FILE).read_bytes()
    assert cli.main(["discover"]) == 0
    after = (signed / FILE).read_bytes()
    requests = len(server.log)
    ends = set()
    for turn in range(12):
        (signed / FILE).write_bytes(before)
        server.log.clear()
        with subprocess.Popen(
            [sys.executable, "-m", "labbook", "discover"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "hooks")},
            stdout=subprocess.DEVNULL,
        ) as process:
            while len(server.log) < requests and process.poll() is None:
                time.sleep(0.002)
            time.sleep(0.03 * turn)
            process.kill()
        ends.add((signed / FILE).read_bytes())
    assert ends == {before, after}
