"""The names by which pages are checked are those of what is drawn."""

from __future__ import annotations

from pathlib import Path

from infinite_compute import page
from infinite_compute.page.block_names import names
from labbook import settings
from labbook.projects import Names
from labbook.site import load_book


def sorted_names(found: Names) -> dict[str, list[str]]:
    return {kind: sorted(ids) for kind, ids in found.items()}


def test_names_are_those_of_the_content(site: Path, project: Path) -> None:
    # The site's build has drawn, and copies share what it kept.
    assert site.is_dir()
    lab = settings.load(project / "mkdocs.yml")
    (about,) = lab.project_pages
    drawn = sorted_names(page.content(project, load_book(project, lab), about).blocks)
    assert sorted_names(names(project)) == drawn
    assert sorted_names(page.names(project, about)) == drawn
