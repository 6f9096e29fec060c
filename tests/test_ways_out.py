"""The ways out: ProperDocs builds the same site, Zensical one with the same pages.

The differences are those that docs/ways-out.md and the README list.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import etree, html
from playwright.sync_api import Browser, Page, expect

import checkout
import pixels

ADDRESS = f"https://example.org{checkout.BASE}"
# What makes each page look as it does: every builder has its own.
FRAME = ("assets/javascripts/", "assets/stylesheets/")
# The name of the builder, and the day of the build.
UNLIKE = re.compile(rb'<meta name="generator" content="[^"]*">|<lastmod>[^<]*</lastmod>')
DIFFERENCES = re.compile(r"^\| \*\*([^*]+)\*\* \|", re.MULTILINE)
CREDITS = {"https://squidfunk.github.io/mkdocs-material/", "https://zensical.org/"}
SKIP = "__skip"
POLICY = "//meta[@http-equiv = 'Content-Security-Policy']/@content"

Address = Callable[[Path], str]


def run(root: Path, *command: str) -> None:
    """Run a command of the environment in `root`, for the address, without the network."""
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, "LABBOOK_LIVE": "off", "SITE_URL": ADDRESS},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site that Zensical builds of what is staged."""
    folder = tmp_path_factory.mktemp("zensical")
    run(checkout.copy(folder / "project"), "labbook", "stage", str(folder / "staged"))
    run(folder / "staged", "zensical", "build", "--strict")
    style = re.search(r"(?m)^STYLE := (\S+)$", (checkout.ROOT / "Makefile").read_text("utf-8"))
    assert style
    run(folder / "staged", "labbook", "protect", "--style", style[1], "site")
    return folder / "staged" / "site"


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def pages(site: Path) -> dict[str, html.HtmlElement]:
    return {
        name: html.document_fromstring(data.decode("utf-8"))
        for name, data in files(site).items()
        if name.endswith(".html")
    }


def location(name: str) -> str:
    """The address of the page in this file."""
    return ADDRESS + name.removesuffix("index.html")


def links(name: str, page: html.HtmlElement) -> set[str]:
    """Where the page leads to."""
    found = {urljoin(location(name), str(link)) for link in page.xpath("//a/@href")}
    return {link for link in found - CREDITS if not link.endswith(f"#{SKIP}")}


def element(name: str, node: html.HtmlElement) -> Iterator[str]:
    """The element as both builders must write it, but for what the documentation lists."""
    attributes: dict[str, Any] = dict(node.attrib)
    # What the search leaves out is left out either way.
    attributes.pop("data-search-exclude", None)
    for key in {"href", "src"} & attributes.keys():
        attributes[key] = urljoin(location(name), attributes[key])
    yield f"{node.tag} {sorted(attributes.items())} {' '.join((node.text or '').split())}"
    yield " ".join((node.tail or "").split())


def content(name: str, page: html.HtmlElement) -> list[str]:
    """All elements and texts of the page's own content, in order, and of the line of its build."""
    (article,) = page.xpath("//article[contains(@class, 'md-content__inner')]")
    (built,) = page.xpath("//footer//div[@class = 'built']")
    roots = (article, built)
    nodes = [node for root in roots for node in root.iter(etree.Element) if node.get("id") != SKIP]
    return [line for node in nodes for line in element(name, node)]


def head(name: str, page: html.HtmlElement) -> list[str]:
    """What programs read of the page, and the project's own styles and scripts."""
    nodes = page.xpath(
        "//head/title | //head/meta[@name != 'generator' or @property] | //head/link"
    )
    nodes += page.xpath("//script[@src]")
    return [
        line
        for node in nodes
        if not any(frame in (node.get("href") or node.get("src") or "") for frame in FRAME)
        for line in element(name, node)
    ]


def test_properdocs_builds_the_same_site(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    options = ("--strict", "--config-file", "mkdocs.yml", "--site-dir", str(target))
    run(checkout.copy(tmp_path / "project"), "properdocs", "build", *options)
    ours, theirs = files(site), files(target)
    assert ours.keys() == theirs.keys()
    assert b"ProperDocs" in theirs["index.html"]
    unlike = [
        name
        for name in ours.keys() - {"sitemap.xml.gz"}
        if UNLIKE.sub(b"", ours[name]) != UNLIKE.sub(b"", theirs[name])
    ]
    assert unlike == []


def test_zensical_builds_the_same_pages(site: Path, zensical: Path) -> None:
    ours, theirs = pages(site), pages(zensical)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 40
    for name, page in ours.items():
        assert content(name, page) == content(name, theirs[name]), name
        assert head(name, page) == head(name, theirs[name]), name
        assert links(name, page) == links(name, theirs[name]), name


def test_zensical_publishes_the_same_files(site: Path, zensical: Path) -> None:
    ours, theirs = files(site), files(zensical)
    names = [{name for name in there if not name.startswith(FRAME)} for there in (ours, theirs)]
    assert names[0] - names[1] == {"search/search_index.json", "sitemap.xml.gz"}
    assert names[1] - names[0] == {"search.json"}
    same = {name for name in names[0] & names[1] if not name.endswith((".html", "sitemap.xml"))}
    assert {"feed.xml", "feed.json", "build.json", "assets/explore.js"} <= same
    assert [name for name in same if ours[name] != theirs[name]] == []


def has_frame(_: Path, zensical: Path) -> bool:
    return all(f'href="#{SKIP}"' in text for text in texts(zensical))


def has_search(site: Path, zensical: Path) -> bool:
    """Both indexes hold the same sections."""
    theirs = json.loads((zensical / "search.json").read_text("utf-8"))["items"]
    ours = json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]
    assert len(ours) > 100
    return {item["location"] for item in ours} == {item["location"] for item in theirs}


