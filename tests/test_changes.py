"""What changed between two catalogs, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

import strategies
from labbook import catalog
from labbook.changes import changes, summary
from labbook.model import Catalog

LAB = strategies.REPOSITORY
RUN = "https://wandb.ai/lab/project/runs/a"
BEFORE = f"""\
title: Reports
categories:
  - title: Filters
    experiments:
      - title: A warmer filter
        issue: 916
        links: [{RUN}]
        notes: [one, two]
      - title: A colder filter
        issue: 917
        conclusion: Colder is worse.
  - title: Big Runs
    experiments:
      - see: 916
      - title: A report
        id: spring-report
        related: [916]
uncategorized:
  - title: Waiting
    issue: 930
"""


def said(before: str, after: str) -> tuple[str, list[str]]:
    old, new = (catalog.parse(text.encode(), "a.yaml", LAB) for text in (before, after))
    found = changes(old, new, LAB)
    lines = [
        " ".join(filter(None, [c.name, *(f"<{p.text}>" if p.quoted else p.text for p in c.parts)]))
        for c in found
    ]
    return summary(found), lines


def without(text: str) -> str:
    assert text in BEFORE
    return BEFORE.replace(text, "")


@pytest.mark.parametrize(
    ("after", "line", "sentence"),
    [
        (BEFORE, "nothing changed", None),
        (
            BEFORE.replace("        notes", "        conclusion: Warmer is better.\n        notes"),
            "#916 gained a conclusion",
            "#916 gained the conclusion <Warmer is better.>",
        ),
        (
            without("        conclusion: Colder is worse.\n"),
            "#917 lost its conclusion",
            "#917 lost its conclusion <Colder is worse.>",
        ),
        (
            BEFORE.replace("is worse", "is better"),
            "#917 has another conclusion",
            "#917 had the conclusion <Colder is worse.> and has <Colder is better.>",
        ),
        (
            BEFORE.replace("A warmer", "The warm"),
            "#916 has a new title",
            "#916 was called <A warmer filter> and is called <The warm filter>",
        ),
        (
            BEFORE + "  - title: New\n    issue: 931\n",
            "#931 was added",
            "#931 was added: <New> under <Uncategorized>",
        ),
        (
            without("  - title: Waiting\n    issue: 930\n"),
            "#930 was removed",
            "#930 was removed: <Waiting> under <Uncategorized>",
        ),
        (
            without("      - see: 916\n"),
            "#916 is no longer listed elsewhere",
            "#916 is no longer listed under <Big Runs>",
        ),
        (
            BEFORE.replace("see: 916\n", "see: 916\n      - see: 917\n"),
            "#917 is listed elsewhere too",
            "#917 is listed under <Big Runs> too",
        ),
        (
            BEFORE.replace("[one, two]", "[one, three]"),
            "#916 has other notes",
            "#916 gained the note <three>",
        ),
        (
            BEFORE.replace("[one, two]", "[two, one]"),
            "#916 has other notes",
            "#916 has its notes in another order",
        ),
        (
            BEFORE.replace(f"[{RUN}]", f"['{RUN}?accessToken=abcdefghijkl']"),
            "#916 has other links",
            f"#916 gained the link <WandB Run: a ({RUN}?accessToken=abcd…)>",
        ),
        (
            BEFORE.replace("[916]", "[917]"),
            "spring-report has other related experiments",
            "spring-report gained the related experiment <#917>",
        ),
        (
            BEFORE.replace("title: Big Runs", "title: Large Runs\n    formerly: [big-runs]"),
            "the categories changed",
            "the category <Big Runs> is now called <Large Runs>",
        ),
        (
            BEFORE.replace("title: Filters", "title: Data Filters\n    id: filters"),
            "the categories changed",
            "the category <Filters> is now called <Data Filters>",
        ),
        (
            BEFORE.replace("Reports", "R"),
            "the page changed",
            "the page's title was <Reports> and is <R>",
        ),
        (
            BEFORE.replace("title: Reports", "title: Reports\nintroduction: Read this."),
            "the page changed",
            "the introduction changed",
        ),
    ],
)
def test_each_change_in_words(after: str, line: str, sentence: str | None) -> None:
    told, sentences = said(BEFORE, after)
    assert told == line
    assert sentences[:1] == ([sentence] if sentence else [])


def test_a_renamed_category_moves_nothing() -> None:
    renamed = BEFORE.replace("title: Big Runs", "title: Large Runs\n    formerly: [big-runs]")
    assert said(BEFORE, renamed)[1] == [
        "the category <Big Runs> is now called <Large Runs>",
        "the category <Large Runs> has now the id <large-runs>",
    ]


def test_a_curated_entry_moves_and_concludes() -> None:
    waiting = "  - title: Waiting\n    issue: 930\n"
    entry = "      - {title: Waiting, issue: 930, conclusion: It was worth it.}\n"
    after = without(waiting).replace("  - title: Big Runs\n", f"{entry}  - title: Big Runs\n")
    assert said(BEFORE, after) == (
        "#930 moved; #930 gained a conclusion",
        [
            "#930 moved from <Uncategorized> to <Filters>",
            "#930 gained the conclusion <It was worth it.>",
        ],
    )


def test_categories_come_go_and_move() -> None:
    after = BEFORE.replace(
        "  - title: Big Runs\n",
        "  - title: Runs\n    categories:\n      - {title: Empty, experiments: [see: 917]}\n"
        "  - title: Big Runs\n",
    )
    told, sentences = said(BEFORE, after)
    assert told == "#917 is listed elsewhere too; the categories changed"
    assert sentences[1:] == [
        "the category <Runs> was added",
        "the category <Empty> was added below <Runs>",
    ]
    assert "the category <Runs> was removed" in said(after, BEFORE)[1]


def test_several_of_a_kind_are_counted() -> None:
    after = BEFORE + "  - {title: New, issue: 931}\n  - {title: Newer, issue: 932}\n"
    assert said(BEFORE, after)[0] == "2 experiments were added"


@given(strategies.catalogs(), strategies.catalogs())
def test_any_difference_is_told_and_nothing_else(old: Catalog, new: Catalog) -> None:
    assert changes(old, old, LAB) == []
    found = changes(old, new, LAB)
    assert bool(found) == (old != new)
    assert (summary(found) == "nothing changed") == (old == new)


@given(strategies.catalogs())
def test_another_order_is_told(content: Catalog) -> None:
    turned = replace(content, uncategorized=content.uncategorized[::-1])
    assert bool(changes(content, turned, LAB)) == (content != turned)
