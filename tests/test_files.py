"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from labbook.files import write_atomic


@pytest.mark.parametrize("durable", [True, False])
def test_text_and_bytes_are_written_as_they_are(tmp_path: Path, *, durable: bool) -> None:
    write_atomic(tmp_path / "new" / "a.txt", "é\r\n\n", durable=durable)
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"\xc3\xa9\r\n\n"
    write_atomic(tmp_path / "new" / "a.txt", b"\0\xff", durable=durable)
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"\0\xff"
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.txt"]


def test_a_failure_leaves_the_old_text_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_atomic(tmp_path / "folder", "text")
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_a_text_that_cannot_be_encoded_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(file, "\ud800")
    assert file.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]
