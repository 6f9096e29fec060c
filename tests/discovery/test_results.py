"""The passage of an issue that says what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook.discovery.reading import Comment
from labbook.discovery.results import quote

CORPUS = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus.jsonl").read_text("utf-8").splitlines()
]
TEMPLATE = "(What did you find, including relevant evaluation metrics, etc.)"


@pytest.mark.parametrize("issue", CORPUS, ids=lambda issue: str(issue["number"]))
def test_real_issue(issue: Mapping[str, Any]) -> None:
    comments = [Comment(**comment) for comment in issue["comments"]]
    assert (quote(issue["body"], comments) is not None) == issue["has_result"]


@pytest.mark.parametrize(
    ("body", "text", "where"),
    [
        ("## Results\n\nBetter by 2%.", "Better by 2%.", "the description, under `## Results`"),
        ("## Results\nBetter by 2%.", "Better by 2%.", "the description, under `## Results`"),
        (
            f"## Results\n\n{TEMPLATE}\n\nNo gain.",
            "No gain.",
            "the description, under `## Results`",
        ),
        (
            "## Results\n\n### 1b\nNo gain.",
            "### 1b\nNo gain.",
            "the description, under `## Results`",
        ),
        (
            "## Results\n\nx: 3\n\n## Conclusion\n\nNo gain.",
            "No gain.",
            "the description, under `## Conclusion`",
        ),
        (
            "## Results\n\nTBD\n\n## TL;DR\n\nNo gain.",
            "No gain.",
            "the description, under `## TL;DR`",
        ),
        (
            "## Final results\n\n![x](y)\n\nNo gain.",
            "No gain.",
            "the description, under `## Final results`",
        ),
        ("## Recommendation\n\nKeep it.", "Keep it.", "the description, under `## Recommendation`"),
        ("## Key Findings\n\nKeep it.", "Keep it.", "the description, under `## Key Findings`"),
        (
            "## Description\nTL;DR: try it wider.\nmore",
            "TL;DR: try it wider.\nmore",
            "the description",
        ),
        (
            "<!-- tldr:start -->\n## Summary\n\nNo gain.\n\n### Links\n- #4\n<!-- tldr:end -->",
            "No gain.",
            "the managed summary in the description",
        ),
        (
            "## TL;DR\n\nNo gain.\n\n**User prompt:**\n> try it",
            "No gain.\n\n**User prompt:**",
            "the description, under `## TL;DR`",
        ),
    ],
)
def test_quotes_the_description(body: str, text: str, where: str) -> None:
    found = quote(body, [])
    assert found is not None
    assert (found.text, found.where) == (text, where)


@pytest.mark.parametrize(
    "waiting",
    [
        TEMPLATE, "TODO", "TBD", "(TBD)", "In progress", "Will add later", "???", "_empty_",
        "_pending_", "*(pending)*", "*(to be updated)*", "Pending. The runs are queued.",
        "Not launched yet.", "", "<!-- fill in -->", "![Image](https://example.org/x.png)",
        "see comments", "See comment stream", "see #897", "Will add later\n\ncc @ada",
        "- https://github.com/a/b/issues/1#issuecomment-2",
        "1. [Sweep](https://github.com/a/b/issues/1#issuecomment-2)", "### 1b\n\nTODO",
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["## Results", "## Conclusion", "## TL;DR"])
def test_quotes_no_placeholder(heading: str, waiting: str) -> None:
    assert quote(f"{heading}\n\n{waiting}\n", []) is None
    assert quote(f"## Description\n\nx\n\n{heading}\n{waiting}\n\n## Notes\n\ny", []) is None


@pytest.mark.parametrize(
    "body",
    [
        "TL;DR: BERT is better.",
        "🤖 Agent MoE verdict note\n\nkeep it",
        "🤖 **Gate 1 Results: no gain**",
        "Both done. Result: no gain",
        "**Conclusion:** no gain",
        "## Results\n\nno gain",
        "didn't work",
        "fixed it! https://wandb.ai/example-lab/tiny/reports/x--VmlldzoxMA",
        "Writeup here: https://example.org",
    ],
)
def test_quotes_a_comment(body: str) -> None:
    found = quote(f"## Results\n\n{TEMPLATE}", [Comment("ada", "2025-05-22T10:00:00Z", body)])
    assert found is not None
    assert found.where.startswith("comment of ada, 2025-05-22")
    assert found.text in body


@pytest.mark.parametrize(
    ("author", "body"),
    [
        ("ada", "Archived, see PR #1999, last available in the `archive/20251114` tag. TL;DR: x"),
        ("golem", "@ada added managed TL;DR block. Result: shown above"),
        ("golem", "@ada fixed the summary block formatting"),
        ("stale[bot]", "TL;DR: this is stale"),
        ("ada", "This issue has been marked as stale. Result: it will close"),
        ("ada", "launched the first run"),
    ],
)
def test_quotes_no_noise(author: str, body: str) -> None:
    assert quote("", [Comment(author, "2025-05-22", body)]) is None


def test_latest_verdict_counts() -> None:
    comments = [Comment("a", "2025-01-01", "TL;DR: good"), Comment("b", "2025-02-01", "TL;DR: bad")]
    found = quote("", comments)
    assert found is not None
    assert found.text == "TL;DR: bad"


def test_long_results_end_with_a_sentence() -> None:
    found = quote("## Results\n\n" + "Loss is 2.31 at the end. " * 200, [])
    assert found is not None
    assert 1000 < len(found.text) <= 1202
    assert found.text.endswith("at the end. …")


HOSTILE = ["<!--", "(what did you find ", "(link", "![", "<img ", "## Results\n", "TL;DR: ", "**",
           "a\n", "see ", "the results are in ", "# Summary\n# x\n", "\n\n", " ", "Result:", "(",
           "<!-- tldr:start -->", "[a](b", "result ", "- ", "_", "no "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=range(len(HOSTILE)))
def test_long_hostile_texts_give_short_quotes(piece: str) -> None:
    text = piece * (16_384 // len(piece))
    for found in (
        quote(text, [Comment("ada", "2025-05-22", text)]),
        quote(f"## Results\n{text}", []),
    ):
        assert found is None or len(found.text) < 2_000


@given(st.text() | st.lists(st.sampled_from([*HOSTILE, "x", "\n"])).map("".join), st.text())
def test_never_raises(body: str, comment: str) -> None:
    found = quote(body, [Comment("ada", "2025-05-22", comment)])
    assert found is None or 0 < len(found.text) <= 1202
