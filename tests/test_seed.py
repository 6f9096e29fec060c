"""The catalog is the report page it grew out of, entry by entry; so is the project's page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from labbook import catalog, links, settings
from labbook.live import store, wanted
from labbook.model import Catalog, Category, Experiment, See
from seed_outline import SeedEntry, SeedSection, seed_outline

ROOT = Path(__file__).parent.parent
SEED = Path(__file__).parent / "seed"
REPOSITORY = "marin-community/marin"


@pytest.fixture(scope="module")
def loaded() -> Catalog:
    return catalog.load(ROOT / "data" / "experiments.yaml", REPOSITORY)


@pytest.fixture(scope="module")
def seed() -> list[SeedSection]:
    return seed_outline((SEED / "reports.md").read_text(encoding="utf-8"))


def test_the_seed_is_read_whole(seed: list[SeedSection]) -> None:
    lines = (SEED / "reports.md").read_text(encoding="utf-8").splitlines()
    entries = [entry for section in seed for entry in section.entries]
    details = [len(e.links) + len(e.notes) + (e.conclusion is not None) for e in entries]
    assert len(seed) == sum(line.startswith("#") for line in lines)
    assert len(entries) == sum(line.startswith("- ") for line in lines) == 34
    assert sum(details) == sum(re.match(r" +- ", line) is not None for line in lines)


def test_title_introduction_and_uncategorized(loaded: Catalog, seed: list[SeedSection]) -> None:
    first, last = seed[0], seed[-1]
    assert (first.level, loaded.title, loaded.introduction.strip()) == (1, first.title, first.text)
    assert (last.level, last.title, last.entries) == (2, "Uncategorized", [])
    assert loaded.uncategorized == ()


def test_headings_nest_in_the_same_order(loaded: Catalog, seed: list[SeedSection]) -> None:
    ours = [(level, category.title) for level, category in _sections(loaded)]
    assert ours == [(section.level, section.title) for section in seed[1:-1]]


def test_every_entry_is_that_of_the_seed(loaded: Catalog, seed: list[SeedSection]) -> None:
    defined = {experiment.key: experiment for experiment in loaded.experiments()}
    for (_, category), section in zip(_sections(loaded), seed[1:-1], strict=True):
        ours = []
        for item in category.experiments:
            entry = _as_seed(defined[item.key])
            if isinstance(item, See):
                # The seed gives the conclusion only where the experiment stands first.
                entry.conclusion = None
            ours.append(entry)
        assert ours == section.entries, section.title


def test_an_experiment_listed_twice_is_defined_once(loaded: Catalog) -> None:
    seen = [item.key for item in loaded.listings() if isinstance(item, See)]
    assert seen == ["764"]
    assert len(list(loaded.experiments())) == 33


def test_a_label_is_written_only_where_it_is_not_the_usual_one(loaded: Catalog) -> None:
    for experiment in loaded.experiments():
        for link in experiment.links:
            assert link.label != links.classify(link.url, REPOSITORY).label


def test_the_snapshot_knows_the_wanted_issues_and_no_others(loaded: Catalog) -> None:
    path = ROOT / "data" / "live.json"
    facts = store.load(path).snapshot.issues
    lab = settings.load(ROOT / "mkdocs.yml")
    assert set(facts) == set(map(str, wanted.of(loaded.experiments(), lab).issues))
    for item in facts.values():
        assert item.title
        assert item.state in {"open", "closed"}
        assert item.as_of.when
    lines = path.read_text(encoding="utf-8").splitlines()
    items = [json.loads(f"{{{line.strip().rstrip(',')}}}") for line in lines if "#" in line]
    assert [list(item) for item in items] == [[ref] for ref in sorted(facts)]


def test_the_project_page_holds_the_whole_seed() -> None:
    page = (ROOT / "docs" / "projects" / "infinite-compute.md").read_text(encoding="utf-8")
    seed = (SEED / "infinite-compute.md").read_text(encoding="utf-8")
    lines = [line for line in seed.splitlines() if line and line != "Paper link: TODO"]
    missing = [line for line in lines if line not in page]
    assert missing == []
    assert [line for line in page.splitlines() if line in lines] == lines
    assert "Paper link: [arXiv 2509.14786](https://arxiv.org/abs/2509.14786)" in page


def _sections(loaded: Catalog) -> list[tuple[int, Category]]:
    def below(category: Category, level: int) -> list[tuple[int, Category]]:
        parts = [(level, category)]
        for child in category.categories:
            parts += below(child, level + 1)
        return parts

    return [part for category in loaded.categories for part in below(category, 2)]


def _as_seed(experiment: Experiment) -> SeedEntry:
    assert experiment.issue is not None
    urls = [(experiment.issue.url, None), *((link.url, link.label) for link in experiment.links)]
    return SeedEntry(
        title=experiment.title,
        links=[(label or links.classify(url, REPOSITORY).label, url) for url, label in urls],
        conclusion=experiment.conclusion,
        notes=list(experiment.notes),
    )
