"""What the tests share: a copy of the project, its built site, a server and a browser."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import checkout
import chromium

# Sites say when they were built: those that are compared, at the same time.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1795348800")
# A shared machine is slow at times, which says nothing about the code.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that the test may change and build."""
    return checkout.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def built_sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built sites that all processes of the run share, and only read."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sites"


@pytest.fixture(scope="session")
def site(built_sites: Path) -> Path:
    """The project's own site, built strictly for the address https://example.org/base/path/."""
    return checkout.built_once(built_sites / "own")


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """Serve a built site on localhost below its base path; the answer is its address."""
    with ExitStack() as stack:

        def serve(folder: Path) -> str:
            handler = functools.partial(_BelowBase, directory=str(folder))
            server = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_address[1]}{checkout.BASE}"

        yield serve


@pytest.fixture(scope="session")
def site_url(site: Path, serve_folder: Callable[[Path], str]) -> str:
    """The address of the project's own site on localhost."""
    return serve_folder(site)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    executable = chromium.find()
    assert executable, "no Chromium is here; `make test` installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, with nothing stored, that reports no error of a script."""
    with browser.new_context() as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert not errors


class _BelowBase(http.server.SimpleHTTPRequestHandler):
    """Serves its folder below the base path and nothing beside it."""

    def translate_path(self, path: str) -> str:
        if not path.startswith(checkout.BASE):
            return str(Path(self.directory, "outside-the-base-path"))
        return super().translate_path(path.removeprefix(checkout.BASE.rstrip("/")))

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is for its findings."""
