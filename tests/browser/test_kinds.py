"""Every kind of page, in a browser: for everyone, on any screen, on paper and without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from browser import checks, kinds
from browser.kinds import Site

pytestmark = pytest.mark.browser

OWN = (
    "home",
    "explore",
    "learned",
    "timeline",
    "reports",
    "category",
    "category, bare",
    "experiment",
    "experiment, bare",
    "project",
    "about",
    "api",
    "contributing",
    "curation",
    "guide",
    "nowhere",
)
# Pages that are the same whatever the data says are judged on the project's own site.
MADE = tuple(
    kind for kind in OWN if kind not in {"project", "api", "contributing", "guide", "nowhere"}
)
# Half of 1280 is what a zoom of 200 % leaves of it.
NARROW = (640, 390, 320)
# A sheet of A4 between its margins.
PAPER = 680
PAGES = [("own", kind) for kind in OWN] + [("made", kind) for kind in MADE]


@pytest.mark.parametrize("name", ["own", "made"])
def test_every_page_is_of_one_kind_that_is_looked_at(
    sites: Callable[[str], Site], name: str
) -> None:
    folder = sites(name).folder
    found = kinds.addresses(folder)
    assert [address for address in found if len(kinds.kinds_of(address)) != 1] == []
    assert set(dict(kinds.samples(folder))) == set(OWN)


@pytest.mark.parametrize(("name", "kind"), PAGES)
def test_a_page_is_for_everyone_and_for_any_screen(
    browser: Browser, sites: Callable[[str], Site], name: str, kind: str
) -> None:
    site = sites(name)
    address = site.address + dict(kinds.samples(site.folder))[kind]
    with browser.new_context(color_scheme="light", reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        watch = checks.Watch(page, site.address)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert watch.problems == []
        assert checks.barriers(page, checks.TAGS) == []
        assert checks.moving(page) == []
        page.emulate_media(color_scheme="dark")
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        # Of the made pages, those of experiments alone show what the project's own do not.
        if name == "own" or kind == "experiment":
            assert checks.barriers(page, checks.COLOURS) == []
        texts = checks.texts(page)
        page.emulate_media(media="print")
        assert checks.printed(page) == []
        assert texts - checks.texts(page) == set()
        page.set_viewport_size({"width": PAPER, "height": 1000})
        assert checks.spoilt(page) == []
        page.emulate_media(media="screen")
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 640})
            assert checks.too_wide(page) == []
            assert checks.alone(page) == []
    with browser.new_context(java_script_enabled=False, reduced_motion="reduce") as context:
        page = context.new_page()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            assert checks.dead_controls(page) == []
        assert texts - checks.texts(page) == set()
