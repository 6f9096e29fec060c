"""A site of two pages, made by hand, and a server that shows builds."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labbook.publishing.stamp import Stamp, load
from labbook.publishing.verify import PLACED

COMMIT = "0123456789abcdef" * 2 + "01234567"
BUILT = "2026-11-22T06:00:00Z"
URL = "https://lab.example/book/"
PAGES = ("", "experiments/1/", "experiments/2/")


def build_json(pages: Sequence[str] = PAGES, **changes: Any) -> str:
    """The build.json of a site with these pages."""
    experiments = sum(page.startswith("experiments/") for page in pages)
    made = {
        "commit": COMMIT,
        "modified": False,
        "generated_at": BUILT,
        "counts": {"experiments": experiments},
        "pages": list(pages),
    }
    return json.dumps(made | changes)


def site(folder: Path, pages: Sequence[str] = PAGES, **changes: Any) -> Stamp:
    """Write the site and say what it is."""
    for path in PLACED:
        write(folder / path, "made\n")
    for page in pages:
        write(folder / page / "index.html", f'<h1 id="it">{page}</h1>\n')
    write(folder / "build.json", build_json(pages, **changes))
    return load(folder)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@dataclass
class Published:
    """Answers one after the other, the last for ever; what was asked for is noted."""

    url: str
    answers: list[tuple[int, str]]
    asked: list[str] = field(default_factory=list)


@contextmanager
def published(*answers: tuple[int, str]) -> Iterator[Published]:
    """A server whose build.json is each of these: a status and a text."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            status, text = state.answers[min(len(state.asked), len(state.answers)) - 1]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: a test's output is for its findings."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Published(f"http://127.0.0.1:{server.server_address[1]}/book/", list(answers))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
