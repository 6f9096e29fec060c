"""The table of all experiments in a browser, on a site of a made-up catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import checkout
from bench import catalogs
from labbook import settings

pytestmark = pytest.mark.browser

COUNT = 600
SHOWN = 50
# The pages of the experiments are not needed here, and take most of a build's time.
CONFIG = """\
INHERIT: mkdocs.yml
exclude_docs: |
  /overrides/
  /experiments/
"""
# A name of an option is its words and how many experiments have it.
OPEN = re.compile(r"^open \d+$")
# What no made-up text holds.
CONCLUSION = "Naïve Ångström wins"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> str:
    folder = tmp_path_factory.mktemp("explore")
    root = checkout.copy(folder / "project")
    catalogs.write(root, COUNT, settings.load(root / "mkdocs.yml").repository)
    data = root / "data" / "experiments.yaml"
    text = re.sub(r"conclusion: .*", f"conclusion: {CONCLUSION}", data.read_text(), count=1)
    data.write_text(re.sub(r"title: .* 1001$", f"title: {'x' * 200}", text, flags=re.MULTILINE))
    (root / "table.yml").write_text(CONFIG)
    result = checkout.build(root, folder / "site", "--config-file", "table.yml", "--no-strict")
    assert result.returncode == 0, result.stdout + result.stderr
    return f"{serve_folder(folder / 'site')}explore/"


@pytest.fixture
def table(page: Page, address: str) -> Page:
    """The page with its script at work."""
    return opened(page, address)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("searchbox")).to_be_visible()
    return page


def rows(page: Page) -> list[list[str]]:
    """The texts of the cells of the rows that are there."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    found: list[list[str]] = page.locator(".catalog__table > tbody > tr").evaluate_all(script)
    return found


def status(page: Page) -> Locator:
    return page.locator(".catalog").get_by_role("status")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_question_takes_two_clicks(table: Page) -> None:
    table.get_by_role("group", name="Category").get_by_label("Section 3").check()
    table.get_by_role("group", name="Conclusion").get_by_label("with a conclusion").check()
    assert asked(table) == {"category": ["section-3"], "conclusion": ["yes"]}
    found = rows(table)
    assert 10 < len(found) < 60
    assert all(row[1].startswith("Section 3") and row[3] for row in found)
    expect(status(table)).to_have_text(f"{len(found)} of {COUNT} experiments")
    # Beside a choice of a group, its other options still count what they would add.
    counts = table.get_by_role("group", name="Category").locator(".catalog__count")
    assert all(int(text) > 10 for text in counts.all_inner_texts())
    without = table.get_by_role("group", name="Conclusion").locator("li", has_text="without")
    assert int(without.locator(".catalog__count").inner_text()) == 60 - len(found)


def test_a_shared_address_shows_the_same(table: Page, browser: Browser, address: str) -> None:
    table.get_by_role("checkbox", name=OPEN).check()
    table.get_by_role("group", name="Author").get_by_label("author-4").check()
    table.get_by_role("searchbox").fill("learning rate")
    table.get_by_role("button", name="Opened").click()
    table.wait_for_url(re.compile("search=learning"))
    with browser.new_context() as context:
        other = opened(context.new_page(), table.url)
        assert rows(other) == rows(table)
        assert 0 < len(rows(other)) < COUNT
        assert other.get_by_role("searchbox").input_value() == "learning rate"
        assert other.get_by_label("author-4").is_checked()
        head = other.locator("[data-column=opened]")
        assert head.get_attribute("aria-sort") == "descending"
    assert address in table.url


def test_the_script_writes_rows_as_the_site_does(table: Page) -> None:
    written = """() => [...document.querySelectorAll(".catalog__table > tbody > tr")].map(
        row => row.outerHTML)"""
    served = """async () => {
        const text = await (await fetch(location.pathname)).text();
        const page = new DOMParser().parseFromString(text, "text/html");
        return [...page.querySelectorAll(".catalog__table > tbody > tr")].map(row => row.outerHTML);
    }"""
    expected = table.evaluate(served)
    assert len(expected) == 500
    assert table.evaluate(written) == expected[:SHOWN]
    table.get_by_role("link", name="Next", exact=True).click()
    assert table.evaluate(written) == expected[SHOWN : 2 * SHOWN]


