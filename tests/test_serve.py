"""`mkdocs serve` while a curator types: the last good site stays up and says what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

GOOD = "Pick Tokenizer type"
BETTER = "Pick a tokenizer, whatever type"


def test_a_wrong_save_keeps_the_last_good_site_and_the_next_good_one_recovers(
    project: Path,
) -> None:
    data = project / "data/experiments.yaml"
    good = data.read_text(encoding="utf-8")
    with _serving(project) as server:
        server.wait_for("reports/", lambda page: GOOD in page and "data-errors" not in page)

        data.write_text(good.replace("conclusion: Llama3", "conclusoin: Llama3"), encoding="utf-8")
        page = server.wait_for("reports/", lambda page: "data-errors" in page)
        assert GOOD in page
        assert "did you mean `conclusion`?" in page
        assert "data-errors" in server.get("experiments/524/")
        assert "data/experiments.yaml:" in server.log.read_text(encoding="utf-8")

        data.write_text(good.replace(GOOD, BETTER), encoding="utf-8")
        server.wait_for("reports/", lambda page: BETTER in page and "data-errors" not in page)


def test_a_server_started_on_a_wrong_file_shows_the_errors_as_its_page(project: Path) -> None:
    data = project / "data/experiments.yaml"
    good = data.read_text(encoding="utf-8")
    data.write_text("categories: [<script>alert(1)</script>", encoding="utf-8")
    with _serving(project) as server:
        page = server.wait_for("", lambda page: "data-errors" in page)
        assert "data/experiments.yaml:1:" in page
        assert "<script>alert(1)" not in page

        data.write_text(good, encoding="utf-8")
        server.wait_for("reports/", lambda page: GOOD in page and "data-errors" not in page)


class _Server:
    def __init__(self, address: str, log: Path) -> None:
        self.address = address
        self.log = log

    def get(self, path: str) -> str:
        """The text of a page, or nothing while the server does not answer."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:
                return str(answer.read().decode("utf-8"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def wait_for(self, path: str, good: Callable[[str], bool]) -> str:
        """Ask for a page until it is as wanted; a build is a matter of seconds."""
        end = time.monotonic() + 60
        page = ""
        while time.monotonic() < end:
            page = self.get(path)
            if page and good(page):
                return page
            time.sleep(0.1)
        text = re.sub(r"<[^>]*>", "", page)[:2000]
        message = f"not as wanted: {text}\n{self.log.read_text(encoding='utf-8')}"
        raise AssertionError(message)


@contextmanager
def _serving(project: Path) -> Iterator[_Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = project / "serve.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project,
            env={**os.environ, "LABBOOK_LIVE": "off", "SITE_URL": ""},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _Server(f"http://127.0.0.1:{port}/", log)
        finally:
            # As Ctrl+C: the server then removes its temporary site.
            process.send_signal(signal.SIGINT)
            process.wait(20)
