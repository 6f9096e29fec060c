"""Builds and previews while GitHub and W&B answer, lie, drip or are silent."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import checkout
from labbook.live import codec, store
from labbook.live.snapshot import AsOf, IssueFacts, ReportFacts, RunFacts, Snapshot, Source
from live_lab import CATALOG, LAB, REPORT, TOKEN, Lab, served, site_of
from serving import serving
from standins import wandb
from standins.github import Fault, Handler, Request, rate_limited

OLD = AsOf("2025-11-19T05:00:00Z")
NOWHERE = "http://127.0.0.1:9"
UNKNOWN = "http://nowhere.invalid"
WATCH = """\
import os, sys
NAMES = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
PACKAGES = {"github", "requests", "wandb"}
def hook(event, arguments):
    found = event in NAMES or (event == "import" and arguments[0] in PACKAGES)
    if found:
        with open(os.environ["WATCH_LOG"], "a") as log:
            log.write(f"{event} {arguments[:1]}\\n")
sys.addaudithook(hook)
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    root = tmp_path / "lab"
    site_of(root)
    with served(root) as lab:
        yield lab


@pytest.fixture
def watched(tmp_path: Path) -> Callable[[], list[str]]:
    """An environment whose Python notes each use of the network; the answer reads the notes."""
    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WATCH)
    log = folder / "log"
    return lambda: log.read_text().splitlines() if log.exists() else []


def watching(tmp_path: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(tmp_path / "watch"), "WATCH_LOG": str(tmp_path / "watch" / "log")}


def test_off_opens_no_socket_and_imports_none_of_the_packages_that_would(
    lab: Lab, tmp_path: Path, watched: Callable[[], list[str]]
) -> None:
    environment = lab.environment | watching(tmp_path)
    done = checkout.build(lab.root, tmp_path / "site", **environment | {"LABBOOK_LIVE": "off"})
    assert done.returncode == 0, done.stderr
    assert watched() == []
    assert lab.github.log == []
    assert lab.wandb.log == []
    # The same watch sees a build that does ask.
    done = checkout.build(lab.root, tmp_path / "site", **environment)
    assert done.returncode == 0, done.stderr
    assert any("socket.connect" in line for line in watched())
    assert any("github" in line for line in watched())


def test_nothing_is_imported_to_renew_what_is_fresh(
    lab: Lab, tmp_path: Path, watched: Callable[[], list[str]]
) -> None:
    assert checkout.build(lab.root, tmp_path / "site", **lab.environment).returncode == 0
    environment = lab.environment | watching(tmp_path)
    done = checkout.build(lab.root, tmp_path / "site", **environment)
    assert done.returncode == 0, done.stderr
    assert watched() == []
    assert "issues:" not in done.stderr


def test_a_build_shows_the_news_and_writes_no_tracked_file(lab: Lab, tmp_path: Path) -> None:
    before = contents(lab.root)
    done = checkout.build(lab.root, tmp_path / "site", **lab.environment)
    assert done.returncode == 0, done.stderr
    assert "issues: 3 fresh, 0 kept, 0 missing; runs: 2 fresh" in done.stderr
    page = (tmp_path / "site" / "experiments" / "1" / "index.html").read_text("utf-8")
    assert "Title 1" in page
    assert "Run 0" in page
    assert "Report 0" in page
    assert contents(lab.root) == before
    for text in (page, done.stderr, done.stdout, lab.cache.read_text("utf-8")):
        assert TOKEN not in text
        assert wandb.KEY not in text


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in files
        if ".cache" not in path.parts and "__pycache__" not in path.parts
    }


def test_require_fails_a_deployment_with_old_facts_and_says_which(lab: Lab, tmp_path: Path) -> None:
    lab.file.write_text(codec.encode(known()))
    environment = lab.environment | {
        "LABBOOK_LIVE": "require",
        "LABBOOK_GITHUB_API": NOWHERE,
        "LABBOOK_WANDB_API": NOWHERE,
    }
    done = checkout.build(lab.root, tmp_path / "site", **environment)
    assert done.returncode == 1
    assert "lab/book#1: known as of 2025-11-19T05:00:00Z, older than 7 days" in done.stderr
    assert "Traceback" not in done.stderr
    environment = lab.environment | {"LABBOOK_LIVE": "require"}
    done = checkout.build(lab.root, tmp_path / "site", **environment)
    assert done.returncode == 0, done.stderr


def test_an_unknown_mode_is_an_error_in_a_sentence(lab: Lab, tmp_path: Path) -> None:
    done = checkout.build(lab.root, tmp_path / "site", LABBOOK_LIVE="on")
    assert done.returncode == 1
    assert "LABBOOK_LIVE: `on` is no mode; write one of auto, off, require" in done.stderr