def focus_by_tab(page: Page, target: Locator) -> None:
    for _ in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not reach it")


def test_sorting_by_keyboard_alone(table: Page) -> None:
    in_order = rows(table)
    head = table.locator("[data-column=runs]")
    focus_by_tab(table, head.get_by_role("button"))
    table.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert {row[4] for row in rows(table)} == {"4", "1"} or {row[4] for row in rows(table)} == {"4"}
    assert asked(table) == {"sort": ["runs"], "order": ["desc"]}
    table.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    assert {row[4] for row in rows(table)} == {"1"}
    table.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") is None
    assert rows(table) == in_order
    assert not asked(table)


@pytest.mark.parametrize("column", ["title", "category", "state", "conclusion", "author", "opened"])
def test_every_column_sorts_and_what_is_empty_stands_last(
    page: Page, address: str, column: str
) -> None:
    opened(page, f"{address}?sort={column}&order=asc")
    at = page.locator("thead th").evaluate_all(
        "(heads, column) => heads.findIndex(head => head.dataset.column === column)", column
    )
    stamp = "rows => rows.map(row => row.querySelector('time').dateTime)"
    first = (
        page.locator(".catalog__table > tbody > tr").evaluate_all(stamp)
        if column == "opened"
        else [row[at].lower() for row in rows(page)]
    )
    assert first == sorted(first)
    assert all(first)
    page.get_by_role("link", name="Last", exact=True).click()
    assert (rows(page)[-1][at] == "") == (column == "conclusion")


@pytest.mark.parametrize("words", ["naive", "NAÏVE", "angstrom wins", "  WINS naïv  "])
def test_search_folds_case_and_diacritics_and_wants_all_words(table: Page, words: str) -> None:
    table.get_by_role("searchbox").fill(words)
    expect(status(table)).to_have_text(f"1 of {COUNT} experiments")
    assert [row[3] for row in rows(table)] == [CONCLUSION]


def test_clearing_shows_all_again(table: Page) -> None:
    clear = table.get_by_role("button", name="Clear filters")
    assert clear.is_hidden()
    table.get_by_role("searchbox").fill("naive loss-of-nothing")
    expect(status(table)).to_have_text("No experiment fits")
    assert rows(table) == []
    table.get_by_label("with runs").check()
    clear.click()
    expect(status(table)).to_have_text(f"{COUNT} experiments, 1 to {SHOWN} shown")
    assert table.get_by_role("searchbox").input_value() == ""
    assert not table.get_by_label("with runs").is_checked()
    assert not asked(table)
    expect(table.get_by_role("searchbox")).to_be_focused()
    assert clear.is_hidden()


def test_back_and_forward_walk_through_views(table: Page) -> None:
    views = [(status(table).inner_text(), rows(table))]
    box = table.get_by_role("searchbox")
    table.get_by_label("with runs").check()
    views.append((status(table).inner_text(), rows(table)))
    box.press_sequentially("loss spike", delay=20)
    expect(status(table)).not_to_have_text(views[-1][0])
    views.append((status(table).inner_text(), rows(table)))
    table.wait_for_url(re.compile(r"search=loss\+spike"))
    table.get_by_role("checkbox", name=OPEN).check()
    views.append((status(table).inner_text(), rows(table)))
    assert len({text for text, _ in views}) == 4
    for text, found in reversed(views[:-1]):
        table.go_back()
        expect(status(table)).to_have_text(text)
        assert rows(table) == found
    assert box.input_value() == ""
    for text, found in views[1:]:
        table.go_forward()
        expect(status(table)).to_have_text(text)
        assert rows(table) == found
    assert box.input_value() == "loss spike"


