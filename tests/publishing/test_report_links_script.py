"""The one issue about links that lead nowhere: the workflow's script."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from checkout import ROOT
from standins import gh

SCRIPT = ROOT / ".github" / "report-links.sh"
TITLE = "External links that lead nowhere"
REPORT = """\
# Summary

| Status | Count |
* [404] <https://example.org/report?accessToken=abcdefgh1234&x=1> | Not Found
* [404] [text](https://example.org/?access_token=abcdefgh1234)
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    gh.install(tmp_path)
    return tmp_path


def report(tools: Path, found: str, text: str = REPORT) -> list[str]:
    """Run the script; the answer is what it did with issues, after it listed them."""
    file = tools / "links.md"
    file.write_text(text, encoding="utf-8")
    (tools / "calls").unlink(missing_ok=True)
    subprocess.run(
        [str(SCRIPT), str(file)],
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "FOUND": found},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    first, *calls = (tools / "calls").read_text("utf-8").splitlines()
    assert first.startswith("issue list --app github-actions --state open")
    assert f'select(.title == "{TITLE}")' in first
    return [call.partition(" --body-file")[0] for call in calls]


def test_one_issue_is_opened_renewed_and_closed(tools: Path) -> None:
    assert report(tools, "0") == []
    assert report(tools, "2") == [f"issue create --title {TITLE}"]
    assert report(tools, "2") == ["issue edit 7"]
    assert report(tools, "0") == ["issue close 7 --comment All external links are good again."]
    assert report(tools, "0") == []


def test_tokens_are_masked_and_the_rest_is_as_it_was(tools: Path) -> None:
    report(tools, "2")
    body = (tools / "body").read_text("utf-8")
    assert "abcdefgh1234" not in body
    assert body == REPORT.replace("abcdefgh1234", "…")


def test_a_long_report_is_cut_at_a_line(tools: Path) -> None:
    line = "* [404] <https://example.org/é>\n"
    report(tools, "2", line * 10_000)
    body = (tools / "body").read_text("utf-8")
    assert 50_000 < len(body.encode()) <= 65_536
    assert set(body.splitlines(keepends=True)) == {line}


def test_a_check_that_failed_itself_changes_nothing(tools: Path) -> None:
    for found in ("1", "3", ""):
        with pytest.raises(subprocess.CalledProcessError) as caught:
            report(tools, found)
        assert "::error::the links were not checked" in caught.value.stdout
    assert not (tools / "calls").exists()
