"""What is kept in files between builds: the facts of servers, and what projects made."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from fuzz import mutations
from fuzz.mutations import Recipe
from fuzz.target import NOW, ROOT, hold
from labbook import project_cache
from labbook.figures import ListedFigure
from labbook.live import ages, codec
from labbook.live.snapshot import AsOf, Snapshot, SnapshotError
from labbook.projects import Content

JSON_PIECES = (
    '"', ":", "{", "}", "[", "]", ",", "null", "1e999", "NaN", '"format": 2', '"issues"', "\n",
)  # fmt: skip


def snapshots() -> list[str]:
    lines = (ROOT / "data" / "live.json").read_text("utf-8").splitlines(keepends=True)
    found = codec.decode("".join(lines), AsOf("2026-09", archive=True)).snapshot
    few = [dict(list(getattr(found, name).items())[:3]) for name in codec.SECTIONS]
    return [
        codec.encode(Snapshot(few[0], few[1], few[2], few[3], found.sources)),
        "{}",
        '{"format": 1}',
    ]


def snapshot(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    try:
        decoded = codec.decode(text, AsOf("2026-09", archive=True))
    except SnapshotError:
        return False
    # What was read of a damaged file can be written, and is then whole.
    again = codec.decode(codec.encode(decoded.snapshot), AsOf("2026-09", archive=True))
    hold(kept=not again.faults, what="what was read can be written")
    for section in codec.SECTIONS:
        for facts in getattr(decoded.snapshot, section).values():
            ages.is_older(facts.as_of, 3600, NOW)
    return not decoded.faults


_FIGURE = ListedFigure("f", "Title", "Words", "More", "runs", "W&B", None, {"svg": "f.svg"})
_CONTENT = Content({"figure": {"f": "<p>1</p>"}}, {"f.svg": b"<svg/>", "a/b.csv": b"1"}, (_FIGURE,))


def archive(recipe: Recipe) -> bytes:
    """An archive whose parts were changed before they were packed, or whose bytes were after."""
    parts: dict[str, Any] = {name: part.decode("utf-8") for name, part in _parts().items()}
    if recipe.kind % 2:
        parts |= {name: json.loads(parts[name]) for name in parts if name.endswith(".json")}
        changed = mutations.value(recipe, [parts])
        parts = changed if isinstance(changed, dict) else {}
        for _, at, what in recipe.edits[:1] if recipe.kind % 4 == 1 else ():
            evil = ("../x", "/etc/x", "a//b", "..", "a/../../b", "C:\\x", "", "x" * 300)
            parts[f"files/{evil[at % len(evil)]}"] = str(what)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            text = part if isinstance(part, str) else json.dumps(part)
            target.writestr(name, text.encode("utf-8", "replace"))
    data = packed.getvalue()
    if recipe.kind % 2:
        return data
    return mutations.text(recipe, [data.decode("latin-1")], ("PK",)).encode("latin-1", "replace")


def kept_content(data: bytes) -> bool:
    """Read it as a build would, whatever the file holds."""
    _file().write_bytes(data)
    found = project_cache.known(_root(), "p", [b"1"])
    if found is None:
        return False
    for name in found.files:
        hold(kept=not {"", ".", ".."} & set(name.split("/")), what="a file stays below its page")
    for html in (html for ids in found.blocks.values() for html in ids.values()):
        hold(kept=isinstance(html, str), what="a block is a text")
    return True


@cache
def _root() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    _FOLDERS.append(folder)
    project_cache.kept(Path(folder.name), "p", [b"1"], lambda: _CONTENT)
    return Path(folder.name)


# Removed with the process.
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _file() -> Path:
    (path,) = (_root() / project_cache.FOLDER).iterdir()
    return path


@cache
def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_file().read_bytes())) as source:
        return {name: source.read(name) for name in source.namelist()}
