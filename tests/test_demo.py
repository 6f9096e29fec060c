"""The demo: a whole site of made-up answers that says so, beside a project that stays as it was."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

import checkout
import demo
from infinite_compute import table
from infinite_compute.figures.registry import entries
from labbook.live import current

PROJECT = "projects/infinite-compute"


def state(project: Path) -> dict[str, str]:
    """A digest of each file of a project."""
    return {
        str(path.relative_to(project)): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in project.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    project = checkout.copy(folder / "project")
    # What a project has after a build and a fetch: its drawings, its facts, its site, its runs.
    (project / checkout.DRAWN).unlink()
    for kept in (checkout.DRAWN / "infinite-compute-0.zip", current.CACHE, "site/x", table.FILE):
        (project / kept).parent.mkdir(parents=True, exist_ok=True)
        (project / kept).write_text("\n")
    before = state(project)
    demo.build(folder / "demo", project)
    assert state(project) == before
    return folder / "demo"


def read(path: Path) -> Any:
    return lxml.html.parse(str(path)).getroot()


def test_every_page_says_that_its_data_is_synthetic(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        (notice,) = read(page).xpath("//aside//p[@class='notice']")
        assert notice.text_content() == demo.NOTICE, page
        assert not notice.xpath("ancestor::aside//button")


def test_every_figure_is_drawn_from_runs_or_published_values(built: Path) -> None:
    page = read(built / PROJECT / "index.html")
    shown = {figure.get("id"): figure.get("data-origin") for figure in page.xpath("//figure")}
    assert shown.keys() >= {entry.id for entry in entries()}
    assert list(shown.values()).count("runs") > 50
    assert "needs the run table" not in page.text_content()


def test_the_day_of_the_runs_stands_at_figures_at_launches_and_in_files(built: Path) -> None:
    page = read(built / PROJECT / "index.html")
    (day,) = {
        time.get("datetime")[:10]
        for time in page.xpath("//dt[.='Asked of W&B']/following-sibling::dd[1]/time")
    }
    for figure in page.xpath("//figure[@data-origin='runs']"):
        assert f"Run data of {day}: " in figure.xpath("string(.//p[@class='fig__source'])")
    launches = page.xpath("//*[@class='runs-group']//summary")
    assert len(launches) == 13
    assert all(f"missing (as of {day})" in launch.text_content() for launch in launches)
    folder = built / PROJECT / "figures"
    with (folder / "figure-distillation.csv").open(encoding="utf-8", newline="") as file:
        assert {row["as of"] for row in csv.DictReader(file)} >= {day}
    assert (
        f"Run data of {day}: "
        in json.loads((folder / "figure-distillation.json").read_text())["description"]
    )
    assert f"Run data of {day}: " in (folder / "figure-distillation.svg").read_text()
    sweep = json.loads((built / PROJECT / "sweeps" / "cpt.json").read_text())
    assert sweep["as_of"] == day


def test_runs_of_experiments_have_curves_and_issues_their_state(built: Path) -> None:
    curves = read(built / "experiments" / "633" / "index.html").xpath(
        "//figure//*[local-name()='svg']"
    )
    assert curves
    states = [read(page).text_content() for page in built.glob("experiments/*/index.html")]
    assert any("closed as not planned" in text for text in states)
    assert any("as it is called by now" in text for text in states)


def test_a_step_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(demo.DemoError, match=r"-c .* failed:\n.*no such thing"):
        demo._run(tmp_path, ["-c", "raise SystemExit('no such thing')"], {})
