"""The built site: the reports page against the page it grew out of, addresses, the base path."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from playwright.sync_api import Page

import checkout
from seed_outline import SeedEntry, SeedSection, seed_outline

SEED = Path(__file__).parent / "seed/reports.md"
# The anchors of the old page, as MkDocs gave them: old links must land.
OLD_ANCHORS = [
    "selected-experiment-reports",
    "tootsie-runs",
    "tootsie-8b",
    "cooldowns",
    "big-tootsies",
    "modeling",
    "training-and-performance",
    "data-experiments",
    "high-quality-data-ablations",
    "data-filtering",
    "text-extraction-and-formatting",
    "supervised-fine-tuning",
    "scaling-laws",
    "baselines-and-reproductions",
    "other-projects",
    "compel",
    "uncategorized",
]


def test_the_reports_page_is_the_old_page_entry_by_entry(site: Path) -> None:
    old = seed_outline(SEED.read_text(encoding="utf-8"))
    built = _sections(_page(site, "reports/"))
    assert [(s.level, s.title) for s in built] == [(s.level, s.title) for s in old]
    # A second listing shows the whole entry, where the old page left its conclusion out.
    whole = {entry.title: entry.conclusion for s in old for entry in s.entries if entry.conclusion}
    for new, was in zip(built, old, strict=True):
        for entry in was.entries:
            entry.conclusion = whole.get(entry.title)
        assert new.entries == was.entries, was.title
        assert " ".join(was.text.split()) in " ".join(new.text.split())


def test_old_anchors_and_each_experiment_have_one_place_on_the_reports_page(site: Path) -> None:
    ids = [str(i) for i in _page(site, "reports/").xpath("//@id")]
    assert set(OLD_ANCHORS) <= set(ids)
    assert len(ids) == len(set(ids))
    numbers = re.findall(r"issue: (\d+)", (checkout.ROOT / "data/experiments.yaml").read_text())
    assert {f"experiment-{number}" for number in numbers} <= set(ids)


def test_the_search_finds_experiments_on_their_pages_and_not_in_lists(site: Path) -> None:
    found = json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]
    title = "Figuring out learning rate schedule!"
    pages = {entry["location"].split("#")[0] for entry in found if title in entry["title"]}
    listed = {entry["location"] for entry in found if title in entry["text"]}
    assert pages == {"experiments/764/"}
    assert not [
        place for place in listed if place.startswith(("explore/", "reports/", "timeline/"))
    ]


def test_every_internal_link_and_anchor_of_the_site_leads_somewhere(site: Path) -> None:
    base = "https://example.org" + checkout.BASE
    pages = {
        base + path.relative_to(site).as_posix().removesuffix("index.html"): lxml.html.parse(
            str(path)
        ).getroot()
        for path in site.rglob("*.html")
        if path.name != "404.html"
    }
    anchors = {address: set(page.xpath("//@id")) for address, page in pages.items()}
    dead = []
    for address, page in pages.items():
        for target in page.xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
            url, _, fragment = urljoin(address, target).partition("#")
            if not url.startswith(base):
                continue
            url = url.partition("?")[0]
            path = site / urlsplit(url).path.removeprefix(checkout.BASE)
            lands = not fragment or fragment in anchors.get(url, ())
            if not lands or not (url in pages or path.is_file()):
                dead.append((address, target))
    assert not dead


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["", "reports/", "reports/modeling/", "experiments/600/", "projects/infinite-compute/"]
)
def test_a_page_loads_whole_below_a_base_path_and_asks_no_other_host(
    page: Page, site_url: str, path: str
) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "response",
        lambda answer: failed.append(answer.url) if answer.status >= 400 else None,
    )
    page.goto(site_url + path)
    page.wait_for_load_state("networkidle")
    assert asked
    assert all(url.startswith((site_url, "data:", "blob:")) for url in asked), asked
    assert not failed


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_in_both_schemes(page: Page, site_url: str, scheme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("", "reports/", "experiments/633/", "contributing/"):
        page.goto(site_url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _page(site: Path, path: str) -> lxml.html.HtmlElement:
    return lxml.html.parse(str(site / path / "index.html")).getroot()


def _sections(page: lxml.html.HtmlElement) -> list[SeedSection]:
    """The page read back as the old one is: headings with what stands below each."""
    sections: list[SeedSection] = []
    (content,) = page.xpath("//article[contains(@class, 'md-content__inner')]")
    for element in content:
        if re.fullmatch(r"h[1-6]", str(element.tag)):
            for mark in element.xpath(".//a[contains(@class, 'headerlink')]"):
                mark.getparent().remove(mark)
            sections.append(SeedSection(int(element.tag[1]), element.text_content().strip()))
        elif sections:
            sections[-1].text += element.text_content() + "\n"
            sections[-1].entries += [
                _entry(entry)
                for entry in element.xpath(".//*[contains(@class, 'entry__title')]/..")
            ]
    return sections


def _entry(element: lxml.html.HtmlElement) -> SeedEntry:
    title = element.xpath("./p[contains(@class, 'entry__title')]/a")[0]
    links = element.xpath(".//ul[contains(@class, 'entry__links')]//a[contains(@class, 'link')]")
    conclusions = [
        _text(p, "Conclusion:") for p in element.xpath("./p[@class='entry__conclusion']")
    ]
    return SeedEntry(
        title.text_content(),
        [(link.text_content(), link.get("href")) for link in links],
        conclusions[0] if conclusions else None,
        [_text(p, "NOTE:") for p in element.xpath("./p[@class='entry__note']")],
    )


def _text(element: lxml.html.HtmlElement, word: str) -> str:
    return str(element.text_content()).strip().removeprefix(word).strip()
