"""`mkdocs serve` without its network: builds when told to, and says what the site then holds.

`python rebuilds.py keep` builds again and again in one process, as a server does; `fresh` makes
each build the first one of a process of its own. Each line read is one build, answered in JSON.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import sys
from pathlib import Path

from mkdocs.commands import serve
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer


class _Messages(logging.Handler):
    """What is said of the pages and of their keeping; the rest is of this very build."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.messages: list[str] = []
        self.kept = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "mkdocs.plugins.quick-rebuild":
            self.kept = record.getMessage()
        elif record.levelno >= logging.WARNING or record.name.startswith("mkdocs.structure"):
            self.messages.append(f"{record.levelname} {record.getMessage()}")


class _Server(LiveReloadServer):
    """Reads from a pipe that there is something to build, where the other asks the disk."""

    once = False

    def serve(self, *, open_in_browser: bool = False) -> None:  # noqa: ARG002
        _answer(self.root)
        while not self.once and sys.stdin.readline():
            try:
                self.builder()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the other goes on, too
                heard.messages.append(f"ERROR {error!r}")
            _answer(self.root)

    def shutdown(self, wait: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        self.server_close()


def _answer(site: str) -> None:
    stamps = {path: path.stat().st_mtime_ns for path in Path(site).rglob("*.html")}
    answer = {
        "files": _files(Path(site)),
        "messages": heard.messages,
        "kept": heard.kept,
        "written": sum(earlier.get(path) != stamp for path, stamp in stamps.items()),
    }
    print(json.dumps(answer), flush=True)
    heard.messages, heard.kept = [], ""
    earlier.update(stamps)


def _files(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(_content(path)).hexdigest()
        for path in site.rglob("*")
        # A folder that is empty would be a difference, too.
        if path.is_file() or not any(path.iterdir())
    }


def _content(path: Path) -> bytes:
    if path.is_dir():
        return b""
    # It holds the time of its making.
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _builds(mode: str) -> None:
    if mode == "keep":
        serve.serve()
        return
    # Imports what every build imports; nothing is built, so nothing can be kept.
    load_config()
    while sys.stdin.readline():
        child = os.fork()
        if not child:
            _Server.once = True
            serve.serve()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    heard = _Messages()
    earlier: dict[Path, int] = {}
    logging.getLogger("mkdocs").addHandler(heard)
    logging.getLogger("mkdocs").setLevel(logging.INFO)
    vars(serve)[LiveReloadServer.__name__] = _Server
    _builds(sys.argv[1])
