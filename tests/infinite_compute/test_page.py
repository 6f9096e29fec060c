"""The project's page from published values: complete, and each number with its source."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import pytest
from playwright.sync_api import Browser, Page

import pixels
from checkout import ROOT
from infinite_compute.figures.registry import entries
from infinite_compute.figures.theme import DARK, LIGHT
from infinite_compute.page import drawing, figures
from labbook import projects
from labbook.projects import Content

PAGE = "projects/infinite-compute"
SOURCE = (ROOT / "docs" / f"{PAGE}.md").read_text(encoding="utf-8")
HEADLINE = "figure-figure-1-8-22"


@pytest.fixture(scope="module")
def made() -> Content:
    return drawing.content(ROOT)


@pytest.fixture(scope="module")
def built(site: Path) -> Any:
    return lxml.html.parse(str(site / PAGE / "index.html")).getroot()


def read(html: str) -> Any:
    return lxml.html.fromstring(html)


def text(html: str) -> str:
    return " ".join(read(html).text_content().split())


def test_every_figure_stands_on_the_page_or_is_listed_with_its_command(
    made: Content, built: Any
) -> None:
    waiting = text(made.blocks["table"]["waiting"])
    shown = set(built.xpath("//figure[@class='fig']/@id"))
    for entry in entries():
        assert (entry.id in shown) != (entry.title in waiting), entry.id
    assert "python hooks/plotting.py --mode seed-science --build-cache" in waiting


def test_figures_beside_findings_exist_and_ids_are_unique(built: Any) -> None:
    assert {entry.id for entry in entries()} >= drawing.BESIDE
    beside = re.findall(r"```figure\nid: (\S+)\n```", SOURCE)
    assert sorted(beside) == sorted(drawing.BESIDE)
    ids = built.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_headline_figure_comes_first(built: Any) -> None:
    first = built.xpath("//article//figure | //article//h2")[0]
    assert first.get("id") == HEADLINE
    for ticks in ("2.29×", "3.03×", "5.17×"):
        assert ticks in "".join(first.xpath(".//text()")).replace(" ", "")


def test_a_figure_is_an_image_with_name_caption_source_table_and_files(
    built: Any, site: Path
) -> None:
    shown = built.xpath("//figure[@class='fig']")
    assert len(shown) >= 15
    for figure in shown:
        images = figure.xpath(".//*[contains(@class, 'fig__image--')]")
        assert len(images) == 2
        for image in images:
            if figure.get("id") == HEADLINE:
                title, description = image.xpath("./*[local-name()='title' or local-name()='desc']")
                assert image.get("aria-labelledby") == title.get("id")
                assert title.text
                assert description.text
            else:
                assert image.get("alt") == figure.xpath("string(p[@class='fig__title'])")
                assert image.get("loading") == "lazy"
                file = lxml.etree.parse(site / PAGE / image.get("src")).getroot()
                assert [file.get(name) for name in ("width", "height")] == [
                    image.get(name) for name in ("width", "height")
                ]
        assert figure.xpath("string(.//figcaption/p[1])").strip()
        assert figure.xpath("string(.//p[@class='fig__source'])").startswith("Published values: ")
        rows = figure.xpath(".//details[last()]//tbody/tr")
        data, chart, image = figure.xpath(".//ul[@class='fig__files']//a/@href")
        with (site / PAGE / data).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == len(rows) + 1
        assert json.loads((site / PAGE / chart).read_text("utf-8"))["usermeta"]["colours"]
        drawn = (site / PAGE / image).read_text("utf-8")
        assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert "var(" not in drawn


def test_findings_carry_the_published_numbers(made: Content) -> None:
    numbers = made.blocks["numbers"]
    assert "3.750" in numbers["overfitting"]
    assert "3.429 (3.388 to 3.458)" in numbers["regularization"]
    assert "2.29 ×" in numbers["regularization"]
    assert "3.340" in numbers["ensembling"]
    assert "5.17 ×" in numbers["ensembling"]
    assert "3.363" in numbers["distillation"] or "3.364" in numbers["distillation"]
    assert "17.5 ×" in numbers["continued"]
    for views in numbers.values():
        items = read(views).xpath(".//li")
        assert items
        for item in items:
            assert item.xpath("string(*[@class='numbers__source'])"), item.text_content()


def test_recipes_name_both_denominators_and_leave_open_what_is_not_known(made: Content) -> None:
    table = read(made.blocks["table"]["recipes"])
    heads = table.xpath(".//th/text()")
    assert heads[2:5] == ["Efficiency by the law", "By the tokens", "Published"]
    assert table.xpath(".//caption/text()")[0] == "200M tokens"
    rows = [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath(".//tbody/tr")]
    joint = next(row for row in rows if row[0].startswith("Joint"))
    assert joint[1].startswith("3.169 (3.02")
    assert joint[2:5] == ["–", "–", "5.17"]
    assert "published: paper, section 5.2" in joint[5]
    five = next(row for row in rows if row[0].startswith("Ensemble of five"))
    assert five[1] == "needs the run table"


def test_all_families_have_tables_and_files_with_every_run(made: Content) -> None:
    families = ("epoching", "parameter-scaling", "regularization", "ensembling", "distillation")
    for family in (*families, "cpt"):
        assert read(made.blocks["runs"][family]).xpath(".//tbody/tr")
        assert f"```runs\nid: {family}\n```" in SOURCE
    runs = json.loads(made.files["sweeps/cpt.json"])
    assert len(runs["runs"]) == 14


def test_all_recipes_are_there_for_programs(made: Content, built: Any, site: Path) -> None:
    (link,) = built.xpath("//a[contains(., 'All recipes as JSON')]/@href")
    known = json.loads((site / PAGE / link).read_text("utf-8"))
    assert known == json.loads(made.files["recipes.json"])
    assert set(known["recipes"]) == {"standard", "regularized", "joint"}


def test_the_issue_shows_what_github_said(built: Any) -> None:
    facts = " ".join(built.xpath("//dl[@class='facts']")[0].text_content().split())
    assert "#1573 Data-efficient pre-training algorithms" in facts
    assert "Stateclosed" in facts
    assert "As ofSeptember 2026 at the latest" in facts


def test_every_block_of_the_page_is_filled(made: Content) -> None:
    # What GitHub said, and how to cite the page, are not of the project's own data.
    known = {"facts": {**made.blocks["facts"], "issue": "<p>closed</p>"}, "cite": {"page": "<p>"}}
    whole = Content({**made.blocks, **known})
    assert not list(projects.check(SOURCE, whole, "page"))
    assert "```figure" not in projects.fill(SOURCE, whole)


def test_a_detached_image_has_its_own_colours_and_ground() -> None:
    image = '<svg class="x" width="1"><desc>A.</desc><path fill="var(--fig-size-1)"/></svg>'
    drawn = figures.detached(image, "Run data of 2026-11-22: 2 W&B runs.")
    assert "<desc>A. Run data of 2026-11-22: 2 W&amp;B runs.</desc>" in drawn
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" font-family="')
    assert 'class="x" width="1"><rect width="100%" height="100%" fill="#ffffff"/>' in drawn
    assert 'fill="#2' in drawn


def test_an_image_that_is_fetched_knows_both_schemes() -> None:
    image = '<svg class="x" width="1"><path fill="var(--fig-size-1)"/></svg>'
    drawn = figures.following(image)
    light, dark = ({name: of[name] for name in ("paper", "size-1")} for of in (LIGHT, DARK))
    found = re.search(
        r"<style>:root\{(.*?)\}@media \(prefers-color-scheme:dark\)(.*?)</style>", drawn
    )
    assert found
    assert dict(re.findall(r"--fig-([\w-]+):(#\w+)", found[1])) == light
    assert dict(re.findall(r"--fig-([\w-]+):(#\w+)", found[2])) == dark
    lxml.etree.fromstring(drawn)


@pytest.mark.browser
def test_a_fetched_image_changes_its_scheme_with_the_page(
    page: Page, browser: Browser, site_url: str
) -> None:
    page.goto(f"{site_url}{PAGE}/")
    image = page.locator("img.fig__image--wide").first
    image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    for scheme, colours in (("slate", DARK), ("default", LIGHT)):
        page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
        paper = bytes.fromhex(colours["paper"][1:])
        # The screen may round a colour.
        apart = [abs(a - b) for a, b in zip(pixels.corner(browser, image), paper, strict=True)]
        assert max(apart) <= 2, scheme


@pytest.mark.browser
def test_every_figure_comes_on_paper(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}{PAGE}/")
    page.pdf()
    lacking = """images => images.filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)"""
    images = page.locator("img.fig__image--wide")
    assert images.count() > 10
    assert images.evaluate_all(lacking) == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_can_be_explored_and_put_back(page: Page, site_url: str, scheme: str) -> None:
    asked: list[str] = []
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site_url}{PAGE}/")
    page.wait_for_load_state("networkidle")
    assert not any(url.endswith(("vega.js", ".json")) and "/figures/" in url for url in asked)
    for figure in page.locator("figure.fig").all():
        button = figure.locator("button.fig__explore")
        button.click()
        figure.locator(".fig__live svg").wait_for(timeout=20_000)
        assert button.get_attribute("aria-expanded") == "true"
        assert not figure.locator(".fig__drawn").is_visible()
        button.click()
        assert figure.locator(".fig__drawn").is_visible()
        assert figure.locator(".fig__live").count() == 0
    assert all(url.startswith((site_url, "data:", "blob:")) for url in asked)


@pytest.mark.browser
def test_the_page_fits_a_phone_and_needs_no_script(page: Page, site_url: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site_url}{PAGE}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    headline = page.locator(f"#{HEADLINE}")
    assert headline.locator(".fig__image--narrow").is_visible()
    assert not headline.locator(".fig__image--wide").is_visible()
    page.set_viewport_size({"width": 1280, "height": 740})
    assert headline.locator(".fig__image--wide").is_visible()
    assert not headline.locator(".fig__image--narrow").is_visible()
