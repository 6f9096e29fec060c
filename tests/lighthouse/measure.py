"""Measures every kind of page as a phone would load it, and holds it to the limits.

    python tests/lighthouse/measure.py SITE

`make lighthouse` builds the site and installs Lighthouse first.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromium
from browser import kinds

HERE = Path(__file__).parent
TRIES = 3
SCORES = ("performance", "accessibility", "best practices", "SEO")
LEAST = (98, 100, 100, 100)
PAINT = 1500
KB = 1000
BYTES = {"reports": 120 * KB}
BYTES_OF_OTHERS = 100 * KB
# What else a page may transfer: its own figures.
_DRAWN = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
_DRAWN_FILE = re.compile(r"/figures/[^/]+\.svg$")
# The page that people kept by hand, built by the same theme.
BEFORE = (
    "the hand-kept page, measured 2026-11-22, when three of its hosts did not answer",
    (84, 96, 96, 92),
    "4.10 s",
    37,
    3,
)
_TYPES_SENT_COMPRESSED = ("text/", "application/json", "application/xml", "image/svg", "javascript")


@dataclass(frozen=True, slots=True)
class Measured:
    """What Lighthouse says of a page; `paint` is in milliseconds, `size` in bytes."""

    kind: str
    scores: tuple[int, ...]
    paint: float
    size: int
    requests: int
    hosts: int
    failed: tuple[str, ...]

    def problems(self) -> Iterator[str]:
        """How the page is beyond its limits."""
        for name, score, least in zip(SCORES, self.scores, LEAST, strict=True):
            if score < least:
                yield f"{name} is {score}, where {least} is the least"
        if self.paint > PAINT:
            yield f"the largest paint is at {_seconds(self.paint)}, the limit is {_seconds(PAINT)}"
        most = BYTES.get(self.kind, BYTES_OF_OTHERS)
        if self.size > most:
            yield f"{self.size / KB:.1f} kB are transferred, the limit is {most / KB:.0f} kB"
        if self.hosts:
            yield f"{self.hosts} other hosts are asked"


def measure(site: Path, chrome: Path) -> list[Measured]:
    """Measure the pages of a site that stand for their kinds; a page below its limits anew."""
    pages = dict(kinds.samples(site))
    found: dict[str, Measured] = {}
    with serving(site) as base:
        wanted = list(pages)
        for _ in range(TRIES):
            lines = _lighthouse(chrome, [base + pages[kind] for kind in wanted])
            for kind, line in zip(wanted, lines, strict=True):
                new = _read(kind, line, _figures(kinds.file(site, pages[kind])))
                # Nothing but what else this machine does makes a page slower than it is.
                found[kind] = max(found.get(kind, new), new, key=_quality)
            wanted = [kind for kind, one in found.items() if any(one.problems())]
            if not wanted:
                break
    return [found[kind] for kind in pages]


def _quality(one: Measured) -> tuple[tuple[int, ...], float]:
    return one.scores, -one.paint


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """One line for each page, and one for how it was before."""
    yield _row("page", ("perf", "a11y", "best", "SEO"), "paint", "size", "asked", "hosts")
    for one in measured:
        size = f"{one.size / KB:.1f} kB"
        yield _row(one.kind, one.scores, _seconds(one.paint), size, one.requests, one.hosts)
    name, scores, paint, requests, hosts = BEFORE
    yield _row("before", scores, paint, "", requests, hosts)
    yield f"before: {name}"


def _row(name: str, scores: Sequence[object], *rest: object) -> str:
    return (
        f"{name:<18}"
        + "".join(f"{score:>6}" for score in scores)
        + "".join(f"{each:>10}" for each in rest)
    )


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s"


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve the site at the root of a host of its own, compressed as GitHub Pages does it."""
    handler = functools.partial(_Compressed, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


class _Compressed(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body, kind = _sent(path, self.guess_type(path))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=600")
        if body[:2] == b"\x1f\x8b":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the table is for the measurements."""


@functools.cache
def _sent(path: Path, kind: str) -> tuple[bytes, str]:
    """A file as it goes over the wire, and its type."""
    text = any(part in kind for part in _TYPES_SENT_COMPRESSED)
    data = path.read_bytes()
    return gzip.compress(data, 9, mtime=0) if text else data, (
        f"{kind}; charset=utf-8" if text else kind
    )


def _lighthouse(chrome: Path, addresses: Sequence[str]) -> list[dict[str, Any]]:
    command = ["node", str(HERE / "run.mjs"), str(chrome), *addresses]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"Lighthouse failed:\n{result.stderr[-4000:]}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def _figures(page: Path) -> int:
    """How much of what is transferred of a page are the figures drawn in it."""
    text = page.read_text(encoding="utf-8")
    without = _DRAWN.sub("", text)
    return len(gzip.compress(text.encode(), 9)) - len(gzip.compress(without.encode(), 9))


def _read(kind: str, line: dict[str, Any], figures: int) -> Measured:
    if line["error"]:
        raise SystemExit(f"Lighthouse could not measure {line['address']}: {line['error']}")
    own = urlsplit(line["address"]).netloc
    asked = [(urlsplit(url), size) for url, size in line["requests"]]
    asked = [(url, size) for url, size in asked if url.scheme in {"http", "https"}]
    return Measured(
        kind,
        tuple(line["scores"]),
        line["paint"],
        sum(size for url, size in asked if not _DRAWN_FILE.search(url.path)) - figures,
        len(asked),
        len({url.netloc for url, _ in asked} - {own}),
        tuple(line["failed"]),
    )


def main(arguments: Sequence[str]) -> int:
    """Print the table; say what is beyond its limits."""
    site = Path(*arguments)
    chrome = chromium.find()
    if not chrome:
        print("there is no Chromium: run python tests/chromium.py", file=sys.stderr)
        return 1
    measured = measure(site, chrome)
    print("\n".join(table(measured)))
    status = 0
    for one in measured:
        for problem in one.problems():
            print(f"{one.kind}: {problem} (short of full marks: {', '.join(one.failed)})")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
