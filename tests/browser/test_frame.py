"""The frame around every page: the search, the scheme, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.kinds import Site

pytestmark = pytest.mark.browser

RESULT = ".md-search-result__link"
# What a reader may know of the experiment 633: its number, words of its conclusion, the name of a
# run as the list gives it, the id of another at W&B.
KNOWN = ("633", "#633", "compression-fineweb-edu-0.6-0.8-da53bf", "786908")


@pytest.fixture
def home(page: Page, sites: Callable[[str], Site]) -> Page:
    page.goto(sites("own").address)
    wait_for_theme(page)
    return page


def wait_for_theme(page: Page) -> None:
    """The theme's script comes after the first paint, and keys do nothing before it."""
    page.evaluate(
        """() => new Promise((found) => {
            const look = () =>
                "document$" in window ? document$.subscribe(() => found()) : setTimeout(look, 20);
            look();
        })"""
    )


def search(page: Page, words: str) -> list[str]:
    """The pages that are found, best first."""
    page.keyboard.press("/")
    box = page.get_by_role("textbox", name="Search")
    expect(box).to_be_focused()
    box.fill(words)
    box.press("End")
    expect(page.locator(".md-search-result__meta")).to_contain_text("matching document")
    # The count is told before the first result is there.
    expect(page.locator(RESULT).first).to_be_attached()
    links: list[str] = page.locator(RESULT).evaluate_all("links => links.map(a => a.pathname)")
    return [re.sub(r"^/base/path/", "", link) for link in links]


@pytest.mark.parametrize("words", KNOWN)
def test_the_search_finds_an_experiment(home: Page, words: str) -> None:
    assert search(home, words)[0] == "experiments/633/"


def test_the_search_finds_an_experiment_by_its_conclusion(home: Page) -> None:
    assert "experiments/916/" in search(home, "exploding logits mitigated")


def test_a_run_is_found_by_its_name(page: Page, sites: Callable[[str], Site]) -> None:
    site = sites("made")
    page.goto(site.address)
    wait_for_theme(page)
    assert search(page, "run-1001-0")[0] == "experiments/1001/"


def test_no_index_is_fetched_before_a_reader_searches(home: Page) -> None:
    asked: list[str] = []
    home.on("request", lambda request: asked.append(request.url))
    home.reload()
    home.wait_for_load_state("networkidle")
    assert asked
    assert not [url for url in asked if "search_index" in url or "/search." in url]
    search(home, "tokenizer")
    assert len([url for url in asked if url.endswith("search_index.json")]) == 1


def test_an_index_that_did_not_load_is_asked_for_again(home: Page) -> None:
    home.route("**/search_index.json", lambda route: route.abort())
    home.keyboard.press("/")
    box = home.get_by_role("textbox", name="Search")
    with home.expect_console_message():
        box.press_sequentially("t")
    home.unroute("**/search_index.json")
    assert search(home, "tokenizer")


def test_a_chosen_scheme_stays(home: Page) -> None:
    scheme = "document.body.dataset.mdColorScheme"
    assert home.evaluate(scheme) == "default"
    home.get_by_title("Switch to light mode").click()
    home.get_by_title("Switch to dark mode").click()
    assert home.evaluate(scheme) == "slate"
    home.reload()
    assert home.evaluate(scheme) == "slate"
    home.goto(f"{home.url}reports/")
    assert home.evaluate(scheme) == "slate"
    home.get_by_title("Switch to system preference").click()
    home.emulate_media(color_scheme="light")
    expect(home.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_the_first_key_skips_to_the_content(home: Page, sites: Callable[[str], Site]) -> None:
    home.goto(f"{sites('own').address}learned/")
    home.keyboard.press("Tab")
    skip = home.locator(":focus")
    expect(skip).to_have_text("Skip to content")
    expect(skip).to_be_in_viewport()
    home.keyboard.press("Enter")
    # The next stop is behind the header.
    home.keyboard.press("Tab")
    assert home.evaluate("!!document.activeElement.closest('article')")


@pytest.mark.parametrize("path", ["", "reports/", "experiments/633/", "explore/"])
def test_what_has_the_focus_can_be_seen(
    page: Page, sites: Callable[[str], Site], path: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(sites("own").address + path)
    page.wait_for_load_state("networkidle")
    # The ring may be that of the label beside a box, or of the field around it.
    outlined = """() => {
        const focused = document.activeElement;
        const rings = [focused, focused.nextElementSibling, focused.closest("form")];
        return focused === document.body || rings.some(each => each
            && parseFloat(getComputedStyle(each).outlineWidth) >= 1
            && getComputedStyle(each).outlineStyle !== "none"
            && each.checkVisibility({opacityProperty: true, visibilityProperty: true}))
            || focused.outerHTML.slice(0, 200);
    }"""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(outlined) is True


def test_the_navigation_opens_without_a_script(
    browser: Browser, sites: Callable[[str], Site]
) -> None:
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    ) as context:
        page = context.new_page()
        page.goto(sites("own").address)
        link = page.locator(".md-nav--primary").get_by_role("link", name="Timeline")
        expect(link).not_to_be_in_viewport()
        page.locator("header label[for=__drawer]").click()
        expect(link).to_be_in_viewport()
