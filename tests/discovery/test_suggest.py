"""A category by what the entries curated there have in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from labbook import catalog
from labbook.discovery.suggest import suggest
from labbook.model import Catalog

REAL = catalog.load(
    Path(__file__).parents[2] / "data" / "experiments.yaml", "marin-community/marin"
)
MADE = catalog.parse(
    b"""\
categories:
  - title: Warm Filters
    experiments:
      - {title: A warm filter on code, issue: 1}
      - {title: Filters on prose, issue: 2}
  - title: Supervised Fine Tuning
    experiments:
      - {title: Chat data, issue: 3}
      - {title: More chat, issue: 4}
    categories:
      - title: Rewards
        experiments:
          - {title: A reward model, issue: 5}
  - title: Tokenizers
    experiments:
      - {title: Bytes, issue: 6}
""",
    "made.yaml",
    "example/lab",
)


@pytest.mark.parametrize(
    ("title", "category", "reason"),
    [
        ("Another filter", "warm-filters", "“filter” in its heading, #1 and #2"),
        ("SFT on tables", "supervised-fine-tuning", "“sft” in its heading"),
        ("Chat data again", "supervised-fine-tuning", "“chat” and “data” in #3 and #4"),
        ("[rewards] again", "rewards", "“reward” in its heading and #5"),
    ],
)
def test_words_in_common(title: str, category: str, reason: str) -> None:
    found = suggest(MADE, title, ())
    assert found
    assert (found.category_id, found.reason) == (category, reason)


@pytest.mark.parametrize("title", ["", "Something else", "Bytes and chat and code", "data"])
def test_none_fits_well(title: str) -> None:
    assert suggest(MADE, title, ()) is None


def test_labels_count_where_few_categories_have_them() -> None:
    labels = {"1": ["p1", "text"], "2": ["text", "p1"], "3": ["p1"], "5": ["p1"], "6": ["p1"]}
    assert suggest(MADE, "A prose thing", ["p1"], labels) is None
    found = suggest(MADE, "A prose thing", ["Text"], labels)
    assert found
    assert found.reason == "“prose” in #2; the label “text”"


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("SFT Deeper Starling", "Supervised Fine Tuning"),
        ("[delphi] RL scaling laws", "Scaling Laws"),
        ("A further cooldown of tootsie", "Cooldowns"),
        ("Ablations on Markdownified Arxiv", "High Quality Data Ablations"),
    ],
)
def test_the_real_catalog(title: str, category: str) -> None:
    found = suggest(REAL, title, ["experiment"])
    assert found
    assert found.category == category


def test_a_catalog_with_one_shelf_gives_no_choice() -> None:
    assert suggest(Catalog("x", categories=MADE.categories[:1]), "A warm filter", ()) is None


@given(strategies.catalogs(), strategies.lines(), st.lists(strategies.lines(), max_size=3))
def test_any_catalog_and_title(known: Catalog, title: str, labels: list[str]) -> None:
    found = suggest(known, title, labels)
    assert found == suggest(known, title, list(reversed(labels)))
    ids = {part.id for top in known.categories for part in top.walk()}
    assert found is None or (found.category_id in ids and found.reason)
