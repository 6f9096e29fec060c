"""Every page says when the site was built, and how long ago that is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import lxml.html
import pytest
from playwright.sync_api import Page

PAGES = ("index.html", "experiments/600/index.html", "data/about/index.html", "404.html")


@pytest.mark.parametrize("path", PAGES)
def test_the_foot_says_when(site: Path, path: str) -> None:
    (time,) = lxml.html.parse(site / path).xpath('//footer//*[@class="built"]/time')
    at = json.loads((site / "build.json").read_text("utf-8"))["generated_at"]
    assert time.get("datetime") == at
    assert time.text.startswith("22 November 2026, ")


@pytest.mark.browser
def test_a_schedule_that_stopped_shows_as_an_age(page: Page, site: Path, site_url: str) -> None:
    built = json.loads((site / "build.json").read_text("utf-8"))["generated_at"]
    notice = "This site was last built 73 days ago: much may have changed since."
    for days, said, shown in (
        (0.9, "", []),
        (1, ", 1 day ago", []),
        (14, ", 14 days ago", []),
        (73, ", 73 days ago", [notice]),
    ):
        page.clock.set_fixed_time(datetime.fromisoformat(built) + timedelta(days=days))
        page.goto(f"{site_url}data/about/")
        page.wait_for_load_state("networkidle")
        foot = page.locator(".built").text_content() or ""
        assert foot.startswith("Built 22 November 2026, ")
        assert foot.endswith(f"UTC{said}")
        assert page.locator("p.notice").all_text_contents() == shown
    assert page.locator("p.notice").is_visible()