def test_a_damaged_file_is_named_and_the_rest_of_it_shown(lab: Lab, tmp_path: Path) -> None:
    text = codec.encode(known())
    lab.file.write_text(text.replace('"lab/book#2": {', '"lab/book#2": '))
    done = checkout.build(lab.root, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert re.search(r"labbook: data/live\.json:5:\d+: not JSON", done.stderr)
    pages = tmp_path / "site" / "experiments"
    assert "Known 1" in (pages / "1" / "index.html").read_text("utf-8")
    assert "Known 2" not in (pages / "2" / "index.html").read_text("utf-8")


# What the servers say of all that they are asked, as (GitHub's, W&B's) faults.


def github(status: int, body: str = '{"message": "no"}', **headers: str) -> Fault:
    def fault(handler: Handler, _: Request) -> bool:
        handler.raw(body.encode(), status, **headers)
        return True

    return fault


def silent(handler: Handler, _: Request) -> bool:
    handler.github.stopped.wait()
    handler.close_connection = True
    return True


def drip(handler: Handler, _: Request) -> bool:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n[")
    while not handler.github.stopped.wait(0.05):
        handler.wfile.write(b" ")
    handler.close_connection = True
    return True


def limited(handler: Handler, _: Request) -> bool:
    rate_limited(handler)
    return True


def rewriting(old: bytes, new: bytes) -> Fault:
    """Answers as they would be, with every `old` made `new`."""

    def fault(handler: Handler, _: Request) -> bool:
        handler.rewrite = lambda body: body.replace(old, new)
        return False

    return fault


def run_with(**changes: object) -> Callable[[Lab], None]:
    """Every run changed so."""

    def change(lab: Lab) -> None:
        for row in lab.wandb.runs.values():
            row.update(changes)

    return change


def forget(lab: Lab) -> None:
    lab.github.issues["lab/book"].pop(1)
    lab.wandb.runs.pop("run-00000")


def delete(lab: Lab) -> None:
    lab.github.issues["lab/book"].pop(1)
    lab.github.deleted.add(("lab/book", 1))


def hostile_title(lab: Lab) -> None:
    lab.github.issues["lab/book"][1].title = "Title 1 " * 130_000
    run_with(displayName="Run " * 260_000)(lab)


@dataclass(frozen=True)
class Case:
    """How both servers fail, and of which kinds the facts of before are what stays."""

    github: Fault | None = None
    wandb: wandb.Fault | None = None
    change: Callable[[Lab], None] | None = None
    api: str | None = None
    kept: tuple[str, ...] = ("issues", "runs", "reports")


HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
CASES = {
    "refused": Case(api=NOWHERE),
    "name not found": Case(api=UNKNOWN),
    "silent": Case(silent, wandb.silent),
    "slow drip": Case(drip, wandb.drip),
    "401": Case(github(401), wandb.status(401)),
    "403 with the limit's reset": Case(
        limited, wandb.status(403, RateLimit_Remaining="0", RateLimit_Reset="3600")
    ),
    "404 of one item": Case(change=forget, kept=()),
    # That GitHub has an item no more is an answer.
    "410": Case(None, wandb.status(410), delete, kept=("runs", "reports")),
    "429": Case(github(429, Retry_After="60"), wandb.status(429, Retry_After="60")),
    "500": Case(github(500), wandb.status(500)),
    "502 in HTML": Case(github(502, HTML), wandb.status(502, HTML)),
    "truncated JSON": Case(github(200, '{"data": {"r0'), wandb.truncated),
    "another shape": Case(github(200, '{"data": [1]}'), wandb.status(200, '{"data": [1]}')),
    "no user": Case(
        rewriting(b'{"login": "octocat"}', b"null"), change=run_with(user=None), kept=()
    ),
    "NaN and Infinity": Case(
        rewriting(b'"2025-01-02T03:04:05Z"', b"NaN"),
        change=run_with(summaryMetrics='{"train/loss": NaN, "eval/c4/loss": Infinity}'),
        kept=(),
    ),
    "a title of 1 MB": Case(change=hostile_title, kept=()),
    "redirect loop": Case(github(301, "", Location="/loop"), wandb.loop),
}


# The first issue is no more: what was last known of it stays.
GONE = {"404 of one item", "410"}


def known() -> Snapshot:
    """What was known long ago of all that the lab's catalog names."""
    return Snapshot(
        {f"lab/book#{n}": IssueFacts(f"Known {n}", OLD, state="open") for n in (1, 2, 3)},
        {f"ent/proj/run-0000{n}": RunFacts(f"Known run {n}", OLD) for n in (0, 1)},
        {REPORT: ReportFacts("Known report", OLD)},
        sources=dict.fromkeys(Source, OLD),
    )


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The pages of a build with healthy servers."""
    root = tmp_path_factory.mktemp("healthy")
    site_of(root / "lab")
    with served(root / "lab") as lab:
        done = checkout.build(lab.root, root / "site", **lab.environment)
    assert done.returncode == 0, done.stderr
    return pages(root / "site")


def pages(site: Path) -> set[str]:
    return {str(path.relative_to(site)) for path in site.rglob("*.html")}


@pytest.mark.parametrize("name", CASES)
def test_whatever_the_servers_do_the_site_is_whole_and_says_how_old_it_is(
    lab: Lab, tmp_path: Path, healthy: set[str], name: str
) -> None:
    case, site = CASES[name], tmp_path / "site"
    lab.file.write_text(codec.encode(known()))
    lab.github.fault, lab.wandb.fault = case.github, case.wandb
    if case.change:
        case.change(lab)
    environment = dict(lab.environment)
    if name == "410":
        # GraphQL knows no such status.
        environment["GITHUB_TOKEN"] = ""
    if case.api:
        environment |= {"LABBOOK_GITHUB_API": case.api, "LABBOOK_WANDB_API": case.api}
    started = time.monotonic()
    done = checkout.build(lab.root, site, **environment)
    # Nothing hangs: the budget of 5 s, and what a build may take where much else runs.
    assert time.monotonic() - started < 5 + 60
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "WARNING -" not in done.stderr
    assert TOKEN not in done.stderr
    assert wandb.KEY not in done.stderr
    assert pages(site) == healthy
    kept = store.load(lab.cache).snapshot
    assert len(kept.issues) == 3
    assert len(kept.runs) == 2
    assert len(kept.reports) == 1
    text = (site / "experiments" / "1" / "index.html").read_text("utf-8")
    for section in ("issues", "runs", "reports"):
        facts = getattr(kept, section)
        if section in case.kept:
            assert facts == getattr(known(), section)
        else:
            assert min(item.as_of.when for item in facts.values()) > OLD.when
    assert ("Known 1" in text) == ("issues" in case.kept or name in GONE)
    assert ("19 November 2025" in text) == bool(case.kept)
    assert ("kept (oldest " in done.stderr) == bool(case.kept)


def test_a_preview_asks_in_the_background_and_shows_news_without_a_save(lab: Lab) -> None:
    lab.file.write_text(codec.encode(known()))
    lab.github.latency = 1
    with serving(lab.root, **lab.environment) as server:
        server.wait_for("experiments/1/", lambda page: "Known 1" in page)
        server.wait_for("experiments/1/", lambda page: "Title 1" in page and "Run 0" in page)
    assert store.load(lab.file).snapshot == known()


def test_saving_a_file_does_not_wait_for_a_server_that_is_silent(lab: Lab) -> None:
    config = lab.root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("budget: 5", "budget: 60"), "utf-8")
    lab.github.fault, lab.wandb.fault = silent, wandb.silent
    catalog = lab.root / "data" / "experiments.yaml"
    started = time.monotonic()
    with serving(lab.root, **lab.environment) as server:
        server.wait_for("experiments/1/", lambda page: "First" in page)
        catalog.write_text(CATALOG.replace("title: First", "title: Renamed"))
        server.wait_for("experiments/1/", lambda page: "Renamed" in page)
        assert lab.github.log, "the preview asked nobody"
    assert time.monotonic() - started < 50


def test_a_build_that_needs_no_renewal_does_not_load_what_asks(lab: Lab) -> None:
    assert checkout.build(lab.root, lab.root / "site", **lab.environment).returncode == 0
    code = (
        "import sys, json\n"
        "from pathlib import Path\n"
        "from labbook import settings, site\n"
        "from labbook.live import current, wanted\n"
        "from labbook.live.rim import Mode\n"
        "root = Path.cwd()\n"
        "lab = settings.load(root / 'mkdocs.yml')\n"
        "curated = list(site.load_catalog(root, lab).experiments())\n"
        "rim = site.rim(root, lab)\n"
        "known = current.load(root, rim.now).snapshot\n"
        "current.renewed(rim, wanted.of(curated, lab), known, print)\n"
        "print(json.dumps(['github' in sys.modules, sorted(known.issues)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=lab.root,
        env={**os.environ, **lab.environment, "PYTHONPATH": str(checkout.ROOT / "hooks")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported, issues = json.loads(done.stdout)
    assert not imported
    assert {f"{LAB}#{number}" for number in (1, 2, 3)} <= set(issues)
