"""A running `mkdocs serve` and its pages."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Server:
    """A running preview: its address and what it printed."""

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
def serving(project: Path, **environment: str) -> Iterator[Server]:
    """Run `mkdocs serve` in the project, without the network unless the environment sets it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = project / "serve.log"
    # Where the server keeps its site; what it leaves there goes with the project's copy.
    scratch = project / "scratch"
    scratch.mkdir(exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project,
            env={
                **os.environ,
                "LABBOOK_LIVE": "off",
                "SITE_URL": "",
                "TMPDIR": str(scratch),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Server(f"http://127.0.0.1:{port}/", log)
        finally:
            # Not as Ctrl+C: a shell's background jobs, and all below them, do not hear that.
            process.terminate()
            process.wait(20)
