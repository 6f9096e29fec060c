"""Staging writes the pages, keeps what did not change, and touches nothing of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labbook.stage import MANIFEST, StageError, stage


def files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file() and file.name != MANIFEST
    }


def test_pages_are_written_and_stale_ones_removed(tmp_path: Path) -> None:
    stage({"a.md": "one", "b/c.md": "two", "b/d/e.md": "three"}, tmp_path)
    stage({"a.md": "new ✓", "b/f.md": b"four"}, tmp_path)
    assert files(tmp_path) == {"a.md": "new ✓", "b/f.md": "four"}
    assert not (tmp_path / "b" / "d").exists()


def test_an_unchanged_page_keeps_its_time(tmp_path: Path) -> None:
    stage({"a.md": "one"}, tmp_path)
    before = (tmp_path / "a.md").stat().st_mtime_ns
    stage({"a.md": "one", "b.md": "two"}, tmp_path)
    assert (tmp_path / "a.md").stat().st_mtime_ns == before


def test_files_of_others_in_a_staged_folder_stay(tmp_path: Path) -> None:
    stage({"b/a.md": "one"}, tmp_path)
    (tmp_path / "b" / "mine.txt").write_text("mine")
    stage({"c.md": "two"}, tmp_path)
    assert files(tmp_path) == {"b/mine.txt": "mine", "c.md": "two"}


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StageError, match="did not write; name a new or empty folder"):
        stage({"a.md": "one"}, tmp_path)
    assert files(tmp_path) == {"mine.txt": "mine"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StageError, match="not a folder"):
        stage({"a.md": "one"}, tmp_path / "file")


def test_a_manifest_cannot_name_files_outside(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = tmp_path / "staged"
    stage({"a.md": "one"}, folder)
    manifest = {"files": ["../precious", str(precious), "a.md"]}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    stage({"b.md": "two"}, folder)
    assert precious.read_text() == "mine"
    assert files(folder) == {"b.md": "two"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', '{"files": [1]}'])
def test_a_broken_manifest_is_an_error_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(StageError, match="delete the folder and stage anew"):
        stage({"a.md": "one"}, tmp_path)


def test_a_folder_in_the_way_is_an_error_in_words(tmp_path: Path) -> None:
    stage({"a.md": "one"}, tmp_path)
    (tmp_path / "b.md").mkdir()
    with pytest.raises(StageError, match="cannot be written"):
        stage({"a.md": "one", "b.md": "two"}, tmp_path)
    (tmp_path / "b.md").rmdir()
    stage({"a.md": "one", "b.md": "two"}, tmp_path)
    assert files(tmp_path) == {"a.md": "one", "b.md": "two"}
