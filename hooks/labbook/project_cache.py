"""What a project's module has made, kept until something that it is made of changes."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labbook.figures import ListedFigure
from labbook.files import write_atomic
from labbook.projects import Content

FOLDER = ".cache/labbook/projects"

_BLOCKS = "blocks.json"
_FIGURES = "figures.json"
_FILES = "files/"
# What is kept of a project takes a few megabytes; an archive may say that it unpacks to anything.
_LARGEST = 64 * 1024 * 1024
# All that reading an archive of any bytes was seen to raise.
_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
# What compilers leave beside the code.
_PASSED_OVER = "__pycache__"


def kept(root: Path, name: str, made_of: Iterable[bytes], make: Callable[[], Content]) -> Content:
    """The content as it was made of the same parts before, else made now and kept."""
    path = _path(root, name, made_of)
    content = _read(path)
    if content:
        return content
    content = make()
    # A folder that cannot be written costs time, no more.
    with suppress(OSError):
        write_atomic(path, _packed(content), durable=False)
        for other in path.parent.glob(f"{name}-*.zip"):
            if other != path:
                other.unlink(missing_ok=True)
    return content


def known(root: Path, name: str, made_of: Iterable[bytes]) -> Content | None:
    """The content as it was made of the same parts before, if it was."""
    return _read(_path(root, name, made_of))


def texts(*places: Path) -> Iterator[bytes]:
    """The names and contents of files, and of all files below folders, in one order."""
    for place in places:
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in found:
            if path.is_file() and _PASSED_OVER not in path.parts:
                yield path.relative_to(place.parent).as_posix().encode("utf-8")
                yield path.read_bytes()


def _path(root: Path, name: str, made_of: Iterable[bytes]) -> Path:
    digest = hashlib.blake2b(digest_size=16)
    for part in made_of:
        digest.update(len(part).to_bytes(8, "big") + part)
    return root / FOLDER / f"{name}-{digest.hexdigest()}.zip"


def _read(path: Path) -> Content | None:
    try:
        return _unpacked(path.read_bytes())
    except _DAMAGED:
        return None


def _packed(content: Content) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        blocks = {kind: dict(ids) for kind, ids in content.blocks.items()}
        archive.writestr(_BLOCKS, json.dumps(blocks))
        archive.writestr(_FIGURES, json.dumps([asdict(figure) for figure in content.figures]))
        for name, data in content.files.items():
            archive.writestr(_FILES + name, data)
    return packed.getvalue()


def _unpacked(packed: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise ValueError("more than a project keeps")
        blocks = json.loads(archive.read(_BLOCKS))
        figures = tuple(_figure(each) for each in json.loads(archive.read(_FIGURES)))
        files = {
            _inside(name.removeprefix(_FILES)): archive.read(name)
            for name in archive.namelist()
            if name.startswith(_FILES)
        }
    if not all(_are_texts(ids) for ids in blocks.values()):
        raise TypeError("blocks are texts by kind and id")
    return Content(blocks, files, figures)


def _figure(held: Any) -> ListedFigure:
    files, as_of = held.pop("files"), held.pop("as_of")
    if not (_are_texts(held) and _are_texts(files) and isinstance(as_of, str | None)):
        raise TypeError("what is said of a figure are texts")
    return ListedFigure(**held, files=files, as_of=as_of)


def _are_texts(held: Any) -> bool:
    return all(isinstance(each, str) for each in held.values())


def _inside(name: str) -> str:
    """The name of a file below the page; raise ValueError for one that leads elsewhere."""
    if not name or "\\" in name or {"", ".", ".."} & set(name.split("/")):
        raise ValueError(f"no name of a file of a page: {name}")
    return name