def has_short_map(site: Path, zensical: Path) -> bool:
    ours, theirs = (sorted(listed(folder / "sitemap.xml")) for folder in (site, zensical))
    return ours == theirs and b"<lastmod>" not in (zensical / "sitemap.xml").read_bytes()


# What each line of the documentation's table means; what cannot be seen on a site is in no test.
SEEN: dict[str, Callable[[Path, Path], bool]] = {
    "Frame": has_frame,
    "Search": has_search,
    "Site map": has_short_map,
}


def texts(site: Path) -> list[str]:
    """The pages as they are written, in the order of their names."""
    return [path.read_text("utf-8") for path in sorted(site.rglob("*.html"))]


def listed(site_map: Path) -> list[str]:
    """The addresses in a site map."""
    return [str(node.text) for node in etree.parse(site_map).iter("{*}loc")]


def test_zensicals_pages_are_protected_as_ours(site: Path, zensical: Path) -> None:
    """But for the scripts of its frame, and the style of its search."""
    hashes = re.compile(r" 'sha256-[^']*'")
    ours, theirs = (
        {name: hashes.sub("", page.xpath(POLICY)[0]) for name, page in pages(folder).items()}
        for folder in (site, zensical)
    )
    assert ours == theirs


def test_the_documentation_lists_what_differs(site: Path, zensical: Path) -> None:
    documented = DIFFERENCES.findall((checkout.ROOT / "docs/ways-out.md").read_text("utf-8"))
    assert documented == [*SEEN, "Preview"]
    assert [name for name, holds in SEEN.items() if not holds(site, zensical)] == []
    readme = (checkout.ROOT / "README.md").read_text("utf-8").lower()
    assert [name for name in documented if name.lower() not in readme] == []


@pytest.fixture(scope="module")
def address(zensical: Path, serve_folder: Address) -> str:
    return serve_folder(zensical)


@pytest.fixture
def quiet(page: Page, address: str) -> Iterator[Page]:
    """A page whose scripts and requests all succeed, and ask no other host."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    yield page
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert [text for text in said if text.startswith("error")] == []


@pytest.mark.browser
def test_zensical_keeps_the_table_at_work(quiet: Page, address: str) -> None:
    quiet.goto(f"{address}explore/")
    rows = quiet.locator(".catalog__table > tbody > tr")
    before = rows.count()
    quiet.get_by_role("group", name="Conclusion").get_by_label("with a conclusion").check()
    quiet.get_by_role("searchbox").fill("cooldown")
    expect(quiet.locator(".catalog").get_by_role("status")).to_contain_text(f"of {before}")
    assert 0 < rows.count() < before
    assert all("ooldown" in text for text in rows.all_inner_texts())


@pytest.mark.browser
def test_zensical_finds_what_is_searched_for(quiet: Page, address: str) -> None:
    quiet.goto(address)
    quiet.get_by_role("button", name="Search").first.click()
    quiet.get_by_role("combobox", name="Search").fill("spoonbill")
    first = quiet.get_by_role("listbox", name="Search").get_by_role("option").first
    expect(first).to_contain_text("Spoonbill")
    quiet.keyboard.press("Enter")
    expect(quiet).to_have_url(re.compile(r"/experiments/916/"))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_zensical_shows_figures_in_both_schemes(
    browser: Browser, address: str, scheme: Any
) -> None:
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{address}projects/infinite-compute/")
        figures = page.locator("article figure .fig__image:visible")
        assert figures.count() > 5
        box = figures.first.bounding_box()
        assert box
        assert box["width"] > 300
        assert box["height"] > 200
        ink = figures.first.locator("text").first.evaluate("node => getComputedStyle(node).fill")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert abs(luminance(ink) - luminance(paper)) > 120
        fetched = page.locator("img.fig__image:visible").first
        fetched.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        ground = "rgb({}, {}, {})".format(*pixels.corner(browser, fetched))
        assert abs(luminance(ground) - luminance(ink)) > 120


def luminance(colour: str) -> float:
    """How light `rgb(...)` is, from 0 to 255."""
    red, green, blue, *_ = map(float, re.findall(r"[\d.]+", colour))
    return 0.3 * red + 0.6 * green + 0.1 * blue