def test_results_are_paged(table: Page) -> None:
    first = rows(table)
    pages = table.get_by_role("navigation", name="Pages of the table")
    expect(pages).to_contain_text("Page 1 of 12")
    assert pages.get_by_role("link", name="Previous").is_hidden()
    pages.get_by_role("link", name="Next").press("Enter")
    expect(status(table)).to_have_text(f"{COUNT} experiments, 51 to 100 shown")
    expect(table.locator(".catalog__table")).to_be_focused()
    assert asked(table) == {"page": ["2"]}
    pages.get_by_role("link", name="Last").click()
    expect(pages).to_contain_text("Page 12 of 12")
    assert pages.get_by_role("link", name="Next").is_hidden()
    pages.get_by_role("link", name="First").click()
    assert rows(table) == first
    # A filter begins at its first page, and one page needs no turning.
    pages.get_by_role("link", name="Last").click()
    table.get_by_label("Section 3").check()
    assert asked(table) == {"category": ["section-3"]}
    table.get_by_label("with a conclusion").check()
    assert pages.is_hidden()


def test_a_long_filter_shows_a_few_and_all_when_asked(table: Page) -> None:
    authors = table.get_by_role("group", name="Author")
    assert authors.get_by_role("checkbox").count() == 5
    more = authors.get_by_role("button")
    assert more.inner_text() == "Show all 12"
    more.click()
    assert authors.get_by_role("checkbox").count() == 12
    assert more.get_attribute("aria-expanded") == "true"
    authors.get_by_role("checkbox").last.check()
    more.click()
    # What is chosen stays in sight.
    assert authors.get_by_role("checkbox").count() == 6


def test_a_filter_that_nothing_has_any_more_can_be_taken_back(page: Page, address: str) -> None:
    opened(page, f"{address}?label=no-such-label&sort=nonsense&page=99")
    expect(status(page)).to_have_text("No experiment fits")
    page.get_by_label("no-such-label").uncheck()
    expect(status(page)).to_have_text(f"{COUNT} experiments, 1 to {SHOWN} shown")
    assert not asked(page)


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()


def test_without_script_the_table_is_whole(without_script: Page, address: str) -> None:
    page = without_script
    page.goto(address)
    expect(page.get_by_text("Filters, search and sorting need JavaScript")).to_be_visible()
    content = page.locator(".catalog")
    expect(content.get_by_role("row")).to_have_count(501)
    assert content.get_by_role("button").count() == 0
    assert content.get_by_role("checkbox").count() == 0
    assert content.get_by_role("searchbox").count() == 0
    content.get_by_role("link", name="Next", exact=True).click()
    expect(content.get_by_role("row")).to_have_count(101)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    content.get_by_role("link", name="Search, filter and sort all experiments").click()
    assert page.url == address


def test_when_the_rows_do_not_load_the_page_says_so(page: Page, address: str) -> None:
    page.route("**/rows.json", lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_text("The filters did not load")).to_be_visible()
    assert len(rows(page)) == 500
    assert page.get_by_role("searchbox", name="Search titles").is_hidden()


SMALL = "elements => elements.map(e => [e.textContent, e.getBoundingClientRect().height])"


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_page_fits_and_its_targets_are_large_enough(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, f"{address}?search=e")
    filters = page.locator(".catalog__filters > summary")
    is_narrow = width < 960
    assert filters.is_visible() == is_narrow
    assert page.get_by_label("with a conclusion").is_visible() != is_narrow
    if is_narrow:
        filters.press("Enter")
    expect(page.get_by_label("with a conclusion")).to_be_visible()
    targets = page.locator(".catalog :is(button, label:has(input), input[type=search], summary)")
    sizes: list[tuple[str, Any]] = targets.locator("visible=true").evaluate_all(SMALL)
    assert len(sizes) > 30
    assert not [(name, height) for name, height in sizes if height < 24]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert rows(page)[1][0].startswith("x" * 200) or "x" * 200 not in page.content()


def test_without_script_it_fits_a_small_phone(without_script: Page, address: str) -> None:
    without_script.set_viewport_size({"width": 320, "height": 800})
    without_script.goto(address)
    widest = without_script.locator(".catalog__table > tbody > tr").nth(1).bounding_box()
    assert widest
    assert widest["x"] >= 0
    assert widest["x"] + widest["width"] <= 320
