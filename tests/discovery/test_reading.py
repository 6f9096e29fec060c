"""The links of issues: a labelled corpus, every shape that people write, and hostile texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from labbook.discovery.reading import Comment, FoundLink, MentionKind, Reading, curated, links_of
from labbook.links import problem
from labbook.settings import Rewrite

HERE = Path(__file__).parent
OWN = "example-lab/models"
RENAMED = (Rewrite("https://wandb.ai/renamed-lab/", "https://wandb.ai/example-lab/"),)
RUN = "https://wandb.ai/example-lab/tiny/runs/r1"

CORPUS = [json.loads(line) for line in (HERE / "corpus.jsonl").read_text("utf-8").splitlines()]
SHAPES = yaml.safe_load((HERE / "shapes.yaml").read_text("utf-8"))


def comments_of(case: Mapping[str, Any]) -> list[Comment]:
    return [
        Comment("ada", "2025-05-22", item) if isinstance(item, str) else Comment(**item)
        for item in case.get("comments", ())
    ]


def read(case: Mapping[str, Any], repository: str = OWN) -> Reading:
    number = case.get("number", 5)
    comments = comments_of(case)
    return links_of(case["body"], comments, repository, number=number, rewrites=RENAMED)


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.found]


@pytest.mark.parametrize("name", ["corpus", "shapes"])
def test_precision_and_recall(name: str) -> None:
    cases = CORPUS if name == "corpus" else SHAPES
    found = [(index, url) for index, case in enumerate(cases) for url in urls(read(case))]
    wanted = [(index, url) for index, case in enumerate(cases) for url in case["links"]]
    right = len(set(found) & set(wanted))
    precision, recall = right / len(found), right / len(wanted)
    print(f"{name}: {len(cases)} cases, {len(wanted)} links, {precision=:.2%}, {recall=:.2%}")
    assert (precision, recall) == (1, 1)


def test_corpus_is_large_enough() -> None:
    assert len({case["number"] for case in CORPUS}) == 108


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: str(case["number"]))
def test_issue(case: Mapping[str, Any]) -> None:
    reading = read(case, "marin-community/marin")
    assert urls(reading) == case["links"]
    assert [mention.text for mention in reading.mentions] == case["mentions"]


def _shape_ids() -> Iterator[str]:
    for index, case in enumerate(SHAPES):
        yield f"{index}-{case['shape'].replace(' ', '-')}"


@pytest.mark.parametrize("case", SHAPES, ids=_shape_ids())
def test_shape(case: Mapping[str, Any]) -> None:
    reading = read(case)
    assert urls(reading) == case["links"]
    if "mentions" in case:
        assert [mention.text for mention in reading.mentions] == case["mentions"]


def test_says_where_each_link_stands() -> None:
    body = f"intro {RUN}\n\n## Description\n\nx\ny\n\n### Links `of` runs\n\n* a\n* b {RUN}2\n"
    comment = Comment("ada", "2025-05-22T10:00:00Z", f"\nfinal: {RUN}3")
    assert links_of(body, [comment], OWN).found == (
        FoundLink(RUN, "the description, line 1"),
        FoundLink(f"{RUN}2", "the description, under `### Links of runs`, line 11"),
        FoundLink(f"{RUN}3", "comment of ada, 2025-05-22, line 2"),
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"```\n{RUN}\n```", MentionKind.CODE),
        (f"~~{RUN}~~", MentionKind.STRUCK),
        (f"{RUN}-<seed>", MentionKind.CUT),
        (f"see #77: {RUN}", MentionKind.OTHER_ISSUE),
        ("https://wandb.ai/example-lab/tiny", MentionKind.PROJECT),
        ("gs://bucket/experiments/x.json", MentionKind.STORAGE),
        ("wandb run `example-lab/tiny/x`", MentionKind.RUN),
        ("wandb group `x`", MentionKind.GROUP),
        ("wandb sweep `x`", MentionKind.SWEEP),
    ],
)
def test_mentions_say_why(body: str, kind: MentionKind) -> None:
    reading = links_of(body, [], OWN, number=5)
    assert not reading.found
    assert [mention.kind for mention in reading.mentions] == [kind]


def test_what_is_linked_is_not_mentioned_too() -> None:
    body = f"```\n{RUN}\n```\nwandb run `example-lab/tiny/r1`\n\n{RUN}"
    assert links_of(body, [], OWN) == Reading((FoundLink(RUN, "the description, line 6"),), ())


def test_other_issues_are_told_only_with_the_own_number() -> None:
    assert urls(links_of(f"see #77: {RUN}", [], OWN)) == [RUN]


HOSTILE = [
    "[", "![", "](", "[](", "[a](b", "`", "<", "<!--", "<a ", "<a href='", "<code>", "<details>",
    "<summary>", "~~", "~~a", "\\", "&a;", "*", "_", "(", ")", "> ", "- ", "#", "| a ", "|-", "\n",
    "a\n", "- a\n", "# a\n", "[a]: b\n", f"{RUN},", f"({RUN}", f"{RUN}...", f"{RUN}[…]", "…", "«",
    "https://", "wandb.ai/a/b/", "gs://a/", "W&B `a` ", "W&B run `a/b/c`\n", "prompt:\n> a\n\n",
    "<!-- tldr:start -->", "TL;DR: ", "(what did you find ", "## Results\n", "see #7: ", "a/b/c ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_of_the_greatest_size_is_read(piece: str) -> None:
    # As long as GitHub allows; a reading that looks back at each step would not come to its end.
    reading = links_of(piece * (65_536 // len(piece)), [], OWN, number=5)
    assert all(problem(link.url) is None for link in reading.found)


def test_a_long_text_is_read_to_its_end() -> None:
    text = "A sentence with https://example.org/x, and `code` in it; no more.\n" * 16_000
    assert urls(links_of(f"{text}\n{RUN}", [], OWN)) == [RUN]


MARKDOWN = st.lists(st.sampled_from([*HOSTILE, RUN, " ", "\n\n", "\r\n", "    ", "x", "\u200b"]))


@given(st.text() | MARKDOWN.map("".join), st.text())
@example("https://[", "\ud800")
def test_never_raises_and_finds_what_may_be_curated(body: str, comment: str) -> None:
    reading = links_of(body, [Comment("ada", "2025-05-22", comment)], OWN, number=5)
    for link in reading.found:
        assert problem(link.url) is None
        assert curated(link.url) == link.url


@given(st.lists(st.sampled_from(["prose ", "[x](y) ", "**b** ", "\n\n", "`c` ", "(z) ", "é "])))
def test_a_url_is_found_among_any_markup(pieces: list[str]) -> None:
    before = "".join(pieces)
    assert urls(links_of(f"{before}\n\n{RUN}\n\n{before}", [], OWN)) == [RUN]
