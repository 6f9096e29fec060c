"""What a project's module made is kept, and made anew as soon as a part of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from labbook.figures import ListedFigure
from labbook.project_cache import FOLDER, kept, known, texts
from labbook.projects import Content

FIGURE = ListedFigure("a", "A", "é", "", "runs", "lab/a", None, {"csv": "a/b.csv"})
CONTENT = Content(
    {"figure": {"a": "<b>é</b>"}, "table": {}}, {"a/b.csv": b"1,2\n\xff", "c": b""}, (FIGURE,)
)


class Maker:
    """Makes the content and counts how often."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Content:
        self.made += 1
        return CONTENT


def test_content_is_made_once_and_read_back_the_same(tmp_path: Path) -> None:
    make = Maker()
    assert known(tmp_path, "x", [b"1", b"2"]) is None
    assert kept(tmp_path, "x", [b"1", b"2"], make) == CONTENT
    assert kept(tmp_path, "x", [b"1", b"2"], make) == CONTENT
    assert known(tmp_path, "x", [b"1", b"2"]) == CONTENT
    assert make.made == 1


@pytest.mark.parametrize("parts", [[b"1"], [b"12"], [b"1", b"3"], [b"2", b"1"], [b"1", b"2", b""]])
def test_other_parts_are_other_content(tmp_path: Path, parts: list[bytes]) -> None:
    make = Maker()
    kept(tmp_path, "x", [b"1", b"2"], make)
    kept(tmp_path, "x", parts, make)
    assert make.made == 2
    assert len(list((tmp_path / FOLDER).iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"no archive"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    make = Maker()
    kept(tmp_path, "x", [b"1"], make)
    (path,) = (tmp_path / FOLDER).iterdir()
    path.write_bytes(damage)
    assert kept(tmp_path, "x", [b"1"], make) == CONTENT
    assert kept(tmp_path, "x", [b"1"], make) == CONTENT
    assert make.made == 2


def test_where_nothing_can_be_kept_it_is_made(tmp_path: Path) -> None:
    make = Maker()
    (tmp_path / ".cache").write_text("in the way", encoding="utf-8")
    assert kept(tmp_path, "x", [b"1"], make) == CONTENT
    assert kept(tmp_path, "x", [b"1"], make) == CONTENT
    assert make.made == 2


def test_texts_tell_names_and_contents_apart(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "b.txt").write_text("2", encoding="utf-8")
    (folder / "a.txt").write_text("1", encoding="utf-8")
    before = list(texts(folder, folder / "a.txt"))
    (folder / "__pycache__" / "x.pyc").write_bytes(b"compiled")
    assert list(texts(folder, folder / "a.txt")) == before
    assert before == [b"data/a.txt", b"1", b"data/b.txt", b"2", b"a.txt", b"1"]
    (folder / "b.txt").rename(folder / "c.txt")
    assert list(texts(folder, folder / "a.txt")) != before
