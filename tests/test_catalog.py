"""The curated file is read as it is meant, and what is written reads back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from labbook import catalog
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, Place, See
from strategies import REPOSITORY, catalogs

ROOT = Path(__file__).parent.parent
REAL = ROOT / "data" / "experiments.yaml"
REAL_REPOSITORY = "marin-community/marin"

EXAMPLE = """\
# yaml-language-server: $schema=experiments.schema.json
title: Reports
introduction: |
  First paragraph.

  Second: with a colon.

categories:
  - title: Big Runs
    formerly: [big-tootsies, very-big]
    experiments:
      - see: 900          # defined below
      - title: "[EPIC] Big runs"
        issue: 859
        links:
          - https://wandb.ai/lab/project/reports/Big--VmlldzoxMTEyOTQ0MA
          - {url: /projects/a-project/, label: The project}
        conclusion: >
          Bigger
          is better.
        notes:
          - one
          - "2"
        related: [900, Tools/lab#3, spring-report]

      # a remark between two entries
    categories:
      - title: Cooldowns
        id: cooldowns_1
        experiments:
          - {title: no, issue: 900}
          - title: 012
            issue: tools/LAB#3
            links:
            conclusion: ~
          - id: spring-report
            title: Spring report
uncategorized:
  - title: New
    issue: example/LAB#1000
"""


def parsed(text: str) -> Catalog:
    return catalog.parse(text.encode(), "data/experiments.yaml", REPOSITORY)


def test_every_field_means_what_the_example_says() -> None:
    assert parsed(EXAMPLE) == Catalog(
        title="Reports",
        introduction="First paragraph.\n\nSecond: with a colon.",
        categories=(
            Category(
                title="Big Runs",
                id="big-runs",
                formerly=("big-tootsies", "very-big"),
                experiments=(
                    See("900"),
                    Experiment(
                        key="859",
                        title="[EPIC] Big runs",
                        issue=IssueRef(REPOSITORY, 859),
                        links=(
                            Link("https://wandb.ai/lab/project/reports/Big--VmlldzoxMTEyOTQ0MA"),
                            Link("/projects/a-project/", "The project"),
                        ),
                        conclusion="Bigger is better.",
                        notes=("one", "2"),
                        related=("900", "tools/lab/3", "spring-report"),
                    ),
                ),
                categories=(
                    Category(
                        title="Cooldowns",
                        id="cooldowns_1",
                        experiments=(
                            Experiment("900", "no", IssueRef(REPOSITORY, 900)),
                            Experiment("tools/lab/3", "012", IssueRef("tools/LAB", 3)),
                            Experiment("spring-report", "Spring report"),
                        ),
                    ),
                ),
            ),
        ),
        uncategorized=(Experiment("1000", "New", IssueRef(REPOSITORY, 1000)),),
    )


def test_places_are_those_of_the_lines_with_content() -> None:
    top = parsed(EXAMPLE).categories[0]
    see, experiment = top.experiments
    assert isinstance(experiment, Experiment)
    lines = EXAMPLE.splitlines()
    assert see.place == Place(12, 9, 12)
    assert lines[experiment.place.line - 1].strip().startswith('- title: "[EPIC]')
    assert lines[experiment.place.end_line - 1].strip().startswith("related:")
    assert [
        lines[link.place.line - 1][link.place.column - 1 :][:5] for link in experiment.links
    ] == [
        "https",
        "{url:",
    ]
    assert lines[top.place.end_line - 1].strip() == "title: Spring report"


@pytest.mark.parametrize("style", ["|", ">", "|-", ">+"])
def test_a_block_text_ends_at_its_last_line_with_content(style: str) -> None:
    text = (
        "categories:\n  - title: A\n    experiments:\n      - issue: 1\n        title: x\n"
        f"        conclusion: {style}\n          one\n\n          two\n\n\n"
        "      - {title: y, issue: 2}\n"
    )
    first = parsed(text).categories[0].experiments[0]
    assert (first.place.line, first.place.end_line) == (4, 9)


def test_an_entry_at_the_very_end_without_a_line_end() -> None:
    text = "categories: []\nuncategorized:\n  - issue: 1\n    title: |\n      x"
    assert parsed(text).uncategorized[0].place == Place(3, 5, 5)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_change_nothing(ends: str, mark: str) -> None:
    read = parsed(mark + EXAMPLE.replace("\n", ends))
    assert read == parsed(EXAMPLE)
    assert read.uncategorized[0].place == parsed(EXAMPLE).uncategorized[0].place


@pytest.mark.parametrize(
    "words", ["no", "012", "1.0", "true", "2025-01-01", "12:30", "0x1F", "1_0"]
)
def test_a_text_stays_as_written(words: str) -> None:
    read = parsed(f"title: {words}\ncategories: []\n")
    assert read.title == words


def test_a_catalog_may_begin_empty() -> None:
    assert parsed("categories: []\nuncategorized:\n") == Catalog("Experiment reports")


def test_the_title_of_a_category_gives_the_anchor_that_mkdocs_gave() -> None:
    title = "Tootsie 8b (Größe & co.)"
    text = f"categories:\n  - title: {title}\n    experiments: [{{title: x, issue: 1}}]\n"
    assert parsed(text).categories[0].id == "tootsie-8b-groe-co"


def test_load_names_the_file_by_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "data" / "experiments.yaml"
    file.parent.mkdir()
    file.write_text(EXAMPLE)
    assert catalog.load(file, REPOSITORY) == parsed(EXAMPLE)


@settings(max_examples=150)
@given(catalogs())
def test_what_is_written_reads_back_the_same(generated: Catalog) -> None:
    text = catalog.dump(generated)
    read = parsed(text)
    assert read == generated
    assert catalog.dump(read) == text


@settings(max_examples=50)
@given(catalogs())
def test_every_yaml_reader_takes_a_written_text_for_a_text(generated: Catalog) -> None:
    content = yaml.safe_load(catalog.dump(generated))
    assert content["title"] == generated.title
    assert content.get("introduction", "") == generated.introduction
    for written, meant in zip(content["uncategorized"], generated.uncategorized, strict=True):
        assert written["title"] == meant.title
        assert written.get("conclusion") == meant.conclusion
        assert tuple(written.get("notes", ())) == meant.notes


def test_the_real_file_is_written_and_read_back_the_same() -> None:
    real = catalog.load(REAL, REAL_REPOSITORY)
    text = catalog.dump(real)
    assert catalog.parse(text.encode(), "f", REAL_REPOSITORY) == real
    assert text.startswith("# yaml-language-server: $schema=experiments.schema.json\n")


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
@pytest.mark.parametrize("text", [EXAMPLE, REAL.read_text(encoding="utf-8")])
def test_both_yaml_parsers_read_the_same(text: str) -> None:
    repository = REAL_REPOSITORY if text != EXAMPLE else REPOSITORY
    fast, slow = (
        catalog.parse(text.encode(), "f", repository, parser)
        for parser in (yaml.CSafeLoader, yaml.SafeLoader)
    )
    assert fast == slow
    assert [item.place for item in fast.listings()] == [item.place for item in slow.listings()]
