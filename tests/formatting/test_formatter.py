"""Formatting keeps the data and every comment, and formatting twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import strategies
import wild_yaml
from checkout import ROOT
from labbook import catalog
from labbook.errors import DataError
from labbook.formatting.formatter import formatted
from labbook.model import Catalog

LAB = strategies.REPOSITORY
REAL = (ROOT / "data" / "experiments.yaml").read_bytes()
REAL_LAB = "marin-community/marin"


def form(text: str) -> str:
    return formatted(text.encode(), "a.yaml", LAB).decode()


@given(strategies.catalogs(), st.integers(0, 2**32))
@settings(max_examples=150)
def test_whatever_is_written_keeps_its_data_and_comments(content: Catalog, seed: int) -> None:
    writer = wild_yaml.Writer(seed)
    wild = writer.text(content)
    assert catalog.parse(wild.encode(), "a.yaml", LAB) == content
    result = form(wild)
    assert catalog.parse(result.encode(), "a.yaml", LAB) == content
    assert form(result) == result
    for comment in writer.comments:
        ends = [line for line in result.split("\n") if line.endswith(comment)]
        assert len(ends) == 1, comment


@given(strategies.catalogs())
def test_what_the_program_writes_needs_only_its_empty_lines(content: Catalog) -> None:
    written = catalog.dump(content)
    result = form(written)
    assert [line for line in result.split("\n") if line] == [
        line for line in written.split("\n") if line
    ]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from("# "))))
@example([])
def test_the_real_file_with_anything_harmless_in_it(
    places: list[tuple[float, int, str]],
) -> None:
    lines = REAL.decode().split("\n")
    # Above it stands a text of several lines.
    first = lines.index("categories:")
    for share, indent, mark in places:
        text = f"{' ' * indent}# remark {indent}" if mark == "#" else " " * indent
        lines.insert(first + round(share * (len(lines) - 1 - first)), text)
    mutated = "\n".join(lines).encode()
    content = catalog.parse(mutated, "a.yaml", REAL_LAB)
    result = formatted(mutated, "a.yaml", REAL_LAB)
    assert catalog.parse(result, "a.yaml", REAL_LAB) == content
    assert formatted(result, "a.yaml", REAL_LAB) == result
    assert result.count(b"# remark") == mutated.count(b"# remark")


def test_the_real_file_is_formatted() -> None:
    assert formatted(REAL, "a.yaml", REAL_LAB) == REAL


def test_the_example_of_the_guide_is_formatted() -> None:
    guide = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    example = guide.partition("```yaml\ncategories:")[2].partition("```")[0]
    assert form(f"categories:{example}") == f"categories:{example}"


WILD = """\
# The file's own.

uncategorized: []  # none yet
# Above the categories.
categories:
# Above the first.
- experiments: # behind experiments
    # above the entry
    - issue: 1 # behind issue
      # above the title
      title: "two
          lines"   # behind the title
      links: [https://example.org/a, # behind a
         # above b
         {url: https://example.org/b, label: B}, # behind b
         ] # behind all
      conclusion: |2
          indented
        more
      # at the end of the entry
    # at the end of the entries
  # above a title

  # and once more
  title: A
- # behind a dash
  title: B
  categories: [{title: C, experiments: [see: 1]}]
# at the end
"""
FORMATTED = """\
# The file's own.

# Above the categories.
categories:
  # Above the first.
  # above a title

  # and once more
  - title: A
    experiments:  # behind experiments
      # above the entry
      # above the title
      - title: "two
          lines"  # behind the title
        issue: 1  # behind issue
        links:  # behind all
          - https://example.org/a  # behind a
          # above b
          - url: https://example.org/b  # behind b
            label: B
        conclusion: |2
            indented
          more
        # at the end of the entry
      # at the end of the entries

  # behind a dash
  - title: B
    categories:
      - title: C
        experiments:
          - see: 1
  # at the end

uncategorized: []  # none yet
"""


def test_each_comment_stays_with_what_it_is_about() -> None:
    assert form(WILD) == FORMATTED


def test_a_commented_out_entry_stays_where_it_is() -> None:
    text = (
        "categories:\n  - title: A\n    experiments:\n      - title: x\n        issue: 1\n"
        "      # - title: y\n      #   issue: 2\n\n  - title: B\n    experiments:\n"
        "      # - title: z\n      - title: w\n        issue: 3\n        # notes: []\n"
    )
    assert form(text) == text


def test_line_ends_and_the_byte_order_mark() -> None:
    text = "categories:\n- {title: A, experiments: [{title: x, issue: 1}]}"
    plain = form(text)
    assert plain.endswith("issue: 1\n")
    assert form(text.replace("\n", "\r\n")) == plain.replace("\n", "\r\n")
    assert form("\ufeff" + text) == plain


def test_what_is_wrong_is_not_formatted() -> None:
    with pytest.raises(DataError, match="unknown key `titel`"):
        form("categories:\n  - titel: A\n")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("'single'", "'single'"),
        ('"double \\u0041"', '"double \\u0041"'),
        ("plain text", "plain text"),
        ("~", "~"),
        ("", ""),
        (">-\n      folded\n      text", ">-\n          folded\n          text"),
        ("|+\n          kept\n\n", "|+\n          kept"),
    ],
)
def test_texts_stay_as_they_are_written(written: str, kept: str) -> None:
    head = "categories:\n- title: A\n  experiments:\n  - title: x\n    issue: 1\n    conclusion:"
    space = " " if written else ""
    assert form(f"{head}{space}{written}\n").endswith(f"        conclusion:{space}{kept}\n")
