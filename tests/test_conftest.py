"""The browser and the server that other tests rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_folder_is_served_below_the_base_path_only(
    tmp_path: Path, page: Page, serve_folder: Callable[[Path], str]
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "index.html").write_text("<title>Reports</title>", encoding="utf-8")
    address = serve_folder(tmp_path)
    page.goto(f"{address}reports/")
    assert page.title() == "Reports"
    outside = page.goto(address.replace("/base/path/", "/reports/"))
    assert outside
    assert outside.status == 404
