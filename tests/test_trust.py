"""The built site in a browser under its content security policy: all works, nothing is violated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import pytest
from playwright.sync_api import Browser, Page, expect

from labbook.exports import addresses

PAGES = (
    "",
    "reports/",
    "reports/modeling/",
    "experiments/600/",
    "explore/",
    "learned/",
    "timeline/",
    "projects/infinite-compute/",
    "contributing/",
    "curation/",
    "404.html",
)
# What the browser says of each thing that a policy forbids.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
});
"""

pytestmark = pytest.mark.browser


@pytest.fixture
def guarded(browser: Browser) -> Iterator[Page]:
    """A page on which nothing violated the policy when the test is done."""
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.new_context(permissions=permissions) as context:
        page = context.new_page()
        page.add_init_script(LISTEN)
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        yield page
        assert page.evaluate("window.violations") == []
        assert said == []


def test_every_page_has_its_policy(site: Path) -> None:
    for path in site.rglob("*.html"):
        head = lxml.html.parse(str(path)).getroot().find("head")
        rules = head.xpath("meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(rules) == 1, path
        assert "default-src 'none'" in rules[0]
        assert "unsafe" not in rules[0]
        # Before all that it rules.
        assert head[1].get("http-equiv") == "Content-Security-Policy", path


def test_links_to_other_hosts_open_no_way_back(site: Path) -> None:
    count = 0
    for path in site.rglob("*.html"):
        for link in lxml.html.parse(str(path)).getroot().iter("a"):
            if urlsplit(link.get("href", "")).netloc:
                assert "noopener" in link.get("rel", "").split(), (path, link.get("href"))
                count += 1
    assert count > 300


def test_the_head_names_what_is_there(site: Path) -> None:
    base = "https://example.org/base/path/"
    for path in (site / p / "index.html" for p in ("", "experiments/600/", "learned/")):
        head = lxml.html.parse(str(path)).getroot().find("head")
        said = {m.get("property"): m.get("content") for m in head.iter("meta")}
        image = str(said["og:image"])
        assert image.startswith(f"{base}assets/cards/")
        drawn = site / image.removeprefix(base)
        assert drawn.stat().st_size < 40_000
        assert said["og:title"]
        assert said["og:description"]
        assert said["og:url"] == head.xpath("link[@rel='canonical']/@href")[0]
        for link in head.xpath("link[starts-with(@rel, 'alternate ')]/@href"):
            assert (path.parent / link).resolve().is_file(), link
    head = lxml.html.parse(str(site / "experiments/600/index.html")).getroot().find("head")
    links = {
        str(link).rpartition("../")[2]
        for link in head.xpath("link[starts-with(@rel, 'alternate ')]/@href")
    }
    assert links == {addresses.ATOM, addresses.JSON_FEED, addresses.experiment("600")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_the_theme_work_under_the_policy(
    guarded: Page, site_url: str, path: str
) -> None:
    guarded.goto(site_url + path)
    guarded.wait_for_load_state("networkidle")
    # The theme's script ran: it took the mark of pages without one away.
    expect(guarded.locator("html")).to_have_class(re.compile(r"\bjs\b"))
    scheme = guarded.locator("body").get_attribute("data-md-color-media")
    guarded.locator("label[for^=__palette]:not([hidden])").click()
    expect(guarded.locator("body")).not_to_have_attribute("data-md-color-media", str(scheme))
    assert guarded.evaluate("window.violations") == []
    guarded.reload()
    expect(guarded.locator("body")).not_to_have_attribute("data-md-color-media", str(scheme))
    guarded.set_viewport_size({"width": 390, "height": 800})
    guarded.locator("label.md-header__button[for=__drawer]").click()
    expect(guarded.locator(".md-sidebar--primary .md-nav__title").first).to_be_visible()


def test_the_search_works_under_the_policy(guarded: Page, site_url: str) -> None:
    guarded.goto(f"{site_url}?q=tootsie")
    guarded.locator(".md-search__input").fill("tootsie 8B")
    expect(guarded.locator(".md-search-result__item").first).to_contain_text("Tootsie")


def test_a_figure_is_explored_under_the_policy(guarded: Page, site_url: str) -> None:
    guarded.goto(f"{site_url}projects/infinite-compute/")
    button = guarded.locator("button.fig__explore").first
    button.click()
    chart = guarded.locator(".fig__live svg").first
    expect(chart).to_be_visible(timeout=20_000)
    chart.hover()


@pytest.mark.parametrize("path", ["experiments/600/", "projects/infinite-compute/"])
def test_citations_are_copied_by_keyboard_and_it_is_said(
    guarded: Page, site_url: str, path: str
) -> None:
    guarded.goto(site_url + path)
    said = guarded.locator(".cite [role=status]")
    for button, text in (("Copy BibTeX", "#cite-bibtex"), ("Copy text", "#cite-text")):
        guarded.get_by_role("button", name=button).focus()
        guarded.keyboard.press("Enter")
        expect(said).to_have_text("Copied")
        copied = guarded.evaluate("navigator.clipboard.readText()")
        assert copied == guarded.locator(text).text_content()
        box = guarded.get_by_role("button", name=button).bounding_box()
        assert box
        assert box["height"] >= 24


def test_where_copying_is_not_allowed_the_text_is_selected(guarded: Page, site_url: str) -> None:
    guarded.goto(f"{site_url}experiments/600/")
    guarded.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no'); }")
    guarded.get_by_role("button", name="Copy text").click()
    expect(guarded.locator(".cite [role=status]")).to_contain_text("selected for you to copy")
    selected = guarded.evaluate("String(getSelection())")
    assert selected == guarded.locator("#cite-text").text_content()


def test_without_script_a_citation_shows_no_button(browser: Browser, site_url: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site_url}experiments/600/")
        expect(page.locator("#cite-bibtex")).to_contain_text("@misc{")
        expect(page.locator(".cite__copy:visible")).to_have_count(0)


def test_a_script_that_came_with_a_text_does_not_run(
    site: Path, browser: Browser, site_url: str
) -> None:
    source = (site / "experiments/600/index.html").read_text(encoding="utf-8")
    stolen = '<script>document.title = "stolen"</script>'
    hostile = site / "experiments/600/hostile.html"
    hostile.write_text(source.replace("</article>", f"{stolen}</article>"), encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.goto(f"{site_url}experiments/600/hostile.html")
        hostile.unlink()
        assert "stolen" not in page.title()
        assert [line.split(":")[0] for line in page.evaluate("window.violations")] == [
            "script-src-elem"
        ]
