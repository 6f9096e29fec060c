"""What somebody else wrote into the cache of builds: at worst it is drawn anew."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup

import checkout
from labbook import card_images, cards, project_cache
from labbook.live import current, store
from labbook.live.snapshot import SnapshotError
from labbook.pages import escape
from labbook.projects import Content
from open_data import book

EVIL = "<script>alert(1)</script>"
NOW = "2026-11-22T05:00:00Z"
CONTENT = Content({"figure": {"f": "<p>1</p>"}}, {"f.svg": b"<svg/>"})
FACTS = {"title": EVIL, "state": EVIL, "author": EVIL, "labels": [EVIL], "created": "9999-12"}


class Runs:
    """What would run if it were ever unpickled."""

    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, (str(self._proof),)


def page_cache(root: Path) -> Path:
    """The one file that a project's content is kept in."""
    project_cache.kept(root, "p", [b"1"], lambda: CONTENT)
    (path,) = (root / project_cache.FOLDER).iterdir()
    return path


def archive(**changed: bytes) -> bytes:
    parts = {"blocks.json": b'{"figure": {"f": "x"}}', "figures.json": b"[]", **changed}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return packed.getvalue()


def test_the_archive_of_these_tests_would_be_read(tmp_path: Path) -> None:
    page_cache(tmp_path).write_bytes(archive())
    assert project_cache.known(tmp_path, "p", [b"1"]) == Content({"figure": {"f": "x"}})


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../../x", "..", ".", "", "a//x", "..\\x", "C:\\x"],
)
def test_no_kept_file_leads_out_of_its_page(tmp_path: Path, name: str) -> None:
    page_cache(tmp_path).write_bytes(archive(**{f"files/{name}": b"evil"}))
    assert project_cache.kept(tmp_path, "p", [b"1"], lambda: CONTENT) == CONTENT


@pytest.mark.parametrize(
    "parts",
    [
        {"blocks.json": b"[]"},
        {"blocks.json": b'{"figure": []}'},
        {"blocks.json": b'{"figure": {"f": 1}}'},
        {"blocks.json": b"[" * 100_000},
        {"figures.json": b'[{"id": 1}]'},
        {"figures.json": b"{}x"},
    ],
)
def test_kept_pages_of_another_shape_are_made_anew(tmp_path: Path, parts: dict[str, bytes]) -> None:
    page_cache(tmp_path).write_bytes(archive(**parts))
    assert project_cache.kept(tmp_path, "p", [b"1"], lambda: CONTENT) == CONTENT


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    packed = archive(**{"files/x": bytes(65 * 1024 * 1024)})
    assert len(packed) < 1_000_000
    page_cache(tmp_path).write_bytes(packed)
    assert project_cache.known(tmp_path, "p", [b"1"]) is None


def test_nothing_that_is_kept_is_ever_unpickled(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    evil = pickle.dumps(Runs(proof))
    page_cache(tmp_path).write_bytes(evil)
    assert project_cache.known(tmp_path, "p", [b"1"]) is None
    (tmp_path / current.CACHE).write_bytes(evil)
    assert not current.load(tmp_path, NOW).snapshot.issues
    assert not proof.exists()
    # It would have:
    pickle.loads(evil)  # noqa: S301 - made three lines above
    assert proof.is_dir()
    code = "\n".join(path.read_text("utf-8") for path in (checkout.ROOT / "hooks").rglob("*.py"))
    assert not re.findall(
        r"^\s*(?:import|from) (?:pickle|marshal|shelve|dill)\b", code, re.MULTILINE
    )


def test_a_cache_without_end_is_none_and_a_tracked_file_without_end_is_named(
    tmp_path: Path,
) -> None:
    for name in (current.CACHE, current.FILE):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            # A hole: it takes no room on the disk.
            file.truncate(store.LARGEST + 1)
        if name == current.CACHE:
            assert not current.load(tmp_path, NOW).snapshot.issues
    with pytest.raises(SnapshotError, match=r"data/live\.json: the file has more than 128 MiB"):
        current.load(tmp_path, NOW)


def test_a_kept_image_that_is_none_is_drawn_anew(tmp_path: Path) -> None:
    styles = tmp_path / card_images.STYLES
    styles.parent.mkdir(parents=True)
    shutil.copy(checkout.ROOT / card_images.STYLES, styles)
    drawn = card_images.images(tmp_path, book(), cards.cards(book()))
    kept = list((tmp_path / card_images.FOLDER).rglob("*.png"))
    assert kept
    for path in kept:
        path.write_text(EVIL)
    assert card_images.images(tmp_path, book(), cards.cards(book())) == drawn


def test_poisoned_facts_are_text_on_every_page(tmp_path: Path) -> None:
    root = checkout.copy(tmp_path / "project")
    live = json.loads((root / current.FILE).read_text("utf-8"))
    poisoned = {
        "format": 1,
        "issues": {key: {**FACTS, "checked": "9999-12"} for key in live["issues"]},
        "sources": {"github": {"checked": "2999-01-01T00:00:00Z"}},
    }
    cache = root / current.CACHE
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps(poisoned))
    # As poisoned, for the facts of a cache that claims to be from the future are left out.
    (root / current.FILE).write_text(json.dumps(poisoned))
    site = tmp_path / "site"
    done = checkout.build(root, site)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    shown = 0
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert EVIL not in text, path
        shown += str(escape.html(EVIL)) in text or str(Markup.escape(EVIL)) in text
    assert shown > 10
