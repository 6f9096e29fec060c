from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PAGES = ("", "learned/", "timeline/", "data/about/", "reports/", "experiments/935/", "404.html")
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 25, 29)"


@pytest.mark.parametrize("scripts", ["with scripts", "before scripts"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_page_is_wider_than_the_window(
    page: Page, site_url: str, width: int, scripts: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if scripts == "before scripts":
        page.route("**/*.js", lambda route: route.abort())
    for address in PAGES:
        page.goto(site_url + address)
        room = page.evaluate("document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= room, address


def test_the_timeline_has_a_drawing_for_each_width(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}timeline/")
    wide, narrow = (page.locator(f".timeline__drawing--{name}") for name in ("wide", "narrow"))
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(wide).to_be_visible()
    expect(narrow).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 800})
    expect(wide).to_be_hidden()
    mark = narrow.locator(".timeline__event").first
    box = mark.locator(".timeline__target").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 23.9
    mark.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/experiments/**")


def test_links_and_states_carry_their_marks(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}reports/")
    places = [
        page.locator(f".entry {name}").first.evaluate(
            "item => [getComputedStyle(item, '::before').maskImage,"
            " getComputedStyle(item, '::before').maskPosition]"
        )
        for name in (".link--wandb-report", ".link--github-issue", '[data-state="closed"]')
    ]
    assert len({place for _, place in places}) == len(places)
    (image,) = {image for image, _ in places}
    answer = page.request.get(image.removeprefix('url("').removesuffix('")'))
    assert answer.ok
    assert answer.headers["content-type"] == "image/svg+xml"


def test_permalinks_show_on_hover_and_focus(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}reports/modeling/")
    entry = page.locator(".entry").nth(1)
    permalink = entry.locator(".permalink")
    expect(permalink).to_have_css("opacity", "0")
    entry.hover()
    expect(permalink).to_have_css("opacity", "1")
    heading = page.locator("h1 .headerlink")
    expect(heading).to_have_css("opacity", "0")
    heading.focus()
    expect(heading).to_have_css("opacity", "1")


def test_paper_is_light_and_names_addresses(browser: Browser, site_url: str) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{site_url}learned/")
        background = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(background) == DARK
        page.emulate_media(media="print")
        assert page.evaluate(background) == LIGHT
        expect(page.locator(".md-header")).to_be_hidden()
        expect(page.locator(".learned thead").first).to_have_css("display", "table-header-group")
        link = page.locator(".learned__evidence .link").first
        address = link.evaluate("item => getComputedStyle(item, '::after').content")
        assert "https://wandb.ai/" in address or "attr(href)" in address


def test_where_nothing_is_the_search_leads_on(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}404.html")
    page.get_by_label("Search all experiments").fill("z-loss")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore/?*")
    expect(page.get_by_role("link", name="Default z-loss?")).to_be_visible()
